// One file of views with the search index beside it, following the documents: what `index.ts` opens one of, and a second one
// while views are rebuilt.
// Invariant: views equal what deriving them from the documents anew gives, as soon as `settle` resolves.

import type { PersonId, Stamp } from '@shared/model/ids'
import type { Observable } from 'rxjs'
import type { DocumentFeed } from '../engine/document-feed'
import type { SettleOptions, ViewChange } from '../engine/ports'
import { keepLog } from './file/log-keeper'
import { shareReading } from './file/shared-reading'
import { createStatements, type Statements } from './file/statements'
import { createTransaction } from './file/transaction'
import { formerSearchPathOf, markWhole, openViewsFile, searchPathOf } from './file/views-file'
import { followDocuments } from './follow-documents'
import { STEP_MS } from './following'
import { createPersonCache } from './people/person-cache'
import { searchEntryOf } from './people/person-text'
import { createReader, type ReadViews } from './read/reader'
import { createApplier } from './rows/applier'
import { openSearchOutbox } from './search/outbox'

/** What is read of the file without a copy, at most: more makes the process large and reading no faster. */
const MAPPED_BYTES = 128 * 1024 * 1024

export interface Generation {
  readonly path: string
  readonly views: ReadViews
  readonly changes$: Observable<ViewChange>
  settle(options?: SettleOptions): Promise<void>
  searchable(): Promise<void>
  flush(): Promise<void>
  scrub(): Promise<void>
  /** Notes another latest stamp than the documents gave when they were taken in. */
  setLatest(latest: Stamp): void
  /** Whether the views have all that was committed. */
  readonly isUpToDate: boolean
  /** Whether they show nothing that is no document any more. */
  isReached(): Promise<boolean>
  /** Makes these the views that answer, for this process and those after it (`markWhole`); on the disk when it returns. */
  becomeWhole(generation: number): void
  close(): Promise<void>
}

/**
 * Opens views, or makes them. They follow the documents from now on, and may be behind: `settle` waits.
 * @param path of the file, or a URI of SQLite's
 * @param onError told of a failure in the background; the batch stays and is tried again with the next change
 * @param isToBeReplaced others are derived to take their place
 */
export async function openGeneration(
  path: string,
  feed: DocumentFeed,
  onError: (error: unknown) => void,
  isToBeReplaced = false,
): Promise<Generation> {
  const db = openViewsFile(path)
  const log = keepLog(db, path, onError)
  db.exec(`PRAGMA mmap_size = ${MAPPED_BYTES}`)
  const sql = createStatements(db)
  const personCache = createPersonCache()

  const reading = shareReading(db, onError)
  const transaction = createTransaction(db, {
    reading,
    longMs: STEP_MS,
    beforeCommit: () => search.beforeCommit(),
    onCommitted(awaited) {
      search.committed()
      if (awaited) search.await()
    },
    onLost() {
      following.noteLoss()
      search.lost()
      personCache.clear()
    },
    onError,
  })
  const reads = readsIn(sql, () => {
    if (!transaction.isOpen) reading.begin()
  })
  const views = createReader(reads, (text, limit, isKnown) => search.search(text, limit, isKnown), personCache)
  const search = await openSearchOutbox(
    { path: searchPathOf(path), former: formerSearchPathOf(path), isToBeReplaced },
    {
      sql: reads,
      entryOf: (id) => entryOf(views, id),
      foundAfter: (id, limit) => views.peopleAfter(id, limit).map((row) => row.id),
      count: () => views.counts().curated,
      onError,
    },
  )
  const following = followDocuments(feed, {
    ...{ sql, transaction, onError },
    applier: createApplier(sql, search.entries, personCache),
    makeRoom: () => Promise.all([log.makeRoom(), search.makeRoom()]),
  })

  /** A waiting caller has to find it all, unless it says that it will not search for it. */
  async function settle(options?: SettleOptions): Promise<void> {
    await following.settle()
    if (options?.searchable === false) return
    search.await()
    transaction.awaited = transaction.isOpen
  }

  /** @param failed what a failure comes to: the documents are safe, and it is caught up with */
  function commit(failed: (error: unknown) => void): void {
    try {
      transaction.commit()
    } catch (error) {
      failed(error)
    }
  }

  return {
    ...{ path, views, settle },
    changes$: following.changes$,
    async searchable() {
      if (transaction.awaited) commit(onError) // what was there before can be found
      await search.searchable()
    },
    async flush() {
      await settle()
      transaction.commit()
      await search.settle()
    },
    async scrub() {
      await log.settle() // two cannot move the log at once
      transaction.commit() // nor can it be moved while something is being written
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      await search.scrub()
    },
    setLatest(latest) {
      transaction.write(0, () => {
        sql.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('latestStamp', ?)", latest)
      })
      transaction.commit()
    },
    get isUpToDate() {
      return following.isIdle
    },
    isReached: following.isReached,
    becomeWhole(generation) {
      transaction.commit()
      markWhole(db, generation)
    },
    async close() {
      await following.end() // what still waits is caught up with when it opens again
      commit(onError)
      await log.settle()
      await search.close()
      db.close()
    },
  }
}

/** @param begin to be called before anything is read */
function readsIn(sql: Statements, begin: () => void): Statements {
  return {
    run: sql.run,
    get(text, ...values) {
      begin()
      return sql.get(text, ...values)
    },
    all(text, ...values) {
      begin()
      return sql.all(text, ...values)
    },
  }
}

/** What the search is to know of a person by now; undefined: there is none to be found. */
function entryOf(views: ReadViews, id: PersonId) {
  const row = views.personRow(id)
  if (row?.id !== id || row.type !== 'Curated' || row.status !== 'active') return undefined
  const person = views.person(id)
  if (!person) return undefined
  const members = person.members.flatMap((member) => views.contact(member) ?? [])
  return searchEntryOf(person, members)
}
