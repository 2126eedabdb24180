// Claims and releases as changes to identifier documents. The derivation decides who holds; nothing here does.
// Invariant: claiming what is claimed writes nothing, so repeating a command changes no order.
import type { Identifier } from '@shared/model/identifier'
import type { ContactId, IdentifierId, Stamp } from '@shared/model/ids'
import { CLAIMANTS_MAX } from '@shared/model/limits'
import type { ClaimSource } from '@shared/model/views'
import { standingClaims, standingEntry } from '../derive/claims'
import type { IdentifierDocument } from '../documents/identifier'
import { identifierId } from '../documents/ids'
import { stampDevice } from '../documents/stamp'
import type { UnitOfWork } from '../unit-of-work'

const empty = (id: IdentifierId, { type, value, source }: Identifier): IdentifierDocument => ({
  id,
  type,
  value,
  ...(source === undefined ? {} : { source }),
  claims: {},
  releases: {},
})

/**
 * Claims identifiers for a contact; earlier claims of others stay and hold. What very many want already is not claimed. Load several in one go with `loadIdentifiers`.
 * @param since when the claim counts from: the command's stamp unless one is carried over
 * @param id of the identifier's document, where it was worked out before
 * @param confirm writes the claim again although it stands, so that it outlives a release made apart
 * @returns whether it is claimed
 */
export async function claim(
  work: UnitOfWork,
  contactId: ContactId,
  identifier: Identifier,
  via: ClaimSource,
  options: { since?: Stamp; at?: Stamp; confirm?: boolean; id?: IdentifierId } = {},
): Promise<boolean> {
  const id = options.id ?? identifierId(identifier)
  const at = options.at ?? work.stamp
  const known = await work.get('identifiers', id)
  if (known?.erased && Object.hasOwn(known.erased, contactId)) return false
  const document =
    known && known.value !== ''
      ? known
      : { ...empty(id, identifier), ...(known?.erased ? { erased: known.erased } : {}) }
  const standing = standingEntry(document, contactId)
  if (standing && !options.confirm) return true
  if (!standing && Object.keys(document.claims).length >= CLAIMANTS_MAX) return false
  const device = stampDevice(at)
  const { by } = work
  const claimer = standing && (standing.o ?? standing.by)
  const entry = standing
    ? {
        since: standing.since,
        at,
        by,
        ...(claimer === undefined || claimer === by ? {} : { o: claimer }),
        via: standing.via,
      }
    : { since: options.since ?? at, at, by, via }
  work.put('identifiers', {
    ...document,
    claims: { ...document.claims, [contactId]: { ...document.claims[contactId], [device]: entry } },
  })
  return true
}

/** Releases whatever claims these contacts have on an identifier. @returns whether there was one */
export async function release(work: UnitOfWork, contactIds: readonly ContactId[], id: IdentifierId): Promise<boolean> {
  const document = await work.get('identifiers', id)
  if (!document) return false
  const standing = new Set(standingClaims(document).map((one) => one.contactId))
  const concerned = contactIds.filter((contactId) => standing.has(contactId))
  if (concerned.length === 0) return false
  const releases = new Map(Object.entries(document.releases))
  for (const contactId of concerned) {
    const seen = Object.entries(document.claims[contactId] ?? {}).map(([device, entry]) => [device, entry.at] as const)
    releases.set(contactId, { ...releases.get(contactId), ...Object.fromEntries(seen) })
  }
  work.put('identifiers', { ...document, releases: Object.fromEntries(releases) })
  return true
}

/** Reads identifier documents in one go, so that claiming them one by one reads no more. */
export async function loadIdentifiers(work: UnitOfWork, ids: Iterable<IdentifierId>): Promise<void> {
  await work.load('identifiers', [...ids])
}
