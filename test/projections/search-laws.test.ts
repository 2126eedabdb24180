// Laws of the search index, for people and texts that nobody thought of.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSearchIndex, type SearchEntry } from '../../src-main/projections/search'
import { distance, storedVariants, variants } from '../../src-main/projections/search/typos'
import { openSqlite } from '../../src-main/sqlite/database'
import { asPersonId } from '../../src-shared/model/ids'
import { tries } from '../support/depth'

const ALPHABET = [...'abcdefghijklmnoprstuvyzéøßñçžłåبتنмкаζη']
const word = fc.array(fc.constantFrom(...ALPHABET), { minLength: 2, maxLength: 10 }).map((letters) => letters.join(''))
const plainWord = fc.stringMatching(/^[a-z]{5,11}$/)
const digits = fc.stringMatching(/^[1-9][0-9]{7,13}$/)

const anyone = fc.record({
  personId: fc.constantFrom(...[...'abcdefgh'].map(asPersonId)),
  names: fc.record({ first: word, middle: word, last: plainWord, organisation: word }, { requiredKeys: [] }),
  aliases: fc.array(word, { maxLength: 2 }),
  mails: fc.array(fc.emailAddress(), { maxLength: 2 }),
  numbers: fc.array(
    digits.map((number) => `+${number}`),
    { maxLength: 2 },
  ),
  others: fc.array(fc.string({ maxLength: 12 }), { maxLength: 2 }),
  lastActive: fc.integer({ min: 0, max: 2_000_000_000_000 }),
}) satisfies fc.Arbitrary<SearchEntry>

const people = fc.uniqueArray(anyone, { selector: (entry) => entry.personId, minLength: 1, maxLength: 8 })

function indexOf(entries: readonly SearchEntry[]) {
  const index = createSearchIndex(openSqlite(':memory:'))
  for (const entry of entries) index.put(entry)
  return index
}

function finds(entries: readonly SearchEntry[], text: string, personId: string): void {
  const found = indexOf(entries).search(text, 50)
  expect(found.map((hit) => hit.personId)).toContain(personId)
}

/** One typing error at a place: a letter replaced, left out, inserted or swapped with the next. */
function misspell(text: string, kind: number, place: number, letter: string): string {
  const at = place % (text.length - 1)
  if (kind === 0) return text.slice(0, at) + letter + text.slice(at + 1)
  if (kind === 1) return text.slice(0, at) + text.slice(at + 1)
  if (kind === 2) return text.slice(0, at) + letter + text.slice(at)
  return text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2)
}
const typo = fc.tuple(fc.nat(3), fc.nat(20), fc.constantFrom(...'abcxyz'))

describe('a person is found', () => {
  it('by any beginning of any word of the names, from 2 letters on', () => {
    fc.assert(
      fc.property(people, fc.nat(), fc.nat(), fc.nat(), (entries, who, which, length) => {
        const entry = entries[who % entries.length]
        const words = [...Object.values(entry?.names ?? {}), ...(entry?.aliases ?? [])]
        const chosen = words[which % words.length]
        if (entry === undefined || chosen === undefined) return
        finds(entries, [...chosen].slice(0, 2 + (length % chosen.length)).join(''), entry.personId)
      }),
      { numRuns: tries(160) },
    )
  })

  it('by any part of a mail address, from 3 letters on', () => {
    fc.assert(
      fc.property(people, fc.nat(), fc.nat(), fc.nat(), (entries, who, start, length) => {
        const entry = entries[who % entries.length]
        const mail = entry?.mails[0]
        if (entry === undefined || mail === undefined) return
        const from = start % (mail.length - 2)
        finds(entries, mail.slice(from, from + 3 + (length % mail.length)), entry.personId)
      }),
      { numRuns: tries(160) },
    )
  })

  it('by the last digits of a number, from 4 on, in any notation', () => {
    fc.assert(
      fc.property(people, fc.nat(), fc.nat(), fc.constantFrom('', ' ', '-', '.', ') '), (entries, who, length, gap) => {
        const entry = entries[who % entries.length]
        const number = entry?.numbers[0]
        if (entry === undefined || number === undefined) return
        const end = number.slice(1).slice(-(4 + (length % 7)))
        finds(entries, end.slice(0, 2) + gap + end.slice(2), entry.personId)
        finds(entries, `0${end}`, entry.personId)
        finds(entries, `00${number.slice(1)}`, entry.personId)
      }),
      { numRuns: tries(160) },
    )
  })

  it('by a name with one typing error in a word of 5 letters or more', () => {
    fc.assert(
      fc.property(people, plainWord, plainWord, typo, (others, first, last, [kind, place, letter]) => {
        const entries = [
          ...others,
          {
            personId: asPersonId('wanted'),
            names: { first, last },
            mails: [],
            numbers: [],
            others: [],
            lastActive: 0,
          },
        ]
        finds(entries, misspell(last, kind, place, letter), 'wanted')
        finds(entries, `${misspell(last, kind, place, letter)} ${first}`, 'wanted')
      }),
      { numRuns: tries(160) },
    )
  })

  it('never after being removed', () => {
    fc.assert(
      fc.property(people, (entries) => {
        const index = indexOf(entries)
        for (const { personId } of entries) index.remove(asPersonId(personId))
        for (const { names, mails, numbers, others } of entries) {
          for (const text of [...Object.values(names), ...mails, ...numbers, ...others]) {
            expect(index.search(text, 10)).toEqual([])
          }
        }
      }),
      { numRuns: tries(160) },
    )
  })
})

it('no text is an error', () => {
  const index = indexOf(fc.sample(people, { numRuns: 1, seed: 1 }).flat())
  const operators = fc.constantFrom(
    '"',
    '*',
    '-',
    ':',
    '^',
    ' NEAR ',
    ' AND ',
    ' OR ',
    ' NOT ',
    '(',
    ')',
    '+',
    '\0',
    '{',
    '\ud800',
    '\udc00',
  )
  const odd = fc
    .array(fc.oneof(operators, fc.string({ unit: 'binary' }), word), { maxLength: 30 })
    .map((bits) => bits.join(''))
  fc.assert(
    fc.property(odd, (text) => {
      expect(index.search(text, 20).length).toBeLessThanOrEqual(20)
    }),
    { numRuns: tries(300) },
  )
  for (const text of [
    'x'.repeat(10_000),
    'ab '.repeat(3400),
    '"'.repeat(10_000),
    '\ud83d'.repeat(10_000),
    '7'.repeat(10_000),
  ]) {
    expect(index.search(text, 20)).toEqual([])
  }
  for (const limit of [0, -1, Number.NaN]) expect(index.search('a', limit)).toEqual([])
})

it('no stored value is an error, and what was stored can be removed', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 })
  const texts = fc.array(text, { maxLength: 3 })
  fc.assert(
    fc.property(fc.record({ first: text, last: text }), texts, texts, texts, (names, mails, numbers, others) => {
      const index = indexOf([{ personId: asPersonId('p'), names, mails, numbers, others, lastActive: Number.NaN }])
      index.search(names.first, 5)
      index.remove(asPersonId('p'))
      expect(index.search(names.first, 5)).toEqual([])
    }),
    { numRuns: tries(300) },
  )
})

it('an index that grew answers like one made afresh', () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: anyone },
      anyone.map((entry) => entry.personId),
    ),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(steps, fc.array(word, { maxLength: 5 }), (changes, words) => {
      const grown = indexOf([])
      const left = new Map<string, SearchEntry>()
      for (const change of changes) {
        if (typeof change === 'string') {
          grown.remove(asPersonId(change))
          left.delete(change)
        } else {
          grown.put(change)
          left.set(change.personId, change)
        }
      }
      const fresh = indexOf([...left.values()].reverse())
      const values = [...left.values()].flatMap(({ names, mails, numbers }) => [
        ...Object.values(names),
        ...mails,
        ...numbers,
      ])
      for (const text of [...words, ...values, ...values.map((value) => value.slice(1, 4)), 'a', 'é']) {
        for (const limit of [1, 3, 20]) expect(grown.search(text, limit)).toEqual(fresh.search(text, limit))
      }
    }),
    { numRuns: tries(60) },
  )
})

describe('typing errors', () => {
  const letters = fc.stringMatching(/^[abc]{3,12}$/)
  it('within the allowed number always share a variant', () => {
    fc.assert(
      fc.property(letters, letters, (typed, meant) => {
        const most = typed.length >= 8 ? 2 : 1
        if (distance(typed, meant, most) > most) return
        const stored = new Set(storedVariants(meant))
        expect(variants(typed, most).some((variant) => stored.has(variant))).toBe(true)
      }),
      { numRuns: tries(1000) },
    )
  })

  it('are counted the same both ways, up to the limit', () => {
    expect(distance('kaleb', 'kaelb', 2)).toBe(1)
    expect(distance('kaleb', 'aleb', 2)).toBe(1)
    expect(distance('kaleb', 'kxlxb', 2)).toBe(2)
    expect(distance('kaleb', 'zzzzz', 2)).toBe(3)
    fc.assert(
      fc.property(letters, letters, (a, b) => {
        expect(distance(a, b, 2)).toBe(distance(b, a, 2))
        expect(distance(a, b, 2)).toBe(Math.min(distance(a, b, 99), 3))
      }),
      { numRuns: tries(1000) },
    )
  })
})
