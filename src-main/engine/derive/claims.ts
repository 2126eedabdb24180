// From identifier documents to claims. Invariant: the first standing claim of a living contact holds, on every device alike.

import { asContactId, type ContactId, type Stamp } from '@shared/model/ids'
import type { ClaimSource } from '@shared/model/views'
import type { Claim, IdentifierDocument } from '../documents/identifier'

export interface StandingClaim {
  contactId: ContactId
  since: Stamp
  /** Who claimed it, as people read it; who confirmed it for them in brackets. */
  by: string
  via: ClaimSource
}

/** Contacts that claim an identifier, or claimed it and released it. */
function claimantsIn({ claims }: IdentifierDocument): ContactId[] {
  return Object.keys(claims).map(asContactId)
}

/** All standing claims, in the order in which they would hold: earliest first, ties by contact id. */
export function standingClaims(identifier: IdentifierDocument): StandingClaim[] {
  const claims: StandingClaim[] = []
  for (const contactId of claimantsIn(identifier)) {
    const earliest = standingEntry(identifier, contactId)
    if (earliest) claims.push(standingClaim(contactId, earliest))
  }
  return claims.sort(compareClaims)
}

const standingClaim = (contactId: ContactId, { since, by, o, via }: Claim): StandingClaim => ({
  contactId,
  since,
  by: o === undefined ? by : `${o} (${by})`,
  via,
})

/** The earliest claim first, and a claim before those who only confirm it; on every device alike. */
function compareEntries(a: Claim, b: Claim): number {
  const [x, y] = [a, b].map(({ since, at, o }) => `${since}${o === undefined ? 0 : 1}${at}`) as [string, string]
  return x < y ? -1 : x > y ? 1 : 0
}

/** The entry that a contact's standing claim counts from. */
export function standingEntry(identifier: IdentifierDocument, contactId: ContactId): Claim | undefined {
  const devices = Object.hasOwn(identifier.claims, contactId) ? identifier.claims[contactId] : undefined
  return Object.entries(devices ?? {})
    .flatMap(([device, claim]) => {
      const released = releaseOf(identifier, contactId, device)
      return released !== undefined && released >= claim.at ? [] : [claim]
    })
    .sort(compareEntries)[0]
}

/** Also of ids from elsewhere that every object has a member for (`constructor`). */
function releaseOf({ releases }: IdentifierDocument, contactId: ContactId, device: string): Stamp | undefined {
  const devices = Object.hasOwn(releases, contactId) ? releases[contactId] : undefined
  return devices && Object.hasOwn(devices, device) ? devices[device] : undefined
}

/** The latest claim of each contact whose claims were all released. */
export function releasedClaims(identifier: IdentifierDocument): StandingClaim[] {
  const standing = new Set(standingClaims(identifier).map((claim) => claim.contactId))
  return claimantsIn(identifier).flatMap((contactId) => {
    const devices = identifier.claims[contactId] ?? {}
    if (standing.has(contactId)) return []
    const latest = Object.values(devices).sort((a, b) => (a.at < b.at ? 1 : -1))[0]
    return latest ? [standingClaim(contactId, latest)] : []
  })
}

export function compareClaims(a: StandingClaim, b: StandingClaim): number {
  if (a.since !== b.since) return a.since < b.since ? -1 : 1
  return a.contactId < b.contactId ? -1 : a.contactId > b.contactId ? 1 : 0
}
