// How the search index follows the views: a transactional outbox. The index has a file of its own, written by a thread; the
// views note with each commit whose entries changed, and remember them until the thread has written them.
// Invariant: a person noted in a commit gets into the index, whatever fails or ends in between; a number says how far it
// is, and where that does not fit what the views remember (after a power cut, or without its file) it is made anew. While
// that is so it answers nothing; but where there is one of a version before, that answers and follows until today's is whole.

import { asPersonId, type PersonId, readContactIds } from '@shared/model/ids'
import type { Statements } from '../file/statements'
import type { SearchEntry, SearchIndex } from '.'
import type { SearchChange } from './index-file'
import { type IndexPaths, openIndexes, SCRUB_PAGES } from './indexes'

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
  /** So many people are handed to an index while the application opens; with more an index of before answers meanwhile. */
  atOnce?: number
}

export async function openSearchOutbox(paths: IndexPaths, options: SearchOutboxOptions): Promise<SearchOutbox> {
  const { sql, entryOf } = options
  /** Put in by the open transaction, by the id of the person. */
  const open = new Map<PersonId, SearchChange>()
  /** Up to this number the index is known to have all that was put in, and the outbox remembers nothing. */
  let forgotten = Number(sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'searchKept'")?.value ?? 0)
  /** Number of the last notice, and of the last once the open transaction is committed. */
  let last = Math.max(forgotten, sql.get<{ n: number | null }>('SELECT max(n) AS n FROM search_told')?.n ?? 0)
  let next = last
  let awaited = 0

  const indexes = await openIndexes(paths, {
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

  return {
    entries: {
      put: (entry) => void open.set(entry.personId, entry),
      remove: (personId) => void open.set(personId, { gone: personId }),
    },
    beforeCommit() {
      const written = Math.min(...indexes.all().map((one) => one.written))
      if (written > forgotten) {
        sql.run('DELETE FROM search_told WHERE n <= ?', written)
        sql.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('searchKept', ?)", written)
        forgotten = written
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
      if (last > before) for (const one of indexes.all()) one.send(last, changes)
    },
    lost: () => open.clear(),
    await() {
      awaited = last
    },
    searchable: () => indexes.answering().waitFor(awaited),
    async makeRoom() {
      for (const one of indexes.all()) await one.makeRoom()
    },
    settle: () => indexes.answering().waitFor(last),
    search: indexes.search,
    async scrub() {
      const answering = indexes.answering()
      await answering.reach(last)
      while (!(await answering.indexing.scrub(SCRUB_PAGES)));
    },
    close: indexes.close,
  }
}
