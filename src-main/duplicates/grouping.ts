// Clusters as they are shown: their people, how certain they are as a whole, and the pairs that say so.
// Invariant: a cluster is as certain as the weakest link without which it would fall apart.
import { CERTAINTIES, type Certainty } from './certainty'
import type { Score } from './scoring'

/** Two records of a cluster, by id, the lesser first. */
export interface ScoredPair extends Score {
  a: string
  b: string
}

export interface Cluster {
  /** Two and more, ascending. */
  ids: string[]
  certainty: Certainty
  /** Mean over all its pairs. */
  probability: number
  /** Those that are worth a line, likeliest first; a pair that is not here speaks against. */
  pairs: ScoredPair[]
}

/** Makes a cluster of some pairs. */
export function clusterOf(ids: readonly string[], pairs: readonly ScoredPair[]): Cluster {
  const sum = pairs.reduce((all, { probability }) => all + probability, 0)
  const whole = (ids.length * (ids.length - 1)) / 2
  return {
    ids: ids.toSorted(),
    certainty: certaintyOf(ids, pairs, whole),
    probability: sum / whole,
    pairs: pairs.toSorted((x, y) => y.probability - x.probability || (x.a + x.b < y.a + y.b ? -1 : 1)),
  }
}

function certaintyOf(ids: readonly string[], pairs: readonly ScoredPair[], whole: number): Certainty {
  const isDoubted = pairs.length < whole || pairs.some(({ doubt }) => doubt === 'conflict')
  for (const [rank, certainty] of CERTAINTIES.entries()) {
    if (certainty === 'veryLikely' && isDoubted) continue
    if (
      isConnected(
        ids,
        pairs.filter((pair) => CERTAINTIES.indexOf(pair.certainty) <= rank),
      )
    )
      return certainty
  }
  return 'possible'
}

function isConnected(ids: readonly string[], pairs: readonly ScoredPair[]): boolean {
  const reached = new Set(ids.slice(0, 1))
  for (let before = 0; before < reached.size; ) {
    before = reached.size
    for (const { a, b } of pairs) if (reached.has(a) || reached.has(b)) reached.add(a).add(b)
  }
  return reached.size === ids.length
}

/** The most certain first. */
export const byCertainty = (x: Cluster, y: Cluster): number =>
  CERTAINTIES.indexOf(x.certainty) - CERTAINTIES.indexOf(y.certainty) ||
  y.probability - x.probability ||
  ((x.ids[0] ?? '') < (y.ids[0] ?? '') ? -1 : 1)
