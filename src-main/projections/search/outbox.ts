// How the search index follows the views. It has a file of its own, written by a thread; the views tell it of people once
// they are committed, and remember whom until the thread has written them.
// Invariant: whoever was told of in a commit gets into the index, whatever fails or ends in between; a number says how far
// it is, and where that does not fit what the views remember (after a power cut, or without its file) it is made anew.
import { DatabaseSync } from 'node:sqlite'
import type { Statements } from '../file/statements'
import { createSearch, type SearchEntry, type SearchIndex } from '.'
import type { SearchChange } from './index-file'
import { indexingOf } from './indexing'

/** Whoever writes waits while so many people were told of and are not in the index: it takes a tenth of a second for them. */
const MOST_UNDER_WAY = 2048
/** People told of at once where the index is made anew, or caught up. */
const PAGE = 500
/** A failure is tried again after so many ms. */
const AGAIN_MS = 1000
/** Pages of the index rewritten in one step of a scrub. */
const SCRUB_PAGES = 500

export interface SearchOutbox {
  /** What the applier tells inside of a transaction. */
  readonly told: Pick<SearchIndex, 'put' | 'remove'>
  /** To be called inside of a transaction in which the views are emptied. */
  clear(): void
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
  search: SearchIndex['search']
  /** @throws what a step of it failed with */
  scrub(): Promise<void>
  close(): Promise<void>
}

export interface SearchOutboxOptions {
  sql: Statements
  /** What the search is to know of a person by now; undefined: nobody to be found. */
  entryOf(personId: string): SearchEntry | undefined
  /** Ids of people who are found, in their order, after one. */
  foundAfter(personId: string, limit: number): string[]
  onError(error: unknown): void
}

/** Where the index of some views is: beside them. */
export function searchPathOf(viewsPath: string): string {
  return viewsPath.replace(/(\.sqlite)?(\?.*)?$/, '-search$1$2')
}

/** @param path of the index */
export async function openSearchOutbox(path: string, options: SearchOutboxOptions): Promise<SearchOutbox> {
  const { sql, entryOf, foundAfter, onError } = options
  const indexing = indexingOf(path)

  /** Told in the open transaction, by the id of the person; and whether the views were emptied before that. */
  const open = new Map<string, SearchChange>()
  let isEmptied = false
  /** Number of what was told last, once the open transaction is committed. */
  let next = 0

  /** Up to this number the index is known to have what was told, and the views remember nothing. */
  let forgotten = Number(sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'searchKept'")?.value ?? 0)
  /** Number of what was told last, and up to which number it is in the index. */
  let last = Math.max(forgotten, sql.get<{ n: number | null }>('SELECT max(n) AS n FROM search_told')?.n ?? 0)
  let written = 0
  let awaited = 0
  /** Told and not in the index yet, in their order. */
  const underWay: { n: number; people: number }[] = []
  /** Whether the thread is told of each commit; else all is caught up with first. */
  let inStep = false
  let isFailing = false
  let isClosed = false
  let catchingUp: Promise<void> | undefined
  let again: NodeJS.Timeout | undefined
  let waiters: { upTo: number; resolve(): void }[] = []

  function wake(): void {
    const done = inStep ? waiters.filter(({ upTo }) => upTo <= written) : waiters
    waiters = inStep ? waiters.filter((one) => !done.includes(one)) : []
    for (const { resolve } of done) resolve()
  }

  function waitFor(upTo: number): Promise<void> {
    if (!inStep || upTo <= written) return Promise.resolve()
    return new Promise((resolve) => waiters.push({ upTo, resolve }))
  }

  function failed(error: unknown): void {
    const isNew = !isFailing
    isFailing = true
    inStep = false
    underWay.length = 0
    wake()
    if (!isClosed)
      again ??= setTimeout(() => {
        again = undefined
        if (!inStep) catchUp().catch(failed)
      }, AGAIN_MS).unref()
    if (isNew) onError(error)
  }

  function send(n: number, people: number, task: Promise<void>): void {
    underWay.push({ n, people })
    task.then(
      () => {
        if (!inStep) return
        underWay.shift()
        written = n
        wake()
      },
      (error: unknown) => {
        if (inStep) failed(error)
      },
    )
  }

  const changeOf = (id: string): SearchChange => entryOf(id) ?? { gone: id }

  async function makeAnew(upTo: number): Promise<number> {
    await indexing.clear(undefined)
    for (let page = foundAfter('', PAGE); page.length > 0; page = foundAfter(page.at(-1) ?? '', PAGE))
      await indexing.take(page.map(changeOf), undefined, undefined)
    await indexing.take([], undefined, upTo)
    return upTo
  }

  /** Tells again what came behind a number. People are told of as they are by now. @returns up to where that was */
  async function tellAgain(after: number): Promise<number> {
    const rows = sql.all<{ n: number; people: string | null }>(
      'SELECT n, people FROM search_told WHERE n > ? ORDER BY n LIMIT 20',
      after,
    )
    const upTo = rows.at(-1)?.n
    if (upTo === undefined) return makeAnew(last)
    const emptied = rows.findLast(({ people }) => people === null)?.n
    if (emptied !== undefined) await indexing.clear(emptied)
    const from = emptied ?? after
    const ids = new Set(rows.flatMap(({ n, people }) => (n > from ? (JSON.parse(people ?? '[]') as string[]) : [])))
    if (upTo > from) await indexing.take([...ids].map(changeOf), from, upTo)
    return upTo
  }

  /** Brings the index up to what was told, from wherever it is. */
  function catchUp(): Promise<void> {
    catchingUp ??= (async () => {
      const found = await indexing.open()
      const isKnown = found !== undefined && found >= forgotten && found <= last
      let reached = isKnown ? found : await makeAnew(last)
      while (reached < last && !isClosed) reached = await tellAgain(reached)
      written = reached
      inStep = reached === last
      isFailing = false
    })().finally(() => {
      catchingUp = undefined
    })
    return catchingUp
  }

  await catchUp().catch(failed)
  const reading = new DatabaseSync(path, { readOnly: true, timeout: 2000 })
  reading.exec('PRAGMA mmap_size = 1073741824')
  const search = createSearch(reading)

  return {
    told: {
      put: (entry) => void open.set(entry.personId, entry),
      remove: (personId) => void open.set(personId, { gone: personId }),
    },
    clear() {
      open.clear()
      isEmptied = true
    },
    beforeCommit() {
      if (written > forgotten) {
        sql.run('DELETE FROM search_told WHERE n <= ?', written)
        sql.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('searchKept', ?)", written)
        forgotten = written
      }
      next = last
      if (isEmptied) {
        next += 1
        sql.run('DELETE FROM search_told')
        sql.run('INSERT INTO search_told (n, people) VALUES (?, NULL)', next)
      }
      if (open.size > 0) {
        next += 1
        sql.run('INSERT INTO search_told (n, people) VALUES (?, ?)', next, JSON.stringify([...open.keys()]))
      }
    },
    committed() {
      const [before, changes, wasEmptied] = [last, [...open.values()], isEmptied]
      last = next
      open.clear()
      isEmptied = false
      if (inStep) {
        if (wasEmptied) send(before + 1, 0, indexing.clear(before + 1))
        if (changes.length > 0) send(last, changes.length, indexing.take(changes, last - 1, last))
      } else if (!again && last > before) catchUp().catch(failed)
    },
    lost() {
      open.clear()
      isEmptied = false
    },
    await() {
      awaited = last
    },
    searchable: () => waitFor(awaited),
    async makeRoom() {
      while (underWay.reduce((sum, { people }) => sum + people, 0) > MOST_UNDER_WAY) await waitFor(underWay[0]?.n ?? 0)
    },
    settle: () => waitFor(last),
    search,
    async scrub() {
      await (inStep ? waitFor(last) : catchUp())
      while (!(await indexing.scrub(SCRUB_PAGES)));
    },
    async close() {
      isClosed = true
      clearTimeout(again)
      await catchingUp?.catch(onError)
      await waitFor(last)
      reading.close()
      await indexing.close().catch(onError)
    },
  }
}
