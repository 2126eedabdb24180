// One connection with a server, from having met it to the first failure: the feed, RxDB's replications and the mark.
// Invariants: a collection that waits here is freed when the signal aborts; a position and what was sent are remembered only together
// with a mark that the server has (server-generation.ts); nothing of a connection is at work after `run` has returned.

import type { DeviceId, Stamp } from '@shared/model/ids'
import type { Database } from '../../database'
import type { Kind } from '../../engine/documents/kinds'
import type { CouchRemote } from '../couch/couch-remote'
import { Feed } from '../couch/feed'
import { RemoteError } from '../couch/remote'
import type { SessionUser } from '../couch/session'
import { fromRemoteId } from '../couch/wire'
import { isKnownServer } from '../state/replica-marker'
import type { ServerClock } from '../state/server-clock'
import { beginGeneration } from '../state/server-generation'
import type { AsideKey, SyncFile } from '../state/sync-file'
import { type CollectionSync, forgetGeneration, replicateCollections, type SentUpTo } from './collections'
import { compareSinceMark } from './forgotten'
import { type GuardedRemote, guardedRemote } from './guarded-remote'
import { takeIn } from './incoming'
import { createMarks, type Marks } from './marks'
import { premisesOf } from './premises'
import { contentOf, type Pulled, type PushOutcome } from './push'
import { createRetrying, type Retrying } from './retrying'
import { createSentPositions } from './sent-positions'
import { createDeparture } from './sent-stamps'
import { noteLost, noteRefused } from './set-aside'
import { type Tending, tendingOf } from './tending'

export interface ExchangeOptions {
  database: Database
  file: SyncFile
  deviceId: DeviceId
  /** Whether this device took a stamp, under whichever name. */
  isOwn(stamp: Stamp): boolean
  /** The latest stamp of all when those of this device were corrected; '' if there was none. */
  corrected: Stamp
  /** A number for this process, and the last page it ever read. */
  run: string
  lastPage: number
  remote: CouchRemote
  /** Who is signed in, as the server sees them. */
  user: SessionUser
  /** Whether the server still sees them so; absent: it is not asked. @throws RemoteError */
  isSameUser?(): Promise<boolean>
  /** How often it is looked whether the server judges otherwise by now, ms; a minute, unless given. */
  lookMs?: number | undefined
  /** Ends every request under way. */
  abort(): Promise<void>
  now(): number
  serverClock: Pick<ServerClock, 'offset'>
  onTraffic(kind: Kind, direction: 'up' | 'down'): void
  /** So many changes of the server are left to read. */
  onPending(pending: number): void
  /** Something was exchanged that need not be exchanged again. */
  onProgress(): void
  onDefect(error: unknown): void
}

export interface Exchange {
  /** Exchanges changes until it fails or `signal` aborts. @throws RemoteError */
  run(signal: AbortSignal): Promise<void>
  readonly lastPage: number
  /** Whether all that was read is stored, and RxDB is idle. */
  readonly settled: boolean
  sentUpTo(kind: Kind): SentUpTo | undefined
  /** To be called now and then: keeps positions, tries again what may go now, fails when the server's rules changed. */
  look(): void
  /** Remembers what was received before a caller ends the connection. @throws RemoteError */
  rest(): Promise<void>
  /** Tries what was set aside again. @throws RemoteError, ScvError */
  retry(entries: readonly AsideKey[]): Promise<void>
}

export function createExchange(options: ExchangeOptions): Exchange {
  const { database, file, deviceId, isOwn, corrected, run, remote, user, now, serverClock } = options
  const { abort, onTraffic, onProgress, onDefect } = options
  const { store } = database
  const { firstSyncDone, epoch } = file.state
  const failing = new AbortController()

  function fail(error: unknown): void {
    if (failing.signal.aborted) return
    if (!(error instanceof RemoteError)) onDefect(error)
    failing.abort(error instanceof RemoteError ? error : new RemoteError('failed', 'Something unexpected went wrong.'))
  }

  let compared: Promise<void> | undefined
  const marks = createMarks({ database, file, deviceId, remote, now, compared: () => compared, onProgress })
  const ask = () => isKnownServer(remote, file, deviceId)
  const depart = createDeparture({ file, isOwn, corrected, now, offset: serverClock.offset, ask, remote })
  const guarded = guardedRemote({ remote, store, depart, mark: marks.mark, onAlone: (id) => noteAlone(file, id) })
  const premises = premisesOf({ ...options, fail })
  const retrying = createRetrying({
    remote: guarded,
    store,
    file,
    user,
    rules: remote.rules,
    lookMs: options.lookMs,
    now,
    fail,
    onDefect,
  })
  const tending = tendingOf({ remote: guarded, branched: file.branched, user, now, fail, signal: failing.signal })

  async function notePush(kind: Kind, { sent, refused, found }: PushOutcome<Kind>): Promise<void> {
    // Sent before, such as by a request whose answer was lost, and only now known to have arrived.
    if (found) await marks.mark()
    for (const id of sent) file.setAside.remove('refused', kind, id)
    if (refused.length === 0) return
    for (const { next, reason } of refused) {
      premises.refused(kind, contentOf(next))
      noteRefused(file.setAside, kind, next.id, reason, now())
    }
    file.save({}) // on the disk before RxDB takes it for sent
  }

  const feed: Feed<Pulled> = feedOf(options, {
    remote: guarded,
    marks,
    retrying,
    tending,
    fail,
    quiet: premises.quiet,
    storedUpTo: (kind) => sync.storedUpTo(kind),
    ring: (kind) => sync.ring(kind),
  })
  const sync: CollectionSync = replicateCollections({
    database,
    epoch,
    run,
    remote: guarded,
    user: user.name,
    feed,
    compareFirst: !firstSyncDone && epoch > 1,
    onPushed: notePush,
    isAside: (kind, id) => file.setAside.has('refused', kind, id),
    onTraffic,
    fail,
    onFailure(error) {
      onDefect(error)
      // What RxDB failed to store it does not ask for again: begin anew with what it believes of the server.
      try {
        beginGeneration(file)
      } finally {
        fail(new RemoteError('failed', 'The changes could not be stored on this device.'))
      }
    },
  })
  const keepPositions = createSentPositions(file, now, sync.sentUpTo)

  return {
    async run(signal) {
      const either = AbortSignal.any([signal, failing.signal])
      let feeding: Promise<void> | undefined
      try {
        await forgetFormerGenerations(database, file)
        const started = sync.start()
        compared = started.then(() => compareSinceMark({ database, file, remote, marks, believed: sync.believed }))
        feeding = feed.run(either, compared)
        await Promise.all([started, feeding])
      } catch (error) {
        fail(error)
      }
      failing.abort(new RemoteError('cancelled', 'The connection has ended.'))
      await abort()
      await Promise.allSettled([feeding, retrying.done, tending.done])
      await sync.end()
      keepPositions('now')
      if (!signal.aborted) throw failing.signal.reason
    },
    get lastPage() {
      return feed.page
    },
    get settled() {
      return feed.settled && !sync.busy
    },
    sentUpTo: (kind) => sync.sentUpTo(kind),
    look() {
      premises.look()
      keepPositions()
      if (marks.isDue) marks.mark().catch(fail)
      if (failing.signal.aborted) return
      retrying.look()
      tending.look()
    },
    async rest() {
      if (marks.isBehind) await marks.mark()
    },
    retry: retrying.retry,
  }
}

/** The feed of a connection, with what becomes of what it reads. */
function feedOf(
  { file, remote, lastPage, now, onPending }: ExchangeOptions,
  to: {
    remote: GuardedRemote
    marks: Marks
    retrying: Retrying
    tending: Tending
    fail(error: unknown): void
    quiet(): Promise<void>
    storedUpTo(kind: Kind): number
    ring(kind: Kind): void
  },
): Feed<Pulled> {
  const { setAside } = file
  return new Feed({
    remote,
    since: file.state.since ?? undefined,
    lastPage,
    async sort(change) {
      const sorted = await takeIn(change, { remote: to.remote, setAside, now, onBranches: to.tending.add })
      if (sorted && setAside.has('refused', sorted.kind, sorted.document.id))
        to.retrying.changed({ kind: 'refused', collection: sorted.kind, documentId: sorted.document.id })
      return sorted
    },
    storedUpTo: to.storedUpTo,
    ring: to.ring,
    onLost({ id, rev }) {
      const place = fromRemoteId(id)
      if (place) noteLost(setAside, place.kind, place.id, rev, now())
    },
    onPosition(position, read) {
      to.marks.reach(position, read).catch(to.fail)
    },
    onPage(read, pending) {
      to.marks.read(read, pending)
      onPending(pending)
    },
    onQuiet: to.quiet,
  })
}

/** The copy that has it may be lost for good: it is looked for some time later (retrying.ts). */
function noteAlone({ sentAlone }: SyncFile, id: string): void {
  const place = fromRemoteId(id)
  if (place) sentAlone.put(place.kind, place.id)
}

/** RxDB's bookkeeping holds documents as they were believed to be on the server: none may be left behind. */
async function forgetFormerGenerations(database: Database, file: SyncFile): Promise<void> {
  for (const epoch of file.state.formerEpochs) {
    await forgetGeneration(database, epoch)
    file.save({ formerEpochs: file.state.formerEpochs.filter((one) => one !== epoch) })
  }
}
