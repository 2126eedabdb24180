// The identifiers of a person as the person's page shows them: who holds each, who else wants it.
// Invariant: an identifier stands once, with the earliest claim of the person's records.
import { displayIdentifier } from '@shared/model/display'
import type { ContactId } from '@shared/model/ids'
import type { Claimant, ClaimView } from '@shared/model/views'
import { stampMoment } from '../documents/stamp'
import type { ClaimRow, Views } from '../ports'
import { type Lines, personRef } from './lines'

const claimant = ({ person, since, by, via }: ClaimRow): Claimant => ({
  ...personRef(person),
  claimedAt: stampMoment(since),
  claimedBy: by,
  via,
})

/** Claims that a page shows, first come first: a switchboard's number may have thousands. */
const CLAIMS_SHOWN = 25

/** Each person once, with the earliest of their claims. */
function uniquePeople(claims: readonly ClaimRow[]): Claimant[] {
  const people = new Map<string, Claimant>()
  for (const claim of claims) if (!people.has(claim.person.id)) people.set(claim.person.id, claimant(claim))
  return [...people.values()]
}

/** @param shared identifiers of which it was settled that all who want them share them */
export function claimViews(
  views: Pick<Views, 'claimsOn' | 'claimCount'>,
  { knownClaims }: Pick<Lines, 'knownClaims'>,
  members: readonly ContactId[],
  personId: string,
  shared?: ReadonlySet<string>,
): ClaimView[] {
  const seen = new Set<string>()
  return knownClaims(members).flatMap((own): ClaimView[] => {
    if (seen.has(own.identifier.id)) return [] // several records of one person claim it: the earliest counts
    seen.add(own.identifier.id)
    const claims = views.claimsOn(own.identifier.id, CLAIMS_SHOWN)
    const [first] = claims
    const others = claims.filter((claim) => claim.person.id !== personId)
    const held = first === undefined || first.person.id === personId
    const { id: _id, ...identifier } = own.identifier
    return [
      {
        ...identifier,
        display: displayIdentifier(identifier),
        claimedAt: stampMoment(own.since),
        claimedBy: own.by,
        via: own.via,
        memberId: own.contactId,
        held,
        ...(held || !first ? {} : { holder: claimant(first) }),
        contenders: uniquePeople(held ? others : others.slice(1)),
        wanted:
          claims.length < CLAIMS_SHOWN
            ? new Set(claims.map(({ person }) => person.id)).size
            : views.claimCount(own.identifier.id),
        shared: shared?.has(own.identifier.id) === true,
      },
    ]
  })
}
