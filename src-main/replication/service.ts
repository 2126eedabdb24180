// Replication as the application meets it: connect, sign in, pause, and a state that is always true.
// Invariants: one connection at a time; a failure ends it, is told in plain words, and is tried again (or waits for the
// user, where only they can help); nothing here blocks or loses local work, whatever the server does.
import { setTimeout as delay } from 'node:timers/promises'
import type { SetAside, SyncState, SyncStatus } from '@shared/contract/sync'
import { ScvError } from '@shared/errors'
import { BehaviorSubject } from 'rxjs'
import type { Database } from '../database'
import { KINDS, type Kind } from '../engine/documents/kinds'
import { permissionsOf } from '../engine/roles'
import { waitBefore } from './backoff'
import { type CollectionSync, type Connection, type Pulled, replicateCollections } from './collections'
import { type CouchRemote, couchRemote } from './couch-remote'
import { isKnownServer, raiseMark } from './epoch'
import { Feed } from './feed'
import { createHttp, type Http } from './http'
import { takeIn } from './incoming'
import { databaseOf, PROTOCOL_VERSION } from './protocol'
import type { PushOutcome } from './push'
import { asScvError, readServer, STATE_OF } from './refusals'
import { RemoteError } from './remote'
import type { Secrets } from './secrets'
import { createServerClock } from './server-clock'
import { createSession, type Session, type SessionUser } from './session'
import { dropAside, retryAside } from './set-aside'
import { statusOf, type Traffic } from './status'
import type { SyncFile } from './sync-file'

export interface ReplicationOptions {
  database: Database
  file: SyncFile
  secrets: Secrets
  deviceId: string
  /** Wall clock of this device, ms. */
  now(): number
  /**
   * Called when the server has let a user in, before anything is exchanged: documents that no server has seen can still
   * be changed. Also told how far the device's clock is off.
   */
  prepare(user: SessionUser, clockOffset: number): Promise<void>
  /** Told of failures that nobody is waiting for. */
  onDefect(error: unknown): void
}

export interface Credentials {
  user: string
  password: string
  insistOnPlain: boolean
  leaveUnsent: boolean
}

export interface Replication {
  readonly status$: BehaviorSubject<SyncStatus>
  /** Who signed in last; undefined: this device was never connected. */
  user(): SessionUser | undefined
  /** @throws ScvError `invalid_input`, `sign_in_refused`, `server_unreachable`, `server_untrusted`, `server_unusable`, `update_needed`, `no_keychain`, `unsynced_work` */
  connect(server: { url: string; org: string; ca?: string | undefined }, credentials: Credentials): Promise<void>
  /** @throws ScvError `not_connected`, and as `connect` */
  signIn(credentials: Credentials): Promise<void>
  signOut(): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  tryNow(): void
  /** Tries what was set aside again: one, or all. @returns how many are left */
  retry(id?: string): Promise<number>
  /** Gives one up. @throws ScvError `not_found`, `not_connected`, `server_unreachable` */
  drop(id: string): Promise<void>
  close(): Promise<void>
}

const TICK_MS = 250
/** Counting what is left to send takes at most one part in so many of the time. */
const COUNT_SHARE = 100
/** After sending, the mark is raised soon; after receiving alone, seldom: a thousand devices receive what one sends. */
const MARK_SENT_MS = 2000
const MARK_RECEIVED_MS = 60_000

/** Puts replication together; it begins at once when this device is connected. */
export function createReplication(options: ReplicationOptions): Replication {
  const { database, file, secrets, deviceId, now, prepare, onDefect } = options
  const run = `${now().toString(36)}${Math.random().toString(36).slice(2, 8)}`
  const clock = createServerClock()
  const traffic: Traffic = { sent: new Map(), received: new Map(), last: new Map() }
  let state: SyncState = file.state.server ? 'connecting' : 'off'
  let message: string | undefined
  let nextAttempt: number | undefined
  let counted: ReadonlyMap<Kind, number> = new Map()
  let countAgain = 0
  /** The feed's position that is not stored yet: it is enough to do so a few times a second. */
  let position: string | undefined
  let collections: { epoch: number; sync: CollectionSync } | undefined
  let remote: CouchRemote | undefined
  let lastPage = 0
  let pendingDown: number | null = null
  let closed = false
  let sentSinceMark = false
  let receivedSinceMark = false
  let lastMark = 0
  /** Ends the connection, or the wait for the next attempt. */
  let current = new AbortController()
  let waking = new AbortController()

  const status = (): SyncStatus =>
    statusOf({ file, state, message, nextAttempt, traffic, pendingDown, secrets, unsent: countUnsent() })
  const status$ = new BehaviorSubject<SyncStatus>(status())
  let shown = JSON.stringify(status$.value)
  function publish(): void {
    if (closed) return
    const next = status()
    const text = JSON.stringify(next)
    if (text === shown) return
    shown = text
    status$.next(next)
  }
  function become(next: SyncState, words?: string): void {
    state = next
    message = words
    publish()
  }
  const ticking = setInterval(tick, TICK_MS)
  ticking.unref?.()
  const asideChanges = file.setAside.changes$.subscribe(publish)

  function sentUpTo(kind: Kind): { id: string; lwt: number } | undefined {
    return collections?.sync.sentUpTo(kind) ?? file.state.sentUpTo[kind]
  }

  /** Changes of each kind that were not sent. Counting many takes a while: then they are counted seldom. */
  function countUnsent(): ReadonlyMap<Kind, number> {
    const begun = performance.now()
    if (begun < countAgain) return counted
    counted = new Map(KINDS.map((kind) => [kind, file.state.server ? database.countSince(kind, sentUpTo(kind)) : 0]))
    const took = performance.now() - begun
    countAgain = begun + took * COUNT_SHARE
    return counted
  }

  const unsent = (): number => [...countUnsent().values()].reduce((sum, n) => sum + n, 0)

  function wake(): void {
    waking.abort()
    waking = new AbortController()
  }

  /** RxDB's replications of the present epoch. */
  async function replications(): Promise<CollectionSync> {
    const { epoch } = file.state
    if (collections?.epoch === epoch) return collections.sync
    await collections?.sync.remove()
    const sync = replicateCollections({
      database,
      epoch,
      run,
      onPushed: notePush,
      onFailure(error) {
        onDefect(error)
        // What RxDB failed to store it does not ask for again: begin anew with what it believes of the server.
        newEpoch()
        current.abort(new RemoteError('failed', 'The changes could not be stored on this device.'))
      },
    })
    sync.traffic$.subscribe(({ kind, direction }) => {
      const counts = direction === 'up' ? traffic.sent : traffic.received
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      traffic.last.set(kind, now())
      if (direction === 'up') sentSinceMark = true
      else receivedSinceMark = true
    })
    collections = { epoch, sync }
    return sync
  }

  function newEpoch(): void {
    position = undefined
    file.save({
      epoch: file.state.epoch + 1,
      since: null,
      sentUpTo: {},
      mark: 0,
      markPending: false,
      firstSync: null,
      firstSyncDone: false,
    })
  }

  function notePush(kind: Kind, { sent, refused }: PushOutcome<Kind>): void {
    for (const id of sent) file.setAside.remove('refused', kind, id)
    for (const { next, reason } of refused)
      file.setAside.put({
        kind: 'refused',
        collection: kind,
        documentId: next.id,
        reason,
        at: new Date(now()).toISOString(),
        document: '', // read from the database when it is shown: no copy that an erasure would not reach
      })
  }

  /** Asks a server whether it will have us. @throws RemoteError */
  async function meet(
    http: Http,
    server: { org: string },
    credentials: { user: string; password: string },
  ): Promise<{ user: SessionUser; session: Session; remote: CouchRemote }> {
    const session = createSession(http, credentials)
    const user = await session.signIn()
    const couch = couchRemote(session, databaseOf(server.org) ?? '')
    const schema = await couch.schema()
    if (!schema) throw new RemoteError('no-database', 'The database is there, but was not set up for this application.')
    if (schema.minimum > PROTOCOL_VERSION)
      throw new RemoteError('update-needed', 'The organisation’s data needs a newer version of this application.')
    if (permissionsOf(user.roles).size === 0)
      throw new RemoteError('not-allowed', `“${user.name}” has no role in this organisation.`)
    return { user, session, remote: couch }
  }

  const open = (server: { url: string; ca?: string | undefined }): Http =>
    createHttp({ url: server.url, ca: server.ca, onDate: (...sample) => clock.sample(...sample) })

  /** One meeting, until it fails or is ended. */
  async function exchange(signal: AbortSignal): Promise<void> {
    const { server, user: known } = file.state
    const password = secrets.get()
    if (!server || !known) return
    if (password === undefined)
      throw new RemoteError('signed-out', 'The password is not kept on this device. Sign in again.')
    become('connecting')
    const http = open(server)
    const giveUp = () => void http.close()
    signal.addEventListener('abort', giveUp)
    try {
      const met = await meet(http, server, { user: known.name, password })
      remote = met.remote
      const clockOffset = clock.offset() ?? 0
      file.save({ user: met.user, clockOffset })
      await prepare(met.user, clockOffset)
      if (!(await isKnownServer(met.remote, file, deviceId)) || file.state.protocol !== PROTOCOL_VERSION) {
        if (file.state.protocol !== 0) newEpoch()
        file.save({ protocol: PROTOCOL_VERSION })
      }
      if (signal.aborted) return
      await follow(met.remote, signal)
    } finally {
      signal.removeEventListener('abort', giveUp)
      await collections?.sync.pause()
      await remembering
      await rememberPosition()
      rememberSent()
      await http.close()
    }
  }

  /** Exchanges changes until the connection fails. */
  async function follow(over: CouchRemote, signal: AbortSignal): Promise<void> {
    const sync = await replications()
    const first = !file.state.firstSyncDone
    const feed: Feed<Pulled> = new Feed({
      remote: over,
      since: file.state.since ?? undefined,
      lastPage,
      sort: (change) => takeIn(change, { remote: over, store: database.store, setAside: file.setAside, now }),
      storedUpTo: (kind) => sync.storedUpTo(kind),
      ring: (kind) => sync.ring(kind),
      onPosition(since) {
        position = since
      },
      onPage(changes, pending) {
        pendingDown = pending
        if (!first || file.state.firstSyncDone) return
        const done = (firstSync?.done ?? 0) + changes
        firstSync = { done, total: Math.max(firstSync?.total ?? 0, done + pending) }
      },
    })
    let firstSync = file.state.firstSync
    const connection: Connection = {
      remote: over,
      feed,
      careful: first && file.state.epoch > 1,
      fail(error) {
        if (signal.aborted) return
        if (!(error instanceof RemoteError)) onDefect(error)
        current.abort(
          error instanceof RemoteError ? error : new RemoteError('failed', 'Something unexpected went wrong.'),
        )
      },
    }
    following = { feed, sync, firstSync: () => firstSync }
    become('syncing')
    failures = 0
    try {
      await Promise.all([feed.run(signal), sync.resume(connection)])
    } finally {
      following = undefined
      lastPage = feed.page
    }
    if (signal.reason instanceof RemoteError) throw signal.reason
  }
  let following:
    | { feed: Feed<Pulled>; sync: CollectionSync; firstSync(): { done: number; total: number } | null }
    | undefined
  let failures = 0
  /** Another user signed in: what was refused of the former one is tried with the next connection. */
  let retryAfterwards = false

  function rememberSent(): void {
    if (!collections) return
    const reached = KINDS.flatMap((kind) => {
      const checkpoint = sentUpTo(kind)
      return checkpoint ? [[kind, { id: checkpoint.id, lwt: checkpoint.lwt }] as const] : []
    })
    const sentUpToNow = Object.fromEntries(reached)
    if (JSON.stringify(sentUpToNow) !== JSON.stringify(file.state.sentUpTo)) file.save({ sentUpTo: sentUpToNow })
  }

  /** Stores how far the feed is, once everything before is durable. */
  async function rememberPosition(): Promise<void> {
    const reached = position
    const { epoch, since, firstSyncDone } = file.state
    if (reached === undefined || reached === since) return
    const firstSync = firstSyncDone ? null : (following?.firstSync() ?? file.state.firstSync)
    await database.flush()
    if (file.state.epoch === epoch) file.save({ since: reached, firstSync })
  }
  let remembering: Promise<void> | undefined

  /** Sees whether everything was exchanged, and keeps the numbers current. */
  function tick(): void {
    remembering ??= rememberPosition()
      .catch((error: unknown) => {
        onDefect(error)
        current.abort(new RemoteError('failed', 'The changes could not be stored on this device.'))
      })
      .finally(() => {
        remembering = undefined
      })
    if (!following || !remote) {
      publish()
      return
    }
    const { feed, sync } = following
    if (retryAfterwards) {
      retryAfterwards = false
      retry(remote, file.setAside.list(0, -1).items).catch(onDefect)
    }
    const settled = feed.settled && (position === undefined || position === file.state.since)
    const quiet = settled && !sync.busy && unsent() === 0
    if (quiet && state !== 'live') {
      file.save({ lastExchange: new Date(now()).toISOString(), firstSyncDone: true, firstSync: null })
      become('live')
    } else if (!quiet && state === 'live') become('syncing')
    else publish()
    const age = now() - lastMark
    if (quiet && ((sentSinceMark && age > MARK_SENT_MS) || (receivedSinceMark && age > MARK_RECEIVED_MS))) {
      lastMark = now()
      sentSinceMark = false
      receivedSinceMark = false
      const over = remote
      rememberSent()
      raiseMark(over, file, deviceId).catch((error: unknown) => current.abort(error))
    }
    if (remote.schemaChanged) current.abort(new RemoteError('failed', 'The organisation’s database was set up anew.'))
  }

  /** Attempts, one after the other, as long as there is somebody to meet. */
  async function live(): Promise<void> {
    while (!closed) {
      if (!file.state.server) become('off')
      else if (file.state.paused) become('paused')
      else {
        current = new AbortController()
        try {
          await exchange(current.signal)
          continue // ended by one of us: look again what is wanted
        } catch (error) {
          if (closed) return
          await failed(error)
          continue
        }
      }
      await sleepUntilWoken()
    }
  }

  async function failed(error: unknown): Promise<void> {
    const reason = current.signal.reason instanceof RemoteError ? current.signal.reason : error
    if (!(reason instanceof RemoteError)) onDefect(reason)
    const known = reason instanceof RemoteError ? reason : new RemoteError('failed', 'Something unexpected went wrong.')
    if (known.kind === 'cancelled') return
    pendingDown = null
    if (known.kind === 'signed-out') {
      become('signed-out', known.message)
      await sleepUntilWoken() // only the user can help
      return
    }
    failures += 1
    const wait = Math.max(known.retryAfter ?? 0, waitBefore(failures, Math.random()))
    nextAttempt = now() + wait
    become(STATE_OF[known.kind], known.message)
    await sleepUntilWoken(wait)
    nextAttempt = undefined
  }

  async function sleepUntilWoken(ms?: number): Promise<void> {
    const { signal } = waking
    await (ms === undefined
      ? new Promise<void>((resolve) => {
          if (signal.aborted) resolve()
          else signal.addEventListener('abort', () => resolve(), { once: true })
        })
      : delay(ms, undefined, { signal, ref: false }).catch(() => undefined))
  }

  /** Ends the present connection and whatever waits; the loop looks again what is wanted. */
  function restart(): void {
    failures = 0
    current.abort(new RemoteError('cancelled', 'Ended on request.'))
    wake()
  }

  /** Tries credentials before anything is stored. @throws ScvError */
  async function tryOut(server: { url: string; org: string; ca?: string | undefined }, credentials: Credentials) {
    const http = open(server)
    try {
      return (await meet(http, server, credentials)).user
    } catch (error) {
      throw asScvError(error)
    } finally {
      await http.close()
    }
  }

  /** The server, for what a person asks to be done now. */
  function reachable(): CouchRemote {
    if (!file.state.server) throw new ScvError('not_connected', 'This device is not connected with a server.')
    if (!following || !remote) throw new ScvError('server_unreachable', message ?? 'There is no connection just now.')
    return remote
  }

  async function retry(over: CouchRemote, entries: readonly SetAside[]): Promise<void> {
    for (const entry of entries)
      await retryAside(over, database.store, file.setAside, entry, now).catch((error: unknown) => {
        throw asScvError(error)
      })
  }

  function refuseToLeaveWork(name: string, leaveUnsent: boolean): void {
    const { user } = file.state
    if (!user || user.name === name || leaveUnsent) return
    countAgain = 0
    const count = unsent() + [...file.setAside.counts('refused').values()].reduce((sum, n) => sum + n, 0)
    if (count > 0)
      throw new ScvError('unsynced_work', `${count} changes of “${user.name}” were not sent yet.`, {
        details: { count, user: user.name },
      })
  }

  const living = live().catch(onDefect)

  return {
    status$,
    user: () => file.state.user ?? undefined,

    async connect(given, credentials) {
      const server = readServer(given)
      refuseToLeaveWork(credentials.user, credentials.leaveUnsent)
      const user = await tryOut(server, credentials)
      const former = file.state.server
      secrets.set(credentials.password, credentials.insistOnPlain)
      // Another organisation or server knows nothing of what we believe.
      if (former && (former.url !== server.url || former.org !== server.org)) newEpoch()
      file.save({ server, user, paused: false })
      restart()
    },

    async signIn(credentials) {
      const { server, user: former } = file.state
      if (!server) throw new ScvError('not_connected', 'This device is not connected with a server.')
      refuseToLeaveWork(credentials.user, credentials.leaveUnsent)
      const user = await tryOut(server, credentials)
      secrets.set(credentials.password, credentials.insistOnPlain)
      file.save({ user, paused: false })
      restart()
      // What the server refused of one user it may take from another, and the other way round.
      retryAfterwards = former?.name !== user.name
    },

    async signOut() {
      if (!file.state.server) throw new ScvError('not_connected', 'This device is not connected with a server.')
      secrets.forget()
      restart()
    },

    async pause() {
      if (!file.state.server) throw new ScvError('not_connected', 'This device is not connected with a server.')
      file.save({ paused: true })
      restart()
    },

    async resume() {
      if (!file.state.server) throw new ScvError('not_connected', 'This device is not connected with a server.')
      file.save({ paused: false })
      restart()
    },

    tryNow() {
      failures = 0
      if (!following) restart()
    },

    async retry(id) {
      const over = reachable()
      const found = id === undefined ? undefined : file.setAside.get(id)
      if (id !== undefined && !found) throw new ScvError('not_found', 'This was settled meanwhile.', { field: 'id' })
      await retry(over, found ? [found] : file.setAside.list(0, -1).items)
      return file.setAside.list(0, 1).total
    },

    async drop(id) {
      const entry = file.setAside.get(id)
      if (!entry) throw new ScvError('not_found', 'This was settled meanwhile.', { field: 'id' })
      const over = entry.kind === 'refused' ? reachable() : undefined
      await dropAside(over, database, file.setAside, entry).catch((error: unknown) => {
        throw asScvError(error)
      })
    },

    async close() {
      closed = true
      clearInterval(ticking)
      asideChanges.unsubscribe()
      current.abort(new RemoteError('cancelled', 'The application ends.'))
      wake()
      await living
      rememberSent()
      await collections?.sync.close()
      status$.complete()
    },
  }
}
