// From the contact documents of one merge set to the person: current values, lost values, type, state, last activity.
// Invariant: a value counts by its stamp alone, whichever member it was written on, so an ancestor edited apart shows.
import { type ContactFields, type ContactType, displayNameOf } from '@shared/model/contact'
import { asPersonId, type ContactId, NO_CONTACT, type PersonId, type Stamp } from '@shared/model/ids'
import { type ContactDocument, joinTypes, lastTouched, registerOf } from '../documents/contact'
import { fieldsOf, segmentOfKey } from '../documents/fields'
import { current, type Entry, joinRegisters, unseen } from '../documents/register'
import { stampMs } from '../documents/stamp'
import { anyKnew, deletionsOf } from './knowledge'
import type { MergeLink } from './sets'

export type PersonStatus = 'active' | 'deleted' | 'expired' | 'erased' | 'undone'

export interface LostEntry {
  key: string
  entry: Entry
  contactId: ContactId
  overwrittenUnseen: boolean
}

export interface Person {
  id: PersonId
  members: ContactId[]
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
  const registers = new Map<string, Entry[]>()
  for (const member of members)
    for (const [key, register] of Object.entries(member.fields)) {
      const others = registers.get(key)
      registers.set(key, others ? joinRegisters(others, register) : register)
    }
  const values = new Map<string, Entry>()
  for (const [key, register] of registers) {
    const top = current(register)
    if (top) values.set(key, top)
  }
  return values
}

/**
 * Values that are not current, newest first, each once: history that stays visible.
 * @param merges the standing merges that hold the members together
 * @param stranded what was written on the results of merges since undone and came to none of their inputs
 */
export function lostEntries(
  members: readonly ContactDocument[],
  merges: readonly Pick<MergeLink, 'inputs' | 'result'>[],
  stranded: readonly Pick<ContactDocument, 'id' | 'fields'>[] = [],
): LostEntry[] {
  const all = [...members, ...stranded]
  // The record a value was written on: copies that merges made are younger.
  const oldestFirst = [...members].sort((a, b) => (a.created.at < b.created.at ? -1 : 1))
  const written = all.flatMap((member) => Object.keys(member.fields))
  const keys = new Set(written.filter((key) => segmentOfKey(key) === undefined))
  const lost: LostEntry[] = []
  for (const key of [...keys].sort()) {
    const joined = members.reduce<Entry[]>((entries, member) => joinRegisters(entries, registerOf(member, key)), [])
    const now = current(joined)
    const open = new Set(unseen(joined).map((entry) => entry.t))
    const shown = new Set([JSON.stringify(now?.v ?? null)])
    const others = stranded.reduce<Entry[]>((entries, one) => joinRegisters(entries, registerOf(one, key)), [])
    const places = new Map<Stamp, ContactId>()
    for (const member of [...oldestFirst, ...stranded])
      for (const { t } of registerOf(member, key) ?? []) if (!places.has(t)) places.set(t, member.id)
    const writtenOn = (one: Entry) => places.get(one.t) ?? NO_CONTACT
    for (const entry of joinRegisters(
      joined.filter((one) => one !== now),
      others,
    )) {
      const text = JSON.stringify(entry.v)
      if (entry.v === null || shown.has(text)) continue
      shown.add(text)
      const contactId = writtenOn(entry)
      const apart =
        open.has(entry.t) &&
        now !== undefined &&
        !members.some((member) => member.created.via === 'merge' && member.created.at === entry.t) && // a copy, no agent typed it
        shareRecords(contactId, writtenOn(now), merges)
      lost.push({ key, entry, contactId, overwrittenUnseen: apart || others.includes(entry) })
    }
  }
  return lost.sort((a, b) => (a.entry.t < b.entry.t ? 1 : a.entry.t > b.entry.t ? -1 : 0))
}

/**
 * Whether two records told of one person when something was written on them: they are one record, or merges made them of
 * records in common. Where only a later joining of merges brought two together, neither value overwrote the other.
 */
function shareRecords(a: ContactId, b: ContactId, merges: readonly Pick<MergeLink, 'inputs' | 'result'>[]): boolean {
  const madeOf = (id: ContactId) => {
    const parts = new Set([id])
    for (const part of parts)
      for (const merge of merges) if (merge.result === part) for (const input of merge.inputs) parts.add(input)
    return parts
  }
  const others = madeOf(b)
  return [...madeOf(a)].some((id) => others.has(id))
}

/**
 * What was written on the result of an undone merge, not known to the agent who undid it, and so came to none of the inputs.
 * @param inputs the records of the people that the inputs are now: what was put back there since counts as come
 */
export function strandedEdits(
  result: ContactDocument,
  mergedAt: Stamp,
  inputs: readonly ContactDocument[],
): Pick<ContactDocument, 'id' | 'fields'> {
  const fields = Object.entries(result.fields).flatMap(([key, register]) => {
    const arrived = new Set(
      inputs.flatMap((input) => registerOf(input, key) ?? []).flatMap(({ t, p = [] }) => [t, ...p]),
    )
    const left = register.filter((entry) => entry.t > mergedAt && !arrived.has(entry.t))
    return left.length > 0 ? [[key, left] as const] : []
  })
  return { id: result.id, fields: Object.fromEntries(fields) }
}

/**
 * Whether a person is in the bin: the head was deleted, knowing all that it was merged with. A deletion made apart from
 * a merge does not take the others along, whichever stamp is later: the set lives (domain specification, section 6).
 */
function isDeleted(head: ContactDocument, merges: readonly Pick<MergeLink, 'at'>[]): boolean {
  if (current(head.deleted)?.v !== true) return false
  const deletions = deletionsOf(head)
  return merges.every((merge) => anyKnew(deletions, merge.at))
}

/**
 * When retention starts to count, in ms: the last interaction of the set, or the creation when there was none. What
 * cancelled an expiry counts as well, or the next round would undo it.
 */
function renewedMs(members: readonly ContactDocument[], lastActivity: number, createdAt: Stamp): number {
  const cancelled = members.filter((member) => member.expired && !isExpired(member)).map((m) => stampMs(lastTouched(m)))
  return Math.max(lastActivity > 0 ? lastActivity : stampMs(createdAt), ...cancelled)
}

/** Whether retention's decision stands: nothing was done that it had not seen. */
export function isExpired(contact: ContactDocument): boolean {
  const { expired } = contact
  if (!expired || contact.type.value === 'Curated') return false
  return contact.lastActivity <= expired.seenActivity && lastTouched(contact) <= expired.seen
}

/**
 * @param members the set's documents, canonical first
 * @param merges the standing merges that hold the set together
 * @param undone whether the canonical is the result of merges none of which stands
 */
export function derivePerson(
  members: readonly [ContactDocument, ...ContactDocument[]],
  merges: readonly Pick<MergeLink, 'at'>[],
  undone: boolean,
): Person {
  const [head] = members
  const values = currentEntries(members)
  const keys = [...values.keys()].sort()
  const fields = fieldsOf(keys.map((key) => [key, values.get(key)?.v ?? null]))
  const lastActivity = Math.max(...members.map((member) => member.lastActivity))
  const oldest = members.reduce((a, b) => (a.created.at <= b.created.at ? a : b))
  return {
    id: asPersonId(head.id),
    members: members.map((member) => member.id),
    type: members.map((member) => member.type).reduce(joinTypes).value,
    status: statusOf(members, merges, undone),
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
  merges: readonly Pick<MergeLink, 'at'>[],
  undone: boolean,
): PersonStatus {
  const [head] = members
  if (members.some((member) => member.erased)) return 'erased'
  if (undone) return 'undone'
  if (isDeleted(head, merges)) return 'deleted'
  if (merges.length === 0 && isExpired(head)) return 'expired'
  return 'active'
}
