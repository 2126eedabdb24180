// The life of a connection, without one: every event in every state, and what carries it out.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RemoteError } from '../../src-main/replication/couch/remote'
import { waitBefore } from '../../src-main/replication/state/backoff'
import {
  isConnected,
  type Life,
  type LifeEvent,
  type LifeState,
  next,
  TABLE,
  UNBORN,
} from '../../src-main/replication/state/life'
import { createLiving } from '../../src-main/replication/state/living'

const STATES = Object.keys(TABLE) as LifeState[]
const EVENTS: readonly LifeEvent[] = [
  { type: 'wanted' },
  { type: 'paused' },
  { type: 'met' },
  { type: 'settled' },
  { type: 'progress' },
  { type: 'busy' },
  { type: 'failed', kind: 'unreachable', message: 'away' },
  { type: 'failed', kind: 'signed-out', message: 'who?' },
  { type: 'due' },
  { type: 'hint' },
  { type: 'woke' },
  { type: 'closed' },
]
const nameOf = (event: LifeEvent): string => (event.type === 'failed' ? `failed: ${event.kind}` : event.type)
const lifeIn = (is: LifeState, because: 'unreachable' | 'signed-out' = 'unreachable'): Life =>
  is === 'waiting'
    ? { is, because, message: 'away', waitMs: 1000, attempt: 3, failures: 2 }
    : { is, attempt: 3, failures: 2 }

/** What follows, as a person would say it. */
const EXPECTED: Readonly<Record<LifeState, string>> = {
  off: 'wanted→connecting paused→paused closed→closed',
  paused: 'wanted→connecting closed→closed',
  waiting: 'wanted→connecting paused→paused due→connecting hint→connecting woke→connecting closed→closed',
  connecting:
    'wanted→connecting paused→paused met→syncing failed: unreachable→waiting failed: signed-out→waiting woke→connecting closed→closed',
  syncing:
    'wanted→connecting paused→paused settled→live failed: unreachable→waiting failed: signed-out→waiting woke→connecting closed→closed',
  live: 'wanted→connecting paused→paused busy→syncing failed: unreachable→waiting failed: signed-out→waiting woke→connecting closed→closed',
  closed: '',
}

describe('the table', () => {
  test.each(STATES)('%s: what each event leads to', (is) => {
    const found = EVENTS.flatMap((event) => {
      const life = lifeIn(is)
      const after = next(life, event, 0.5)
      const same = after.is === is && after.attempt === life.attempt
      return same ? [] : [`${nameOf(event)}→${after.is}`]
    })
    expect(found.join(' ')).toBe(EXPECTED[is])
  })

  test.each(STATES.flatMap((is) => EVENTS.map((event) => ({ is, event, name: nameOf(event) }))))(
    '$is, $name: a connection that begins has a number of its own, and one that goes on keeps it',
    ({ is, event }) => {
      const life = lifeIn(is)
      const after = next(life, event, 0.5)
      const begins = isConnected(after) && (!isConnected(life) || after.is === 'connecting') && after !== life
      if (begins && event.type !== 'progress') expect(after.attempt).toBe(life.attempt + 1)
      else expect(after.attempt).toBe(life.attempt)
    },
  )

  test('a wait grows with failures, up to a minute, and a server’s wish up to ten', () => {
    let life: Life = next(UNBORN, { type: 'wanted' }, 0)
    const waits: (number | undefined)[] = []
    for (let n = 0; n < 12; n += 1) {
      life = next(life, { type: 'failed', kind: 'failed', message: '502' }, 1)
      waits.push(life.is === 'waiting' ? life.waitMs : undefined)
      life = next(life, { type: 'due' }, 0)
    }
    expect(waits.slice(0, 3)).toEqual([1000, 2000, 4000])
    expect(waits.at(-1)).toBe(60_000)
    for (const days of [1, 25, 400]) expect(waitBefore(1, 0, days * 86_400_000)).toBe(600_000)
    expect(waitBefore(1, 0, Number.NaN)).toBe(500)
  })

  test('a person who is refused is not asked for again by a network that changes, only when it is time', () => {
    const life = lifeIn('waiting', 'signed-out')
    expect(next(life, { type: 'hint' }, 0)).toBe(life)
    expect(next(life, { type: 'woke' }, 0)).toBe(life)
    expect(next(life, { type: 'due' }, 0).is).toBe('connecting')
  })
})

describe('what carries it out', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function livingWith(outcomes: (Error | 'lasts')[]) {
    const states: string[] = []
    const defects: unknown[] = []
    let open = 0
    let most = 0
    let connections = 0
    const living = createLiving({
      async connect(signal) {
        connections += 1
        open += 1
        most = Math.max(most, open)
        try {
          const outcome = outcomes.shift() ?? 'lasts'
          if (outcome !== 'lasts') throw outcome
          await new Promise((resolve) => {
            if (signal.aborted) resolve(undefined)
            signal.addEventListener('abort', resolve)
          })
          await Promise.resolve()
        } finally {
          open -= 1
        }
      },
      onChange: ({ is }) => states.push(is),
      onDefect: (error) => defects.push(error),
    })
    return {
      living,
      states,
      defects,
      get connections() {
        return connections
      },
      get most() {
        return most
      },
    }
  }
  const turn = () => vi.advanceTimersByTimeAsync(0)

  test('tries again after what failed, and tells of what was no server’s fault', async () => {
    const it = livingWith([new RemoteError('failed', '502'), new TypeError('ours')])
    it.living.tell({ type: 'wanted' })
    await turn()
    expect(it.living.now.is).toBe('waiting')
    await vi.advanceTimersByTimeAsync(1000)
    expect(it.connections).toBe(2)
    await vi.advanceTimersByTimeAsync(2000)
    expect(it.connections).toBe(3)
    expect(it.defects).toEqual([new TypeError('ours')])
    it.living.tell({ type: 'closed' })
    await it.living.ended
  })

  test('a wait of 25 days and more is no wait of a millisecond', async () => {
    const it = livingWith([new RemoteError('signed-out', 'later', 26 * 86_400_000)])
    it.living.tell({ type: 'wanted' })
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(it.connections).toBe(1)
    it.living.tell({ type: 'closed' })
  })

  test('where only a person can help nothing is tried until they do', async () => {
    const it = livingWith([new RemoteError('signed-out', 'no password')])
    it.living.tell({ type: 'wanted' })
    await vi.advanceTimersByTimeAsync(30 * 86_400_000)
    expect(it.connections).toBe(1)
    it.living.tell({ type: 'wanted' })
    await turn()
    expect(it.connections).toBe(2)
    it.living.tell({ type: 'closed' })
    await it.living.ended
  })

  test('many wishes in a row: never two connections at once, and the last wish stands', async () => {
    const it = livingWith([])
    for (let n = 0; n < 50; n += 1) {
      it.living.tell({ type: n % 3 === 0 ? 'paused' : n % 3 === 1 ? 'wanted' : 'woke' })
      if (n % 7 === 0) await turn()
    }
    await turn()
    expect(it.most).toBe(1)
    expect(it.living.now.is).toBe('connecting')
    it.living.tell({ type: 'closed' })
    await it.living.ended
    expect(it.states.at(-1)).toBe('closed')
    it.living.tell({ type: 'wanted' })
    expect(it.living.now.is).toBe('closed')
  })
})
