// Replication as the application meets it: connect, sign in, pause, and a state that is always true.
// Invariants: one connection at a time; a failure ends it, is told in plain words, and is tried again (life.ts says when);
// nothing here blocks or loses local work, whatever the server does.
import { setTimeout as delay } from 'node:timers/promises'
import type { SyncState, SyncStatus } from '@shared/contract/sync'
import { ScvError } from '@shared/errors'
import { BehaviorSubject } from 'rxjs'
import type { Database } from '../../database'
import type { Kind } from '../../engine/documents/kinds'
import type { SessionUser } from '../couch/session'
import type { AdoptingDevice } from '../exchange/adoption'
import { dropAside } from '../exchange/set-aside'
import { createConnecting, type Followed } from './connecting'
import type { Life } from './life'
import { createLiving } from './living'
import { watchNetwork } from './network'
import { asScvError, readServer, type Server, STATE_OF } from './refusals'
import type { Secrets } from './secrets'
import { beginEpoch } from './server-generation'
import { statusOf, type Traffic } from './status'
import type { SyncFile } from './sync-file'
import { createUnsentCounter } from './unsent'

export interface ReplicationOptions {
  database: Database
  file: SyncFile
  secrets: Secrets
  deviceId: string
  /** Wall clock of this device, ms. */
  now(): number
  /** Whose documents are adopted before the first of them is sent; absent: they are sent as they are. */
  adopting?: AdoptingDevice
  /** How often it is looked whether the user has other roles by now, ms; a minute, unless given. */
  userLookMs?: number
  /** Gives this device another name, durably, since a copy of it is at work. @returns the name */
  rename?(): Promise<string>
  /** Told of failures that no caller waits for. */
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

/** Puts replication together; it begins at once when this device is connected. */
export function createReplication(options: ReplicationOptions): Replication {
  const { database, file, secrets, now, adopting, onDefect } = options
  const traffic: Traffic = { sent: new Map(), received: new Map(), last: new Map() }
  let deviceId = options.deviceId
  let nextAttempt: number | undefined
  let silent = false
  const connecting = createConnecting({
    database,
    file,
    secrets,
    now,
    adopting,
    userLookMs: options.userLookMs,
    onDefect,
    identity: {
      get deviceId() {
        return deviceId
      },
      async renew() {
        deviceId = (await options.rename?.()) ?? deviceId
      },
    },
    onMet: () => living.tell({ type: 'met' }),
    onProgress: () => living.tell({ type: 'progress' }),
    onTraffic(kind, direction) {
      const counts = direction === 'up' ? traffic.sent : traffic.received
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      traffic.last.set(kind, now())
    },
    onSilence(isSilent) {
      silent = isSilent
    },
  })
  const unsent = createUnsentCounter(
    database,
    (kind: Kind) => connecting.followed?.exchange.sentUpTo(kind) ?? file.state.sentUpTo[kind],
    () => file.state.server !== null,
  )
  const living = createLiving({
    connect: connecting.connect,
    onChange(life) {
      nextAttempt = life.is === 'waiting' && life.waitMs !== undefined ? now() + life.waitMs : undefined
      publish()
    },
    onDefect,
  })
  const { status$, publish, end } = publisher(() =>
    statusOf({
      file,
      secrets,
      traffic,
      nextAttempt,
      ...wordsFor(living.now, silent),
      pendingDown: connecting.followed?.pendingDown ?? null,
      unsent: unsent.byKind(),
    }),
  )

  /** Sees whether everything was exchanged, and keeps the numbers current. */
  function tick(): void {
    if (living.now.is === 'closed') return
    try {
      connecting.followed?.exchange.look()
      if (connecting.followed) noteQuiet(connecting.followed)
      publish()
    } catch (error) {
      onDefect(error)
      const message = 'The state of sync could not be stored on this device.'
      living.tell({ type: 'failed', kind: 'failed', message })
    }
  }

  function noteQuiet({ exchange }: Followed): void {
    if (!exchange.settled || unsent.total() > 0) {
      living.tell({ type: 'busy' })
      return
    }
    if (living.now.is !== 'syncing') return
    // Not by a count from before: this server may have been found to lack what another had.
    if (unsent.total('fresh') > 0) return
    file.save({ lastExchange: new Date(now()).toISOString(), firstSyncDone: true, firstSync: null })
    living.tell({ type: 'settled' })
  }

  const ticking = setInterval(tick, TICK_MS)
  ticking.unref?.()
  const stopWatching = watchNetwork((what) => living.tell({ type: what === 'woke' ? 'woke' : 'hint' }))

  /** Lets the connection remember what it received, as far as the server answers at once. */
  async function rest(): Promise<void> {
    const resting = connecting.followed?.exchange.rest()
    await Promise.race([resting, delay(REST_MS, undefined, { ref: false })]).catch(() => undefined)
  }

  /** The connection, for what a person asks to be done now. @throws ScvError */
  function connected(): Followed {
    serverOrRefuse()
    if (!connecting.followed)
      throw new ScvError(
        'server_unreachable',
        wordsFor(living.now, silent).message ?? 'There is no connection just now.',
      )
    return connecting.followed
  }

  /** @throws ScvError `not_connected` */
  function serverOrRefuse(): Server {
    const { server } = file.state
    if (!server) throw new ScvError('not_connected', 'This device is not connected with a server.')
    return server as Server
  }

  function refuseToLeaveWork(name: string, leaveUnsent: boolean): void {
    const { user } = file.state
    if (!user || user.name === name || leaveUnsent) return
    const count = unsent.total('fresh') + [...file.setAside.counts('refused').values()].reduce((sum, n) => sum + n, 0)
    if (count > 0)
      throw new ScvError('unsynced_work', `${count} changes of “${user.name}” were not sent yet.`, {
        details: { count, user: user.name },
      })
  }

  /** Tries credentials, and begins anew with them. */
  async function accept(server: Server, credentials: Credentials): Promise<void> {
    refuseToLeaveWork(credentials.user, credentials.leaveUnsent)
    const user = await connecting.tryOut(server, credentials)
    const former = file.state.server
    secrets.set(credentials.password, credentials.insistOnPlain)
    // Another organisation or server knows nothing of what we believe, and is not like the former.
    if (former?.url !== server.url || former.org !== server.org) {
      if (former) beginEpoch(file)
      connecting.forgetServer()
    }
    file.save({ server, user, paused: false })
    living.tell({ type: 'wanted' })
  }

  if (file.state.server) living.tell({ type: file.state.paused ? 'paused' : 'wanted' })

  return {
    status$,
    user: () => file.state.user ?? undefined,
    async connect(server, credentials) {
      await accept(readServer(server), credentials)
    },
    async signIn(credentials) {
      await accept(serverOrRefuse(), credentials)
    },
    async signOut() {
      serverOrRefuse()
      secrets.forget()
      await rest()
      living.tell({ type: file.state.paused ? 'paused' : 'wanted' })
    },
    async pause() {
      serverOrRefuse()
      file.save({ paused: true })
      await rest()
      if (file.state.paused) living.tell({ type: 'paused' })
    },
    async resume() {
      serverOrRefuse()
      file.save({ paused: false })
      living.tell({ type: 'wanted' })
    },
    tryNow() {
      if (!file.state.paused) living.tell({ type: 'hint' })
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
      clearInterval(ticking)
      stopWatching()
      await rest()
      end()
      living.tell({ type: 'closed' })
      await connecting.close()
      await living.ended
    },
  }
}

/** The state of sync as people know it, and what is wrong. */
function wordsFor(life: Life, silent: boolean): { state: SyncState; message: string | undefined } {
  const { is } = life
  if (is === 'waiting') return { state: STATE_OF[life.because], message: life.message }
  const message = silent ? 'The server does not answer; it is asked again on another way.' : undefined
  return { state: is === 'closed' ? 'off' : is, message }
}

/** Tells a state whenever it is another one. */
function publisher(read: () => SyncStatus) {
  const status$ = new BehaviorSubject<SyncStatus>(read())
  let shown = JSON.stringify(status$.value)
  let ended = false
  return {
    status$,
    publish(): void {
      if (ended) return
      const next = read()
      const text = JSON.stringify(next)
      if (text === shown) return
      shown = text
      status$.next(next)
    },
    end(): void {
      ended = true
      status$.complete()
    },
  }
}
