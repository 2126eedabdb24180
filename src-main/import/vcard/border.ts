// Signs that a card holds two people, because END and BEGIN between them are lost: what one has once stands twice, with
// numbers or addresses behind each. Invariant: what programs write of one person is no sign: names beside each other in
// several scripts, languages or spellings, nicknames, companies, the same again.
import type { Property } from './properties'

const CHANNELS = ['TEL', 'EMAIL', 'ADR', 'IMPP', 'URL']
/** Values compared, and characters of each: more are no person's. */
const MAX_COMPARED = 20
const MAX_CHARACTERS = 200

interface Placed {
  at: number
  value: string
}

/** The values of a property with their places; `ALTID` and `LANGUAGE` mark the same in another language. */
const placesOf = (properties: readonly Property[], name: string): Placed[] =>
  properties
    .flatMap((one, at) => {
      const value = one.value.slice(0, MAX_CHARACTERS).trim()
      const counts = one.name === name && value.replace(/[;,\s]/g, '') !== ''
      return counts && !one.params.has('ALTID') && !one.params.has('LANGUAGE') ? [{ at, value }] : []
    })
    .slice(0, MAX_COMPARED)

/** Words without accents and case. */
const wordsOf = (name: string): readonly string[] =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []

/** Whether two spellings may be of one name: each word of the shorter is one of the longer, or an initial of it. */
function mayBeOne(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)]
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  const fits = (x: string, y: string) =>
    x === y || (x.length === 1 && y.startsWith(x)) || (y.length === 1 && x.startsWith(y))
  return short.every((x) => long.some((y) => fits(x, y)))
}

const digits = (text: string) => text.replace(/\D/g, '')

/** What a card has once, and whether two values of it may be one. */
const ONCE: Readonly<Record<string, (one: string, other: string) => boolean>> = {
  VERSION: () => false,
  UID: (one, other) => one === other,
  N: mayBeOne,
  FN: mayBeOne,
  BDAY: (one, other) => digits(one).includes(digits(other)) || digits(other).includes(digits(one)),
}

/** @returns what the card has that one person's has not, as the end of “The card has …”; undefined: nothing */
export function signOfTwo(properties: readonly Property[]): string | undefined {
  const hasChannel = (from: number, to: number) =>
    properties.slice(from, to).some(({ name }) => CHANNELS.includes(name))
  const isNamedTwice = ['FN', 'N'].some((name) => {
    const [first, ...others] = placesOf(properties, name)
    return first !== undefined && others.some(({ value }) => !mayBeOne(first.value, value))
  })
  if (isNamedTwice && placesOf(properties, 'VERSION').length > 1) return 'two names, and VERSION twice'
  for (const [name, mayBe] of Object.entries(ONCE)) {
    const places = placesOf(properties, name)
    for (const [index, other] of places.entries())
      for (const one of places.slice(0, index))
        if (
          !mayBe(one.value, other.value) &&
          hasChannel(one.at + 1, other.at) &&
          (hasChannel(other.at + 1, properties.length) || hasChannel(0, one.at))
        )
          return `${name} twice (“${one.value.slice(0, 80)}” and “${other.value.slice(0, 80)}”), with numbers or addresses behind each`
  }
  return undefined
}
