// The contact document: one register per field, a type that only rises, and stamped states of its life.
// Invariant: `joinContacts` is a join; an erased contact absorbs every edit and holds no personal data.
import type { ContactType } from '@shared/model/contact'
import { CONTACT_TYPES } from '@shared/model/contact'
import type { ContactId, Stamp } from '@shared/model/ids'
import { joinEarliest, joinErased, joinLatest, joinRecords, joinUnknown, withoutUndefined } from './join'
import { joinRegisters, type Register } from './register'
import { stampMs } from './stamp'

export interface ContactDocument {
  id: ContactId
  /**
   * Who made it, when, and how. `merge` contacts are the result of a merge. `alone`: by a command that made no other contact,
   * and so the audit trail has it from here; an entry of its own would say the same again. `from`: the contact it was taken out of,
   * whose records told of two people.
   */
  created: {
    at: Stamp
    by: string
    via: 'person' | 'import' | 'interaction' | 'merge'
    alone?: true
    from?: ContactId
  }
  /** The highest type it ever had, and who raised it. */
  type: { value: ContactType; at: Stamp; by: string }
  /** One register per field; keys as in `fields.ts`. */
  fields: Record<string, Register>
  /** Whether it is in the bin; absent: never was. Current value `true` means deleted. */
  deleted?: Register<boolean>
  /** Retention's decision, valid only while nothing happened that it had not seen. */
  expired?: { at: Stamp; by: string; seen: Stamp; seenActivity: number }
  /**
   * Erased at the person's request: final. `splits`: the contacts that had been taken out of it, as its eraser knew; one that is not
   * among them took along what was to be erased. Versions before did not say.
   */
  erased?: { at: Stamp; by: string; splits?: ContactId[] }
  /** The latest moment (ms) an interaction of this contact began. */
  lastActivity: number
}

export const CONTACT_KEYS: ReadonlySet<string> = new Set([
  'id',
  'created',
  'type',
  'fields',
  'deleted',
  'expired',
  'erased',
  'lastActivity',
])

/**
 * When an interaction counts as activity, ms: when it began, but one that is dated in the future keeps a contact no longer than
 * if it were now, nor would a server take that.
 * @param stamp when it is recorded
 */
export function activityAt(startedMs: number, stamp: Stamp): number {
  return Math.min(startedMs, stampMs(stamp))
}

/** Position of a type in the order Ephemeral < Identified < Curated. */
export function typeRank(type: ContactType): number {
  return CONTACT_TYPES.indexOf(type)
}

/** The higher type; of equal ones the earlier. */
export function joinTypes(a: ContactDocument['type'], b: ContactDocument['type']): ContactDocument['type'] {
  const difference = typeRank(a.value) - typeRank(b.value)
  if (difference !== 0) return difference > 0 ? a : b
  return joinEarliest(a, b)
}

export function joinContacts(a: ContactDocument, b: ContactDocument): ContactDocument {
  const erased = joinErased(a.erased, b.erased)
  const deleted = joinRegisters(a.deleted, b.deleted)
  return withoutUndefined({
    ...(erased ? {} : joinUnknown(a, b, CONTACT_KEYS)),
    id: a.id,
    created: joinEarliest(a.created, b.created),
    type: joinTypes(a.type, b.type),
    fields: erased ? {} : joinRecords(a.fields, b.fields, joinRegisters),
    deleted: deleted.length > 0 ? deleted : undefined,
    expired: joinLatest(a.expired, b.expired),
    erased,
    lastActivity: Math.max(a.lastActivity, b.lastActivity),
  }) as ContactDocument
}

/** A contact's register; also of a key from elsewhere that every object has a member for (`constructor`). */
export function registerOf(contact: Pick<ContactDocument, 'fields'>, key: string): Register | undefined {
  return Object.hasOwn(contact.fields, key) ? contact.fields[key] : undefined
}

/** The latest stamp of anything a person or a system did to this contact, expiry aside. */
export function lastTouched(contact: ContactDocument): Stamp {
  let latest = contact.created.at > contact.type.at ? contact.created.at : contact.type.at
  for (const register of Object.values(contact.fields)) for (const { t } of register) if (t > latest) latest = t
  for (const { t } of contact.deleted ?? []) if (t > latest) latest = t
  return latest
}
