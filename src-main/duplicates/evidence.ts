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

/** Compares the pairs. @param codes each pair as `i * rows + j` */
export function gatherEvidence(
  table: Table,
  { fields, compare, rarity }: { fields: readonly Field[]; compare: Compare; rarity: Rarity },
  codes: Float64Array,
): Evidence {
  const width = fields.length
  const count = codes.length
  const levels = new Uint8Array(width)
  const numbers = new Map<number, number>()
  const patterns: number[] = []
  const evidence = {
    fields,
    patternOf: new Int32Array(count),
    rows: new Int32Array(2 * count),
    rareGiven: new Float32Array(count),
    rareOther: new Float32Array(count),
    nameless: new Uint8Array(count),
    mails: new Int32Array(count),
    phones: new Int32Array(count),
    families: new Int32Array(count),
  }
  const rows = table.ids.length
  for (let pair = 0; pair < count; pair++) {
    const i = Math.floor((codes[pair] as number) / rows)
    const j = (codes[pair] as number) - i * rows
    compare(i, j, levels)
    // Three bits a level stay below 2 ** 53 with as many further fields as a table has.
    let key = 0
    for (let at = 0; at < width; at++) key = key * (at < 11 ? 8 : 4) + (levels[at] as number)
    let number = numbers.get(key)
    if (number === undefined) {
      number = numbers.size
      numbers.set(key, number)
      patterns.push(...levels)
    }
    evidence.patternOf[pair] = number
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
  return { ...evidence, patterns: Uint8Array.from(patterns) }
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
