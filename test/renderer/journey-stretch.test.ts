// Stretches of time in a journey's picture: zooming, moving, days; the shapes drawn; and the pages of a list in view.
import { CHANNELS } from '@shared/model/interaction'
import type { JourneyMark } from '@shared/model/views'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pagesInView, rowFrom } from '../../src-renderer/components/pages'
import { lanePath, nearest } from '../../src-renderer/journey/lanes'
import {
  around,
  axisFormat,
  DAY,
  dayOf,
  dayStart,
  moved,
  nextDay,
  orAll,
  SHORTEST,
  type Stretch,
  wholeOf,
  within,
  zoomed,
} from '../../src-renderer/journey/stretch'

const BASE = Date.UTC(2020, 0, 1)
const span: fc.Arbitrary<Stretch> = fc
  .tuple(fc.integer({ min: 0, max: 3000 * DAY }), fc.integer({ min: 0, max: 3000 * DAY }))
  .map(([start, length]) => ({ from: BASE + start, to: BASE + start + length }))
const part = fc.double({ min: 0, max: 1, noNaN: true })

const expectInside = (stretch: Stretch, whole: Stretch): void => {
  expect(stretch.from).toBeGreaterThanOrEqual(whole.from)
  expect(stretch.to).toBeLessThanOrEqual(whole.to)
  expect(stretch.to - stretch.from).toBeGreaterThanOrEqual(Math.min(SHORTEST, whole.to - whole.from) - 1)
}

describe('a stretch', () => {
  test('never leaves the whole nor becomes too short, however one zooms and moves', () => {
    fc.assert(
      fc.property(
        span,
        fc.array(fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), part, fc.integer({ min: -3, max: 3 })), {
          maxLength: 12,
        }),
        (journey, steps) => {
          const whole = wholeOf(journey)
          let shown = whole
          for (const [factor, at, by] of steps) {
            shown = zoomed(shown, factor, shown.from + at * (shown.to - shown.from), whole)
            expectInside(shown, whole)
            shown = moved(shown, by / 2, whole)
            expectInside(shown, whole)
          }
        },
      ),
    )
  })

  test('zoomed in, keeps the moment below the pointer where it is', () => {
    const whole = { from: 0, to: 1000 * DAY }
    const shown = zoomed(whole, 0.5, 250 * DAY, whole)
    expect(shown).toEqual({ from: 125 * DAY, to: 625 * DAY })
  })

  test('as long as the whole is remembered as all of it', () => {
    const whole = { from: 0, to: 10 * DAY }
    expect(orAll(within({ from: -5, to: 20 * DAY }, whole), whole)).toBeNull()
    expect(orAll({ from: 0, to: 9 * DAY }, whole)).toEqual({ from: 0, to: 9 * DAY })
  })

  test('of a single moment has room around it', () => {
    const whole = wholeOf({ from: BASE, to: BASE })
    expect(whole.to - whole.from).toBe(DAY)
    expectInside(around({ first: BASE, last: BASE }, whole), whole)
  })
})

describe('days', () => {
  test('of a date field begin at local midnight, and the next one follows', () => {
    const start = dayStart('2026-03-29') ?? 0
    expect([new Date(start).getHours(), new Date(start).getDate()]).toEqual([0, 29])
    expect(dayOf(start)).toBe('2026-03-29')
    expect(dayOf(nextDay(start))).toBe('2026-03-30')
    expect(dayOf(nextDay(start) - 1)).toBe('2026-03-29')
  })

  test('that are not there yet are none', () => {
    expect(dayStart('')).toBeUndefined()
    expect(dayStart('2026-3-1')).toBeUndefined()
  })

  test('are written as finely as labels lie apart', () => {
    expect(axisFormat(3_600_000)).toHaveProperty('hour')
    expect(axisFormat(7 * DAY)).toEqual({ day: 'numeric', month: 'short' })
    expect(axisFormat(31 * DAY)).toHaveProperty('month')
    expect(axisFormat(366 * DAY)).toEqual({ year: 'numeric' })
  })
})

describe('marks', () => {
  const mark = (first: number, last: number, count: number): JourneyMark => ({
    channel: CHANNELS[0],
    first,
    last,
    count,
  })

  test('lie inside their lane, however many interactions they stand for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (count, other) => {
        const path = lanePath([mark(10, 20, count)], (at) => at, 20, Math.max(count, other))
        const bar = /^M[\d.]+,([\d.]+)h[\d.]+v([\d.]+)h/.exec(path)
        if (count === 1) expect(path).toContain('a4,4')
        else expect(Number(bar?.[1])).toBeGreaterThanOrEqual(0)
        if (bar) expect(Number(bar[1]) + Number(bar[2])).toBeLessThanOrEqual(20)
      }),
    )
  })

  test('are meant by a pointer on them or close by', () => {
    const marks = [mark(10, 20, 3), mark(40, 40, 1)]
    const place = (at: number): number => at
    expect(nearest(marks, 15, place, 8)).toBe(marks[0])
    expect(nearest(marks, 27, place, 8)).toBe(marks[0])
    expect(nearest(marks, 34, place, 8)).toBe(marks[1])
    expect(nearest(marks, 60, place, 8)).toBeNull()
    expect(nearest(undefined, 0, place, 8)).toBeNull()
  })
})

describe('pages of a long list', () => {
  test('every row in view comes from the page it belongs to', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 40 }), (first, extra) => {
        const size = 50
        const offsets = pagesInView(first, first + extra, size)
        const pages = offsets.map(
          (offset) =>
            [offset, offset === null ? undefined : Array.from({ length: size }, (_, at) => offset + at)] as const,
        )
        for (let index = first; index <= first + extra; index++) expect(rowFrom(index, size, pages)).toBe(index)
      }),
    )
  })

  test('a row whose page is not there is not there', () => {
    expect(
      rowFrom(3, 10, [
        [0, undefined],
        [null, undefined],
      ]),
    ).toBeUndefined()
    expect(
      rowFrom(30, 10, [
        [0, [1, 2, 3]],
        [10, []],
      ]),
    ).toBeUndefined()
  })
})
