// How long devices let changes gather: nothing where it is quiet, seconds where it is busy, and each at a moment of its own.
import { expect, test } from 'vitest'
import { Outstanding } from '../../src-main/replication/couch/outstanding'
import { Waking } from '../../src-main/replication/couch/waking'

/** A device that reads as it does, for so long, of an organisation that changes so often. */
function followed(rate: number, seconds: number, tookMs = 20): { waking: Waking; reads: number } {
  const waking = new Waking()
  let now = 0
  let reads = 0
  let changed = 0
  waking.read(500, now, tookMs) // what gathered while it was away
  while (now < seconds * 1000) {
    const next = waking.busy ? 0 : 1000 / rate
    now += Math.max(1, next) + waking.waitMs(((reads * 7919) % 100) / 100) + tookMs
    const all = Math.floor((now / 1000) * rate)
    waking.read(all - changed, now, tookMs)
    changed = all
    reads += 1
  }
  return { waking, reads }
}

test('in a quiet organisation a change is read at once', () => {
  const { waking } = followed(0.2, 120)
  expect(waking.waitMs(1)).toBe(0)
  expect(new Waking().waitMs(1)).toBe(0)
})

test('at 20 changes a second each read brings dozens, and none is later than five seconds', () => {
  const { waking, reads } = followed(20, 120)
  expect(reads).toBeLessThan(60)
  expect(waking.rate).toBeGreaterThan(15)
  expect(waking.waitMs(1)).toBeLessThanOrEqual(4000)
  expect(waking.waitMs(0)).toBeGreaterThan(1500)
})

test('when it is quiet again, changes are read at once again', () => {
  const { waking } = followed(20, 60)
  for (let now = 61_000; now < 120_000; now += 3000) waking.read(0, now, 20)
  expect(waking.busy).toBe(false)
  expect(waking.waitMs(1)).toBe(0)
})

test('a server that takes long is asked a fifth of the time', () => {
  const { waking } = followed(20, 120, 3000)
  expect(waking.waitMs(0)).toBeGreaterThanOrEqual(6000)
  expect(waking.waitMs(1)).toBeLessThanOrEqual(20_000)
})

test('what the feed has named is asked for ever less often, and holds the page that named it until it was read', () => {
  const outstanding = new Outstanding()
  const [a, b] = [
    { id: 'contacts:a', rev: '2-a' },
    { id: 'contacts:b', rev: '3-b' },
  ]
  outstanding.add([a], 5, 0)
  outstanding.add([b], 7, 10)
  expect(outstanding.oldestPage).toBe(5)
  expect(outstanding.due(0)).toEqual([])
  let asked = 0
  for (let now = 0; now < 60_000; now += 50) if (outstanding.due(now).length > 0) asked += 1
  expect(asked).toBeGreaterThan(10)
  expect(asked).toBeLessThan(25)
  expect(outstanding.read([a])).toBe(5)
  expect(outstanding.oldestPage).toBe(7)
  expect(outstanding.givenUp(60_000)).toEqual([])
  expect(outstanding.givenUp(200_000)).toMatchObject([b])
  expect(outstanding.oldestPage).toBeUndefined()
})
