// What the value itself says, beyond that it is equal: a rare name weighs more than a common one, and so does a rare place.
// Invariant: counts other people alone; a value of average frequency weighs nothing.
import { FIELD } from './levels'
import type { Column, SetColumn, Table } from './values'

/** What one rare value may add or take, in natural logarithms. */
const MOST = 6

const sum = (counts: readonly (number | undefined)[], of: (count: number) => number): number => {
  let total = 0
  for (let at = 1; at < counts.length; at++) total += of(counts[at] ?? 0)
  return total
}

/** Share of all pairs that are equal; NaN where fewer than two have a value. */
function equalShare(counts: readonly (number | undefined)[], known: number): number {
  return known < 2 ? Number.NaN : sum(counts, (count) => count * (count - 1)) / (known * (known - 1))
}

/** Exact shares of all pairs that are equal, by field; NaN where they are not counted. */
export function equalShares(table: Table, width: number): Float64Array {
  const shares = new Float64Array(width).fill(Number.NaN)
  const single = (counts: readonly (number | undefined)[]) =>
    equalShare(
      counts,
      sum(counts, (count) => count),
    )
  const several = ({ of, words }: SetColumn, isLeftOut: (number: number) => boolean) =>
    equalShare(
      words.counts.map((count, number) => (isLeftOut(number) ? 0 : count)),
      of.reduce((known, all) => known + (all.length > 0 ? 1 : 0), 0),
    )
  shares[FIELD.given] = single(table.givenCounts)
  shares[FIELD.family] = single(table.familyCounts)
  shares[FIELD.birthDate] = single(table.birthDate.words.counts)
  shares[FIELD.email] = several(table.emails, (number) => table.mail(number).role)
  shares[FIELD.phone] = several(table.phones, () => false)
  return shares
}

/** Weights of values that two rows share, in natural logarithms. */
export interface Rarity {
  given(row: number): number
  family(row: number): number
  place(row: number): number
  street(row: number): number
}

/** How often two who have a value of a column have the same, and how many have one: as it was when weights were learnt. */
export type Averages = Readonly<
  Record<'given' | 'family' | 'place' | 'street', { known: number; average: number | null }>
>

/** Averages of a table as it is now. */
export function averagesOf(table: Table): Averages {
  const of = (counts: readonly (number | undefined)[]) => {
    const known = sum(counts, (count) => count)
    const average = equalShare(counts, known)
    return { known, average: Number.isNaN(average) ? null : average }
  }
  return {
    given: of(table.givenCounts),
    family: of(table.familyCounts),
    place: of(placeOf(table).words.counts),
    street: of(table.street.words.counts),
  }
}

/** By how often values stand in a table now, against what was usual when weights were learnt. */
export function createRarity(table: Table, averages: Averages): Rarity {
  const weigh = (counts: readonly (number | undefined)[], { known, average }: Averages[keyof Averages]) => {
    return (number: number): number => {
      if (!average || table.without.has('rarity')) return 0
      // Two of them are the pair itself.
      const others = Math.max((counts[number] ?? 0) - 2, 0.5) / known
      return Math.max(-MOST, Math.min(MOST, Math.log(average / others)))
    }
  }
  const ofColumn = (column: Column, usual: Averages[keyof Averages]) => {
    const weight = weigh(column.words.counts, usual)
    return (row: number) => weight(column.at(row))
  }
  const given = weigh(table.givenCounts, averages.given)
  const family = weigh(table.familyCounts, averages.family)
  return {
    given: (row) => given(table.given[row] as number),
    family: (row) => family(table.family[row] as number),
    place: ofColumn(placeOf(table), averages.place),
    street: ofColumn(table.street, averages.street),
  }
}

/** The finer of the two columns that say a place. */
export const placeOf = ({ postcode, town }: Table): Column =>
  postcode.words.counts.some((count) => count > 0) ? postcode : town
