// Somebody with a long history, a number that hundreds want, a journey of thousands: a page of each costs a page, and is the
// beginning of the whole.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lostEntries } from '../../src-main/engine/derive/person'
import { identifierId } from '../../src-main/engine/documents/ids'
import type { Channel } from '../../src-shared/model/interaction'
import { type Heavy, putHeavy } from '../bench/scale/heavy'
import { ann, type Bench, openBench } from '../support/engine'
import { helpers } from '../support/people'

const HOW_MANY = { edits: 2_000, wanting: 200, interactions: 600 }
let bench: Bench
let heavy: Heavy
const { person, create } = helpers(() => bench)
beforeAll(async () => {
  bench = await openBench()
  heavy = await putHeavy(bench.database.store, HOW_MANY)
  await bench.views.settle()
})
afterAll(() => bench.close())

test('a person edited thousands of times: the page has the newest, all come page by page', async () => {
  const page = await person(heavy.edited)
  expect(page.lostTotal).toBe(HOW_MANY.edits - 1)
  expect(JSON.stringify(page).length).toBeLessThan(50_000)
  const pages = await Promise.all(
    [0, 50, HOW_MANY.edits - 30].map((offset) => bench.engine.queries.lostValues(heavy.edited, offset, 50)),
  )
  expect(pages[0]).toEqual({ total: page.lostTotal, items: page.lostValues })
  const titles = pages.flatMap(({ items }) => items.map(({ value }) => value))
  const title = (n: number) => `Title ${n}`
  expect(titles.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, n) => title(HOW_MANY.edits - 1 - n)))
  expect(titles.at(-1)).toBe(title(1))

  // Each entry is looked at a few times, not once for each of the others.
  const document = bench.views.contact(heavy.edited)
  if (!document) throw new Error('there is no document')
  let looks = 0
  const watched = (document.fields['title'] ?? []).map((entry) => ({
    ...entry,
    get t() {
      looks += 1
      return entry.t
    },
  }))
  expect(lostEntries([{ ...document, fields: { title: watched } }], [])).toHaveLength(HOW_MANY.edits - 1)
  expect(looks).toBeLessThan(100 * HOW_MANY.edits)
})

test('an identifier that hundreds want: the first of them, without the rest, and how many there are', async () => {
  const id = identifierId(heavy.wanted)
  const all = bench.views.claimsOn(id)
  expect(all).toHaveLength(HOW_MANY.wanting)
  expect(bench.views.claimCount(id)).toBe(HOW_MANY.wanting)
  for (const limit of [0, 1, 2, 40]) expect(bench.views.claimsOn(id, limit)).toEqual(all.slice(0, limit))
  expect(bench.views.holderOf(id)?.id).toBe(all[0]?.person.id)

  const [first, second, third] = all.map(({ person: { id: claimant } }) => claimant)
  if (!first || !second || !third) throw new Error('nobody wants it')
  await bench.engine.contacts.remove(ann, first)
  expect(bench.views.claimsOn(id, 2).map((claim) => claim.person.id)).toEqual([second, third])
  expect(bench.views.holderOf(id)?.id).toBe(second)

  const { identifiers } = await person(third)
  expect(identifiers).toMatchObject([{ held: false, holder: { id: second } }])
  expect(identifiers[0]?.contenders.length).toBeLessThan(30)
  expect(identifiers[0]?.wanted).toBe(HOW_MANY.wanting)
  const { hits } = await bench.engine.queries.lookup(heavy.wanted.value, 10)
  expect(hits.map(({ id: found }) => found)).toEqual(all.slice(1, 11).map((claim) => claim.person.id))
})

test('sessions of a long journey come page by page, each once, over the records of a merge too', async () => {
  const other = await create({ lastName: 'Beside' })
  await bench.engine.interactions.record(ann, {
    ...{ channel: 'web', startedAt: '2026-01-01T00:30:00Z', conversationId: 'beside' },
    identifiers: [{ type: 'Cookie', value: 'beside' }],
  })
  const met = bench.views.holderOf(identifierId({ type: 'Cookie', value: 'beside' }))
  if (!met) throw new Error('the cookie is nobody’s')
  const { contactId } = await bench.engine.merges.merge(ann, { contactIds: [heavy.travelled, other, met.id] })
  const web: readonly Channel[] = ['web', 'app']
  const ofAll = { wholeSet: true, channels: web }
  const all = (await bench.engine.queries.sessions(contactId, { ...ofAll, limit: 1_000 })).items
  expect(all).toHaveLength(HOW_MANY.interactions / 3 + 1)
  expect(all.map(({ startedAt }) => startedAt)).toEqual(
    all
      .map(({ startedAt }) => startedAt)
      .sort()
      .reverse(),
  )
  const seen: string[] = []
  let after: { startedMs: number; id: (typeof all)[number]['id'] } | undefined
  do {
    const { items, more } = await bench.engine.queries.sessions(contactId, { ...ofAll, limit: 37, after })
    seen.push(...items.map(({ id }) => id))
    const last = items.at(-1)
    after = more && last ? { startedMs: Date.parse(last.startedAt), id: last.id } : undefined
  } while (after)
  expect(seen).toEqual(all.map(({ id }) => id))
})
