// People and records in one line each, and what recognises them.
// Invariant: the line of a person is of the whole merge set, that of a record of the record by itself.
import { CONTACT_TYPES, displayNameOf } from '@shared/model/contact'
import { displayIdentifier } from '@shared/model/display'
import { isKnownToPeople } from '@shared/model/identifier'
import type { ContactId } from '@shared/model/ids'
import type { PersonLine, PersonRef, RecordRef } from '@shared/model/views'
import { currentValues, fieldsOf } from '../documents/fields'
import type { PersonRow, Views } from '../ports'

const DAY_MS = 86_400_000
export const moment = (ms: number): string => new Date(ms).toISOString()
export const momentOrNull = (ms: number): string | null => (ms > 0 ? moment(ms) : null)
export const personRef = ({ id, name, type }: PersonRow): PersonRef => ({ id, displayName: name, type })

/** When an auto-created person ages out; null for those that never do. */
export function expiryOf(row: PersonRow, retentionDays: number): string | null {
  if (row.type === 'Curated' || row.merged || row.status !== 'active') return null
  return moment(row.renewed + retentionDays * DAY_MS)
}

/** A person in one line, with what tells them from others of the same name. */
export function lineOf(views: Pick<Views, 'setOf' | 'interactionCount'>, row: PersonRow): PersonLine {
  const members = row.merged ? (views.setOf(row.id)?.members ?? [row.id]) : [row.id]
  return {
    id: row.id,
    displayName: row.name,
    type: row.type,
    detail: row.detail,
    lastSeen: momentOrNull(row.lastActive),
    interactions: views.interactionCount(members),
    records: members.length,
  }
}

export type Lines = ReturnType<typeof linesIn>

export function linesIn(views: Pick<Views, 'personRow' | 'contact' | 'claimsBy'>) {
  function refOf(contactId: ContactId): RecordRef {
    const row = views.personRow(contactId)
    const type = views.contact(contactId)?.type.value ?? CONTACT_TYPES[0]
    return { id: contactId, displayName: row?.name ?? '', type: row?.type ?? type }
  }

  /** One record as it is by itself, whatever person it has become part of. */
  function recordRef(contactId: ContactId): RecordRef {
    const document = views.contact(contactId)
    if (!document) return refOf(contactId)
    const name = displayNameOf(fieldsOf(currentValues(document.fields)))
    return { id: contactId, displayName: name || (identifiersOf([contactId])[0] ?? ''), type: document.type.value }
  }

  /** What recognises some records, as a person reads it, each once. */
  function identifiersOf(contactIds: readonly ContactId[]): string[] {
    return [...new Set(knownClaims(contactIds).map(({ identifier }) => displayIdentifier(identifier)))]
  }

  /** Claims that people know of: not those that stand for a row of an import. */
  const knownClaims = (contactIds: readonly ContactId[]) =>
    views.claimsBy(contactIds).filter(({ identifier }) => isKnownToPeople(identifier))

  return { refOf, recordRef, identifiersOf, knownClaims }
}
