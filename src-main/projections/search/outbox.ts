// How the search index follows the views: a transactional outbox. The index has a file of its own, written by a thread; the
// views note with each commit whose entries changed, and remember them until the thread has written them.
// Invariant: a person noted in a commit gets into the index, whatever fails or ends in between; a number says how far it
// is, and where that does not fit what the views remember (after a power cut, or without its file) it is made anew. While
// that is so it answers nothing; but where there is one of a version before, that answers and follows until today's is whole.

import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { ScvError } from '@shared/errors'
import { asPersonId, type PersonId, readContactIds } from '@shared/model/ids'
import { openSqlite, type SqliteDatabase } from '../../sqlite/database'
import type { Statements } from '../file/statements'
import { createSearch, type SearchEntry, type SearchIndex } from '.'
import { createDelivery, type Delivery } from './delivery'
import { type SearchChange, wholeVersionOf } from './index-file'

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
  /** So many people are handed to an index while the application opens; with more an index of before answers meanwhile. */
  atOnce?: number
}

/** As many are handed to an index while the application opens. */
const AT_ONCE = 5_000

/** Where an index is, and where one of a version before may be. */
export interface IndexPaths {
  path: string
  /** It answers, and is told of what changes, until the other is whole; then it is removed. */
  former?: string
  /** The views themselves are derived anew, with an index of their own: nothing takes the place of the former. */
  isToBeReplaced?: boolean
}

export async function openSearchOutbox(paths: IndexPaths, options: SearchOutboxOptions): Promise<SearchOutbox> {
  const { sql, entryOf, count, onError, atOnce = AT_ONCE } = options
  /** Put in by the open transaction, by the id of the person. */
  const open = new Map<PersonId, SearchChange>()
  /** Up to this number the index is known to have all that was put in, and the outbox remembers nothing. */
  let forgotten = Number(sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'searchKept'")?.value ?? 0)
  /** Number of the last notice, and of the last once the open transaction is committed. */
  let last = Math.max(forgotten, sql.get<{ n: number | null }>('SELECT max(n) AS n FROM search_told')?.n ?? 0)
  let next = last
  let awaited = 0

  const deliveryTo = (path: string, onInStep?: () => void) =>
    createDelivery(path, {
      ...options,
      ...(onInStep ? { onInStep } : {}),
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
          .map(({ n, people }) => ({
            n,
            people: people === null ? undefined : readContactIds(people).map(asPersonId),
          })),
    })

  const isSmall = count() <= atOnce
  const { path, former, isToBeReplaced = false } = paths
  const hasFormer = former !== undefined && existsSync(former)
  const answersMeanwhile =
    hasFormer && !isSmall && wholeVersionOf(path) === undefined && wholeVersionOf(former) !== undefined
  /** The index that answers, and the one that is made to take its place. */
  let delivery = deliveryTo(answersMeanwhile ? former : path)
  let index = openToSearch(answersMeanwhile ? former : path, delivery)
  let upgrade: Delivery | undefined
  let retired = Promise.resolve()
  let isClosing = false
  const all = () => (upgrade ? [delivery, upgrade] : [delivery])

  /** Of what was erased while the other was made, that may hold what is left of deleting: the former goes after it was scrubbed. */
  async function removeFormer(): Promise<void> {
    if (former === undefined) return
    let isClean = false
    while (!isClosing && !isClean) isClean = await delivery.indexing.scrub(SCRUB_PAGES)
    if (isClean) for (const suffix of ['', '-wal', '-shm']) await rm(former + suffix, { force: true })
  }

  function swap(): void {
    if (!upgrade) return
    const [old, oldIndex] = [delivery, index]
    delivery = upgrade
    index = openToSearch(path, upgrade)
    upgrade = undefined
    retired = (async () => {
      await old.end(last)
      oldIndex.close()
      await old.indexing.close()
      await removeFormer()
    })().catch(onError)
  }

  const caughtUp = delivery.catchUp()
  if (isSmall) await caughtUp
  else await delivery.opened
  if (answersMeanwhile && !isToBeReplaced) {
    upgrade = deliveryTo(path, swap)
    void upgrade.catchUp()
  } else if (hasFormer && !answersMeanwhile) retired = caughtUp.then(removeFormer).catch(onError)

  return {
    entries: {
      put: (entry) => void open.set(entry.personId, entry),
      remove: (personId) => void open.set(personId, { gone: personId }),
    },
    beforeCommit() {
      const written = Math.min(...all().map((one) => one.written))
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
      if (last > before) for (const one of all()) one.send(last, changes)
    },
    lost: () => open.clear(),
    await() {
      awaited = last
    },
    searchable: () => delivery.waitFor(awaited),
    async makeRoom() {
      for (const one of all()) await one.makeRoom()
    },
    settle: () => delivery.waitFor(last),
    search: (text, limit, isKnown) => index.search(text, limit, isKnown),
    async scrub() {
      await delivery.reach(last)
      while (!(await delivery.indexing.scrub(SCRUB_PAGES)));
    },
    async close() {
      isClosing = true
      const closing = all()
      upgrade = undefined
      await Promise.all(closing.map((one) => one.end(last)))
      await retired
      index.close()
      for (const one of closing) await one.indexing.close().catch(onError)
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
