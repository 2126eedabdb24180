// Replication as the application meets it: connect, sign in, pause, and a state that is always true.
// Invariants: one connection at a time; a failure ends it, is told in plain words, and is tried again (life.ts says when);
// nothing here blocks or loses local work, whatever the server does.

import type { SyncState, SyncStatus } from '@shared/contract/sync'
import type { DeviceId } from '@shared/model/ids'
import { BehaviorSubject } from 'rxjs'
import type { Database } from '../../database'
import type { Kind } from '../../engine/documents/kinds'
import type { SessionUser } from '../couch/session'
import type { AdoptingDevice } from '../exchange/adoption'
import { createConnecting, type Followed } from './connecting'
import { wordsForDoubt } from './doubt'
import type { Life } from './life'
import { createLiving } from './living'
import { watchNetwork } from './network'
import { STATE_OF } from './refusals'
import type { Secrets } from './secrets'
import { statusOf, type Traffic } from './status'
import { type Commands, createSteering } from './steering'
import type { SyncFile } from './sync-file'
import { createUnsentCounter } from './unsent'

export interface ReplicationOptions {
  database: Database
  file: SyncFile
  secrets: Secrets
  deviceId: DeviceId
  /** Wall clock of this device, ms. */
  now(): number
  /** Whose documents are adopted before the first of them is sent; absent: they are sent as they are. */
  adopting?: AdoptingDevice
  /** When this device worked last before this run, by its wall clock of then, ms. */
  workedAt?: number
  /** How often it is looked whether the server judges otherwise by now, as by other roles of the user, ms; a minute, unless given. */
  lookMs?: number
  /** How often the state is looked at, and what is due is begun, ms; 250, unless given. */
  tickMs?: number
  /** Gives this device another name, durably, since a copy of it is at work. @returns the name */
  rename?(): Promise<DeviceId>
  /** Told of failures that no caller waits for. */
  onDefect(error: unknown): void
}

export interface Replication extends Commands {
  readonly status$: BehaviorSubject<SyncStatus>
  /** Who signed in last; undefined: this device was never connected. */
  user(): SessionUser | undefined
  close(): Promise<void>
}

const TICK_MS = 250

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
    workedAt: options.workedAt,
    lookMs: options.lookMs,
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
      ...wordsFor(living.now, silent, wordsForDoubt(file, now())),
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

  const ticking = setInterval(tick, options.tickMs ?? TICK_MS)
  ticking.unref?.()
  const stopWatching = watchNetwork((what) => living.tell({ type: what === 'woke' ? 'woke' : 'hint' }))

  if (file.state.server) living.tell({ type: file.state.paused ? 'paused' : 'wanted' })
  const steering = createSteering({
    database,
    file,
    secrets,
    connecting,
    unsent,
    tell: living.tell,
    trouble: () => wordsFor(living.now, silent, undefined).message,
  })

  return {
    status$,
    user: () => file.state.user ?? undefined,
    ...steering.commands,
    async close() {
      clearInterval(ticking)
      stopWatching()
      await steering.rest()
      end()
      living.tell({ type: 'closed' })
      await connecting.close()
      await living.ended
    },
  }
}

/** The state of sync as people know it, and what is wrong. */
function wordsFor(
  life: Life,
  silent: boolean,
  doubt: string | undefined,
): { state: SyncState; message: string | undefined } {
  const { is } = life
  if (is === 'waiting') return { state: STATE_OF[life.because], message: life.message }
  const message = silent ? 'The server does not answer; it is asked again on another way.' : doubt
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
