// One connection with a server, from having met it to the first failure: the feed, RxDB's replications and the mark.
// Invariants: whoever waits here is freed when the signal aborts; a position and what was sent are remembered only together
// with a mark that the server has (server-generation.ts); nothing of a connection is at work after `run` has returned.
import { ScvError } from '@shared/errors'
import type { Database } from '../../database'
import { KINDS, type Kind } from '../../engine/documents/kinds'
import type { CouchRemote } from '../couch/couch-remote'
import { Feed } from '../couch/feed'
import { type Remote, RemoteError } from '../couch/remote'
import type { SessionUser } from '../couch/session'
import { fromRemoteId } from '../couch/wire'
import type { ServerClock } from '../state/server-clock'
import { beginEpoch, isKnownServer, marker, raiseMark } from '../state/server-generation'
import type { AsideKey, SyncFile, SyncState } from '../state/sync-file'
import { TOLERANCE_MS } from './adoption'
import { type CollectionSync, forgetEpoch, replicateCollections, type SentUpTo } from './collections'
import { hasForgotten } from './forgotten'
import { takeIn } from './incoming'
import type { Deletable, Pulled, PushOutcome } from './push'
import { createDeparture } from './sent-stamps'
import { retryAside } from './set-aside'
import { tendingOf } from './tending'

/** What was received is read again after a crash or a lost connection, up to this much: in the first exchange, and later. */
const MARK_FIRST_MS = 1000
const MARK_LATER_MS = 15_000
/** Documents compared between two marks: the first of a connection, which may not last, and the most. */
const COMPARED_FIRST = 20
const COMPARED_MOST = 500
/** How often it is looked whether the user has other roles by now: at most, and after something was refused. */
const USER_LOOK_MS = 60_000
const REFUSED_LOOK_MS = 2000
/** How often the position of what was sent is kept, which only serves to count what was not. */
const KEEP_SENT_MS = 2000

export interface ExchangeOptions {
  database: Database
  file: SyncFile
  deviceId: string
  /** A number for this process, and the last page it ever read. */
  run: string
  lastPage: number
  remote: CouchRemote
  /** Who is signed in, as the server sees them. */
  user: SessionUser
  /** Whether the server still sees them so; absent: it is not asked. @throws RemoteError */
  isSameUser?(): Promise<boolean>
  /** How often it is asked, ms, though nothing was refused; a minute, unless given. */
  userLookMs?: number | undefined
  /** Ends every request under way. */
  hangUp(): Promise<void>
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
  /** Remembers what was received before somebody ends the connection. @throws RemoteError */
  rest(): Promise<void>
  /** Tries what was set aside again. @throws RemoteError, ScvError */
  retry(entries: readonly AsideKey[]): Promise<void>
}

export function createExchange(options: ExchangeOptions): Exchange {
  const {
    database,
    file,
    deviceId,
    run,
    remote,
    user,
    hangUp,
    now,
    serverClock,
    onTraffic,
    onPending,
    onProgress,
    onDefect,
  } = options
  const { since, firstSync, firstSyncDone, epoch } = file.state
  const done = firstSync?.done ?? 0
  let total = firstSync?.total ?? 0
  let reached: { since: string; read: number } | undefined
  let marked: number | undefined = firstSyncDone ? now() : undefined
  let kept = now()
  const failing = new AbortController()

  function fail(error: unknown): void {
    if (failing.signal.aborted) return
    if (!(error instanceof RemoteError)) onDefect(error)
    failing.abort(error instanceof RemoteError ? error : new RemoteError('failed', 'Something unexpected went wrong.'))
  }

  const raise = (
    markedUpTo: SyncState['markedUpTo'] = database.newestChanges(),
    reached = (): Partial<SyncState> => ({}),
  ) => raiseMark(remote, file, deviceId, () => ({ markedUpTo, ...reached() }))

  const mark = marker(async () => {
    const upTo = reached
    reached = undefined
    marked = now()
    // What RxDB stored need not have reached the disk yet; a position may not be ahead of it.
    if (upTo) await database.store.flush()
    await compared // or the mark would say that nothing was lost
    await raise(undefined, () => ({
      ...(upTo ? { since: upTo.since } : {}),
      ...(upTo && total > 0 && !file.state.firstSyncDone ? { firstSync: { done: done + upTo.read, total } } : {}),
    }))
    onProgress()
  })

  const depart = createDeparture({
    file,
    deviceId,
    now,
    offset: serverClock.offset,
    ask: () => isKnownServer(remote, file, deviceId),
  })

  /** The server: what is written to it is on disk here before, and followed by a mark before anybody counts it as done. */
  const marking: Pick<Remote, 'read' | 'readRevision' | 'write' | 'copies'> = {
    copies: remote.copies,
    read: remote.read,
    readRevision: remote.readRevision,
    async write(rows) {
      await depart(rows)
      await database.store.flush() // what the server has, a power cut may not take from here
      const outcomes = await remote.write(rows)
      if (outcomes.some(({ status }) => status === 'written')) await mark()
      return outcomes
    },
  }

  let userSeen = now()
  /** The server may see the user with other roles by now: then we meet it anew, and what was refused is tried again. */
  function lookAtUser(afterMs: number): void {
    if (!options.isSameUser || Math.abs(now() - userSeen) < afterMs) return
    userSeen = now()
    options.isSameUser().then((same) => {
      if (!same) fail(new RemoteError('cancelled', 'The roles of this user have changed.'))
    }, fail)
  }

  async function notePush(kind: Kind, { sent, refused, found }: PushOutcome<Kind>): Promise<void> {
    // Sent before, such as by a request whose answer was lost, and only now known to have arrived.
    if (found) await mark()
    for (const id of sent) file.setAside.remove('refused', kind, id)
    if (refused.length > 0) lookAtUser(REFUSED_LOOK_MS)
    for (const { next, reason } of refused)
      file.setAside.put({
        kind: 'refused',
        collection: kind,
        documentId: next.id,
        reason,
        at: new Date(now()).toISOString(),
        document: '', // read from the database when it is shown: no copy that an erasure would not reach
      })
    if (refused.length > 0) file.save({}) // on the disk before RxDB takes it for sent
  }

  /** Refused of ours, and changed on the server since: the reason may be gone. */
  let changed: AsideKey[] = []
  /** Under which the server judges what we send. */
  const judgedAs = JSON.stringify([user.name, [...user.roles].sort(), remote.rules])
  let retrying: Promise<void> | undefined

  async function retry(entries: readonly AsideKey[]): Promise<void> {
    for (const entry of entries) await retryAside(marking, database.store, file.setAside, entry, now, user.name)
  }

  /** Whether what could not be read was looked at again: by another version it may be read, and what lay ahead comes near. */
  let readAgain = false

  /** Tries again by itself what was refused of another user, with other roles or under other rules. */
  async function retryByItself(): Promise<void> {
    const asOthers = file.state.triedAs !== judgedAs
    const entries = asOthers ? file.setAside.keys().filter(({ kind }) => kind === 'refused') : changed
    if (!readAgain) entries.push(...file.setAside.keys().filter(({ kind }) => kind === 'unreadable'))
    readAgain = true
    changed = []
    await retry(entries)
    if (asOthers) file.save({ triedAs: judgedAs })
  }

  /** Whether the server still has what came from it since the last mark. @throws RemoteError when it has not */
  async function compare(): Promise<void> {
    // Before anything is believed of a server it gets a mark: what is stored until the next one is compared then.
    if (!file.state.markedUpTo) return raise()
    let atOnce = COMPARED_FIRST
    for (const kind of KINDS) {
      let checkpoint: unknown = file.state.markedUpTo[kind]
      for (;;) {
        const page = await database.feed.since(kind, checkpoint, atOnce)
        if (page.changes.length === 0) break
        checkpoint = page.checkpoint
        // What was refused of ours RxDB takes for sent.
        const ids = page.changes.map(({ id }) => id).filter((id) => !file.setAside.has('refused', kind, id))
        const believed = (await sync.believed(kind, ids)) as Deletable<Kind>[]
        if (believed.length === 0) continue // ours, and not sent yet
        if (await hasForgotten(remote, kind, believed)) {
          beginEpoch(file)
          throw setUpAnew()
        }
        // A connection that does not last gets somewhere, too.
        await raise({ ...file.state.markedUpTo, [kind]: page.checkpoint as SentUpTo })
        atOnce = Math.min(2 * atOnce, COMPARED_MOST)
      }
    }
  }
  let compared: Promise<void> | undefined

  const tending = tendingOf({ remote: marking, user, fail, signal: failing.signal })

  const feed: Feed<Pulled> = new Feed({
    remote,
    since: since ?? undefined,
    lastPage: options.lastPage,
    async sort(change) {
      const context = { remote: marking, setAside: file.setAside, now, onBranches: tending.add }
      const sorted = await takeIn(change, context)
      if (sorted && file.setAside.has('refused', sorted.kind, sorted.document.id))
        changed.push({ kind: 'refused', collection: sorted.kind, documentId: sorted.document.id })
      return sorted
    },
    storedUpTo: (kind) => sync.storedUpTo(kind),
    ring: (kind) => sync.ring(kind),
    onLost({ id, rev }) {
      const place = fromRemoteId(id)
      if (!place) return
      file.setAside.put({
        kind: 'unreadable',
        collection: place.kind,
        documentId: place.id,
        reason: `The server names revision ${rev}, and none of its copies gives it.`,
        at: new Date(now()).toISOString(),
        document: '',
      })
    },
    onPosition(position, read) {
      reached = { since: position, read }
      // The first at once: so a connection that never lasts gets somewhere, too.
      if (marked === undefined) mark().catch(fail)
    },
    onPage(read, pending) {
      total = Math.max(total, done + read + pending)
      onPending(pending)
    },
    async onQuiet() {
      // While we waited for changes of it its database may have been replaced, or others been let in.
      if (!(await isKnownServer(remote, file, deviceId)) || (await remote.securityChanged())) throw setUpAnew()
    },
  })
  const sync: CollectionSync = replicateCollections({
    database,
    epoch,
    run,
    remote: marking,
    user: user.name,
    feed,
    careful: !firstSyncDone && epoch > 1,
    onPushed: notePush,
    isAside: (kind, id) => file.setAside.has('refused', kind, id),
    onTraffic,
    fail,
    onFailure(error) {
      onDefect(error)
      // What RxDB failed to store it does not ask for again: begin anew with what it believes of the server.
      try {
        beginEpoch(file)
      } finally {
        fail(new RemoteError('failed', 'The changes could not be stored on this device.'))
      }
    },
  })

  function keepSent(): void {
    kept = now()
    if (file.state.epoch !== epoch) return
    const sentUpTo = Object.fromEntries(
      KINDS.flatMap((kind) => {
        const upTo = sync.sentUpTo(kind) ?? file.state.sentUpTo[kind]
        return upTo ? [[kind, { id: upTo.id, lwt: upTo.lwt }]] : []
      }),
    )
    if (JSON.stringify(sentUpTo) !== JSON.stringify(file.state.sentUpTo)) file.save({ sentUpTo })
  }

  return {
    async run(signal) {
      const either = AbortSignal.any([signal, failing.signal])
      let feeding: Promise<void> | undefined
      try {
        await forgetFormerEpochs(database, file)
        const started = sync.start()
        compared = started.then(compare)
        feeding = feed.run(either, compared)
        await Promise.all([started, feeding])
      } catch (error) {
        fail(error)
      }
      failing.abort(new RemoteError('cancelled', 'The connection has ended.'))
      await hangUp()
      await Promise.allSettled([feeding, retrying, tending.done])
      await sync.end()
      keepSent()
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
      if (remote.schemaChanged) fail(setUpAnew())
      lookAtUser(options.userLookMs ?? USER_LOOK_MS)
      const offset = serverClock.offset()
      if (offset !== undefined && Math.abs(offset - (file.state.clockOffset ?? 0)) > TOLERANCE_MS)
        fail(new RemoteError('cancelled', 'A clock was set.'))
      if (now() - kept > KEEP_SENT_MS) keepSent()
      const patience = firstSyncDone ? MARK_LATER_MS : MARK_FIRST_MS
      if (reached && now() - (marked ?? 0) > patience) mark().catch(fail)
      if (failing.signal.aborted || retrying || (changed.length === 0 && readAgain && file.state.triedAs === judgedAs))
        return
      retrying = retryByItself()
        .catch((error: unknown) => {
          // Somebody wrote the document meanwhile: it is sent, or comes here again, with that change.
          if (error instanceof RemoteError) fail(error)
          else if (!(error instanceof ScvError && error.code === 'conflict')) onDefect(error)
        })
        .finally(() => {
          retrying = undefined
        })
    },
    async rest() {
      if (reached) await mark()
    },
    retry,
  }
}

/** A reason to meet again at once, and no failure. */
const setUpAnew = () => new RemoteError('cancelled', 'The organisation’s database was set up anew.')

/** RxDB's bookkeeping holds documents as they were believed to be on the server: none may be left behind. */
async function forgetFormerEpochs(database: Database, file: SyncFile): Promise<void> {
  for (const epoch of file.state.formerEpochs) {
    await forgetEpoch(database, epoch)
    file.save({ formerEpochs: file.state.formerEpochs.filter((one) => one !== epoch) })
  }
}
