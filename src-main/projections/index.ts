// The projections: a SQLite database of views that follows the documents.
// Invariant: views equal what a rebuild from the documents gives; the checkpoint moves in the same transaction as the rows.
import { Subject } from 'rxjs'
import type { Changed, DocumentFeed } from '../engine/document-feed'
import { KINDS, type Kind } from '../engine/documents/kinds'
import type { Stamp } from '../engine/documents/stamp'
import type { ViewChange, Views } from '../engine/ports'
import { createFollower } from './feed-follower'
import { keepLog } from './file/log-keeper'
import { shareReading } from './file/shared-reading'
import { createStatements, type Statements } from './file/statements'
import { DERIVED_TABLES } from './file/tables'
import { createTransaction } from './file/transaction'
import { noteVersion, openViewsFile } from './file/views-file'
import { createPersonCache } from './people/person-cache'
import { searchEntryOf } from './people/person-text'
import { createReader } from './read/reader'
import { createApplier } from './rows/applier'
import { openSearchOutbox, searchPathOf } from './search/outbox'

export interface Projections extends Views {
  /** Throws all views away and derives them from the documents again. */
  rebuild(): Promise<void>
  /** Brings them up to documents in which no stamp is later than `latest`, though there was one: it was taken back. */
  setBack(latest: Stamp): Promise<void>
  /** As `settle`; then the files hold all of it as well, which others may open. */
  flush(): Promise<void>
  /** Waits for what is being written to the file in the background, and closes it. */
  close(): Promise<void>
}

/** What nothing else in the process can interrupt aims to take so many ms: half a frame. */
const STEP_MS = 8
/** Documents applied in one go: as many as the aim allows on this machine and in a database of this size. */
const SLICE_MIN = 8
const SLICE_MAX = 128
const PAGE = 500

/**
 * Opens the projections and brings them up to the documents.
 * @param path of the file, or a URI of SQLite's; the search index has a file beside it
 * @param onError told of a failure in the background; the batch stays and is tried again with the next change
 */
export async function openProjections(
  path: string,
  feed: DocumentFeed,
  onError: (error: unknown) => void,
): Promise<Projections> {
  const db = openViewsFile(path)
  const log = keepLog(db, path, onError)
  // Pages that are only read are taken from the file as the system has it in memory, which spares a call for each.
  db.exec('PRAGMA mmap_size = 1073741824')
  const sql = createStatements(db)
  const personCache = createPersonCache()
  const changes$ = new Subject<ViewChange>()

  /** How often what was written and not committed yet was lost. */
  let losses = 0
  /** Whether the views are to be thrown away before they catch up. */
  let unwanted = false
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
      losses += 1
      follower.fallBehind()
      search.lost()
      personCache.clear()
    },
    onError,
  })
  const read = <T>(work: () => T): T => {
    if (!transaction.isOpen) reading.begin()
    return work()
  }
  const reads: Statements = {
    run: sql.run,
    get: (text, ...values) => read(() => sql.get(text, ...values)),
    all: (text, ...values) => read(() => sql.all(text, ...values)),
  }

  const reader = createReader(reads, (text, limit) => search.search(text, limit), personCache)
  const search = await openSearchOutbox(searchPathOf(path), {
    sql: reads,
    entryOf(id) {
      const row = reader.personRow(id)
      if (row?.id !== id || row.type !== 'Curated' || row.status !== 'active') return undefined
      const person = reader.person(id)
      return (
        person &&
        searchEntryOf(
          person,
          person.members.flatMap((member) => reader.contact(member) ?? []),
        )
      )
    },
    foundAfter: (id, limit) => reader.peopleAfter(id, limit).map((row) => row.id),
    onError,
  })
  const applier = createApplier(sql, search.told, personCache)

  function clear(): void {
    transaction.commit()
    personCache.clear()
    transaction.write(0, () => {
      for (const table of DERIVED_TABLES) db.exec(`DELETE FROM ${table}`)
      db.exec('DELETE FROM meta')
      noteVersion(db)
      search.clear()
    })
    transaction.commit()
  }

  let sliceSize = SLICE_MAX / 4

  /** @param checkpoints how far each kind is with these */
  function apply(changes: readonly Changed[], checkpoints: readonly [Kind, unknown][]): ReadonlySet<string> {
    return transaction.write(changes.length, () => {
      const people = applier.apply(changes)
      for (const [kind, checkpoint] of checkpoints)
        sql.run(
          'INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)',
          `checkpoint:${kind}`,
          JSON.stringify(checkpoint),
        )
      return people
    })
  }

  /** Where something is lost between two slices, the checkpoints stay: they are caught up with from there. */
  async function applyInSlices(
    changes: readonly Changed[],
    checkpoints: readonly [Kind, unknown][],
  ): Promise<Set<string>> {
    const people = new Set<string>()
    const lossesBefore = losses
    for (let start = 0; start < changes.length; ) {
      const slice = changes.slice(start, start + sliceSize)
      start += slice.length
      await yieldToLoop() // also before the first: the commit of the documents has just taken its time
      if (!transaction.isOpen) await Promise.all([log.makeRoom(), search.makeRoom()])
      const begun = performance.now()
      const isWhole = start >= changes.length && losses === lossesBefore
      for (const id of apply(slice, isWhole ? checkpoints : [])) people.add(id)
      const took = performance.now() - begun
      if (took > STEP_MS) sliceSize = Math.max(SLICE_MIN, sliceSize >> 1)
      else if (took < STEP_MS / 2) sliceSize = Math.min(SLICE_MAX, sliceSize + 4)
    }
    return people
  }

  function reached(kind: Kind): unknown {
    const stored = sql.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', `checkpoint:${kind}`)
    return stored && JSON.parse(stored.value)
  }

  /** Whether they show what is no document any more. */
  async function isAhead(): Promise<boolean> {
    for (const kind of KINDS) {
      const checkpoint = reached(kind)
      if (checkpoint !== undefined && !(await feed.reaches(kind, checkpoint))) return true
    }
    return false
  }

  async function catchUp(): Promise<void> {
    if (unwanted) clear()
    unwanted = false
    for (const kind of KINDS) await catchUpOn(kind)
    transaction.commit() // so that a batch that cannot be applied does not take it again
  }

  async function catchUpOn(kind: Kind): Promise<void> {
    for (;;) {
      const page = await feed.since(kind, reached(kind), PAGE)
      if (page.changes.length === 0) break
      const lossesBefore = losses
      await applyInSlices(page.changes, [[kind, page.checkpoint]])
      // Where commits go on failing, whoever waits is told instead of waiting for ever.
      if (losses !== lossesBefore) throw new Error('What the views had taken in could not be kept')
      await yieldToLoop()
    }
  }

  const follower = createFollower({
    catchUp,
    async apply(batches) {
      const checkpoints = batches.map(({ kind, checkpoint }): [Kind, unknown] => [kind, checkpoint])
      const people = await applyInSlices(
        batches.flatMap(({ changes }) => changes),
        checkpoints,
      )
      changes$.next({ people, kinds: new Set(batches.map(({ kind }) => kind)) })
    },
    together: () => sliceSize,
    onError,
  })

  /** For whoever waits, and so has to find it all, unless they say that they will not search for it. */
  async function settle(searching?: 'later'): Promise<void> {
    await follower.settle()
    if (searching === 'later') return
    search.await()
    transaction.awaited = transaction.isOpen
  }

  unwanted = await isAhead()
  // Subscribed before the catch-up, so that nothing committed meanwhile is missed; applying twice is harmless.
  const subscription = feed.committed$.subscribe(follower.take)
  await settle()

  return {
    ...reader,
    changes$,
    settle,
    async searchable() {
      try {
        if (transaction.awaited) transaction.commit()
      } catch (error) {
        onError(error) // what was there before can be found
      }
      await search.searchable()
    },
    async setBack(latest) {
      await settle()
      transaction.write(0, () => {
        sql.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('latestStamp', ?)", latest)
      })
      transaction.commit()
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
    async rebuild() {
      unwanted = true
      follower.fallBehind()
      await settle()
      changes$.next({ people: new Set(), kinds: new Set(KINDS) })
    },
    async close() {
      subscription.unsubscribe()
      changes$.complete()
      await follower.end() // what still waits is caught up with when it opens again
      try {
        transaction.commit()
      } catch (error) {
        onError(error) // the documents are safe: it is caught up with when it opens again
      }
      await log.settle()
      await search.close()
      db.close()
    },
  }
}

function yieldToLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
