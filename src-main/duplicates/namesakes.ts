// What an equal given name loses where the family name is equal, too: names of one language, or of one family, come together.
// Invariant: learnt from how many pairs of a family name have one given name without being one person, with those of the
// whole book as so many more, so that a few pairs of a rare name cannot fulfil it.
import type { Evidence } from './evidence'
import type { Table } from './values'

/** The most that it takes, in natural logarithms. */
const MOST = 6
/** Pairs of the whole book that stand beside those of one family name. */
const PRIOR_PAIRS = 100

export interface Namesakes {
  /** What is lost by a pair that shares its whole name, of which this is the family's number; 0 for no name. */
  weight(family: number): number
  /** Learns from the pairs, by how likely each is the same person. */
  learn(probabilities: Float64Array): void
  /** That it was learnt before. */
  restore(family: number, weight: number): void
}

export function createNamesakes(table: Table, { families }: Pick<Evidence, 'families'>): Namesakes {
  const { given, family } = table
  const weights: number[] = []
  const pairs = (count: number) => (count * (count - 1)) / 2

  function counted() {
    const whole = new Map<number, Map<number, number>>()
    const people = new Map<number, number>()
    for (let row = 0; row < given.length; row++) {
      const [name, surname] = [given[row] as number, family[row] as number]
      if (name === 0 || surname === 0) continue
      const names = whole.get(surname) ?? new Map<number, number>()
      whole.set(surname, names.set(name, (names.get(name) ?? 0) + 1))
      people.set(surname, (people.get(surname) ?? 0) + 1)
    }
    return [...whole].map(([surname, names]) => ({
      surname,
      among: pairs(people.get(surname) ?? 0),
      equal: [...names.values()].reduce((sum, count) => sum + pairs(count), 0),
    }))
  }
  const surnames = counted()
  const [known, equal] = table.givenCounts.reduce(
    ([all, same], count = 0) => [all + count, same + pairs(count)],
    [0, 0],
  )
  const overall = equal / Math.max(1, pairs(known))

  return {
    weight: (number) => (number === 0 ? 0 : (weights[number] ?? 0)),
    restore(family, weight) {
      weights[family] = weight
    },
    learn(probabilities) {
      const same = new Map<number, number>()
      for (let pair = 0; pair < families.length; pair++) {
        const surname = families[pair] as number
        if (surname !== 0) same.set(surname, (same.get(surname) ?? 0) + (probabilities[pair] as number))
      }
      const strangers = (surname: number, all: number) => Math.max(0, all - (same.get(surname) ?? 0))
      let [met, among] = [0, 0]
      for (const one of surnames) {
        met += strangers(one.surname, one.equal)
        among += one.among
      }
      if (overall === 0 || among === 0) return
      const usual = Math.max(overall, met / among)
      for (const one of surnames) {
        const share = (strangers(one.surname, one.equal) + PRIOR_PAIRS * usual) / (one.among + PRIOR_PAIRS)
        weights[one.surname] = Math.max(-MOST, Math.min(0, Math.log(overall / share)))
      }
    },
  }
}
