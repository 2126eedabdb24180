// What happened to a person, by its moments: every stamp that their documents bear, with what was written at it.
// Invariant: a moment is told of a person if the record it is written on told of them then, or tells of them now; what others
// did after a merge was undone is theirs.
import type { HistoryKind } from '@shared/model/history'
import type { Identifier } from '@shared/model/identifier'
import { asStamp, type ContactId, type Stamp } from '@shared/model/ids'
import type { ClaimSource } from '@shared/model/views'
import type { ContactDocument } from '../documents/contact'
import { segmentOfKey } from '../documents/fields'
import type { MergeDocument } from '../documents/merge'
import { type NoteDocument, noteContact } from '../documents/note'
import type { Entry } from '../documents/register'
import { type PastDocuments, registerAsOf, setAsOf } from './as-of'

/** A claim as its document keeps it: the latest of each contact. */
interface PastClaim {
  identifier: Identifier
  contactId: ContactId
  since: Stamp
  by: string
  via: ClaimSource
}

/** All that a person's history is derived from. */
export interface PastRecords extends PastDocuments {
  /** The records that tell of the person now. */
  members: readonly ContactId[]
  contacts: readonly ContactDocument[]
  merges: readonly MergeDocument[]
  notes: readonly NoteDocument[]
  claims: readonly PastClaim[]
  /** When the last one was taken out of them who was erased since: until then their values are among these, and are not told. */
  forgotten: Stamp | undefined
}

/** What was written at one moment, of one document. */
export type Part =
  | { is: 'field'; contactId: ContactId; key: string; entry: Entry }
  | { is: 'created' | 'type' | 'expired' | 'erased'; contact: ContactDocument; by: string }
  | { is: 'deleted'; contact: ContactDocument; by: string; isDeleted: boolean }
  | { is: 'note'; note: NoteDocument; by: string; what: 'written' | 'edited' | 'removed' | 'restored' }
  | { is: 'merge' | 'undo'; merge: MergeDocument; by: string }
  | { is: 'claim'; claim: PastClaim; by: string }

const KIND_OF: Readonly<Record<Part['is'], HistoryKind>> = {
  field: 'details',
  created: 'stages',
  type: 'stages',
  expired: 'stages',
  erased: 'stages',
  deleted: 'stages',
  note: 'notes',
  merge: 'merges',
  undo: 'merges',
  claim: 'identifiers',
}
export const kindOfPart = ({ is }: Part): HistoryKind => KIND_OF[is]

/** Just before a stamp: after every stamp that is earlier. */
export function justBefore(stamp: Stamp): Stamp {
  const last = stamp.length - 1
  return asStamp(`${stamp.slice(0, last)}${String.fromCharCode(stamp.charCodeAt(last) - 1)}~`)
}

/** The records whose doings are a person's, at each moment: those that told of the person of their records of today. */
export function lineageOf(past: PastRecords): (at: Stamp) => ReadonlySet<ContactId> {
  const turns = [...new Set(past.merges.flatMap(({ at, undone = [] }) => [at, ...undone.map(({ t }) => t)]))].sort()
  const known = new Map<number, ReadonlySet<ContactId>>()
  return (at) => {
    let turn = turns.length
    while (turn > 0 && (turns[turn - 1] ?? '') > at) turn -= 1
    let records = known.get(turn)
    if (!records) {
      const until = turns[turn - 1]
      records = new Set(past.members.flatMap((id) => (until === undefined ? [id] : setAsOf(past, id, until).members)))
      known.set(turn, records)
    }
    return records
  }
}

/**
 * The latest moments before one, at least so many where there are as many; more come along unsorted.
 * @param kinds only these; all unless given
 */
export function momentsBefore(
  past: PastRecords,
  before: Stamp,
  limit: number,
  kinds?: ReadonlySet<HistoryKind>,
): Map<Stamp, Part[]> {
  const lineage = lineageOf(past)
  const moments = new Map<Stamp, Part[]>()
  const until = justBefore(before)
  const add = (at: Stamp, part: Part): boolean => {
    if (at > until) return false
    const parts = moments.get(at)
    if (parts) parts.push(part)
    else moments.set(at, [part])
    return true
  }
  const wants = (is: Part['is']) => kinds === undefined || kinds.has(KIND_OF[is])

  for (const contact of past.contacts) {
    const { id, created, type, deleted, expired, erased } = contact
    const isTheirs = (at: Stamp) => lineage(at).has(id)
    if (wants('field'))
      for (const [key, register] of Object.entries(contact.fields)) {
        if (segmentOfKey(key) !== undefined) continue
        let left = limit
        for (const entry of registerAsOf(register, until)) {
          // What is older than the record was carried over to it, and is told where it was written.
          if (left === 0 || entry.t <= created.at) break
          if (isTheirs(entry.t) && add(entry.t, { is: 'field', contactId: id, key, entry })) left -= 1
        }
      }
    if (!wants('created')) continue
    if (created.via !== 'merge' && isTheirs(created.at)) add(created.at, { is: 'created', contact, by: created.by })
    if (type.at !== created.at && isTheirs(type.at)) add(type.at, { is: 'type', contact, by: type.by })
    if (expired && isTheirs(expired.at)) add(expired.at, { is: 'expired', contact, by: expired.by })
    if (erased && isTheirs(erased.at)) add(erased.at, { is: 'erased', contact, by: erased.by })
    for (const { v, t, b } of registerAsOf(deleted, until).slice(0, limit))
      if (isTheirs(t)) add(t, { is: 'deleted', contact, by: b, isDeleted: v === true })
  }
  if (wants('note')) for (const note of past.notes) addNote(note, limit, until, lineage, add)
  if (wants('merge'))
    for (const merge of past.merges) {
      if (lineage(merge.at).has(merge.result)) add(merge.at, { is: 'merge', merge, by: merge.by })
      for (const { v, t, b } of merge.undone ?? [])
        if (v === true && lineage(justBefore(t)).has(merge.result)) add(t, { is: 'undo', merge, by: b })
    }
  if (wants('claim'))
    for (const claim of past.claims)
      if (lineage(claim.since).has(claim.contactId)) add(claim.since, { is: 'claim', claim, by: claim.by })
  return moments
}

function addNote(
  note: NoteDocument,
  limit: number,
  until: Stamp,
  lineage: (at: Stamp) => ReadonlySet<ContactId>,
  add: (at: Stamp, part: Part) => boolean,
): void {
  if (note.erased) return
  const isTheirs = (at: Stamp) =>
    lineage(at).has(noteContact(note.link ? { ...note, link: registerAsOf(note.link, at) } : note))
  const { at: written, by } = note.created
  if (isTheirs(written)) add(written, { is: 'note', note, by, what: 'written' })
  for (const { t, b } of registerAsOf(note.text, until).slice(0, limit))
    if (t !== written && isTheirs(t)) add(t, { is: 'note', note, by: b, what: 'edited' })
  for (const { v, t, b } of registerAsOf(note.deleted, until).slice(0, limit))
    if (isTheirs(t)) add(t, { is: 'note', note, by: b, what: v === true ? 'removed' : 'restored' })
}
