// From an interaction's identifiers to a contact (domain specification, section 4). Decides; writes nothing.
// Invariant: the same views give the same answer, whether a reader only looks or an interaction is recorded.

import { aliasesOf } from '@shared/model/aliases'
import type { Identifier, IdentifierType } from '@shared/model/identifier'
import type { IdentifierId } from '@shared/model/ids'
import { identifierId } from './documents/ids'
import type { ClaimRow, Views } from './ports'

/** The order in which identifiers are tried: external id, then channel id, phone, email, cookie. */
const ORDER: Record<IdentifierType, number> = {
  ExternalId: 0,
  SocialLine: 1,
  SocialFacebook: 1,
  SocialTwitter: 1,
  SocialWhatsapp: 1,
  SocialInstagram: 1,
  SocialWhatsappBsuid: 1,
  AppleOpaqueId: 1,
  Phone: 2,
  Email: 3,
  Cookie: 4,
}

/** Normalised identifiers, each once, in the order they are tried. */
export function inOrder(identifiers: readonly Identifier[]): Identifier[] {
  const unique = new Map(identifiers.map((identifier) => [identifierId(identifier), identifier]))
  return [...unique.values()].sort((a, b) => ORDER[a.type] - ORDER[b.type])
}

export interface Resolved {
  /** The claim that decides, and the identifier it is on; absent when no contact holds any. */
  decision?: { identifier: Identifier; claim: ClaimRow }
  /** Identifiers that no contact holds. */
  free: Identifier[]
  /** Identifiers that another person than the one decided for holds. */
  elsewhere: { identifier: Identifier; claim: ClaimRow }[]
  /** The type a new contact would have. */
  newType: 'Identified' | 'Ephemeral'
}

/** The other keys of an identifier: by another numbering plan or spelling, and those that older versions gave it. */
export function otherKeys(views: Pick<Views, 'formerKeys'>, identifier: Identifier): Identifier[] {
  const { type, value } = identifier
  const former = type === 'Email' ? views.formerKeys(value).map((key): Identifier => ({ type, value: key })) : []
  return [...aliasesOf(identifier), ...former]
}

/** An identifier as it is claimed: by itself, else by another key of it. Undefined: no contact holds it. */
export function claimed(
  views: Pick<Views, 'claimsOn' | 'formerKeys'>,
  identifier: Identifier,
): { identifier: Identifier; claim: ClaimRow } | undefined {
  const [own] = views.claimsOn(identifierId(identifier), 1)
  if (own) return { identifier, claim: own }
  for (const spelling of otherKeys(views, identifier)) {
    const [claim] = views.claimsOn(identifierId(spelling), 1)
    if (claim) return { identifier: spelling, claim }
  }
  return undefined
}

/** Ids of an identifier and of its other spellings: whose claims a resolution looks at. */
export function idsLookedUp(identifiers: readonly Identifier[]): IdentifierId[] {
  return identifiers.flatMap((identifier) => [identifier, ...aliasesOf(identifier)].map(identifierId))
}

export function resolve(views: Views, identifiers: readonly Identifier[]): Resolved {
  const ordered = inOrder(identifiers)
  const free: Identifier[] = []
  const held: { identifier: Identifier; claim: ClaimRow }[] = []
  for (const identifier of ordered) {
    const claim = claimed(views, identifier)
    if (claim) held.push(claim)
    else free.push(identifier)
  }
  const [decision] = held
  return {
    ...(decision ? { decision } : {}),
    free,
    elsewhere: held.filter(({ claim }) => claim.person.id !== decision?.claim.person.id),
    newType: ordered.some((identifier) => identifier.type !== 'Cookie') ? 'Identified' : 'Ephemeral',
  }
}
