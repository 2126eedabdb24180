// Where people stand in the search index: by the day they were active last, and those made together side by side.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newContactId } from '../../src-main/engine/documents/ids'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { allocateRowId, fitsRowId } from '../../src-main/projections/search/row-ids'
import { asDeviceId, asPersonId } from '../../src-shared/model/ids'
import { cases } from '../support/arbitraries'

const DAY = 86_400_000
const moment = fc.integer({ min: 0, max: Date.UTC(2149, 0, 1) })
const NOON = Date.UTC(2026, 5, 1, 12)
const idMadeAt = (ms: number) => asPersonId(newContactId(makeStamp(ms, 0, asDeviceId('dev1'))))

test('whoever was active on a later day stands higher, whatever their ids', () => {
  const id = fc.oneof(fc.uuid(), fc.string(), moment.map(idMadeAt))
  fc.assert(
    fc.property(id, id, moment, moment, (a, b, then, now) => {
      const [first, second] = [allocateRowId(asPersonId(a), then), allocateRowId(asPersonId(b), now)]
      expect(Number.isSafeInteger(first) && first >= 0).toBe(true)
      if (Math.floor(then / DAY) < Math.floor(now / DAY)) expect(first).toBeLessThan(second)
      expect(fitsRowId(first, then)).toBe(true)
      expect(fitsRowId(first, then + DAY)).toBe(false)
    }),
    cases(500),
  )
})

test('people made within a second stand within a few pages of each other, and hardly ever on one place', () => {
  const start = Math.floor(Date.UTC(2026, 5, 1) / 1024) * 1024
  const places = Array.from({ length: 1000 }, (_, i) => allocateRowId(asPersonId(idMadeAt(start + i)), start))
  expect(Math.max(...places) - Math.min(...places)).toBeLessThan(2 ** 15)
  expect(new Set(places).size).toBeGreaterThan(960)
})

test('ids of another kind spread over the whole day', () => {
  const places = Array.from({ length: 1000 }, (_, i) => allocateRowId(asPersonId(`person ${i}`), 0))
  expect(new Set(places).size).toBeGreaterThan(995)
  expect(Math.max(...places) - Math.min(...places)).toBeGreaterThan(2 ** 31)
})

test('a place is found in a few attempts, also for more people of one second than it has places', () => {
  const taken = new Set<number>()
  let most = 0
  for (let n = 0; n < 200_000; n += 1) {
    const id = `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}` // all of one millisecond
    let attempt = 0
    while (taken.has(allocateRowId(asPersonId(id), NOON, attempt))) attempt += 1
    const place = allocateRowId(asPersonId(id), NOON, attempt)
    expect(fitsRowId(place, NOON)).toBe(true)
    taken.add(place)
    most = Math.max(most, attempt)
  }
  expect(most).toBeLessThan(12)
})
