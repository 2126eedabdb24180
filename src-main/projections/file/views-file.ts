// The file of the views. Invariant: its tables and indexes are those of this version: a file of another one is thrown away,
// since what it shows can be derived again.
import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createTables, PROJECTION_VERSION } from './tables'

/** @param path of the file, or `:memory:` */
export function openViewsFile(path: string): DatabaseSync {
  let db = new DatabaseSync(path)
  const version = versionOf(db)
  if (version !== undefined && version !== PROJECTION_VERSION) {
    db.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
    db = new DatabaseSync(path)
  }
  // Views can be rebuilt, so a crash may cost the last moments of them, never the file's soundness.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768')
  db.exec('PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY') // erased values are overwritten
  createTables(db)
  noteVersion(db)
  return db
}

/** Under which version the views were derived; undefined: there are none yet. */
function versionOf(db: DatabaseSync): string | undefined {
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get()) return undefined
  const row = db.prepare("SELECT value FROM meta WHERE key = 'version'").get()
  return row && String(row['value'])
}

/** Notes the version, in a new file and after everything in it was thrown away. */
export function noteVersion(db: DatabaseSync): void {
  db.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('version', ?)").run(PROJECTION_VERSION)
}
