// What is learnt from: the candidate pairs of a book as patterns of levels, and what the values of a pair add to its pattern.
// Invariant: a pair stands for its two rows in ascending order; the same table gives the same evidence.
import { type Compare, FIELD, type Field } from './levels'
import type { Rarity } from './rarity'
import { sharedOf } from './sharing'
import type { Table } from './values'

export interface Evidence {
  fields: readonly Field[]
  /** Levels of each pattern, one after the other. */
  patterns: Uint8Array
  /** Pattern of each pair. */
  patternOf: Int32Array
  /** Rows of each pair, one after the other. */
  rows: Int32Array
  /** What rare values add: of the given name, which says nothing of relatives, and of the rest. */
  rareGiven: Float32Array
  rareOther: Float32Array
  /** 1 where one of the two has no name: they are not told apart from relatives. */
  nameless: Uint8Array
  /** The address and the number that a pair shares; 0: none. */
  mails: Int32Array
  phones: Int32Array
  /** The family name of a pair that shares its whole name; 0: it does not. */
  families: Int32Array
}

/** What the values of two rows add to their levels. */
export interface ValueWeights {
  rareGiven: number
  rareOther: number
}

/** The family name of two rows that share their whole name; 0: they do not. */
export const wholeNameOf = (table: Table, row: number, levels: Uint8Array): number =>
  levels[FIELD.order] === 1 && levels[FIELD.given] === 1 && levels[FIELD.family] === 1
    ? (table.family[row] as number)
    : 0

/** Weighs the values that two rows share. */
export function weighValues(rarity: Rarity, row: number, levels: Uint8Array): ValueWeights {
  // Names that stand swapped are the other's counts.
  const isStraight = (levels[FIELD.order] as number) <= 1
  const rare = (field: number, weight: (row: number) => number) => (levels[field] === 1 ? weight(row) : 0)
  return {
    rareGiven: isStraight ? rare(FIELD.given, rarity.given) : 0,
    rareOther:
      (isStraight ? rare(FIELD.family, rarity.family) : 0) +
      rare(FIELD.place, rarity.place) +
      rare(FIELD.street, rarity.street),
  }
}

/** A stretch of pairs that were compared: the pattern of each, and the levels of those patterns that were new in it. */
export interface Stretch {
  patternOf: Int32Array
  patterns: Uint8Array
}

/** Where comparing is noted stretch by stretch, so that a process that dies goes on where it was. */
export interface Stretches {
  /** Undefined: it was not compared yet. */
  read(stretch: number): Stretch | undefined
  write(stretch: number, compared: Stretch): void
}

/** Pairs in a stretch: compared within a second. */
const STRETCH = 100_000

/** Compares the pairs. @param codes each pair as `i * rows + j` */
export function gatherEvidence(
  table: Table,
  { fields, compare, rarity }: { fields: readonly Field[]; compare: Compare; rarity: Rarity },
  codes: Float64Array,
  stretches?: Stretches,
): Evidence {
  const width = fields.length
  const count = codes.length
  const rows = table.ids.length
  const { patternOf, patterns } = comparePairs(width, compare, { codes, rows }, stretches)
  const evidence = {
    ...{ fields, patternOf, patterns },
    rows: new Int32Array(2 * count),
    rareGiven: new Float32Array(count),
    rareOther: new Float32Array(count),
    nameless: new Uint8Array(count),
    mails: new Int32Array(count),
    phones: new Int32Array(count),
    families: new Int32Array(count),
  }
  for (let pair = 0; pair < count; pair++) {
    const i = Math.floor((codes[pair] as number) / rows)
    const j = (codes[pair] as number) - i * rows
    const start = (patternOf[pair] as number) * width
    const levels = patterns.subarray(start, start + width)
    evidence.rows[2 * pair] = i
    evidence.rows[2 * pair + 1] = j
    const { rareGiven, rareOther } = weighValues(rarity, i, levels)
    evidence.rareGiven[pair] = rareGiven
    evidence.rareOther[pair] = rareOther
    evidence.families[pair] = wholeNameOf(table, i, levels)
    evidence.nameless[pair] = table.isNamed(i) && table.isNamed(j) ? 0 : 1
    evidence.mails[pair] = sharedOf(table.emails, i, j)
    evidence.phones[pair] = sharedOf(table.phones, i, j)
  }
  return evidence
}

/** Patterns by number, as they were met. */
class Patterns {
  readonly #numbers = new Map<number, number>()
  readonly #levels: number[] = []

  constructor(readonly width: number) {}

  get size(): number {
    return this.#numbers.size
  }

  /** The number of the pattern that stands in some levels. */
  take(levels: Uint8Array, from = 0): number {
    // Three bits a level stay below 2 ** 53 with as many further fields as a table has; the first may need more.
    let key = 0
    for (let at = 0; at < this.width; at++) key = key * (at < 11 ? 8 : 4) + (levels[from + at] as number)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    for (let at = 0; at < this.width; at++) this.#levels.push(levels[from + at] as number)
    this.#numbers.set(key, this.#numbers.size)
    return this.#numbers.size - 1
  }

  /** Levels of all patterns from a number on. */
  levels(from = 0): Uint8Array {
    return Uint8Array.from(this.#levels.slice(from * this.width))
  }
}

function comparePairs(
  width: number,
  compare: Compare,
  { codes, rows }: { codes: Float64Array; rows: number },
  stretches: Stretches | undefined,
): Stretch {
  const patternOf = new Int32Array(codes.length)
  const patterns = new Patterns(width)
  const levels = new Uint8Array(width)
  for (let from = 0, stretch = 0; from < codes.length; from += STRETCH, stretch++) {
    const noted = stretches?.read(stretch)
    if (noted) {
      patternOf.set(noted.patternOf, from)
      for (let at = 0; at < noted.patterns.length; at += width) patterns.take(noted.patterns, at)
      continue
    }
    const to = Math.min(codes.length, from + STRETCH)
    const before = patterns.size
    for (let pair = from; pair < to; pair++) {
      const i = Math.floor((codes[pair] as number) / rows)
      compare(i, (codes[pair] as number) - i * rows, levels)
      patternOf[pair] = patterns.take(levels)
    }
    stretches?.write(stretch, { patternOf: patternOf.slice(from, to), patterns: patterns.levels(before) })
  }
  return { patternOf, patterns: patterns.levels() }
}

const SAMPLE = 60_000

/** A pseudo-random number in [0, 1) from a whole one. */
function scatter(seed: number): number {
  let value = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return ((value ^ (value >>> 16)) >>> 0) / 2 ** 32
}

/** How many of some random pairs are at each level of each field: what strangers look like. */
export function sampleStrangers(table: Table, fields: readonly Field[], compare: Compare): Float64Array[] {
  const sampled = fields.map(({ levels }) => new Float64Array(levels + 1))
  const levels = new Uint8Array(fields.length)
  const rows = table.ids.length
  const count = rows > 1 ? Math.min(SAMPLE, (rows * (rows - 1)) / 2) : 0
  for (let n = 0; n < count; n++) {
    const i = Math.floor(scatter(2 * n + 1) * rows)
    const j = Math.floor(scatter(2 * n + 2) * rows)
    if (i === j) continue
    compare(i, j, levels)
    for (const [at, counts] of sampled.entries()) (counts[levels[at] as number] as number)++
  }
  return sampled
}
