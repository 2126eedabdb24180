// The identifier document: who claims (type, value), since when, and what was released.
// Invariant: `joinIdentifiers` is a join; a claim stands unless a release saw it, so a claim made apart from a release holds.

import type { IdentifierType } from '@shared/model/identifier'
import type { IdentifierId, Stamp } from '@shared/model/ids'
import type { ClaimSource } from '@shared/model/views'
import { greaterJson } from './canonical-json'
import { joinRecords, joinUnknown, withoutUndefined } from './join'

/**
 * One device's latest claim for a contact: standing since `since`, last confirmed at `at`. `by` wrote it; where that confirms
 * the claim of another author, `o` is who claimed: the server need not know a claim that was given up meanwhile to tell a
 * confirmation of it from a forgery. Versions before let a confirmation bear the claimer's name.
 */
export interface Claim {
  since: Stamp
  at: Stamp
  by: string
  o?: string
  via: ClaimSource
}

export interface IdentifierDocument {
  id: IdentifierId
  type: IdentifierType
  /** The normalised value; empty once every claimant was erased. */
  value: string
  /** The external system, for `ExternalId`. */
  source?: string
  /** contact id → device id → that device's claim. */
  claims: Record<string, Record<string, Claim>>
  /** contact id → device id → the `at` of that device's claim that was released. */
  releases: Record<string, Record<string, Stamp>>
  /** Contacts that were erased: their claims are gone for good. */
  erased?: Record<string, Stamp>
}

export const IDENTIFIER_KEYS: ReadonlySet<string> = new Set([
  'id',
  'type',
  'value',
  'source',
  'claims',
  'releases',
  'erased',
])

function joinClaims(a: Claim, b: Claim): Claim {
  if (a.at !== b.at) return a.at > b.at ? a : b
  return greaterJson(a, b)
}

const earlier = (a: Stamp, b: Stamp) => (a < b ? a : b)
const later = (a: Stamp, b: Stamp) => (a > b ? a : b)

export function joinIdentifiers(a: IdentifierDocument, b: IdentifierDocument): IdentifierDocument {
  const erased = joinRecords(a.erased, b.erased, earlier)
  const keep = <T>(record: Record<string, T>) =>
    Object.fromEntries(Object.entries(record).filter(([contactId]) => !Object.hasOwn(erased, contactId)))
  const claims = keep(joinRecords(a.claims, b.claims, (x, y) => joinRecords(x, y, joinClaims)))
  const anyoneLeft = Object.keys(claims).length > 0
  const source =
    a.source !== undefined && b.source !== undefined ? greaterJson(a.source, b.source) : (a.source ?? b.source)
  return withoutUndefined({
    ...joinUnknown(a, b, IDENTIFIER_KEYS),
    id: a.id,
    type: a.type,
    value: anyoneLeft ? (a.value > b.value ? a.value : b.value) : '',
    source: anyoneLeft ? source : undefined,
    claims,
    releases: keep(joinRecords(a.releases, b.releases, (x, y) => joinRecords(x, y, later))),
    erased: Object.keys(erased).length > 0 ? erased : undefined,
  }) as IdentifierDocument
}
