// The journey to be drawn: marks and density count what the list holds, whatever the size, the filter and the width.

import { CHANNELS } from '@shared/model/interaction'
import type { JourneyFilter } from '@shared/model/views'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asContactId } from '../../src-shared/model/ids'
import { ann, type Bench, openBench } from '../support/engine'
import { helpers, newNumber, phone } from '../support/people'

let bench: Bench
const { create, interaction } = helpers(() => bench)
let id = ''
let ancestors: string[] = []
const START = Date.parse('2026-01-01T00:00:00Z')
const HOUR = 3_600_000
const SIZE = 240
const at = (n: number) => new Date(START + n * HOUR).toISOString()

beforeAll(async () => {
  bench = await openBench()
  const numbers = [newNumber(), newNumber()]
  ancestors = await Promise.all(numbers.map((number) => create({ firstName: 'Journey', workPhone: phone(number) })))
  await bench.engine.interactions.recordMany(
    ann,
    Array.from({ length: SIZE }, (_, n) => ({
      input: interaction([{ type: 'Phone', value: numbers[n % 2] ?? '' }], {
        conversationId: `picture-${n}`,
        // Busy at first, then now and then.
        startedAt: at(n < 120 ? n / 10 : n),
        channel: CHANNELS[n % 3] ?? 'voice',
        direction: n % 4 === 0 ? 'outbound' : 'inbound',
        queue: n % 5 === 0 ? 'care' : 'sales',
        ...(n % 6 === 0 ? {} : { agent: 'bob' }),
      }),
    })),
  )
  id = (await bench.engine.merges.merge(ann, { contactIds: ancestors.map(asContactId) })).contactId
})
afterAll(() => bench.close())

const filters: fc.Arbitrary<JourneyFilter> = fc.record(
  {
    channels: fc.uniqueArray(fc.constantFrom(...CHANNELS.slice(0, 4)), { minLength: 1 }),
    direction: fc.constantFrom('inbound' as const, 'outbound' as const),
    queue: fc.constantFrom('care', 'sales', 'nowhere'),
    agent: fc.constantFrom('bob', 'nobody'),
    from: fc.integer({ min: -10, max: SIZE }).map(at),
    to: fc.integer({ min: 0, max: SIZE + 10 }).map(at),
    contactIds: fc.nat(1).map((n) => [asContactId(ancestors[n] ?? '')]),
  },
  { requiredKeys: [] },
)

describe('the picture', () => {
  test('shows every interaction of the list once, in marks in order, and no more of them than asked for', async () => {
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 10, max: 400 }), async (filter, bins) => {
        const list = await bench.engine.queries.journey(asContactId(id), filter, 0, 500)
        const { span, total, marks, overview } = bench.engine.queries.journeyPicture(asContactId(id), filter, bins)
        expect(total).toBe(list.total)
        expect(list.items).toHaveLength(list.total)
        const known = new Map(list.items.map((item) => [item.id, item]))
        for (const channel of CHANNELS) {
          const own = marks.filter((mark) => mark.channel === channel)
          const starts = list.items
            .filter((item) => item.channel === channel)
            .map((item) => Date.parse(item.startedAt))
            .sort((a, b) => a - b)
          expect(own.length).toBeLessThanOrEqual(bins + 1)
          expect(own.map((mark) => mark.first)).toEqual([...own.map((mark) => mark.first)].sort((a, b) => a - b))
          expect(own.reduce((sum, mark) => sum + mark.count, 0)).toBe(starts.length)
          expect(own[0]?.first).toBe(starts[0])
          expect(own.at(-1)?.last).toBe(starts.at(-1))
          for (const mark of own) {
            expect(starts.filter((start) => start >= mark.first && start <= mark.last)).toHaveLength(mark.count)
            expect(mark.count === 1).toBe(mark.id !== undefined)
            if (mark.id) expect(Date.parse(known.get(mark.id)?.startedAt ?? '')).toBe(mark.first)
          }
        }
        const { from: _from, to: _to, ...undated } = filter
        const whole = await bench.engine.queries.journey(asContactId(id), undated, 0, 1)
        expect(overview.reduce((sum, count) => sum + count, 0)).toBe(whole.total)
        expect(span === null).toBe(whole.total === 0)
      }),
      { numRuns: 60 },
    )
  })

  test('of one moment is one mark', () => {
    const { marks } = bench.engine.queries.journeyPicture(asContactId(id), { from: at(130), to: at(131) }, 100)
    expect(marks).toHaveLength(1)
  })
})

describe('what it can be filtered by', () => {
  test('is counted over the whole journey, most frequent first', () => {
    const facets = bench.engine.queries.journeyFacets(asContactId(id))
    expect(facets).toMatchObject({
      total: SIZE,
      span: { from: START, to: START + (SIZE - 1) * HOUR },
      byChannel: { voice: 80, callback: 80, email: 80 },
      byDirection: { inbound: 180, outbound: 60 },
      queues: [
        { value: 'sales', count: 192 },
        { value: 'care', count: 48 },
      ],
      agents: [{ value: 'bob', count: 200 }],
    })
    expect(facets.records.map(({ id: record, displayName, count }) => [record, displayName, count]).sort()).toEqual(
      ancestors.map((record) => [record, 'Journey', 120]).sort(),
    )
  })
})
