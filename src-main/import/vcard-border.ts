// Signs that a card holds two people, because END and BEGIN between them are lost.
// Invariant: what one card of one person may hold, in any version, is no sign: names in several scripts, languages or
// spellings, a company beside a name, one date in two notations.
import type { Property } from './vcard-lines'

/** What a card has once, whatever its version; `ALTID` marks the same in another language. */
const ONCE = ['VERSION', 'N', 'UID']
const CHANNELS = ['TEL', 'EMAIL', 'ADR', 'IMPP']

/** Names and dates compared, and characters of each: more are no person's. */
const MAX_COMPARED = 20
const MAX_CHARACTERS = 200

const valuesOf = (properties: readonly Property[], name: string): Set<string> =>
  new Set(properties.flatMap((one) => (one.name === name && !one.params.has('ALTID') && one.value.trim()) || []))

/** Words without accents and case, those of `N` from its parts. */
const wordsOf = (name: string): readonly string[] =>
  name
    .slice(0, MAX_CHARACTERS)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []

/** Whether two spellings may be of one name: a word of one is one of the other, or an initial of it. */
function mayBeOne(one: readonly string[], other: readonly string[]): boolean {
  const fits = (a: string, b: string) => a === b || (a.length === 1 && b.startsWith(a))
  return one.length === 0 || other.length === 0 || one.some((a) => other.some((b) => fits(a, b) || fits(b, a)))
}

const isLatin = (name: string) => /\p{Script=Latin}/u.test(name)

interface Named {
  at: number
  property: Property
  words: readonly string[]
}

function namesOf(properties: readonly Property[]): Named[] {
  return properties
    .flatMap((property, at) =>
      ['N', 'FN'].includes(property.name) && !property.params.has('ALTID') && !property.params.has('LANGUAGE')
        ? { at, property }
        : [],
    )
    .slice(0, MAX_COMPARED)
    .map((named) => ({ ...named, words: wordsOf(named.property.value) }))
}

/** Whether two names are of two people. A company or nickname as `FN` of one person stands beside no second set of channels. */
function areOfTwo(one: Named, other: Named, properties: readonly Property[]): boolean {
  if (mayBeOne(one.words, other.words)) return false
  const between = properties.slice(one.at + 1, other.at)
  if (one.property.name === 'FN' && other.property.name === 'FN')
    return between.length > 0 || isLatin(one.property.value) === isLatin(other.property.value)
  const hasChannel = (some: readonly Property[]) => some.some(({ name }) => CHANNELS.includes(name))
  return hasChannel(between) && hasChannel(properties.slice(other.at + 1))
}

/** @returns what the card has that one person's has not, as the end of “The card has …”; undefined: nothing */
export function signOfTwo(properties: readonly Property[]): string | undefined {
  const twice = ONCE.find((name) => valuesOf(properties, name).size > 1)
  if (twice !== undefined) return `${twice} twice`
  if (properties.filter(({ name }) => name === 'VERSION').length > 1) return 'VERSION twice'
  const born = [...valuesOf(properties, 'BDAY')]
    .slice(0, MAX_COMPARED)
    .map((value) => value.slice(0, MAX_CHARACTERS).replace(/\D/g, ''))
  if (born.some((day) => born.some((other) => !day.includes(other) && !other.includes(day)))) return 'two days of birth'
  const names = namesOf(properties)
  for (const [index, other] of names.entries())
    for (const one of names.slice(0, index))
      if (areOfTwo(one, other, properties))
        return `two names that have nothing in common (“${shown(one)}” and “${shown(other)}”)`
  return undefined
}

const shown = ({ property }: Named) => property.value.trim().slice(0, 80)
