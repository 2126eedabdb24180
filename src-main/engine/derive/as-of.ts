// People as they were at a moment: the documents cut back to what had been written by then, and derived as those of today are.
// Invariant: `peopleAsOf` at the end of all time is today's view. What no document keeps is not made up: of a type that was
// raised since, the lower one is what its records could have been, and an erased person has no past.
import type { ContactType } from '@shared/model/contact'
import { AFTER_ALL_DEVICES, type ContactId, type PersonId, type Stamp } from '@shared/model/ids'
import { type ContactDocument, joinTypes } from '../documents/contact'
import type { MergeDocument } from '../documents/merge'
import { type NoteDocument, noteContact } from '../documents/note'
import { current, type Register } from '../documents/register'
import { makeStamp, stampMs } from '../documents/stamp'
import { derivePerson, type Person } from './person'
import { deriveSet, isStanding, type MergeSet } from './sets'

/** What is known of some people and of all that they were ever joined with. */
export interface PastDocuments {
  contact(id: ContactId): ContactDocument | undefined
  /** The merges that a contact ever took part in, standing or undone. */
  mergesOf(id: ContactId): readonly MergeDocument[]
  /** Whether a contact claimed by a moment what tells of a person: more than a cookie. */
  wasIdentified(id: ContactId, until: Stamp): boolean
}

/** A person as they were. */
export interface PastPerson {
  person: Person
  set: MergeSet
}

/** Comes after every stamp of a millisecond, and before all of the next. */
export const endOfMs = (ms: number): Stamp => makeStamp(ms, 36 ** 4 - 1, AFTER_ALL_DEVICES)

/** The latest that a register held by a moment: it is newest first, so that it is the rest behind a place. */
export function registerAsOf<R extends Register>(register: R | undefined, until: Stamp): R {
  if (!register) return [] as unknown as R
  let [from, to] = [0, register.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((register[middle]?.t ?? '') > until) from = middle + 1
    else to = middle
  }
  return (from === 0 ? register : register.slice(from)) as R
}

/** A merge as it stood; undefined: it was not made yet. */
const mergeAsOf = (merge: MergeDocument, until: Stamp): MergeDocument | undefined =>
  merge.at > until ? undefined : { ...merge, undone: registerAsOf(merge.undone, until) }

/** The merges that stood at a moment, of a contact. */
function standingAsOf(past: PastDocuments, id: ContactId, until: Stamp): MergeDocument[] {
  return past.mergesOf(id).flatMap((merge) => {
    const then = mergeAsOf(merge, until)
    return then && isStanding(then) ? [then] : []
  })
}

/** The records that told of one person at a moment. */
export const setAsOf = (past: PastDocuments, id: ContactId, until: Stamp): MergeSet =>
  deriveSet(id, (member) => standingAsOf(past, member, until))

/** What a contact was before its type was raised: no document keeps it, but a merge takes the highest of its inputs. */
function typeAsOf(past: PastDocuments, contact: ContactDocument, until: Stamp): ContactDocument['type'] {
  const { created, type, id } = contact
  if (type.at <= until) return type
  const was = (value: ContactType) => ({ value, at: created.at, by: created.by })
  if (created.via === 'merge') {
    const [merge] = past.mergesOf(id).filter(({ result }) => result === id)
    const inputs = (merge?.inputs ?? []).flatMap((input) => past.contact(input) ?? [])
    const types = inputs.map((input) => typeAsOf(past, input, created.at))
    return types.length > 0 ? { ...was(types.reduce(joinTypes).value) } : type
  }
  return was(type.value === 'Curated' && past.wasIdentified(id, until) ? 'Identified' : 'Ephemeral')
}

/** A contact as it was; undefined: it was not there yet. An erased one has no past. */
function contactAsOf(past: PastDocuments, id: ContactId, until: Stamp): ContactDocument | undefined {
  const contact = past.contact(id)
  if (!contact || contact.created.at > until) return undefined
  const { expired, lastActivity, deleted, ...rest } = contact
  const fields = Object.entries(contact.fields).flatMap(([key, register]) => {
    const then = registerAsOf(register, until)
    return then.length > 0 ? [[key, then] as const] : []
  })
  const thenDeleted = registerAsOf(deleted, until)
  const isExpiredThen = expired !== undefined && expired.at <= until
  return {
    ...rest,
    type: typeAsOf(past, contact, until),
    fields: Object.fromEntries(fields),
    ...(thenDeleted.length > 0 ? { deleted: thenDeleted } : {}),
    ...(isExpiredThen ? { expired } : {}),
    // What came after it is no activity that an expiry of then had to know of.
    lastActivity: isExpiredThen && lastActivity > stampMs(until) ? expired.seenActivity : lastActivity,
  }
}

/** The person that a record told of at a moment; undefined: no document of it is older. */
export function personAsOf(past: PastDocuments, id: ContactId, until: Stamp): PastPerson | undefined {
  const set = setAsOf(past, id, until)
  const [head, ...others] = set.members.flatMap((member) => contactAsOf(past, member, until) ?? [])
  if (!head || head.id !== set.canonicalId) return undefined
  const undone = set.merges.length === 0 && head.created.via === 'merge'
  return { person: derivePerson([head, ...others], set.merges, undone), set }
}

/** The people that some records told of at a moment: one, or several that were merged since. */
export function peopleAsOf(past: PastDocuments, members: readonly ContactId[], until: Stamp): PastPerson[] {
  const people = new Map<PersonId, PastPerson>()
  for (const id of members) {
    if ([...people.values()].some(({ set }) => set.members.includes(id))) continue
    const found = personAsOf(past, id, until)
    if (found && found.person.status !== 'undone') people.set(found.person.id, found)
  }
  return [...people.values()].sort((a, b) => (a.person.createdAt < b.person.createdAt ? -1 : 1))
}

/** A note as it was; undefined: it was not written yet, was taken back, or tied to a record beside these. */
export function noteAsOf(note: NoteDocument, members: readonly ContactId[], until: Stamp): NoteDocument | undefined {
  if (note.erased || note.created.at > until) return undefined
  const then: NoteDocument = {
    ...note,
    text: registerAsOf(note.text, until),
    ...(note.link ? { link: registerAsOf(note.link, until) } : {}),
    ...(note.deleted ? { deleted: registerAsOf(note.deleted, until) } : {}),
  }
  return current(then.deleted)?.v === true || !members.includes(noteContact(then)) ? undefined : then
}
