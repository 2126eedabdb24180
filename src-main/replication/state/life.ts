// The life of a connection: the states it may be in, what may happen, and what follows, in one table. Pure.
// Invariant: every event has a meaning in every state; where only a person can help, nothing is asked again by itself.
import type { RemoteErrorKind } from '../couch/remote'
import { waitBefore } from './backoff'

/** What every state remembers. */
interface Memory {
  /** Raised with every connection that is wanted: a connection of another number has to end. */
  attempt: number
  /** Attempts that failed in a row. */
  failures: number
}

export type Life = Memory &
  (
    | { is: 'off' | 'paused' | 'connecting' | 'syncing' | 'live' | 'closed' }
    /** `waitMs` undefined: for a person. */
    | { is: 'waiting'; because: RemoteErrorKind; message: string; waitMs: number | undefined }
  )
export type LifeState = Life['is']

export type LifeEvent =
  /** There is a server and a user, perhaps others than before, and sync is wanted. */
  | { type: 'wanted' }
  | { type: 'paused' }
  /** The server has accepted us. */
  | { type: 'met' }
  /** Everything was exchanged; something was. */
  | { type: 'settled' }
  | { type: 'progress' }
  /** There is something to exchange again. */
  | { type: 'busy' }
  | { type: 'failed'; kind: RemoteErrorKind; message: string; retryAfter?: number | undefined }
  /** The wait is over. */
  | { type: 'due' }
  /** The network changed, or a person does not want to wait. */
  | { type: 'hint' }
  /** The computer slept: a connection may be dead without saying so. */
  | { type: 'woke' }
  | { type: 'closed' }

type Step = (life: Life, event: LifeEvent, random: number) => Life

const memory = ({ attempt, failures }: Life): Memory => ({ attempt, failures })
const to =
  (is: Exclude<LifeState, 'waiting'>): Step =>
  (life) => ({ ...memory(life), is })
const stay: Step = (life) => life
const begin: Step = ({ attempt }) => ({ is: 'connecting', attempt: attempt + 1, failures: 0 })
const again: Step = (life) => ({ ...memory(life), is: 'connecting', attempt: life.attempt + 1 })
/** A hint says nothing of a password. */
const unlessRefused: Step = (life, ...rest) =>
  life.is === 'waiting' && life.because === 'signed-out' ? life : again(life, ...rest)
const settle: Step = ({ attempt }) => ({ is: 'live', attempt, failures: 0 })
const forgive: Step = (life) => (life.failures === 0 ? life : { ...life, failures: 0 })
const wait: Step = (life, event, random) => {
  if (event.type !== 'failed') return life
  const { kind, message, retryAfter } = event
  const failures = life.failures + 1
  // How often a refused password may be tried is known to its keeper (refused-password.ts).
  const waitMs = kind === 'signed-out' ? retryAfter : waitBefore(failures, random, retryAfter)
  return { is: 'waiting', attempt: life.attempt, failures, because: kind, message, waitMs }
}

type Row = Readonly<Record<LifeEvent['type'], Step>>

/** Where there is no connection, news of one come from one that is ending. */
const WITHOUT: Pick<Row, 'met' | 'settled' | 'progress' | 'busy' | 'failed'> = {
  met: stay,
  settled: stay,
  progress: stay,
  busy: stay,
  failed: stay,
}
const END: Pick<Row, 'closed'> = { closed: to('closed') }

export const TABLE: Readonly<Record<LifeState, Row>> = {
  off: { wanted: begin, paused: to('paused'), due: stay, hint: stay, woke: stay, ...WITHOUT, ...END },
  paused: { wanted: begin, paused: stay, due: stay, hint: stay, woke: stay, ...WITHOUT, ...END },
  waiting: {
    wanted: begin,
    paused: to('paused'),
    due: again,
    hint: unlessRefused,
    woke: unlessRefused,
    ...WITHOUT,
    ...END,
  },
  connecting: {
    wanted: begin,
    paused: to('paused'),
    met: to('syncing'),
    settled: stay,
    progress: forgive,
    busy: stay,
    failed: wait,
    due: stay,
    hint: stay,
    woke: again,
    ...END,
  },
  syncing: {
    wanted: begin,
    paused: to('paused'),
    met: stay,
    settled: settle,
    progress: forgive,
    busy: stay,
    failed: wait,
    due: stay,
    hint: stay,
    woke: again,
    ...END,
  },
  live: {
    wanted: begin,
    paused: to('paused'),
    met: stay,
    settled: stay,
    progress: forgive,
    busy: to('syncing'),
    failed: wait,
    due: stay,
    hint: stay,
    woke: again,
    ...END,
  },
  closed: { wanted: stay, paused: stay, due: stay, hint: stay, woke: stay, ...WITHOUT, closed: stay },
}

export const UNBORN: Life = { is: 'off', attempt: 0, failures: 0 }

/**
 * What follows from an event. The same object: nothing does.
 * @param random 0 to 1, so that many devices do not come back in one instant
 */
export function next(life: Life, event: LifeEvent, random: number): Life {
  return TABLE[life.is][event.type](life, event, random)
}

/** Whether there has to be a connection, or an attempt at one. */
export const isConnected = ({ is }: Life): boolean => is === 'connecting' || is === 'syncing' || is === 'live'
