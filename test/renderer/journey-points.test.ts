// Points of a journey made ready to be drawn, and the pages of a list in view.
import { CHANNELS } from '@shared/model/interaction'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pagesInView, rowFrom } from '../../src-renderer/components/use-pages'
import { timeSpan, timeTicks, toLanes } from '../../src-renderer/person/points'

const points = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: CHANNELS.length - 1 })),
  { maxLength: 300 },
)

describe('lanes', () => {
  test('each channel in use has one lane, with its last moment and no more marks than buckets', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 50 }), (given, buckets) => {
        const lanes = toLanes(given, buckets)
        expect(new Set(lanes.map(({ channel }) => channel))).toEqual(
          new Set(given.map(([, channel]) => CHANNELS[channel])),
        )
        expect(lanes.map(({ lane }) => lane)).toEqual(lanes.map((_, at) => at))
        for (const { channel, moments } of lanes) {
          const own = given.filter(([, index]) => CHANNELS[index] === channel).map(([at]) => at)
          expect(moments.every((at) => own.includes(at))).toBe(true)
          expect(moments.at(-1)).toBe(Math.max(...own))
          expect(moments[0]).toBe(Math.min(...own))
          expect(moments.length).toBeLessThanOrEqual(buckets + 2)
        }
      }),
    )
  })

  test('a channel that is not known is not drawn', () => {
    expect(toLanes([[1, 99]], 10)).toEqual([])
  })

  test('the span of no points is nothing', () => {
    expect(timeSpan([])).toEqual([0, 0])
    expect(
      timeSpan([
        [5, 0],
        [2, 1],
      ]),
    ).toEqual([2, 5])
  })
})

describe('ticks of the time axis', () => {
  test('lie inside the span, in order, and are few', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2030, 0) }),
        fc.integer({ min: 1, max: 6000 }),
        (from, days) => {
          const to = from + days * 86_400_000
          const ticks = timeTicks(from, to, 7)
          expect(ticks).toEqual([...ticks].sort((a, b) => a - b))
          expect(ticks.every((at) => at >= from && at <= to)).toBe(true)
          expect(ticks.length).toBeLessThanOrEqual(10)
        },
      ),
    )
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
