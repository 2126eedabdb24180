// What an address or number itself says of those who share it: a family's or a switchboard's says less than a person's own.
// Invariant: learnt from the pairs that share it, with the mean of its kind as one more, so that few pairs cannot fulfil it.
import type { SetColumn, Table } from './values'

/** What one value may add or take, in natural logarithms. */
const MOST = 6
const ROW_SPACE = 4_194_304

/** A value that two rows share, the least common of several; 0 for none. */
export function sharedOf(column: SetColumn, i: number, j: number): number {
  const others = column.at(j)
  let least = 0
  for (const number of column.at(i))
    if (others.includes(number) && (least === 0 || column.words.count(number) < column.words.count(least)))
      least = number
  return least
}

export interface Sharing {
  /** What a value adds to a pair of named ones that shares it. */
  weight(value: number): number
  /** How many people share it, by what is known of them: at least one. */
  people(value: number): number
  /** Learns from the pairs, by how likely each is the same person. */
  learn(probabilities: Float64Array): void
  /** What was learnt of a value, to be kept; and that it was learnt before. */
  keep(value: number): Learnt
  restore(value: number, learnt: Learnt): void
}

/** Weight of a value and how many people share it. */
export type Learnt = readonly [weight: number, people: number]

/** Pairs as rows, and the value that each shares. */
export interface SharedValues {
  /** Rows of each pair, one after the other. */
  rows: Int32Array
  nameless: Uint8Array
  /** 0 where a pair shares none. */
  values: Int32Array
}

/** @param isSilent values that say nothing of their own: an office's */
export function createSharing(
  table: Table,
  column: SetColumn,
  { rows, nameless, values }: SharedValues,
  isSilent: (value: number) => boolean = () => false,
): Sharing {
  const holders: number[][] = []
  for (let row = 0; row < table.ids.length; row++)
    if (table.isNamed(row))
      for (const value of column.at(row)) {
        const all = holders[value]
        if (all) all.push(row)
        else holders[value] = [row]
      }
  const weights: number[] = []
  /** How many people share it, records of one person as one. */
  const crowds: number[] = []
  for (const [value, all] of holders.entries()) if (all) crowds[value] = all.length

  function learn(probabilities: Float64Array): void {
    const pairs: number[] = []
    const strangers: number[] = []
    const doubles = new Map<number, number>()
    for (let pair = 0; pair < values.length; pair++) {
      const value = values[pair] as number
      if (value === 0 || nameless[pair]) continue
      const p = probabilities[pair] as number
      pairs[value] = (pairs[value] ?? 0) + 1
      strangers[value] = (strangers[value] ?? 0) + 1 - p
      for (const row of [rows[2 * pair] as number, rows[2 * pair + 1] as number])
        doubles.set(value * ROW_SPACE + row, (doubles.get(value * ROW_SPACE + row) ?? 0) + p)
    }
    let [shares, known] = [0, 0]
    for (const [value, count] of pairs.entries()) {
      if (!count) continue
      shares += (strangers[value] as number) / count
      known++
    }
    const mean = Math.min(0.95, Math.max(0.05, known === 0 ? 0.5 : shares / known))
    const odds = (share: number) => Math.log((1 - share) / share)
    for (const [value, all] of holders.entries()) {
      if (!all) continue
      const share = ((strangers[value] ?? 0) + mean) / ((pairs[value] ?? 0) + 1)
      weights[value] = Math.max(-MOST, Math.min(MOST, odds(share) - odds(mean)))
      let people = 0
      for (const row of all) people += 1 / (1 + (doubles.get(value * ROW_SPACE + row) ?? 0))
      crowds[value] = people
    }
  }

  return {
    weight: (value) => (value === 0 || isSilent(value) ? 0 : (weights[value] ?? 0)),
    people: (value) => Math.max(1, crowds[value] ?? 1),
    learn,
    keep: (value) => [weights[value] ?? 0, crowds[value] ?? 1],
    restore(value, [weight, people]) {
      weights[value] = weight
      crowds[value] = people
    },
  }
}
