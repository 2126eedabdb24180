// RxDB's replication of every collection, over one feed and one server. RxDB keeps what it believes of the server, decides
// what to send and calls the conflict handler; reading, writing and judging rows are ours.
// Invariants: one set of replications serves one connection, and ends with it: RxDB's own pause may note pages as sent that
// it could not send. What a push reports as done is covered by a mark (server-generation.ts) before RxDB hears of it.
import type { RxCollection, RxReplicationWriteToMasterRow, WithDeleted } from 'rxdb'
import { type RxReplicationState, replicateRxCollection } from 'rxdb/plugins/replication'
import { Subject } from 'rxjs'
import type { Database } from '../../database'
import { type Documents, KINDS, type Kind } from '../../engine/documents/kinds'
import type { Feed } from '../couch/feed'
import { type Remote, RemoteError } from '../couch/remote'
import { gatherWrites } from './backlog'
import { notOlder, sendMore } from './incoming'
import { type Deletable, type Pulled, type PushOutcome, push } from './push'
import {
  believedDocuments,
  endReplication,
  isBusy,
  type SentUpTo,
  sendingNoted,
  sentCheckpoint,
  storedCheckpoint,
} from './rxdb-inside'

/** Documents in one push: larger ones were no faster, and took more memory (`npm run bench -- sync`). */
const PUSH_BATCH = 500
/** RxDB asks a failed handler again after so long; by then the connection has ended. */
const ASK_AGAIN_MS = 50

interface Checkpoint {
  /** Pages are numbered anew by each process. */
  run: string
  page: number
}

export type { SentUpTo } from './rxdb-inside'

export interface CollectionSync {
  start(): Promise<void>
  /** The page of this process up to which a collection has stored everything. */
  storedUpTo(kind: Kind): number
  /** Something waits in the feed for a collection. */
  ring(kind: Kind): void
  /** How far a collection was sent, once known; also after the end. */
  sentUpTo(kind: Kind): SentUpTo | undefined
  /** Documents as RxDB believes that the server has them, of those among `ids` that it believes to be there; once started. */
  believed(kind: Kind, ids: readonly string[]): Promise<Pulled[]>
  /** Whether RxDB is at work on any collection. */
  readonly busy: boolean
  /** Ends them for good; answers when nothing of them is at work any more. The connection must have ended before. */
  end(): Promise<void>
}

export interface CollectionOptions {
  database: Database
  /** Names RxDB's bookkeeping. */
  epoch: number
  /** A number for this process. */
  run: string
  remote: Pick<Remote, 'read' | 'readRevision' | 'write' | 'copies'>
  /** Who is signed in. */
  user: string
  feed: Pick<Feed<Pulled>, 'take'>
  /** Whether most of what we have may be there already. */
  compareFirst: boolean
  /** Something was sent: what became of each row. Answers once the server remembers that we sent it. */
  onPushed(kind: Kind, outcome: PushOutcome<Kind>): Promise<void>
  /** Whether the server would not have ours. */
  isAside(kind: Kind, id: string): boolean
  onTraffic(kind: Kind, direction: 'up' | 'down'): void
  /** A handler cannot go on: the connection is to end. */
  fail(error: unknown): void
  /** RxDB failed to store something: what it believes of the server is void. */
  onFailure(error: unknown): void
}

type State = RxReplicationState<Documents[Kind], Checkpoint>

export function replicateCollections(options: CollectionOptions): CollectionSync {
  const { database, epoch, run, remote, user, feed, compareFirst, onPushed, isAside, onTraffic, fail, onFailure } =
    options
  let ended = false

  /** Runs a handler; one that fails ends the connection. */
  async function connected<T>(work: () => Promise<T>): Promise<T> {
    if (ended) throw new RemoteError('cancelled', 'There is no connection.')
    try {
      return await work()
    } catch (error) {
      if (!ended) fail(error)
      throw error
    }
  }

  const parts = KINDS.map((kind) => {
    const rings$ = new Subject<'RESYNC'>()
    const collection = database.rx.collections[kind] as unknown as RxCollection<Documents[Kind]>
    const state: State = replicateRxCollection<Documents[Kind], Checkpoint>({
      collection: gatherWrites(collection, () => rings$.next('RESYNC')),
      replicationIdentifier: identifierOf(epoch),
      live: true,
      autoStart: false,
      waitForLeadership: false,
      retryTime: ASK_AGAIN_MS,
      pull: {
        // The feed decides how much comes at once; RxDB shall ask until there is nothing.
        batchSize: 1,
        stream$: rings$,
        handler: () =>
          connected(async () => {
            const { documents, page } = await feed.take(kind)
            await sendingNoted(state)
            const theirs = documents as Deletable<Kind>[]
            const news = await notOlder(database.store, remote, kind, theirs, (id) => isAside(kind, id))
            await onPushed(kind, await sendMore(remote, kind, theirs, news, user))
            return { documents: news as WithDeleted<Documents[Kind]>[], checkpoint: { run, page } }
          }),
      },
      push: {
        batchSize: PUSH_BATCH,
        handler: (rows) =>
          connected(async () => {
            const outcome = await push(remote, kind, rows.map(toPushRow), compareFirst, user)
            await onPushed(kind, outcome as PushOutcome<Kind>)
            return outcome.conflicts as WithDeleted<Documents[Kind]>[]
          }),
      },
    })
    state.error$.subscribe((error) => {
      if (!ended && !isOurs(error)) onFailure(error)
    })
    state.sent$.subscribe(() => onTraffic(kind, 'up'))
    state.received$.subscribe(() => onTraffic(kind, 'down'))
    return { kind, state, rings$ }
  })
  const stateOf = (kind: Kind) => parts.find((one) => one.kind === kind)?.state

  return {
    async start() {
      await Promise.all(parts.map(({ state }) => state.start()))
    },
    storedUpTo(kind) {
      const state = stateOf(kind)
      const stored = state && (storedCheckpoint(state) as Checkpoint | undefined)
      return stored?.run === run ? stored.page : -1
    },
    ring: (kind) => parts.find((one) => one.kind === kind)?.rings$.next('RESYNC'),
    sentUpTo(kind) {
      const state = stateOf(kind)
      return state && sentCheckpoint(state)
    },
    async believed(kind, ids) {
      const state = stateOf(kind)
      return state ? ((await believedDocuments(state, ids)) as Pulled[]) : []
    },
    get busy() {
      return parts.some(({ state }) => isBusy(state))
    },
    async end() {
      ended = true
      await Promise.all(parts.map(({ state }) => endReplication(state)))
    },
  }
}

/** Removes RxDB's bookkeeping of a generation, which holds the documents as the server was believed to have them. */
export async function forgetGeneration(database: Database, epoch: number): Promise<void> {
  for (const kind of KINDS) {
    const state = replicateRxCollection<Documents[Kind], Checkpoint>({
      collection: database.rx.collections[kind] as unknown as RxCollection<Documents[Kind]>,
      replicationIdentifier: identifierOf(epoch),
      autoStart: false,
      waitForLeadership: false,
      pull: { handler: async () => ({ documents: [], checkpoint: undefined }) },
    })
    await state.remove()
  }
}

const identifierOf = (epoch: number): string => `scv-${epoch}`

/**
 * Whether an error of RxDB's is one that a handler of ours threw, or the loss of a race between its two directions over a
 * note of its own: it asks again then. Anything else is a failure of the storage.
 */
function isOurs({ code, parameters }: { code: string; parameters: object }): boolean {
  if (code !== 'RC_PULL' && code !== 'RC_PUSH') return false
  const { writeError } = parameters as { writeError?: { status?: number } }
  return writeError === undefined || writeError.status === 409
}

function toPushRow<K extends Kind>({
  assumedMasterState,
  newDocumentState,
}: RxReplicationWriteToMasterRow<Documents[K]>) {
  return { assumed: assumedMasterState as Deletable<K> | undefined, next: newDocumentState as Deletable<K> }
}
