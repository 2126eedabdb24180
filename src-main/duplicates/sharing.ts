// What an address or number itself says of those who share it: a family's or a switchboard's says less than a person's own.
// Invariant: learnt from the pairs that share it, with the mean of its kind as one more, so that few pairs cannot fulfil it.
import type { SetColumn, Table } from './values'

/** What one value may add or take, in natural logarithms. */
const MOST = 6

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

/** A place for each value of each row that has it, and those of the pairs that share one: looked up once, not every round. */
interface Places {
  count: number
  /** The first place of each value; its rows follow in their order. */
  first: Int32Array
  /** Pairs of named ones that share a value, and the places of the two rows of each. */
  pairs: Int32Array
  of: Int32Array
}

function placesOf(
  holders: readonly (readonly number[] | undefined)[],
  { rows, nameless, values }: SharedValues,
): Places {
  const first = new Int32Array(holders.length)
  let count = 0
  for (let value = 0; value < holders.length; value++) {
    first[value] = count
    count += holders[value]?.length ?? 0
  }
  const isCounted = (value: number, pair: number) => value !== 0 && nameless[pair] === 0
  const pairs = new Int32Array(values.reduce((sum, value, pair) => sum + (isCounted(value, pair) ? 1 : 0), 0))
  const of = new Int32Array(2 * pairs.length)
  let at = 0
  for (let pair = 0; pair < values.length; pair++) {
    const value = values[pair] as number
    if (!isCounted(value, pair)) continue
    pairs[at] = pair
    for (const side of [0, 1])
      of[2 * at + side] =
        (first[value] as number) + placeIn(holders[value] as readonly number[], rows[2 * pair + side] as number)
    at++
  }
  return { count, first, pairs, of }
}

/** Where a row stands among ascending ones. */
function placeIn(ascending: readonly number[], row: number): number {
  let [low, high] = [0, ascending.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] as number) < row) low = middle + 1
    else high = middle
  }
  return low
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

  const places = placesOf(holders, { rows, nameless, values })

  function learn(probabilities: Float64Array): void {
    const pairs = new Float64Array(holders.length)
    const strangers = new Float64Array(holders.length)
    const doubles = new Float64Array(places.count)
    for (let at = 0; at < places.pairs.length; at++) {
      const pair = places.pairs[at] as number
      const value = values[pair] as number
      const p = probabilities[pair] as number
      pairs[value] = (pairs[value] as number) + 1
      strangers[value] = (strangers[value] as number) + 1 - p
      for (let side = 2 * at; side < 2 * at + 2; side++) {
        const place = places.of[side] as number
        doubles[place] = (doubles[place] as number) + p
      }
    }
    let [shares, known] = [0, 0]
    for (let value = 0; value < pairs.length; value++) {
      const count = pairs[value] as number
      if (count === 0) continue
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
      const first = places.first[value] as number
      for (let at = 0; at < all.length; at++) people += 1 / (1 + (doubles[first + at] as number))
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
