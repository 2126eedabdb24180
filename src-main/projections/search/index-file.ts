// The file of the search index. It is written by a thread of its own (`indexing-thread.ts`) and read by searches.
// Invariant: it holds exactly what was told up to the number it gives as reached; what would leave a gap is refused.

import { rmSync } from 'node:fs'
import type { PersonId } from '@shared/model/ids'
import { openSqlite, type SqliteDatabase } from '../../sqlite/database'
import { SEARCH_INDEX_VERSION, type SearchEntry } from './document'
import { createSearchIndex } from './search-index'

/** A person as they are now, or the id of one who is not to be found any more. */
export type SearchChange = SearchEntry | { readonly gone: PersonId }

/** Number of the last that was told; undefined: it is not known what the index holds, such as nothing in a new one. */
export type Reached = number | undefined

export interface IndexFile {
  readonly reached: Reached
  /** Takes in what was told behind `after`. @throws when that is not how far it is, or it cannot be written: all stays then */
  take(changes: readonly SearchChange[], after: Reached, reached: Reached): void
  /** Forgets everybody. */
  clear(reached: Reached): void
  /** Rewrites about so many pages without what was removed (see `SearchIndex.scrub`); true: all is done, the log as well. */
  scrub(pages: number): boolean
  close(): void
}

/** The codes of SQLite for a file that is damaged, and for one that is something else. */
const DAMAGED: readonly unknown[] = [11, 26]

/**
 * Opens the file, or makes it. One of another version, or one that is no database any more, is thrown away: its content is
 * told anew.
 * @param path of the file, or a URI of SQLite's
 */
export function openIndexFile(path: string): IndexFile {
  try {
    return open(path)
  } catch (error) {
    if (!(error instanceof OtherVersion) && !DAMAGED.includes((error as { errcode?: unknown }).errcode)) throw error
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
    return open(path)
  }
}

class OtherVersion extends Error {}

function open(path: string): IndexFile {
  const db = openSqlite(path, { timeout: 2000 })
  try {
    return over(db)
  } catch (error) {
    db.close()
    throw error
  }
}

function over(db: SqliteDatabase): IndexFile {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version !== 0 && version !== SEARCH_INDEX_VERSION) throw new OtherVersion()
  // It can be told anew, so a crash may cost the last moments of it, never its soundness. Erased values are overwritten.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384')
  db.exec('PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216')
  db.exec('CREATE TABLE IF NOT EXISTS search_reached (n INTEGER NOT NULL) STRICT')
  const index = createSearchIndex(db)
  if (version === 0) db.exec(`PRAGMA user_version = ${SEARCH_INDEX_VERSION}`)

  const readReached = db.prepare('SELECT n FROM search_reached')
  const forgetReached = db.prepare('DELETE FROM search_reached')
  const noteReached = db.prepare('INSERT INTO search_reached VALUES (?)')
  let reached: Reached = readReached.get()?.['n'] as number | undefined

  function write(next: Reached, change: () => void): void {
    db.exec('BEGIN IMMEDIATE')
    try {
      change()
      index.writeOut()
      forgetReached.run()
      if (next !== undefined) noteReached.run(next)
      db.exec('COMMIT')
    } catch (error) {
      index.rolledBack()
      if (db.isTransaction) db.exec('ROLLBACK') // an error may have ended it
      throw error
    }
    reached = next
  }

  return {
    get reached() {
      return reached
    },
    take(changes, after, next) {
      if (after !== reached) throw new Error(`The search index is at ${reached}, not at ${after}`)
      write(next, () => {
        for (const change of changes)
          if ('gone' in change) index.remove(change.gone)
          else index.put(change)
      })
    },
    clear: (next) => write(next, index.clear),
    scrub(pages) {
      let isClean = false
      write(reached, () => {
        isClean = index.scrub(pages)
      })
      if (isClean) db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      return isClean
    },
    close: () => db.close(),
  }
}
