// How the search index follows the views: a transactional outbox. The index has a file of its own, written by a thread; the
// views note with each commit whose entries changed, and remember them until the thread has written them.
// Invariant: a person noted in a commit gets into the index, whatever fails or ends in between; a number says how far it
// is, and where that does not fit what the views remember (after a power cut, or without its file) it is made anew. While
// that is so it answers nothing.

import { ScvError } from '@shared/errors'
import { asPersonId, type PersonId, readContactIds } from '@shared/model/ids'
import { openSqlite, type SqliteDatabase } from '../../sqlite/database'
import type { Statements } from '../file/statements'
import { createSearch, type SearchEntry, type SearchIndex } from '.'
import { createDelivery, type Delivery } from './delivery'
import type { SearchChange } from './index-file'

/** What is read of the index without a copy, at most. */
const MAPPED_BYTES = 128 * 1024 * 1024
/** Pages of the index rewritten in one step of a scrub. */
const SCRUB_PAGES = 500

export interface SearchOutbox {
  /** What the applier puts in inside of a transaction. */
  readonly entries: Pick<SearchIndex, 'put' | 'remove'>
  /** To be called before a transaction is committed, after it was, or when it was lost. */
  beforeCommit(): void
  committed(): void
  lost(): void
  /** Who waited for what is committed by now finds it, once `searchable` has resolved. */
  await(): void
  /** Resolves at once as a rule; also when the index cannot be written at the moment: what it has can be found. */
  searchable(): Promise<void>
  /** Waits until there is room for more. */
  makeRoom(): Promise<void>
  /** As `searchable`, for all that is committed. */
  settle(): Promise<void>
  /** @throws ScvError `views_not_ready` while the index is made anew */
  search: SearchIndex['search']
  /** @throws what a step of it failed with */
  scrub(): Promise<void>
  close(): Promise<void>
}

export interface SearchOutboxOptions {
  sql: Statements
  /** What the search is to know of a person by now; undefined: not to be found. */
  entryOf(personId: PersonId): SearchEntry | undefined
  /** Ids of people who are found, in their order, after one. */
  foundAfter(personId: PersonId | '', limit: number): PersonId[]
  /** So many are found, about. */
  count(): number
  onError(error: unknown): void
}

/** As many are handed to an index while the application opens. */
const AT_ONCE = 5_000

/** @param path of the index */
export async function openSearchOutbox(path: string, options: SearchOutboxOptions): Promise<SearchOutbox> {
  const { sql, entryOf, count, onError } = options
  /** Put in by the open transaction, by the id of the person. */
  const open = new Map<PersonId, SearchChange>()
  /** Up to this number the index is known to have all that was put in, and the outbox remembers nothing. */
  let forgotten = Number(sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'searchKept'")?.value ?? 0)
  /** Number of the last notice, and of the last once the open transaction is committed. */
  let last = Math.max(forgotten, sql.get<{ n: number | null }>('SELECT max(n) AS n FROM search_told')?.n ?? 0)
  let next = last
  let awaited = 0

  const delivery = createDelivery(path, {
    ...options,
    forgotten: () => forgotten,
    last: () => last,
    changeOf: (id) => entryOf(id) ?? { gone: id },
    noticesAfter: (n, limit) =>
      sql
        .all<{ n: number; people: string | null }>(
          'SELECT n, people FROM search_told WHERE n > ? ORDER BY n LIMIT ?',
          n,
          limit,
        )
        // Up to version 14 a row without people meant: forget all of them.
        .map(({ n, people }) => ({ n, people: people === null ? undefined : readContactIds(people).map(asPersonId) })),
  })
  const caughtUp = delivery.catchUp()
  if (count() <= AT_ONCE) await caughtUp
  else await delivery.opened
  const index = openToSearch(path, delivery)

  return {
    entries: {
      put: (entry) => void open.set(entry.personId, entry),
      remove: (personId) => void open.set(personId, { gone: personId }),
    },
    beforeCommit() {
      if (delivery.written > forgotten) {
        sql.run('DELETE FROM search_told WHERE n <= ?', delivery.written)
        sql.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('searchKept', ?)", delivery.written)
        forgotten = delivery.written
      }
      next = last
      if (open.size === 0) return
      next += 1
      sql.run('INSERT INTO search_told (n, people) VALUES (?, ?)', next, JSON.stringify([...open.keys()]))
    },
    committed() {
      const changes = [...open.values()]
      const before = last
      last = next
      open.clear()
      if (last > before) delivery.send(last, changes)
    },
    lost: () => open.clear(),
    await() {
      awaited = last
    },
    searchable: () => delivery.waitFor(awaited),
    makeRoom: delivery.makeRoom,
    settle: () => delivery.waitFor(last),
    search: index.search,
    async scrub() {
      await delivery.reach(last)
      while (!(await delivery.indexing.scrub(SCRUB_PAGES)));
    },
    async close() {
      await delivery.end(last)
      index.close()
      await delivery.indexing.close().catch(onError)
    },
  }
}

/** The index through a connection of its own, which is opened when it is first asked: until then it may not be there. */
function openToSearch(path: string, delivery: Delivery): { search: SearchIndex['search']; close(): void } {
  let db: SqliteDatabase | undefined
  let search: SearchIndex['search'] | undefined
  return {
    search(text, limit, isKnown) {
      if (delivery.isMakingAnew)
        throw new ScvError('views_not_ready', 'The search is being prepared. Try again in a moment.')
      if (!search) {
        db = openSqlite(path, { readOnly: true, timeout: 2000 })
        db.exec(`PRAGMA mmap_size = ${MAPPED_BYTES}`)
        search = createSearch(db)
      }
      return search(text, limit, isKnown)
    },
    close: () => db?.close(),
  }
}
