// From the contact documents of one merge set to the person: current values, lost values, type, state, last activity.
// Invariant: a value counts by its stamp alone, whichever member it was written on, so an ancestor edited apart shows.
import { type ContactFields, type ContactType, displayNameOf } from '@shared/model/contact'
import { type ContactDocument, joinTypes, lastTouched, registerOf } from '../documents/contact'
import { fieldsOf } from '../documents/fields'
import type { JSONValue } from '../documents/json'
import { current, type Entry, joinRegisters, unseen } from '../documents/register'
import { type Stamp, stampMs } from '../documents/stamp'

export type PersonStatus = 'active' | 'deleted' | 'expired' | 'erased' | 'undone'

export interface LostEntry {
  key: string
  entry: Entry
  contactId: string
  overwrittenUnseen: boolean
}

export interface Person {
  id: string
  members: string[]
  type: ContactType
  status: PersonStatus
  /** Register key → its current entry over the whole set. */
  values: Map<string, Entry>
  fields: ContactFields
  displayName: string
  createdAt: Stamp
  createdBy: string
  modifiedAt: Stamp
  lastActivity: number
  /** ms: when retention starts to count. */
  renewed: number
}

/** Current entry of each register over all members. */
export function currentEntries(members: readonly ContactDocument[]): Map<string, Entry> {
  const values = new Map<string, Entry>()
  for (const member of members)
    for (const [key, register] of Object.entries(member.fields)) {
      const mine = values.get(key)
      const top = current(mine ? joinRegisters([mine], register) : register)
      if (top) values.set(key, top)
    }
  return values
}

/**
 * Values that are not current, newest first, each once: history that stays visible.
 * @param stranded what was written on the results of merges since undone and came to none of their inputs
 */
export function lostEntries(
  members: readonly ContactDocument[],
  stranded: readonly Pick<ContactDocument, 'id' | 'fields'>[] = [],
): LostEntry[] {
  const all = [...members, ...stranded]
  const keys = new Set(all.flatMap((member) => Object.keys(member.fields)))
  const lost: LostEntry[] = []
  for (const key of [...keys].sort()) {
    const joined = members.reduce<Entry[]>((entries, member) => joinRegisters(entries, registerOf(member, key)), [])
    const now = current(joined)
    const open = new Set(unseen(joined).map((entry) => entry.t))
    const shown = new Set([JSON.stringify(now?.v ?? null)])
    const others = stranded.reduce<Entry[]>((entries, one) => joinRegisters(entries, registerOf(one, key)), [])
    for (const entry of joinRegisters(joined.slice(1), others)) {
      const text = JSON.stringify(entry.v)
      if (entry.v === null || shown.has(text)) continue
      shown.add(text)
      const owner = all.find((member) => registerOf(member, key)?.some((e) => e.t === entry.t))
      const overwrittenUnseen = open.has(entry.t) || others.includes(entry)
      lost.push({ key, entry, contactId: owner?.id ?? '', overwrittenUnseen })
    }
  }
  return lost.sort((a, b) => (a.entry.t < b.entry.t ? 1 : a.entry.t > b.entry.t ? -1 : 0))
}

/**
 * What was written on the result of an undone merge, not known to whoever undid it, and so came to none of the inputs.
 */
export function strandedEdits(
  result: ContactDocument,
  mergedAt: Stamp,
  inputs: readonly ContactDocument[],
): Pick<ContactDocument, 'id' | 'fields'> {
  const fields: ContactDocument['fields'] = {}
  for (const [key, register] of Object.entries(result.fields)) {
    const arrived = new Set(inputs.flatMap((input) => input.fields[key] ?? []).map((entry) => entry.t))
    const left = register.filter((entry) => entry.t > mergedAt && !arrived.has(entry.t))
    if (left.length > 0) fields[key] = left
  }
  return { id: result.id, fields }
}

/**
 * When retention starts to count, in ms: the last interaction of the set, or the creation when there was none. What
 * cancelled an expiry counts as well, or the next round would undo it.
 */
function renewedMs(members: readonly ContactDocument[], lastActivity: number, createdAt: Stamp): number {
  const cancelled = members.filter((member) => member.expired && !isExpired(member)).map((m) => stampMs(lastTouched(m)))
  return Math.max(lastActivity > 0 ? lastActivity : stampMs(createdAt), ...cancelled)
}

/** Whether retention's decision stands: nobody did anything that it had not seen. */
export function isExpired(contact: ContactDocument): boolean {
  const { expired } = contact
  if (!expired || contact.type.value === 'Curated') return false
  return contact.lastActivity <= expired.seenActivity && lastTouched(contact) <= expired.seen
}

/**
 * @param members the set's documents, canonical first
 * @param merged whether standing merges hold the set together
 * @param undone whether the canonical is the result of merges none of which stands
 */
export function derivePerson(
  members: readonly [ContactDocument, ...ContactDocument[]],
  merged: boolean,
  undone: boolean,
): Person {
  const [head] = members
  const values = currentEntries(members)
  const fields = fieldsOf(
    [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, entry.v as JSONValue | null]),
  )
  const lastActivity = Math.max(...members.map((member) => member.lastActivity))
  const oldest = members.reduce((a, b) => (a.created.at <= b.created.at ? a : b))
  return {
    id: head.id,
    members: members.map((member) => member.id),
    type: members.map((member) => member.type).reduce(joinTypes).value,
    status: statusOf(members, merged, undone),
    values,
    fields,
    displayName: displayNameOf(fields),
    createdAt: oldest.created.at,
    createdBy: oldest.created.by,
    modifiedAt: members.map(lastTouched).reduce((a, b) => (a > b ? a : b)),
    lastActivity,
    renewed: renewedMs(members, lastActivity, oldest.created.at),
  }
}

function statusOf(
  members: readonly [ContactDocument, ...ContactDocument[]],
  merged: boolean,
  undone: boolean,
): PersonStatus {
  const [head] = members
  if (members.some((member) => member.erased)) return 'erased'
  if (undone) return 'undone'
  if (current(head.deleted)?.v === true) return 'deleted'
  if (!merged && isExpired(head)) return 'expired'
  return 'active'
}
