// A person's history as a list: at each moment what was done, and from what to what.
// Invariant: pure. What a change names as before and after is what `personAsOf` shows just before its moment and at it, but for
// values that never stood, which say so; between two moments of the list nothing changes that it does not tell.
import type { AuditAction } from '@shared/model/audit'
import { displayIdentifier } from '@shared/model/display'
import type { HistoryChange, HistoryKind } from '@shared/model/history'
import type { ContactId, PersonId, Stamp } from '@shared/model/ids'
import { sameJson } from '../documents/canonical-json'
import { registerOf } from '../documents/contact'
import { segmentOfKey } from '../documents/fields'
import type { JSONValue } from '../documents/json'
import { current, type Entry, joinRegisters, type Register, writerOf } from '../documents/register'
import { registerAsOf, setAsOf } from './as-of'
import { justBefore, kindOfPart, lineageOf, type Part, type PastRecords } from './moments'

/** One moment of a person's history, as their documents tell it. */
export interface PastEvent {
  at: Stamp
  by: string
  /** What its parts say was done; the audit trail may know better. */
  action: AuditAction
  kinds: HistoryKind[]
  /** The records concerned: of a merge its result and those it joined, of a split the contact they were taken out of. */
  contactIds: ContactId[]
  changes: HistoryChange[]
}

/** What a moment was, the first that fits. */
const ACTIONS: readonly (readonly [(part: Part) => boolean, AuditAction])[] = [
  [({ is }) => is === 'erased', 'erase'],
  [({ is }) => is === 'merge', 'merge'],
  [({ is }) => is === 'undo', 'undo-merge'],
  [(part) => part.is === 'deleted' && part.isDeleted, 'delete'],
  [({ is }) => is === 'deleted', 'restore'],
  [({ is }) => is === 'expired', 'expire'],
  [({ is }) => is === 'created', 'create'],
  [(part) => part.is === 'type' && part.contact.type.value === 'Curated', 'promote'],
  [({ is }) => is === 'field', 'update'],
  [({ is }) => is === 'note', 'note'],
  [({ is }) => is === 'claim' || is === 'type', 'claim'],
]

/** Tells moments of a person's past; what is read for one is kept for the next. */
export function historyTeller(past: PastRecords) {
  const lineage = lineageOf(past)
  const valueAt = valuesOf(past)

  /** People of some records at a moment, each once, by canonical id. */
  const peopleOf = (records: ReadonlySet<ContactId>, until: Stamp): Map<PersonId, readonly ContactId[]> => {
    const people = new Map<PersonId, readonly ContactId[]>()
    for (const id of records) {
      const contact = past.contact(id)
      if (!contact || contact.created.at > until) continue
      const { canonicalId, members } = setAsOf(past, id, until)
      people.set(canonicalId, members)
    }
    return people
  }

  /** Whether something of these records is gone for good, so that what was shown cannot be told. */
  const isForgotten = (records: readonly ContactId[]) => records.some((id) => past.contact(id)?.erased !== undefined)

  /** What a merge or its undoing made of the values of those concerned. */
  function joinedChanges(at: Stamp): HistoryChange[] {
    const before = justBefore(at)
    const [former, later] = [peopleOf(lineage(before), before), peopleOf(lineage(at), at)]
    const changes: HistoryChange[] = []
    for (const members of later.values()) {
      const overlapping = [...former].filter(
        ([, records]) => records.some((id) => members.includes(id)) && !isForgotten([...records, ...members]),
      )
      for (const [contactId, records] of overlapping)
        for (const key of keysOf(past, [...members, ...records])) {
          const [was, is] = [valueAt(records, key, before)?.v ?? null, valueAt(members, key, at)?.v ?? null]
          const isTold = was !== null || overlapping.length === 1
          if (isTold && !sameJson(was, is)) changes.push({ key, before: was, after: is, contactId })
        }
    }
    return changes
  }

  /** What stood in a record when it was made. */
  const firstValues = (contactId: ContactId, at: Stamp): HistoryChange[] =>
    keysOf(past, [contactId]).flatMap((key) => {
      const after = valueAt([contactId], key, at)?.v ?? null
      return after === null ? [] : [{ key, before: null, after, contactId }]
    })

  function fieldChange({ contactId, key, entry }: Extract<Part, { is: 'field' }>): HistoryChange {
    const { members } = setAsOf(past, contactId, entry.t)
    if (isForgotten(members)) return { key, before: null, after: entry.v, contactId, isBeforeLost: true }
    const [was, is] = [justBefore(entry.t), entry.t].map((until) => valueAt(members, key, until))
    const isUnseen = was !== undefined && was.v !== null && !entry.p?.includes(was.t)
    return {
      ...{ key, before: was?.v ?? null, after: entry.v, contactId },
      ...(isUnseen ? { isUnseen } : {}),
      ...(is && !sameJson(is.v, entry.v) ? { isReplaced: true } : {}),
    }
  }

  function changesOf(part: Part, at: Stamp): HistoryChange[] {
    if (part.is === 'field') return [fieldChange(part)]
    if (part.is === 'created') return firstValues(part.contact.id, at)
    if (part.is === 'type')
      return [
        { key: 'type', before: null, after: part.contact.type.value, contactId: part.contact.id, isBeforeLost: true },
      ]
    if (part.is === 'note') {
      const { note, what } = part
      const text = (until: Stamp) => current(registerAsOf(note.text, until))?.v ?? null
      const before = what === 'written' || what === 'restored' ? null : text(justBefore(at))
      return [{ key: 'note', before, after: what === 'removed' ? null : text(at), contactId: note.contactId }]
    }
    // What a field holds is told by the field.
    if (part.is === 'claim' && (part.claim.via === 'explicit' || part.claim.via === 'interaction'))
      return [identifierChange(part.claim.identifier, part.claim.contactId, true)]
    return []
  }

  return (at: Stamp, parts: readonly Part[]): PastEvent | undefined => {
    const isJoined = parts.some(({ is }) => is === 'merge' || is === 'undo')
    const told = isJoined ? joinedChanges(at) : []
    const rest = parts.filter(({ is }) => !(isJoined && is === 'field'))
    const changes = unique([...told, ...rest.flatMap((part) => changesOf(part, at))])
    const [, action] = ACTIONS.find(([fits]) => parts.some(fits)) ?? []
    if (action === undefined) return undefined
    // Claims by the fields of a moment are no event of their own, nor are those of a contact that tells nothing of it.
    if (action === 'claim' && changes.length === 0) return undefined
    const contactIds = parts.flatMap((part) => {
      if (part.is === 'merge' || part.is === 'undo') return [part.merge.result, ...part.merge.inputs]
      return part.is === 'created' && part.contact.created.from !== undefined ? [part.contact.created.from] : []
    })
    return {
      ...{ at, action, changes, contactIds: [...new Set(contactIds)] },
      by: byOf(parts),
      kinds: [...new Set(parts.map(kindOfPart))],
    }
  }
}

/** An identifier that a person was known by from then on, or no longer. */
export function identifierChange(
  identifier: PastRecords['claims'][number]['identifier'],
  contactId: ContactId,
  isGained: boolean,
): HistoryChange {
  const text = displayIdentifier(identifier)
  return { key: 'identifier', before: isGained ? null : text, after: isGained ? text : null, contactId }
}

function byOf(parts: readonly Part[]): string {
  const [first] = parts
  if (!first) return ''
  return first.is === 'field' ? writerOf(first.entry) : first.by
}

/** Copies that merges and their undoing carried to other records say the same again. */
const unique = (changes: readonly HistoryChange[]): HistoryChange[] => [
  ...new Map(
    changes.map((one) => [JSON.stringify([one.key, one.before, one.after, one.isReplaced === true]), one]),
  ).values(),
]

const keysOf = (past: PastRecords, ids: readonly ContactId[]): string[] =>
  [...new Set(ids.flatMap((id) => Object.keys(past.contact(id)?.fields ?? {})))]
    .filter((key) => segmentOfKey(key) === undefined)
    .sort()

/** The entry that stood in a register of some records at a moment, without looking through a long one each time. */
function valuesOf(past: PastRecords) {
  const joined = new Map<string, { register: Register; isPlain: boolean }>()
  return (members: readonly ContactId[], key: string, until: Stamp): Entry<JSONValue> | undefined => {
    const name = JSON.stringify([key, ...members])
    let known = joined.get(name)
    if (!known) {
      const registers = members.flatMap((id) => {
        const contact = past.contact(id)
        const register = contact && registerOf(contact, key)
        return register ? [register] : []
      })
      const [first, ...others] = registers
      const register = others.reduce<Register>((all, one) => joinRegisters(all, one), first ?? [])
      // Where no writer had seen a stamp that is later than their own, the latest stands.
      known = { register, isPlain: register.every(({ t, p = [] }) => p.every((seen) => seen < t)) }
      joined.set(name, known)
    }
    const then = registerAsOf(known.register, until)
    return known.isPlain ? then[0] : current(then)
  }
}
