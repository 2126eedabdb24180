// RxDB's replication of every collection, over one feed and one server. RxDB keeps what it believes of the server, decides
// what to send and calls the conflict handler; reading, writing and judging rows are ours.
// Invariants: without a connection RxDB's replications are paused, so that nothing piles up in memory; a handler that
// cannot go on ends the connection and lets RxDB ask again with the next one.
import type { RxCollection, RxReplicationWriteToMasterRow, WithDeleted } from 'rxdb'
import { type RxReplicationState, replicateRxCollection } from 'rxdb/plugins/replication'
import { Subject } from 'rxjs'
import type { Database } from '../database'
import { type AnyDocument, type Documents, KINDS, type Kind } from '../engine/documents/kinds'
import type { Feed } from './feed'
import { type Deletable, type PushOutcome, push } from './push'
import { type Remote, RemoteError } from './remote'

/** Documents in one push; batches of this size came closest to CouchDB's own speed (`npm run bench -- sync`). */
const PUSH_BATCH = 1000
/** RxDB asks a failed handler again after so long; by then the connection is paused, or there is another. */
const ASK_AGAIN_MS = 50

interface Checkpoint {
  /** Pages are numbered anew by each process. */
  run: string
  page: number
}

export type Pulled = WithDeleted<AnyDocument>

/** One meeting with the server, from signing in to the first failure. */
export interface Connection {
  remote: Remote
  feed: Feed<Pulled>
  /** Whether most of what we have may be there already. */
  careful: boolean
  /** Ends the connection. */
  fail(error: unknown): void
}

export interface CollectionSync {
  /** Begins, or goes on, with a connection. */
  resume(connection: Connection): Promise<void>
  /** Stops exchanging; what is under way ends first. */
  pause(): Promise<void>
  /** The page of this process up to which a collection has stored everything. */
  storedUpTo(kind: Kind): number
  /** Something waits in the feed for a collection. */
  ring(kind: Kind): void
  /** RxDB's checkpoint of what was sent, once known. */
  sentUpTo(kind: Kind): { id: string; lwt: number } | undefined
  /** Whether RxDB is at work on any collection. */
  readonly busy: boolean
  readonly traffic$: Subject<{ kind: Kind; direction: 'up' | 'down' }>
  close(): Promise<void>
  /** Forgets RxDB's bookkeeping of this epoch, and closes. */
  remove(): Promise<void>
}

export interface CollectionOptions {
  database: Database
  epoch: number
  /** A number for this process. */
  run: string
  /** What became of a push: to keep the list of what was refused. */
  onPushed(kind: Kind, outcome: PushOutcome<Kind>): void
  /** RxDB failed in a way that no handler of ours caused. */
  onFailure(error: unknown): void
}

export function replicateCollections(options: CollectionOptions): CollectionSync {
  const { database, epoch, run, onPushed, onFailure } = options
  let connection: Connection | undefined
  const traffic$ = new Subject<{ kind: Kind; direction: 'up' | 'down' }>()

  /** Runs a handler on the connection there is; one that fails ends it. */
  async function connected<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const used = connection
    if (!used) throw new RemoteError('cancelled', 'There is no connection.')
    try {
      return await work(used)
    } catch (error) {
      if (connection === used) used.fail(error)
      throw error
    }
  }

  const parts = KINDS.map((kind) => {
    const rings$ = new Subject<'RESYNC'>()
    const collection = database.rx.collections[kind] as unknown as RxCollection<Documents[Kind]>
    const state = replicateRxCollection<Documents[Kind], Checkpoint>({
      collection,
      replicationIdentifier: `scv-${epoch}`,
      live: true,
      autoStart: false,
      waitForLeadership: false,
      retryTime: ASK_AGAIN_MS,
      pull: {
        // The feed decides how much comes at once; RxDB shall ask until there is nothing.
        batchSize: 1,
        stream$: rings$,
        handler: () =>
          connected(async ({ feed }) => {
            const { documents, page } = await feed.take(kind)
            return { documents: documents as WithDeleted<Documents[Kind]>[], checkpoint: { run, page } }
          }),
      },
      push: {
        batchSize: PUSH_BATCH,
        handler: (rows) =>
          connected(async ({ remote, careful }) => {
            const outcome = await push(remote, kind, rows.map(toPushRow), careful)
            onPushed(kind, outcome as PushOutcome<Kind>)
            return outcome.conflicts as WithDeleted<Documents[Kind]>[]
          }),
      },
    })
    state.error$.subscribe((error) => {
      // Our handlers have told their failures already; anything else is RxDB's or the storage's.
      if (error.code !== 'RC_PULL' && error.code !== 'RC_PUSH') onFailure(error)
    })
    state.sent$.subscribe(() => traffic$.next({ kind, direction: 'up' }))
    state.received$.subscribe(() => traffic$.next({ kind, direction: 'down' }))
    return { kind, state, rings$ }
  })
  const part = (kind: Kind) => parts.find((one) => one.kind === kind)
  const internal = (state: RxReplicationState<Documents[Kind], Checkpoint>) => state.internalReplicationState

  return {
    traffic$,
    async resume(next) {
      connection = next
      await Promise.all(parts.map(({ state }) => state.start()))
    },
    async pause() {
      connection = undefined
      await Promise.all(parts.map(({ state }) => state.pause()))
    },
    storedUpTo(kind) {
      const state = part(kind)?.state
      const stored = state && (internal(state)?.lastCheckpointDoc.down?.checkpointData as Checkpoint | undefined)
      return stored?.run === run ? stored.page : -1
    },
    ring: (kind) => part(kind)?.rings$.next('RESYNC'),
    sentUpTo(kind) {
      const state = part(kind)?.state
      return state && (internal(state)?.lastCheckpointDoc.up?.checkpointData as { id: string; lwt: number } | undefined)
    },
    get busy() {
      return parts.some(({ state }) => {
        const events = internal(state)?.events
        return events !== undefined && (events.active.up.getValue() || events.active.down.getValue())
      })
    },
    async close() {
      connection = undefined
      await Promise.all(parts.map(({ state }) => state.cancel()))
    },
    async remove() {
      connection = undefined
      await Promise.all(parts.map(({ state }) => state.remove()))
    },
  }
}

function toPushRow<K extends Kind>({
  assumedMasterState,
  newDocumentState,
}: RxReplicationWriteToMasterRow<Documents[K]>) {
  return { assumed: assumedMasterState as Deletable<K> | undefined, next: newDocumentState as Deletable<K> }
}
