// Suggestions that were put aside. Invariant: one comes again only once a field of either has changed since and it is more
// certain than it was; as long as one pair of a cluster was not put aside, the cluster is shown.
import { asContactId, type ContactId } from '@shared/model/ids'
import { CERTAINTIES, type Certainty } from '../duplicates/certainty'
import type { Cluster, ScoredPair } from '../duplicates/grouping'
import type { ComparablePerson, DuplicateDecisions } from '../engine/queries/comparable'

const rank = (certainty: string): number => CERTAINTIES.indexOf(certainty as Certainty)

/** Whether the suggestion that these two are one was put aside, and nothing since makes it surer. */
export function isPutAside(
  { a, b, certainty }: Pick<ScoredPair, 'a' | 'b' | 'certainty'>,
  { putAside }: DuplicateDecisions,
  personOf: (id: ContactId) => ComparablePerson | undefined,
): boolean {
  const [one, other] = [asContactId(a), asContactId(b)]
  const seen = putAside(one, other)
  if (!seen) return false
  const changed = [personOf(one), personOf(other)].some((person) => person && !seen.includes(person.modifiedAt))
  const was = seen.filter((name) => rank(name) >= 0).map(rank)
  return !changed || rank(certainty) >= Math.min(...was)
}

/** A cluster that was put aside, by which user and when, in ms: the last who did so with one of its pairs. */
export interface AsideCluster extends Cluster {
  by: string
  at: number
}

function asAside(cluster: Cluster, { putAsideBy }: DuplicateDecisions): AsideCluster {
  const said = cluster.pairs.flatMap(({ a, b }) => putAsideBy(asContactId(a), asContactId(b)) ?? [])
  const { by, at } = said.reduce((last, one) => (one.at > last.at ? one : last), { by: '', at: 0 })
  return { ...cluster, by, at }
}

/** Tells the clusters that are worth a look, in their order, from those put aside, the latest first. */
export function sortOut(
  found: readonly Cluster[],
  decisions: DuplicateDecisions,
  personOf: (id: ContactId) => ComparablePerson | undefined,
): { clusters: Cluster[]; aside: AsideCluster[] } {
  const clusters: Cluster[] = []
  const aside: AsideCluster[] = []
  for (const cluster of found) {
    const { pairs } = cluster
    if (pairs.length > 0 && pairs.every((pair) => isPutAside(pair, decisions, personOf)))
      aside.push(asAside(cluster, decisions))
    else clusters.push(cluster)
  }
  return { clusters, aside: aside.sort((one, other) => other.at - one.at) }
}
