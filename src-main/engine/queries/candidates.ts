// People in one line, and everybody that identifiers may mean: what tells one from another, for a person to choose.
// Invariant: each person is offered once, by the first claim, the holder first.
import { displayIdentifier } from '@shared/model/display'
import type { Identifier } from '@shared/model/identifier'
import type { ContactId, InteractionId } from '@shared/model/ids'
import type { Candidate, PersonLine } from '@shared/model/views'
import { identifierId, itemId } from '../documents/ids'
import { stampMoment } from '../documents/stamp'
import type { Views } from '../ports'
import { claimed, inOrder } from '../resolution'
import type { Runtime } from '../runtime'
import { lineOf } from './lines'

/** People shown of those who share identifiers: a switchboard's number may have thousands. */
const CANDIDATES_MAX = 50

/** Everybody who claims the identifier that decides, the holder first. Each once. */
export function candidatesOf(views: Views, identifiers: readonly Identifier[]): Candidate[] {
  // The first that has a holder decides; who has another of them may be the same person, and is suggested elsewhere.
  const known = inOrder(identifiers).flatMap((one) => claimed(views, one)?.identifier ?? [])[0]
  if (!known) return []
  const id = identifierId(known)
  const disputed = views.openItem(itemId('dispute', [id])) !== undefined
  const found = new Map<string, Candidate>()
  for (const [i, claim] of views.claimsOn(id, CANDIDATES_MAX).entries()) {
    if (found.has(claim.person.id) || found.size >= CANDIDATES_MAX) continue
    const matched = displayIdentifier(known)
    const claimedAt = stampMoment(claim.since)
    found.set(claim.person.id, { ...lineOf(views, claim.person), matched, claimedAt, holds: i === 0, disputed })
  }
  return [...found.values()]
}

export function candidateQueries({ store, views }: Runtime) {
  return {
    /** People in one line each, in the order asked; those who are not there are left out. */
    lines: (contactIds: readonly ContactId[]): PersonLine[] =>
      contactIds.flatMap((id) => {
        const row = views.personRow(id)
        return row ? [lineOf(views, row)] : []
      }),

    /** Every person that the identifiers of an interaction may mean, beside the person it is tied to. */
    async candidates(interactionId: InteractionId): Promise<Candidate[]> {
      const document = (await store.get('interactions', [interactionId])).get(interactionId)
      return document && !document.erased ? candidatesOf(views, document.facts.identifiers) : []
    },
  }
}
