// The clusters that the matcher's thread found, in their order: those to look at, and those put aside.
// Invariant: clusters have no person in common, so the first id of one names it.
import { byCertainty, type Cluster } from '../duplicates/grouping'
import type { ComparablePerson, DuplicateDecisions } from '../engine/queries/comparable'
import { sortOut } from './put-aside'

export class FoundClusters {
  #sorted: Cluster[] = []

  /** @param clusters all there are, the most certain first */
  replace(clusters: Cluster[]): void {
    this.#sorted = clusters
  }

  /** @param gone first ids of those that are no more, @param found those that are new or other ones */
  apply(gone: readonly string[], found: readonly Cluster[]): void {
    if (gone.length + found.length === 0) return
    const out = new Set([...gone, ...found.map(({ ids }) => ids[0])])
    // Nearly in order already, which sorting is quick to see.
    this.#sorted = [...this.#sorted.filter(({ ids }) => !out.has(ids[0])), ...found].sort(byCertainty)
  }

  sortedOut(
    decisions: DuplicateDecisions,
    personOf: (id: ComparablePerson['id']) => ComparablePerson | undefined,
  ): ReturnType<typeof sortOut> {
    return sortOut(this.#sorted, decisions, personOf)
  }
}
