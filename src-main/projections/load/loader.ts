// Loads all documents into an empty file of views, on the thread that calls. Rows go in without the large indexes, which are
// made at the end, and each page is one transaction together with the place behind it.
// Invariant: a file that was left at any moment can be gone on with from where it says it is.

import { type Changed, documentIn } from '../../engine/document-feed'
import type { Kind } from '../../engine/documents/kinds'
import { openSqlite } from '../../sqlite/database'
import { createStatements } from '../file/statements'
import { COMPLETE_TABLES, createTablesToLoad } from '../file/tables'
import { begin } from '../file/views-file'
import { createPersonCache } from '../people/person-cache'
import { createApplier } from '../rows/applier'
import type { SearchEntry } from '../search/document'

/** How far a kind is loaded: `after` as the feed has it, and whether that was all. */
export interface Place {
  readonly after?: unknown
  readonly isDone: boolean
}

/** What a file says of itself. */
export interface Places {
  readonly kinds: Partial<Record<Kind, Place>>
  /** Behind what was committed before loading began. */
  readonly checkpoints: Partial<Record<Kind, unknown>>
  /** The outbox number of the last page whose people were handed to the search index. */
  readonly outboxNumber: number
}

export interface Loader {
  /** How far each kind is that was begun. */
  places(): Places
  /** Notes the checkpoints behind what was committed before loading began: they are caught up with from there. */
  noteCheckpoints(checkpoints: Readonly<Record<Kind, unknown>>): void
  /**
   * @param place behind these documents
   * @param outboxNumber which the search index is to note with them
   * @returns what the search is to know of the people among them
   */
  take(kind: Kind, texts: readonly string[], place: Place, outboxNumber: number): SearchEntry[]
  /** Does one of the steps that remain; each may take seconds. @returns whether there are more */
  complete(): boolean
  close(): void
}

/** Pages of the file kept in memory: what comes in no order, such as ids of interactions, finds its place there. */
const CACHE_KIB = 131_072
const LOG_PAGES = 8192

export function openLoader(path: string): Loader {
  const db = openSqlite(path)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}`)
  db.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES}`)
  createTablesToLoad(db)
  const sql = createStatements(db)
  if (!sql.get("SELECT 1 FROM meta WHERE key = 'state'")) begin(db, 'loading')
  const entries = new Map<string, SearchEntry>()
  const applier = createApplier(
    sql,
    { put: (entry) => void entries.set(entry.personId, entry), remove: (id) => void entries.delete(id) },
    createPersonCache(),
  )

  function inTransaction(write: () => void): void {
    db.exec('BEGIN IMMEDIATE')
    try {
      write()
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  const note = (key: string, value: unknown) =>
    void sql.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', key, JSON.stringify(value))

  function noted<T>(prefix: string): Partial<Record<Kind, T>> {
    const rows = sql.all<{ key: string; value: string }>('SELECT key, value FROM meta WHERE key LIKE ?', `${prefix}:%`)
    return Object.fromEntries(rows.map(({ key, value }) => [key.slice(prefix.length + 1), JSON.parse(value)]))
  }

  function places(): Places {
    const outboxNumber = Number(
      sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'searchKept'")?.value ?? 0,
    )
    return { kinds: noted<Place>('loaded'), checkpoints: noted('checkpoint'), outboxNumber }
  }

  return {
    places,

    noteCheckpoints: (checkpoints) =>
      inTransaction(() => {
        for (const [kind, checkpoint] of Object.entries(checkpoints)) note(`checkpoint:${kind}`, checkpoint)
      }),

    take(kind, texts, place, number) {
      entries.clear()
      inTransaction(() => {
        const changes = texts.map((text) => {
          const document = documentIn(text)
          return { kind, id: document.id, document, isNew: true } as Changed
        })
        if (changes.length > 0) applier.load(changes)
        if (place.isDone) applier.endLoadOf(kind)
        note(`loaded:${kind}`, place)
        note('searchKept', number)
      })
      return [...entries.values()]
    },

    complete() {
      const done = Number(sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'completed'")?.value ?? 0)
      const statement = COMPLETE_TABLES[done]
      inTransaction(() => {
        if (statement !== undefined) db.exec(statement)
        else {
          applier.completeLoad()
          sql.run("DELETE FROM meta WHERE key LIKE 'loaded:%' OR key = 'completed'")
          sql.run("UPDATE meta SET value = 'following' WHERE key = 'state'")
          return
        }
        note('completed', done + 1)
      })
      if (statement === undefined) db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      return statement !== undefined
    },

    close: () => db.close(),
  }
}
