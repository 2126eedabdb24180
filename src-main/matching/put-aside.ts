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

/** The clusters that are worth a look. */
export const withoutPutAside = (
  clusters: readonly Cluster[],
  decisions: DuplicateDecisions,
  personOf: (id: ContactId) => ComparablePerson | undefined,
): Cluster[] =>
  clusters.filter(({ pairs }) => pairs.length === 0 || !pairs.every((pair) => isPutAside(pair, decisions, personOf)))
