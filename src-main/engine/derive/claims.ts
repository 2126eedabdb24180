// From identifier documents to claims. Invariant: the first standing claim of a living contact holds, on every device alike.
import type { ClaimSource } from '@shared/model/views'
import type { IdentifierDocument } from '../documents/identifier'
import type { Stamp } from '../documents/stamp'

export interface StandingClaim {
  contactId: string
  since: Stamp
  by: string
  via: ClaimSource
}

/** All standing claims, in the order in which they would hold: earliest first, ties by contact id. */
export function standingClaims(identifier: IdentifierDocument): StandingClaim[] {
  const claims: StandingClaim[] = []
  for (const [contactId, devices] of Object.entries(identifier.claims)) {
    let earliest: StandingClaim | undefined
    for (const [device, claim] of Object.entries(devices)) {
      const released = releaseOf(identifier, contactId, device)
      if (released !== undefined && released >= claim.at) continue
      if (!earliest || claim.since < earliest.since)
        earliest = { contactId, since: claim.since, by: claim.by, via: claim.via }
    }
    if (earliest) claims.push(earliest)
  }
  return claims.sort(compareClaims)
}

/** Also of ids from elsewhere that every object has a member for (`constructor`). */
function releaseOf({ releases }: IdentifierDocument, contactId: string, device: string): Stamp | undefined {
  const devices = Object.hasOwn(releases, contactId) ? releases[contactId] : undefined
  return devices && Object.hasOwn(devices, device) ? devices[device] : undefined
}

/** The latest claim of each contact whose claims were all released. */
export function releasedClaims(identifier: IdentifierDocument): StandingClaim[] {
  const standing = new Set(standingClaims(identifier).map((claim) => claim.contactId))
  return Object.entries(identifier.claims).flatMap(([contactId, devices]) => {
    if (standing.has(contactId)) return []
    const latest = Object.values(devices).sort((a, b) => (a.at < b.at ? 1 : -1))[0]
    return latest ? [{ contactId, since: latest.since, by: latest.by, via: latest.via }] : []
  })
}

export function compareClaims(a: StandingClaim, b: StandingClaim): number {
  if (a.since !== b.since) return a.since < b.since ? -1 : 1
  return a.contactId < b.contactId ? -1 : a.contactId > b.contactId ? 1 : 0
}
