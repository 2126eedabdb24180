// The moment by which documents are read: none that an honest device wrote is taken for a forgery because a clock is behind.

import { expect, test } from 'vitest'
import { createClock, makeStamp } from '../../src-main/engine/documents/stamp'
import { dated } from '../../src-main/replication/couch/dated'
import type { KeyedReads } from '../../src-main/replication/couch/keyed-reads'
import type { Remote, RemoteDocument } from '../../src-main/replication/couch/remote'
import { createServerClock } from '../../src-main/replication/state/server-clock'
import { asDeviceId } from '../../src-shared/model/ids'

const NOW = Date.UTC(2026, 5, 20)
const DAY = 86_400_000

test('a clock set back by days while the application was closed: the server’s time counts before it is believed', () => {
  const clock = createServerClock({ wall: () => NOW - 12 * DAY, steady: () => 1000, known: 0 })
  expect(clock.latest(0)).toBe(NOW - 12 * DAY)
  clock.sample(NOW, 0)
  expect(clock.offset()).toBeUndefined() // a leap, until it lasts
  expect(clock.latest(0)).toBeGreaterThanOrEqual(NOW)
})

test('a clock of ours that is years ahead is not the time once the server tells it', () => {
  const clock = createServerClock({ wall: () => NOW + 900 * DAY, steady: () => 1000, known: null })
  expect(clock.latest(NOW + 901 * DAY)).toBe(NOW + 901 * DAY)
  clock.sample(NOW, 0)
  expect(Math.abs(clock.latest(NOW + 901 * DAY) - NOW)).toBeLessThan(2000)
})

test('a server that was set back makes nothing of the future of what once was the time by both clocks', () => {
  let steady = 1000
  const server = (known: number | null, workedAt?: number) =>
    createServerClock({
      wall: () => NOW + steady,
      steady: () => steady,
      known,
      ...(workedAt === undefined ? {} : { workedAt }),
    })
  // Before this run the two agreed; a lower time is believed at once then, since our clock may have been set ahead.
  const afterStart = server(0, NOW - DAY)
  afterStart.sample(NOW - 100 * DAY, 0)
  expect(afterStart.offset()).toBeLessThan(-99 * DAY)
  expect(afterStart.latest(NOW)).toBe(NOW - DAY)
  // Within a run it is believed when it lasts.
  const inRun = server(0)
  inRun.sample(NOW + steady, 0)
  for (steady += 0; steady < 2_000_000; steady += 100_000) inRun.sample(NOW + steady - 100 * DAY, 0)
  expect(inRun.offset()).toBeLessThan(-99 * DAY)
  expect(inRun.latest(0)).toBeGreaterThanOrEqual(NOW)
})

test('a clock that was a year ahead, and was put right while nothing ran, is not corrected by that year once more', () => {
  const put = (workedAt: number) => {
    const clock = createServerClock({ wall: () => NOW, steady: () => 1000, known: -365 * DAY, workedAt })
    clock.sample(NOW, 0)
    return clock.offset()
  }
  // It worked yesterday, by the clock that was ahead: by the offset of then it would be a year ago.
  expect(put(NOW + 364 * DAY)).toBe(0)
  // Where nothing tells when it worked, the leap has to last; nothing is known until then.
  expect(put(0)).toBeUndefined()
})

test.each([
  ['by hours', 5 * 3_600_000],
  ['by days, which is not believed yet', 3 * DAY],
] as const)('our clock is set ahead by years while the server’s leaps %s: by how much is known at once', (_, leap) => {
  let [steady, set] = [1000, 0]
  const clock = createServerClock({ wall: () => NOW + steady + set, steady: () => steady, known: null })
  clock.sample(NOW + steady, 0)
  expect(clock.offset()).toBe(0)
  set = 900 * DAY
  steady += 5000
  expect(clock.offset()).toBeUndefined()
  clock.sample(NOW + steady + leap, 0)
  expect(Math.abs((clock.offset() ?? 0) + 900 * DAY)).toBeLessThan(DAY)
  expect(clock.latest(0)).toBeLessThan(NOW + 4 * DAY)
})

test('the clock of the device knows what it was, though it was set back', () => {
  let wall = NOW
  const clock = createClock({ deviceId: asDeviceId('device0001'), now: () => wall, atLeast: () => NOW - DAY })
  clock.observe(makeStamp(NOW, 0, asDeviceId('device0002')))
  wall = NOW - 12 * DAY
  expect(clock.furthest()).toBe(NOW)
})

test('every way to read a document dates it, also what was behind and is asked for again', async () => {
  const one = (): RemoteDocument => ({ id: 'contacts:c', rev: '1-a', deleted: false, body: {} })
  const remote = dated(
    {
      changes: async () => ({ documents: [one()], since: '1', pending: 0 }),
      read: async () => new Map([['contacts:c', one()]]),
      readAt: async () => new Map([['contacts:c', one()]]),
      readRevision: async () => one(),
    } as unknown as Remote & Pick<KeyedReads, 'readAt'>,
    () => NOW,
  )
  expect((await remote.changes(undefined, 1)).documents[0]?.asOf).toBe(NOW)
  expect((await remote.read([])).get('contacts:c')?.asOf).toBe(NOW)
  expect((await remote.readAt([])).get('contacts:c')?.asOf).toBe(NOW)
  expect((await remote.readRevision('contacts:c', '1-a'))?.asOf).toBe(NOW)
})
