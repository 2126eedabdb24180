// Ids of documents. Invariant: no id carries personal data in the clear; ids that must meet across devices are digests.
import { hash, randomUUID } from 'node:crypto'
import { type Identifier, IMPORTED_ROW } from '@shared/model/identifier'
import {
  type AuditId,
  asAuditId,
  asContactId,
  asDecisionId,
  asIdentifierId,
  asInteractionId,
  asItemId,
  asMergeId,
  asNoteId,
  type ContactId,
  type DecisionId,
  type IdentifierId,
  type InteractionId,
  type ItemId,
  type MergeId,
  type NoteId,
  type Stamp,
} from '@shared/model/ids'
import type { DecisionKind } from './decision'
import { stampMs } from './stamp'

function digest(...parts: string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 32)
}

/**
 * Something new that no other device knows yet. Ids made one after the other sort one after the other, so that they are
 * neighbours in every index, here and on the server: a write then touches few pages instead of one for each.
 * @param at when it is made
 * @returns a UUID version 7 (RFC 9562, section 5.7)
 */
function newId(at: Stamp): string {
  const random = randomUUID()
  const time = stampMs(at).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`
}

/** @param at when it is made */
export const newContactId = (at: Stamp): ContactId => asContactId(newId(at))
export const newMergeId = (at: Stamp): MergeId => asMergeId(newId(at))
export const newNoteId = (at: Stamp): NoteId => asNoteId(newId(at))
/** An import: it has no document of its own, entries of the audit trail name it. */
export const newImportId = (at: Stamp): string => newId(at)
/** A new setting of which an organisation has several, and each version of it. */
export const newSettingId = (at: Stamp): string => newId(at)
export const newAuditId = (at: Stamp): AuditId => asAuditId(newId(at))

/** A conversation that its recorder did not name. */
export function newConversationId(): string {
  return randomUUID()
}

/** From (type, value) alone, so that two devices' claims meet in one document (domain specification, section 6). */
export function identifierId(identifier: Identifier): IdentifierId {
  return asIdentifierId(`i-${digest(identifier.type, identifier.source ?? '', identifier.value)}`)
}

/** From conversation and communication, so that recording twice, also apart, records once. */
export function interactionId(conversationId: string, communicationId?: string): InteractionId {
  return asInteractionId(`n-${digest(conversationId, communicationId ?? '')}`)
}

/** From the kind of a decision and what it is about, in order. */
export function decisionId(kind: DecisionKind, subjects: readonly string[]): DecisionId {
  return asDecisionId(`d-${digest(kind, ...subjects)}`)
}

/** From the contact alone. */
export function dismissalId(contactId: ContactId): DecisionId {
  return decisionId('dismissed', [contactId])
}

/** An item of the Reconcile list, from what it is about alone, so that all devices call it the same. */
export function itemId(kind: string, subject: readonly string[]): ItemId {
  return asItemId(`r-${digest(kind, ...subject)}`)
}

/** What settles an item: from the kind of decision and the item alone. */
export function reviewId(kind: 'shared-identifier' | 'reviewed', item: ItemId): DecisionId {
  return decisionId(kind, [item])
}

/** A setting of the organisation, from its name alone. */
export function settingId(name: string): DecisionId {
  return decisionId('setting', [name])
}

/** From the pair alone. */
export function cannotLinkId(a: ContactId, b: ContactId): DecisionId {
  return decisionId('cannot-link', [a, b].sort())
}

/** One of the entries of the audit trail that say which people an import wrote to, from the import and its place (a UUID version 8). */
export function importPartId(importId: string, part: number | 'undone'): AuditId {
  const hex = hash('sha256', JSON.stringify(['import part', importId, part]), 'hex')
  return asAuditId(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  )
}

/** Digits and letters that are not taken for one another (Crockford's base 32). */
const LEGIBLE = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * What a person is told to name a disclosure (D) or an erasure (E) by: the day, and of the stamp a digest.
 * @returns e.g. `D-20261130-7k3f9qxw`
 */
export function referenceOf(kind: 'D' | 'E', at: Stamp): string {
  const bytes = Buffer.from(hash('sha256', JSON.stringify(['reference', kind, at]), 'hex').slice(0, 16), 'hex')
  const day = new Date(stampMs(at)).toISOString().slice(0, 10).replaceAll('-', '')
  return `${kind}-${day}-${[...bytes].map((byte) => LEGIBLE[byte % LEGIBLE.length]).join('')}`
}

/** What stands for such a row, from its values and how many alike came before it in the file. */
export function importedRow(values: string, place: number): Identifier {
  return { type: 'ExternalId', source: IMPORTED_ROW, value: digest('imported row', values, String(place)) }
}

/** That two people were looked at and are not suggested as one again: the item of a review, from the pair alone. */
export function duplicateItemId(a: ContactId, b: ContactId): ItemId {
  return itemId('duplicate', [a, b].sort())
}
