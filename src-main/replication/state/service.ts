// Replication as the application meets it: connect, sign in, pause, and a state that is always true.
// Invariants: one connection at a time; a failure ends it, is told in plain words, and is tried again (or waits for the
// user, where only they can help); nothing here blocks or loses local work, whatever the server does.
import { setTimeout as delay } from 'node:timers/promises'
import type { SyncState, SyncStatus } from '@shared/contract/sync'
import { ScvError } from '@shared/errors'
import { BehaviorSubject } from 'rxjs'
import type { Database } from '../../database'
import { KINDS, type Kind } from '../../engine/documents/kinds'
import { type CouchRemote, newAcquaintance } from '../couch/couch-remote'
import { meet } from '../couch/handshake'
import { createHttp, type Http } from '../couch/http'
import { PROTOCOL_VERSION } from '../couch/protocol'
import { RemoteError } from '../couch/remote'
import type { SessionUser } from '../couch/session'
import { type AdoptingDevice, correctStamps, signAs } from '../exchange/adoption'
import type { SentUpTo } from '../exchange/collections'
import { createExchange, type Exchange } from '../exchange/exchange'
import { sentStamps } from '../exchange/sent-stamps'
import { dropAside } from '../exchange/set-aside'
import { setStoredPoisonAside } from '../exchange/stored-poison'
import { waitBefore } from './backoff'
import { watchNetwork } from './network'
import { asScvError, readServer, STATE_OF } from './refusals'
import type { Secrets } from './secrets'
import { createServerClock } from './server-clock'
import { beginEpoch, isKnownServer } from './server-generation'
import { statusOf, type Traffic } from './status'
import type { SyncFile } from './sync-file'

export interface ReplicationOptions {
  database: Database
  file: SyncFile
  secrets: Secrets
  deviceId: string
  /** Wall clock of this device, ms. */
  now(): number
  /** Whose documents are adopted before the first of them is sent; absent: they are sent as they are. */
  adopting?: AdoptingDevice
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
/** How long an end that was asked for waits for the mark. */
const REST_MS = 500
/** Counting what is left to send takes at most one part in so many of the time, unless the last count would be older than this. */
const COUNT_SHARE = 100
const COUNT_AGE_MS = 1000

/** Puts replication together; it begins at once when this device is connected. */
export function createReplication(options: ReplicationOptions): Replication {
  const { database, file, secrets, deviceId, now, adopting, onDefect } = options
  const run = `${now().toString(36)}${Math.random().toString(36).slice(2, 8)}`
  const clock = createServerClock({ wall: now, known: file.state.clockOffset })
  let acquaintance = newAcquaintance()
  const traffic: Traffic = { sent: new Map(), received: new Map(), last: new Map() }
  let state: SyncState = file.state.server ? 'connecting' : 'off'
  let message: string | undefined
  let nextAttempt: number | undefined
  let counted: ReadonlyMap<Kind, number> = new Map()
  let countAgain = 0
  let pendingDown: number | null = null
  let lastPage = 0
  let failures = 0
  let closed = false
  /** Ends the connection, or the wait for the next attempt. */
  let current = new AbortController()
  let waking = new AbortController()
  let following: { exchange: Exchange; remote: CouchRemote } | undefined
  /** Open connections, with those that only try credentials. */
  const open = new Set<Http>()

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

  function sentUpTo(kind: Kind): SentUpTo | undefined {
    return following?.exchange.sentUpTo(kind) ?? file.state.sentUpTo[kind]
  }

  /** Changes of each kind that were not sent. Counting many takes a while: then they are counted seldom. */
  function countUnsent(): ReadonlyMap<Kind, number> {
    const begun = performance.now()
    if (begun < countAgain) return counted
    counted = new Map(KINDS.map((kind) => [kind, file.state.server ? database.countSince(kind, sentUpTo(kind)) : 0]))
    countAgain = begun + Math.min((performance.now() - begun) * COUNT_SHARE, COUNT_AGE_MS)
    return counted
  }
  const unsent = (): number => [...countUnsent().values()].reduce((sum, n) => sum + n, 0)

  function connection(server: { url: string; ca?: string | undefined }): Http {
    const http = createHttp({
      url: server.url,
      ca: server.ca,
      onDate: clock.sample,
    })
    const opened: Http = {
      call: http.call,
      async close() {
        open.delete(opened)
        await http.close()
      },
    }
    open.add(opened)
    return opened
  }

  /** One meeting, until it fails or is ended. @throws RemoteError */
  async function connect(signal: AbortSignal): Promise<void> {
    const { server, user: known } = file.state
    const password = secrets.get()
    if (!server || !known) throw new RemoteError('signed-out', 'Nobody signed in on this device. Sign in.')
    if (password === undefined)
      throw new RemoteError('signed-out', 'The password is not kept on this device. Sign in again.')
    become('connecting')
    const http = connection(server)
    const hangUp = () => http.close()
    signal.addEventListener('abort', hangUp)
    try {
      const { user, remote } = await meet(
        http,
        server.org,
        { user: known.name, password },
        {
          server: acquaintance,
          now: () => now() + Math.max(0, clock.offset() ?? 0),
          onPasswordRefused() {
            if (secrets.get() === password) secrets.forget() // not one that was given meanwhile
          },
        },
      )
      if (signal.aborted) return
      await adopt(remote, user)
      if (!(await isKnownServer(remote, file, deviceId)) || file.state.protocol !== PROTOCOL_VERSION) {
        if (file.state.protocol !== 0) beginEpoch(file)
        file.save({ protocol: PROTOCOL_VERSION })
      }
      if (signal.aborted) return
      await follow(remote, user, hangUp, signal)
    } finally {
      signal.removeEventListener('abort', hangUp)
      await hangUp()
    }
  }

  /** Makes this device's documents fit to be sent. @throws RemoteError */
  async function adopt(remote: CouchRemote, user: SessionUser): Promise<void> {
    const former = file.state.clockOffset ?? 0
    const clockOffset = clock.offset() ?? former
    if (adopting) {
      // What others never made comes first: this device's clock may have followed it.
      await setStoredPoisonAside(adopting, database, file.setAside, now() + Math.max(0, clockOffset))
      await correctStamps(adopting, sentStamps(file, remote), now() + clockOffset, former - clockOffset)
    }
    file.save({ user, clockOffset })
    if (file.state.adopted || !adopting) return
    await signAs(adopting, user.name)
    file.save({ adopted: true })
  }

  async function follow(
    remote: CouchRemote,
    user: SessionUser,
    hangUp: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const exchange = createExchange({
      database,
      file,
      deviceId,
      run,
      lastPage,
      remote,
      user,
      hangUp,
      now,
      serverClock: clock,
      onTraffic(kind, direction) {
        const counts = direction === 'up' ? traffic.sent : traffic.received
        counts.set(kind, (counts.get(kind) ?? 0) + 1)
        traffic.last.set(kind, now())
      },
      onPending(pending) {
        pendingDown = pending
      },
      onProgress() {
        failures = 0
      },
      onDefect,
    })
    following = { exchange, remote }
    become('syncing')
    try {
      await exchange.run(signal)
    } finally {
      following = undefined
      lastPage = exchange.lastPage
      pendingDown = null
    }
  }

  /** Sees whether everything was exchanged, and keeps the numbers current. */
  function tick(): void {
    if (closed) return
    try {
      if (following) {
        following.exchange.look()
        let quiet = following.exchange.settled && unsent() === 0
        if (quiet && state === 'syncing') {
          countAgain = 0 // not by a count from before: this server may have been found to lack what another had
          quiet = unsent() === 0
        }
        if (quiet && state === 'syncing') {
          failures = 0
          file.save({ lastExchange: new Date(now()).toISOString(), firstSyncDone: true, firstSync: null })
          state = 'live'
        } else if (!quiet && state === 'live') state = 'syncing'
      }
      publish()
    } catch (error) {
      onDefect(error)
      current.abort(new RemoteError('failed', 'The state of sync could not be stored on this device.'))
    }
  }
  const ticking = setInterval(tick, TICK_MS)
  ticking.unref?.()

  /** Attempts, one after the other, as long as there is somebody to meet. */
  async function live(): Promise<void> {
    while (!closed) {
      if (!file.state.server) become('off')
      else if (file.state.paused) become('paused')
      else {
        current = new AbortController()
        try {
          await connect(current.signal)
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
    const reason = current.signal.aborted ? current.signal.reason : error
    if (!(reason instanceof RemoteError)) onDefect(reason)
    const known = reason instanceof RemoteError ? reason : new RemoteError('failed', 'Something unexpected went wrong.')
    if (known.kind === 'cancelled' && current.signal.aborted) return
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
  function wake(): void {
    waking.abort()
    waking = new AbortController()
  }

  /** Ends the present connection and whatever waits; the loop looks again what is wanted. */
  function restart(): void {
    failures = 0
    current.abort(new RemoteError('cancelled', 'Ended on request.'))
    wake()
  }

  /** Lets the connection remember what it received, as far as the server answers at once. */
  async function rest(): Promise<void> {
    await Promise.race([following?.exchange.rest(), delay(REST_MS, undefined, { ref: false })]).catch(() => undefined)
  }

  const stopWatching = watchNetwork((what) => {
    // A connection that slept with the computer may be dead without saying so.
    if (following && what === 'woke') current.abort(new RemoteError('cancelled', 'The computer slept.'))
    else if (nextAttempt !== undefined) wake()
  })

  /** Tries credentials before anything is stored. @throws ScvError */
  async function tryOut(server: { url: string; org: string; ca?: string | undefined }, credentials: Credentials) {
    const http = connection(server)
    try {
      const { user } = await meet(http, server.org, credentials)
      if (closed) throw new RemoteError('cancelled', 'The application ends.')
      return user
    } catch (error) {
      throw asScvError(error)
    } finally {
      await http.close()
    }
  }

  /** The connection, for what a person asks to be done now. @throws ScvError */
  function connected(): { exchange: Exchange; remote: CouchRemote } {
    if (!file.state.server) throw new ScvError('not_connected', 'This device is not connected with a server.')
    if (!following) throw new ScvError('server_unreachable', message ?? 'There is no connection just now.')
    return following
  }

  /** @throws ScvError `not_connected` */
  function serverOrRefuse() {
    const { server } = file.state
    if (!server) throw new ScvError('not_connected', 'This device is not connected with a server.')
    return server
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
      // Another organisation or server knows nothing of what we believe, and is not like the former.
      if (former?.url !== server.url || former.org !== server.org) {
        if (former) beginEpoch(file)
        acquaintance = newAcquaintance()
      }
      file.save({ server, user, paused: false })
      restart()
    },

    async signIn(credentials) {
      const server = serverOrRefuse()
      refuseToLeaveWork(credentials.user, credentials.leaveUnsent)
      const user = await tryOut(server, credentials)
      secrets.set(credentials.password, credentials.insistOnPlain)
      file.save({ user, paused: false })
      restart()
    },

    async signOut() {
      serverOrRefuse()
      secrets.forget()
      await rest()
      restart()
    },

    async pause() {
      serverOrRefuse()
      file.save({ paused: true })
      await rest()
      restart()
    },

    async resume() {
      serverOrRefuse()
      file.save({ paused: false })
      restart()
    },

    tryNow() {
      if (!following) restart()
    },

    async retry(id) {
      const { exchange } = connected()
      const found = id === undefined ? undefined : file.setAside.get(id)
      if (id !== undefined && !found) throw new ScvError('not_found', 'This was settled meanwhile.', { field: 'id' })
      await exchange.retry(found ? [found] : file.setAside.keys()).catch((error: unknown) => {
        throw asScvError(error)
      })
      return file.setAside.list(0, 1).total
    },

    async drop(id) {
      const entry = file.setAside.get(id)
      if (!entry) throw new ScvError('not_found', 'This was settled meanwhile.', { field: 'id' })
      const remote = entry.kind === 'refused' ? connected().remote : undefined
      await dropAside(remote, database, file.setAside, entry).catch((error: unknown) => {
        throw asScvError(error)
      })
    },

    async close() {
      closed = true
      clearInterval(ticking)
      stopWatching()
      await rest()
      current.abort(new RemoteError('cancelled', 'The application ends.'))
      wake()
      await Promise.all([...open].map((http) => http.close()))
      await living
      status$.complete()
    },
  }
}
