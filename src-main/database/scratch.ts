// A temporary key-value file that SQLite makes and deletes by itself.

import type { Scratch } from '../engine/ports'
import { openSqlite } from '../sqlite/database'

export function createScratch(): Scratch {
  const db = openSqlite('') // an empty name is a private temporary database (SQLite, "In-Memory Databases")
  db.exec(
    'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE entry (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID',
  )
  const get = db.prepare('SELECT value FROM entry WHERE key = ?')
  const set = db.prepare('INSERT OR REPLACE INTO entry (key, value) VALUES (?, ?)')
  return {
    get: (key) => (get.get(key) as { value: string } | undefined)?.value,
    set: (key, value) => void set.run(key, value),
    close: () => db.close(),
  }
}
