// How alike two records are in each field, as a level: 0 where either has no value, 1 for equal, and so on to the worst.
// Invariant: symmetric in the two records; a level depends on the two values and on how common they are, on nothing else.
import { jaroWinkler } from '@skyra/jaro-winkler'
import { doubleMetaphone } from 'double-metaphone'
import { bagDistance, edits, mostAlike } from './distance'
import { dateLevel, mailLevel } from './mails-and-dates'
import { areFormsOfOne, isListedName } from './nicknames'
import type { Column, SetColumn, Table } from './values'

/** The fields that every pair is compared in, and how many levels each has; further ones come after them. */
const FIELDS = [
  ['given', 8],
  ['family', 6],
  ['order', 3],
  ['birthDate', 7],
  ['email', 6],
  ['phone', 4],
  ['place', 5],
  ['street', 4],
  ['houseNumber', 3],
  ['street2', 3],
  ['state', 2],
] as const
type FieldName = (typeof FIELDS)[number][0]
/** Where each field stands among the levels of a pair. */
export const FIELD = Object.fromEntries(FIELDS.map(([name], at) => [name, at])) as Record<FieldName, number>
const OTHER_LEVELS = 3

/** A field of a table, and how many levels it has. */
export interface Field {
  name: string
  levels: number
}

/** The fields of a table. */
export const fieldsOf = (table: Table): Field[] => [
  ...FIELDS.map(([name, levels]) => ({ name, levels })),
  ...table.others.map(({ name }) => ({ name, levels: OTHER_LEVELS })),
]

/** Given names that are alike in letters alone though both are known, as `Hassan` and `Hussein` are. */
export const ALIKE_KNOWN = 6
/** Given names that differ: one of them rare here, likely misspelt; and both known, as members of one family have them. */
export const DIFFERENT = 7
export const DIFFERENT_KNOWN = 8
/** Family names that differ; those that are alike in letters alone though both are known; and those merely alike. */
export const FAMILY_DIFFERENT = 6
const FAMILY_ALIKE_KNOWN = 5
/** What two names come to before it is asked whether they are known: one that is near in letters is no form of the other. */
const NEAR = 13

/** Remembers a comparison by two numbers in a table where a later one may take the place of an earlier. */
class Memo {
  readonly #keys: Float64Array
  readonly #levels: Uint8Array
  readonly #shift: number

  /** @param records so many of them are compared: a small book needs little room */
  constructor(
    records: number,
    private readonly compare: (a: number, b: number) => number,
  ) {
    const bits = records < 2000 ? 14 : 18
    this.#keys = new Float64Array(1 << bits)
    this.#levels = new Uint8Array(1 << bits)
    this.#shift = 32 - bits
  }

  level(a: number, b: number): number {
    const low = a < b ? a : b
    const high = a < b ? b : a
    const key = low * 4_194_304 + high
    const place = (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> this.#shift
    if (this.#keys[place] === key) return this.#levels[place] as number
    const level = this.compare(low, high)
    this.#keys[place] = key
    this.#levels[place] = level
    return level
  }

  /** The best level of all pairs of two sets. */
  best(a: readonly number[], b: readonly number[]): number {
    let level = 0
    for (const one of a)
      for (const other of b) {
        const found = this.level(one, other)
        if (level === 0 || found < level) level = found
      }
    return level
  }
}

/** How a name sounds; empty for one of no sound, as of another script. */
export type SoundOf = (name: number) => string

/** Sounds of a table's names, each worked out once. */
export function createSounds({ names }: Table): SoundOf {
  const sounds: string[] = []
  return (name) => {
    let sound = sounds[name]
    if (sound === undefined) {
      sound = name === 0 ? '' : doubleMetaphone(names.letters(name))[0]
      sounds[name] = sound
    }
    return sound
  }
}

/** Whether two names are forms of one. */
type AreForms = (a: string, b: string) => boolean

/** Compares two names; of several words, by those that they do not share: `Thị Lan` and `Thị Hoa` have nothing in common. */
function namesLevel({ names, without }: Table, a: number, b: number, soundsAlike: () => boolean): number {
  const areForms = without.has('nicknames') ? () => false : areFormsOfOne
  const [words, others] = [names.words(a), names.words(b)]
  if (words.length + others.length > 2 && names.letters(a) !== names.letters(b)) {
    const own = words.filter((word) => !others.includes(word)).join('')
    const theirs = others.filter((word) => !words.includes(word)).join('')
    if (own === '' || theirs === '') return 3 // a word more, or another order
    if (own !== words.join('')) {
      const level = nameLevel(own, theirs, areForms, () => false)
      return level > 4 && level !== NEAR ? FAMILY_DIFFERENT : level
    }
  }
  return nameLevel(names.letters(a), names.letters(b), areForms, soundsAlike)
}

function nameLevel(a: string, b: string, areForms: AreForms, soundsAlike: () => boolean): number {
  if (a === b) return 1
  const shorter = Math.min(a.length, b.length)
  if (shorter === 1) return a[0] === b[0] ? 4 : FAMILY_DIFFERENT
  const bag = bagDistance(a, b)
  const distance = bag > 2 ? 3 : edits(a, b, 2)
  if (areForms(a, b)) return 3
  if (distance === 1 && shorter >= 3) return 2
  if (shorter >= 3 && (a.startsWith(b) || b.startsWith(a))) return NEAR
  if (distance === 2 && shorter >= 5) return NEAR
  if (shorter >= 4 && bag <= 1) return NEAR
  const most = mostAlike(a, b, bag)
  const alike = most >= 0.75 ? jaroWinkler(a, b) : 0
  if (alike >= 0.88 || (shorter >= 3 && soundsAlike())) return 4
  return a[0] === b[0] && alike >= 0.75 ? 5 : FAMILY_DIFFERENT
}

function isNear(a: string, b: string): boolean {
  const most = Math.min(a.length, b.length) >= 6 ? 2 : 1
  const bag = bagDistance(a, b)
  return bag <= most && edits(a, b, most) <= most
}

const isAlike = (a: string, b: string, least: number): boolean =>
  mostAlike(a, b, bagDistance(a, b)) >= least && jaroWinkler(a, b) >= least

function streetLevel(a: string, b: string): number {
  if (a === b) return 1
  if (isNear(a, b)) return 2
  return isAlike(a, b, 0.88) ? 3 : 4
}

/** Equal, with an error, or different. */
const createNear = ({ words }: Column, records: number): Memo =>
  new Memo(records, (a, b) => {
    if (a === b) return 1
    const [one, other] = [words.text(a), words.text(b)]
    return isNear(one, other) || isAlike(one, other, 0.92) ? 2 : 3
  })

const createPhones = ({ words }: SetColumn, records: number): Memo =>
  new Memo(records, (a, b) => {
    if (a === b) return 1
    const [one, other] = [words.text(a), words.text(b)]
    const distance = edits(one, other, 2)
    if (distance === 1) return 2
    return distance === 2 || one.slice(-6) === other.slice(-6) ? 3 : 4
  })

/** Writes the levels of two rows, in the order of the fields; the array is the caller's. */
export type Compare = (i: number, j: number, levels: Uint8Array) => void

/** Compares records of a table, those put in later as well. */
export function createCompare(table: Table, soundOf: SoundOf): Compare {
  const names = createNames(table, soundOf)
  const mails = createMails(table)
  const dates = new Memo(table.size, (a, b) => dateLevel(table.birthDate.words.text(a), table.birthDate.words.text(b)))
  const phones = createPhones(table.phones, table.size)
  const place = createPlaces(table)
  const street = createStreets(table)
  const houseNumbers = createNear(table.houseNumber, table.size)
  const secondLines = createNear(table.street2, table.size)
  const others = table.others.map((column) => ({ column, memo: createNear(column, table.size) }))
  const graded: Compare = (i, j, levels) => {
    names(i, j, levels)
    levels[FIELD.birthDate] = both(table.birthDate, i, j, dates)
    levels[FIELD.email] = mails(i, j)
    levels[FIELD.phone] = phones.best(table.phones.at(i), table.phones.at(j))
    const placed = place(i, j)
    levels[FIELD.place] = placed
    levels[FIELD.street] = street(i, j)
    levels[FIELD.houseNumber] = both(table.houseNumber, i, j, houseNumbers)
    levels[FIELD.street2] = both(table.street2, i, j, secondLines)
    const [a, b] = [table.state.at(i), table.state.at(j)]
    // A place says in which state it is.
    levels[FIELD.state] = placed !== 0 || a === 0 || b === 0 ? 0 : a === b ? 1 : 2
    for (const [at, { column, memo }] of others.entries()) levels[FIELDS.length + at] = both(column, i, j, memo)
  }
  return table.without.has('grades') ? ungraded(graded, fieldsOf(table)) : graded
}

/** Equal or different, and nothing between. */
function ungraded(compare: Compare, fields: readonly Field[]): Compare {
  return (i, j, levels) => {
    compare(i, j, levels)
    for (const [at, field] of fields.entries())
      if ((levels[at] as number) > 1 && at !== FIELD.order) levels[at] = field.levels
  }
}

function both(column: Column, i: number, j: number, memo: Memo): number {
  const [a, b] = [column.at(i), column.at(j)]
  return a === 0 || b === 0 ? 0 : memo.level(a, b)
}

/** Of two names that are not one, whether both are known says more than their letters: few misspell one into another. */
function ofGiven(level: number, areKnown: () => boolean): number {
  if (level === FAMILY_DIFFERENT) return areKnown() ? DIFFERENT_KNOWN : DIFFERENT
  if (level === NEAR) return areKnown() ? ALIKE_KNOWN : 3
  return level === 2 || level > 3 ? (areKnown() ? ALIKE_KNOWN : level) : level
}

function ofFamily(level: number, areKnown: () => boolean): number {
  if (level === NEAR) return areKnown() ? FAMILY_ALIKE_KNOWN : 3
  return level === 2 || level === 4 ? (areKnown() ? FAMILY_ALIKE_KNOWN : level) : level
}

/** Given and family name, straight; or swapped, wholly or in half, where straight ones differ. */
function createNames(table: Table, soundOf: SoundOf): Compare {
  const { names, given, family, givenCounts, familyCounts, size, without } = table
  const memo = new Memo(size, (a, b) => namesLevel(table, a, b, () => soundOf(a) !== '' && soundOf(a) === soundOf(b)))
  const rare = 1 + Math.floor(size / 5000)
  /** A name of several people, not an initial. */
  const isKnown = (name: number, counts: readonly (number | undefined)[]) =>
    names.text(name).length > 1 && ((counts[name] ?? 0) > rare || isListedName(names.letters(name)))
  const level = (a: number, b: number) => (a === 0 || b === 0 ? 0 : memo.level(a, b))
  const isGood = (found: number) => (found !== 0 && found < 5) || found === NEAR
  const isBad = (found: number) => !isGood(found)
  return (i, j, levels) => {
    const [g, h] = [given[i] as number, given[j] as number]
    const [f, k] = [family[i] as number, family[j] as number]
    let [givenLevel, familyLevel] = [level(g, h), level(f, k)]
    let order = givenLevel === 0 || familyLevel === 0 ? 0 : 1
    if (isBad(givenLevel) && isBad(familyLevel) && !without.has('swapped')) {
      const [across, back] = [level(g, k), level(f, h)]
      if (isGood(across) && isGood(back)) {
        givenLevel = Math.max(across, back)
        familyLevel = Math.min(across, back)
        order = 2
      } else if (across === 1 || back === 1) {
        // One name of each stands in the other's place: it counts as the family's, and the other two as given ones.
        givenLevel = across === 1 ? back : across
        familyLevel = 1
        order = 3
      }
    }
    levels[FIELD.given] = ofGiven(givenLevel, () => order < 2 && isKnown(g, givenCounts) && isKnown(h, givenCounts))
    levels[FIELD.family] = ofFamily(
      familyLevel,
      () => order < 2 && isKnown(f, familyCounts) && isKnown(k, familyCounts),
    )
    levels[FIELD.order] = order
  }
}

function createMails(table: Table): (i: number, j: number) => number {
  const { emails, names, given, family } = table
  // A domain that many have says nothing; one of a few is an organisation's.
  const domains = new Map<string, number>()
  for (let number = 1; number < emails.words.texts.length; number++) {
    const { domain } = table.mail(number)
    domains.set(domain, (domains.get(domain) ?? 0) + emails.words.count(number))
  }
  const widespread = Math.max(10, table.size / 200)
  const isOfFew = (domain: string) => domain !== '' && (domains.get(domain) ?? 0) < widespread
  const memo = new Memo(table.size, (a, b) => mailLevel(table.mail(a), table.mail(b), isOfFew))
  const isOfNames = (row: number, number: number) => {
    const { local } = table.mail(number)
    const [one, other] = [names.letters(given[row] as number), names.letters(family[row] as number)]
    return one !== '' && other !== '' && local.includes(one) && local.includes(other)
  }
  return (i, j) => {
    let level = 0
    for (const one of emails.at(i))
      for (const other of emails.at(j)) {
        let found = memo.level(one, other)
        // What is made of the names says no more than they do.
        if (found > 1 && found < 5 && isOfNames(i, one) && isOfNames(j, other)) found = found === 4 ? 0 : 6
        if (found !== 0 && (level === 0 || found < level)) level = found
      }
    return level
  }
}

/** Postcode and town jointly: each says the other. */
function createPlaces({ postcode, town, size }: Table): (i: number, j: number) => number {
  const codes = createNear(postcode, size)
  const towns = createNear(town, size)
  return (i, j) => {
    const code = both(postcode, i, j, codes)
    const named = both(town, i, j, towns)
    if (code === 0 || named === 0) return [0, 2, 3, 5][code + named] as number
    const worse = Math.max(code, named)
    const better = Math.min(code, named)
    if (worse < 3) return better + worse - 1
    return better === 1 ? 3 : better === 2 ? 4 : 5
  }
}

function createStreets({ street, street2, size }: Table): (i: number, j: number) => number {
  const memo = new Memo(size, (a, b) => streetLevel(street.words.text(a), street.words.text(b)))
  const isSwapped = (i: number, j: number) => {
    const [line, other] = [street2.text(i), street.text(j)]
    return line !== '' && other !== '' && (line === other || isNear(line, other))
  }
  return (i, j) => {
    const level = both(street, i, j, memo)
    if (level !== 0 && level <= 2) return level
    // The two lines of an address change places.
    return isSwapped(i, j) || isSwapped(j, i) ? 2 : level
  }
}
