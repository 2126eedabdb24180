// The file of the views, and what it tells about itself.
// Invariant: a file is whole or it is not; one that is not answers no query, and can be gone on with or thrown away.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { openSqlite, type SqliteDatabase } from '../../sqlite/database'
import { SEARCH_INDEX_VERSION } from '../search/document'
import { adaptTables, createTables, PROJECTION_VERSION } from './tables'

/**
 * What a file is: nothing yet; views that are being derived (`loading`: documents are still loaded, without indexes); or
 * views that answer, with the count of times they were derived.
 */
export type ViewsState =
  | { readonly state: 'none' }
  | { readonly state: 'damaged' }
  | { readonly state: 'loading' | 'following'; readonly version: string }
  | { readonly state: 'whole'; readonly version: string; readonly generation: number }

/** The codes of SQLite for a file that is damaged, and for one that is something else. */
const DAMAGED: readonly unknown[] = [11, 26]

export const isDamage = (error: unknown): boolean =>
  DAMAGED.includes(((error as { errcode?: number }).errcode ?? 0) & 0xff)

/** The other of the two files that views take turns in. */
export function otherFileOf(path: string): string {
  return path.replace(/(\.sqlite)?$/, '-2$1')
}

/** Where the search index of some views is: beside them. One of another version has another name, so that it answers until this is whole. */
export function searchPathOf(viewsPath: string): string {
  return viewsPath.replace(/(\.sqlite)?$/, `-search-${SEARCH_INDEX_VERSION}$1`)
}

/** Where the search index of the versions before was. */
export function formerSearchPathOf(viewsPath: string): string {
  return viewsPath.replace(/(\.sqlite)?$/, '-search$1')
}

/** @param path of the file, or `:memory:` */
export function openViewsFile(path: string): SqliteDatabase {
  const db = openSqlite(path)
  try {
    // Views can be derived anew, so a crash may cost the last moments of them, never the file's soundness.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768')
    db.exec('PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY') // erased values are overwritten
    const found = stateIn(db)
    if (found.state === 'none') {
      createTables(db)
      begin(db, 'following')
    } else if (found.state === 'whole' && found.version !== PROJECTION_VERSION) adaptTables(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Notes that a file of new tables is being filled. */
export function begin(db: SqliteDatabase, state: 'loading' | 'following'): void {
  const put = db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)')
  put.run('state', state)
  put.run('version', PROJECTION_VERSION)
}

/**
 * From here on these views are the ones that answer, unless others of a later generation are whole. It is on the disk when
 * this returns.
 */
export function markWhole(db: SqliteDatabase, generation: number): void {
  db.exec('PRAGMA synchronous = FULL')
  db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('state', ?)").run(`whole ${generation}`)
  db.exec('PRAGMA synchronous = NORMAL')
}

/** What a file is, without changing it. */
export function stateOf(path: string): ViewsState {
  if (!existsSync(path)) return { state: 'none' }
  let db: SqliteDatabase | undefined
  try {
    db = openSqlite(path)
    return stateIn(db)
  } catch (error) {
    if (isDamage(error)) return { state: 'damaged' }
    throw error
  } finally {
    db?.close()
  }
}

function stateIn(db: SqliteDatabase): ViewsState {
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get()) return { state: 'none' }
  const read = db.prepare('SELECT value FROM meta WHERE key = ?')
  const noted = (key: string) => read.get(key)?.['value'] as string | undefined
  const version = noted('version')
  if (version === undefined) return { state: 'none' }
  // Before version 15 there was one file, which was emptied to derive it anew, and said nothing of its state.
  const [state, generation] = (noted('state') ?? 'whole 0').split(' ')
  return state === 'loading' || state === 'following'
    ? { state, version }
    : { state: 'whole', version, generation: Number(generation) }
}

/** Forgets a file and the search index beside it, without holding up the event loop. No connection to them may be open. */
export async function removeViews(path: string): Promise<void> {
  for (const one of [path, searchPathOf(path), formerSearchPathOf(path)])
    for (const suffix of ['', '-wal', '-shm']) await rm(one + suffix, { force: true })
}
