// A temporary key-value file, gone when it is closed. It lies among the product's own files, so that it is encrypted as they are.
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Scratch } from '../engine/ports'
import { openSqlite } from '../sqlite/database'

/** @param folder that is emptied at each start: a process that dies leaves its file there */
export function createScratch(folder: string): Scratch {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `scratch-${randomUUID()}.sqlite`)
  const db = openSqlite(path)
  // In one transaction that is never committed: what does not fit in memory goes to the file, and nothing waits for it.
  db.exec(
    `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE entry (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
     BEGIN`,
  )
  const get = db.prepare('SELECT value FROM entry WHERE key = ?')
  const set = db.prepare('INSERT OR REPLACE INTO entry (key, value) VALUES (?, ?)')
  return {
    get: (key) => get.get(key)?.['value'] as string | undefined,
    set: (key, value) => void set.run(key, value),
    close() {
      db.close()
      rmSync(path, { force: true })
    },
  }
}
