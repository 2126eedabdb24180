// Ids of documents. Invariant: no id carries personal data in the clear; ids that must meet across devices are digests.
import { hash, randomUUID } from 'node:crypto'
import type { Identifier } from '@shared/model/identifier'

function digest(...parts: string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 32)
}

/** A new contact, merge, note or audit entry. */
export function newId(): string {
  return randomUUID()
}

/** From (type, value) alone, so that two devices' claims meet in one document (domain specification, section 6). */
export function identifierId(identifier: Identifier): string {
  return `i-${digest(identifier.type, identifier.source ?? '', identifier.value)}`
}

/** From conversation and communication, so that recording twice, also apart, records once. */
export function interactionId(conversationId: string, communicationId?: string): string {
  return `n-${digest(conversationId, communicationId ?? '')}`
}

/** From the contact alone. */
export function dismissalId(contactId: string): string {
  return `d-${digest('dismissed', contactId)}`
}

/** An item of the Reconcile list, from what it is about alone, so that all devices call it the same. */
export function itemId(kind: string, subject: readonly string[]): string {
  return `r-${digest(kind, ...subject)}`
}

/** What settles an item: from the kind of decision and the item alone. */
export function reviewId(kind: 'shared-identifier' | 'reviewed', item: string): string {
  return `d-${digest(kind, item)}`
}

/** From the pair alone. */
export function cannotLinkId(a: string, b: string): string {
  return `d-${digest('cannot-link', ...[a, b].sort())}`
}
