// Who of a book is found to be one person, over small made-up books: what must not change it, and what must.
import { jaroWinkler } from '@skyra/jaro-winkler'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Book, openBook, reopenBook } from '../../src-main/duplicates/book'
import { bagDistance, edits, mostAlike } from '../../src-main/duplicates/distance'
import type { Stretch } from '../../src-main/duplicates/evidence'
import type { Cluster } from '../../src-main/duplicates/grouping'
import type { PersonRecord } from '../../src-main/duplicates/record'
import { makeContactBook } from '../bench/duplicates/contact-book'

const known = makeContactBook(200, 3)
const MARIA: PersonRecord = {
  id: 'maria',
  given: 'María Clara',
  family: 'Quintanilla',
  birthDate: '1974-03-09',
  emails: ['clarita.q@web.example'],
  phones: ['+61 491 570 156'],
  street: 'Bay Road',
  houseNumber: '12',
  town: 'Perth',
  postcode: '6000',
}

const records = [...known.map(({ record }) => record), MARIA]
const recordOf = (id: string) => records.find((one) => one.id === id) as PersonRecord
const personOf = new Map(known.map(({ record, person }) => [record.id, person]))
const whole = openBook(records)

const pairsOf = (book: Book) => book.clusters().flatMap(({ pairs }) => pairs)
/** What is shown of clusters, whatever their order. */
const shown = (clusters: readonly Cluster[], name = (id: string) => id) =>
  clusters.map(({ ids, certainty, probability }) => [ids.map(name).sort(), certainty, probability.toFixed(6)]).sort()

describe('a book', () => {
  test('tells doubles, and most of what is very likely is true', () => {
    const veryLikely = pairsOf(whole).filter(({ certainty }) => certainty === 'veryLikely')
    const right = veryLikely.filter(({ a, b }) => personOf.get(a) === personOf.get(b))
    expect(veryLikely.length).toBeGreaterThan(20)
    expect(right.length / veryLikely.length).toBeGreaterThan(0.98)
  })

  test('of which each stands once has next to nothing very likely', () => {
    const clusters = openBook(makeContactBook(200, 5, 0).map(({ record }) => record)).clusters()
    expect(clusters.filter(({ certainty }) => certainty === 'veryLikely')).toEqual([])
  })

  test('is the same in another order and with other ids', () => {
    const renamed = (id: string) => [...id].reverse().join('')
    const other = openBook(records.toReversed().map((record) => ({ ...record, id: renamed(record.id) })))
    expect(shown(other.clusters(), renamed)).toEqual(shown(whole.clusters()))
  })

  test('keeps its very likely clusters together when strangers come', () => {
    const strangers = makeContactBook(50, 99, 0).map(({ record }) => record)
    const together = openBook([...records, ...strangers]).clusters()
    const veryLikely = whole.clusters().filter(({ certainty }) => certainty === 'veryLikely')
    expect(veryLikely.length).toBeGreaterThan(10)
    for (const { ids } of veryLikely) expect(together.some((one) => ids.every((id) => one.ids.includes(id)))).toBe(true)
  })

  test('takes two of quite different names for one person at most possibly, whatever else they share', () => {
    const other = { ...MARIA, id: 'other', given: 'Zebulon', family: 'Wintergreen' }
    const book = openBook([...records, other])
    const why = book.explain(MARIA, other)
    const withoutNames = why.parts.reduce((sum, { what, weight }) => (what === 'names' ? sum : sum + weight), 0)
    expect(withoutNames).toBeGreaterThan(Math.log(9))
    expect(why).toMatchObject({ certainty: 'possible', doubt: 'conflict', probability: expect.closeTo(0.4, 9) })
    // A name that is new and one that stayed may be one person's.
    const married = book.like({ ...MARIA, id: 'married', family: 'Wintergreen' }).find(({ id }) => id === 'maria')
    expect(married?.probability).toBeGreaterThan(0.5)
  })

  test('says why, in weights that add up to the probability, whichever of the two is named first', () => {
    const pairs = pairsOf(whole)
    expect(pairs.length).toBeGreaterThan(50)
    for (const { a, b, probability } of pairs) {
      const [one, two] = [recordOf(a), recordOf(b)]
      const why = whole.explain(one, two)
      const odds = why.parts.reduce((sum, { weight }) => sum + weight, 0)
      expect(1 / (1 + Math.exp(-odds))).toBeCloseTo(probability, 9)
      expect(whole.explain(two, one)).toEqual(why)
    }
  })

  test('puts no two together that are never to be', () => {
    const [first] = whole.clusters()
    const [a, b] = first?.ids ?? []
    const never = (one: string, other: string) => (one === a && other === b) || (one === b && other === a)
    const clusters = openBook(records, { never }).clusters()
    expect(clusters.some(({ ids }) => ids.includes(a ?? '') && ids.includes(b ?? ''))).toBe(false)
  })

  test('takes what people said several use for nothing', () => {
    const nameless = { id: 'call', phones: ['0491 570 156'] }
    expect(whole.like(nameless)[0]).toMatchObject({ id: 'maria' })
    expect(openBook(records, { shared: ['+61491570156'] }).like(nameless)).toEqual([])
  })
})

describe('a newcomer', () => {
  const again = { ...MARIA, id: 'again', given: 'Maria Clara', family: 'Quintanila', phones: [], street: 'High Street' }

  test('is told apart or found without being put in', () => {
    const before = shown(whole.clusters())
    expect(whole.like(again)[0]).toMatchObject({ id: 'maria', certainty: 'veryLikely' })
    expect(whole.like({ id: 'stranger', given: 'Zebulon', family: 'Wintergreen' })).toEqual([])
    expect(shown(whole.clusters())).toEqual(before)
  })

  test('joins a cluster, leaves it when it is changed, and is forgotten', () => {
    const before = shown(whole.clusters())
    const clusterOf = (id: string) => whole.clusters().find(({ ids }) => ids.includes(id))
    whole.put(again)
    expect(clusterOf('again')?.ids).toEqual(['again', 'maria'])
    whole.put({ id: 'again', given: 'Zebulon', family: 'Wintergreen' })
    expect(clusterOf('again')).toBeUndefined()
    whole.put(again)
    whole.remove('again')
    expect(shown(whole.clusters())).toEqual(before)
    // Any two are compared, also one that is in no book.
    expect(whole.explain(again, MARIA)).toMatchObject({ certainty: 'veryLikely' })
    expect(shown(whole.clusters())).toEqual(before)
  })
})

describe('a book of next to none', () => {
  const one = <T>(...of: T[]) => fc.option(fc.constantFrom(...of), { nil: undefined })
  const several = <T>(...of: T[]) => fc.subarray(of, { maxLength: 2 })
  const anyRecord = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    given: one('Ida', 'Ivo', 'Ann'),
    family: one('Lee', 'Marsh'),
    birthDate: one('1980-01-01', '1990-02-02'),
    emails: several('ida@example.org', 'info@example.org', 'ivo@example.net'),
    phones: several('+61412345601', '+61412345602'),
    town: one('Perth'),
    others: fc.constantFrom({}, { 'custom:shoe size': '39' }),
  })

  test('weighs every pair, whoever comes, and so does one that was kept', () => {
    const unique = fc.uniqueArray(anyRecord, { selector: ({ id }) => id, maxLength: 4 })
    fc.assert(
      fc.property(unique, fc.array(anyRecord, { minLength: 1, maxLength: 4 }), (first, later) => {
        const learnt = openBook(first)
        const again = reopenBook(first, {}, learnt.keep())
        for (const record of later) {
          const likely = [learnt, again].map((book) => book.put(record).links.map(({ a, b, p }) => [a, b, p]))
          expect(likely[1]).toEqual(likely[0])
          for (const [, , p] of likely.flat()) expect(p === undefined || Number.isFinite(p)).toBe(true)
        }
        const last = later.at(-1) as PersonRecord
        for (const record of later) expect(learnt.explain(record, last).probability).toBeLessThanOrEqual(1)
      }),
      { numRuns: 300 },
    )
  })

  test('takes two for one because of what they share, not because there are but two', () => {
    const book = openBook([])
    const ida = { id: 'a', given: 'Ida', family: 'Lee', emails: ['ida@example.org'], phones: ['+61412345601'] }
    book.put(ida)
    book.put({ id: 'b', given: 'Boris', family: 'Marsh', emails: ['boris@example.net'] })
    expect(book.clusters()).toEqual([])
    book.put({ ...ida, id: 'c' })
    expect(book.clusters().map(({ ids }) => ids)).toEqual([['a', 'c']])
    const two = openBook([ida, { id: 'b', given: 'Boris', family: 'Marsh', phones: ['+61412345602'] }])
    expect(two.clusters()).toEqual([])
    expect(two.explain(ida, { id: 'd', given: 'Cleo', town: 'Perth' }).probability).toBeLessThan(0.1)
  })
})

test('doubles of a book of few are found as well', () => {
  const pairs = [
    ['Maximilian', 'Oberholzer', 'Oberholtzer'],
    ['Philippa', 'Wetherington', 'Wetheringten'],
    ['Esperanza', 'Villalobos', 'Vilalobos'],
  ].flatMap(([given = '', ...families]) =>
    families.map((family, at) => ({ id: `${given}${at}`, given, family, emails: [`${given}77@web.example`] })),
  )
  for (const strangers of [[], makeContactBook(20, 3, 0).map(({ record }) => record)])
    expect(
      openBook([...strangers, ...pairs])
        .clusters()
        .map(({ certainty }) => certainty),
    ).toEqual(['veryLikely', 'veryLikely', 'veryLikely'])
})

test('twins whose names are near in letters are never very likely one, by a date and a number alone', () => {
  const names = ['Ann', 'Bob', 'Cleo', 'Dan', 'Eve', 'Tim', 'Tom', 'Marie', 'Maria']
  const strangers = Array.from({ length: 400 }, (_, n) => ({
    id: `s${n}`,
    given: names[n % names.length],
    family: `Fam${n % 97}`,
    emails: [`p${n}@example.org`],
    birthDate: `19${50 + (n % 50)}-0${1 + (n % 9)}-1${n % 10}`,
  }))
  const shared = { family: 'Okafor', birthDate: '2001-02-03', phones: ['+61290000001'] }
  const pair = ['Tim', 'Tom'].map((given) => ({ id: given, given, ...shared }))
  const [twins] = openBook([...strangers, ...pair]).clusters()
  expect(twins).toMatchObject({ certainty: 'likely', pairs: [{ doubt: 'conflict' }] })
})

describe('a book that was kept', () => {
  const strangers = makeContactBook(60, 8).map(({ record }) => record)
  const kept = () => {
    const book = openBook(records)
    const { weights, others, said, links } = book.keep()
    const texts = new Map(records.map(({ id }) => [id, JSON.stringify(said(id))]))
    const text = JSON.stringify([...links()])
    return {
      book,
      again: reopenBook(
        records,
        {},
        {
          ...{ weights, others },
          said: (id) => JSON.parse(texts.get(id) ?? 'null') ?? undefined,
          links: () => JSON.parse(text),
        },
      ),
    }
  }

  test('finds, explains and takes in what the one that learnt does', () => {
    const { book, again } = kept()
    expect(shown(again.clusters())).toEqual(shown(book.clusters()))
    for (const { a, b } of pairsOf(book).slice(0, 60))
      expect(again.explain(recordOf(a), recordOf(b))).toEqual(book.explain(recordOf(a), recordOf(b)))
    for (const one of strangers) {
      const scores = (list: readonly { id: string; probability: number }[]) => list.map((it) => [it.id, it.probability])
      expect(scores(again.like(one))).toEqual(scores(book.like(one)))
    }
  })

  test('is told of by its changes alone: those that follow them have all its clusters and pairs', () => {
    const { book } = kept()
    const clusters = new Map(book.clusters().map((one) => [one.ids[0], one]))
    const links = new Map([...book.keep().links()].map((one) => [`${one.a} ${one.b}`, one.p]))
    const ids = records.map(({ id }) => id)
    const changes = strangers.flatMap((one, at) => [
      book.put(at % 3 === 0 ? { ...one, id: ids[at] as string } : one),
      ...(at % 4 === 0 ? [book.remove(ids[at + 100] as string)] : []),
    ])
    for (const { gone, found, links: changed } of changes) {
      for (const first of gone) clusters.delete(first)
      for (const one of found) clusters.set(one.ids[0], one)
      for (const { a, b, p } of changed) p === undefined ? links.delete(`${a} ${b}`) : links.set(`${a} ${b}`, p)
    }
    expect(shown([...clusters.values()])).toEqual(shown(book.clusters()))
    expect([...links].sort()).toEqual([...book.keep().links()].map(({ a, b, p }) => [`${a} ${b}`, p]).sort())
  })

  test('goes on comparing where it was', () => {
    const noted = new Map<number, Stretch>()
    let compared = 0
    const stretches = {
      read: (stretch: number) => noted.get(stretch),
      write(stretch: number, one: Stretch) {
        compared++
        noted.set(stretch, one)
      },
    }
    const first = openBook(records, {}, { stretches })
    expect(compared).toBeGreaterThan(0)
    compared = 0
    expect(shown(openBook(records, {}, { stretches }).clusters())).toEqual(shown(first.clusters()))
    expect(compared).toBe(0)
  })
})

describe('distances', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '王'), maxLength: 9 })

  test('of letters are never above edits, and both are symmetric', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = edits(a, b, 20)
        expect(bagDistance(a, b)).toBeLessThanOrEqual(distance)
        expect(edits(b, a, 20)).toBe(distance)
        expect(bagDistance(b, a)).toBe(bagDistance(a, b))
        expect(distance === 0).toBe(a === b)
      }),
      { numRuns: 300 },
    )
  })

  test('count one for two neighbours that are swapped, and no more than asked', () => {
    expect(edits('maria', 'mraia', 2)).toBe(1)
    expect(edits('kitten', 'sitting', 5)).toBe(3)
    expect(edits('kitten', 'sitting', 1)).toBe(2)
  })

  test('bound how alike two texts can be', () => {
    fc.assert(
      fc.property(word.filter(Boolean), word.filter(Boolean), (a, b) => {
        expect(jaroWinkler(a, b)).toBeLessThanOrEqual(mostAlike(a, b, bagDistance(a, b)) + 1e-9)
      }),
      { numRuns: 300 },
    )
  })
})
