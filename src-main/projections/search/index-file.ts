// The file of the search index. It is written by a thread of its own (`indexing-thread.ts`) and read by searches.
// Invariant: it holds exactly what was told up to the number it gives as reached; what would leave a gap is refused.

import { existsSync, rmSync } from 'node:fs'
import type { PersonId } from '@shared/model/ids'
import { openSqlite, type SqliteDatabase } from '../../sqlite/database'
import { SEARCH_INDEX_VERSION, type SearchEntry } from './document'
import { formatOf } from './formats'
import { createSearchIndex } from './search-index'

/** A person as they are now, or the id of one who is not to be found any more. */
export type SearchChange = SearchEntry | { readonly gone: PersonId }

/** Number of the last that was told; undefined: it is not known what the index holds, such as nothing in a new one. */
export type Reached = number | undefined

/** How far an index is that is made anew: behind which person, and since which notice changes are told of again. */
export interface MadeUpTo {
  readonly personId: PersonId | ''
  readonly since: number
}

export interface IndexFile {
  readonly reached: Reached
  /** Where making it anew is to be gone on with. */
  readonly madeUpTo: MadeUpTo | undefined
  /** Takes in what was told behind `after`. @throws when that is not how far it is, or it cannot be written: all stays then */
  take(changes: readonly SearchChange[], after: Reached, reached: Reached, madeUpTo?: MadeUpTo): void
  /** Forgets everybody. */
  clear(reached: Reached, madeUpTo?: MadeUpTo): void
  /** Rewrites about so many pages without what was removed (see `SearchIndex.scrub`); true: all is done, the log as well. */
  scrub(pages: number): boolean
  close(): void
}

/** The version of an index that has all it was told of, and can be read; undefined: there is none. */
export function wholeVersionOf(path: string): number | undefined {
  if (!existsSync(path)) return undefined
  let db: SqliteDatabase | undefined
  try {
    db = openSqlite(path, { timeout: 2000 })
    const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
    const isReadable = version !== 0 && formatOf(version) !== undefined
    return isReadable && db.prepare('SELECT n FROM search_reached').get() ? version : undefined
  } catch {
    return undefined // what is the matter with it is met when it is opened to be written
  } finally {
    db?.close()
  }
}

/** The codes of SQLite for a file that is damaged, and for one that is something else. */
const DAMAGED: readonly unknown[] = [11, 26]

/**
 * Opens the file, or makes it. One of a version that cannot be read, or one that is no database any more, is thrown away: its content is
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
  if (!formatOf(version)) throw new OtherVersion()
  // It can be told anew, so a crash may cost the last moments of it, never its soundness. Erased values are overwritten.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384')
  db.exec('PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216')
  db.exec(`CREATE TABLE IF NOT EXISTS search_reached (n INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS search_made (person_id TEXT NOT NULL, since INTEGER NOT NULL) STRICT`)
  const index = createSearchIndex(db)
  if (version === 0) db.exec(`PRAGMA user_version = ${SEARCH_INDEX_VERSION}`)

  const readReached = db.prepare('SELECT n FROM search_reached')
  const forgetReached = db.prepare('DELETE FROM search_reached')
  const noteReached = db.prepare('INSERT INTO search_reached VALUES (?)')
  let reached: Reached = readReached.get()?.['n'] as number | undefined
  const forgetMade = db.prepare('DELETE FROM search_made')
  const noteMade = db.prepare('INSERT INTO search_made VALUES (?, ?)')
  let madeUpTo = db.prepare('SELECT person_id AS personId, since FROM search_made').get() as MadeUpTo | undefined

  function write(next: Reached, made: MadeUpTo | undefined, change: () => void): void {
    db.exec('BEGIN IMMEDIATE')
    try {
      change()
      index.writeOut()
      forgetReached.run()
      if (next !== undefined) noteReached.run(next)
      if (made !== madeUpTo) forgetMade.run()
      if (made !== madeUpTo && made) noteMade.run(made.personId, made.since)
      db.exec('COMMIT')
    } catch (error) {
      index.rolledBack()
      if (db.isTransaction) db.exec('ROLLBACK') // an error may have ended it
      throw error
    }
    reached = next
    madeUpTo = made
  }

  return {
    get reached() {
      return reached
    },
    get madeUpTo() {
      return madeUpTo
    },
    take(changes, after, next, made) {
      if (after !== reached) throw new Error(`The search index is at ${reached}, not at ${after}`)
      write(next, made, () => {
        for (const change of changes)
          if ('gone' in change) index.remove(change.gone)
          else index.put(change)
      })
    },
    clear: (next, made) => write(next, made, index.clear),
    scrub(pages) {
      let isClean = false
      write(reached, madeUpTo, () => {
        isClean = index.scrub(pages)
      })
      if (isClean) db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      return isClean
    },
    close: () => db.close(),
  }
}
