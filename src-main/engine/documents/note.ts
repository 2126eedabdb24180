// The note document: a text on a contact, edited and deleted through registers, and tied to another contact by one.
// Invariant: `joinNotes` is a join; a note stays with the contact it was written on, whatever is merged, until a person ties
// it to another; where it was written stays in it.

import type { ContactId, NoteId, Stamp } from '@shared/model/ids'
import { joinEarliest, joinErased, joinUnknown, withoutUndefined } from './join'
import { current, joinRegisters, type Register } from './register'

export interface NoteDocument {
  id: NoteId
  /** The contact it was written on. */
  contactId: ContactId
  created: { at: Stamp; by: string }
  text: Register<string>
  /** The contact a person tied it to since; absent: it is where it was written. */
  link?: Register<ContactId>
  /** Current value `true`: deleted. */
  deleted?: Register<boolean>
  erased?: { at: Stamp; by: string }
}

const NOTE_KEYS: ReadonlySet<string> = new Set(['id', 'contactId', 'created', 'text', 'link', 'deleted', 'erased'])

/** The contact a note is on now. */
export const noteContact = ({ contactId, link }: NoteDocument): ContactId => current(link)?.v ?? contactId

export function joinNotes(a: NoteDocument, b: NoteDocument): NoteDocument {
  const erased = joinErased(a.erased, b.erased)
  const deleted = joinRegisters(a.deleted, b.deleted)
  const link = joinRegisters(a.link, b.link)
  return withoutUndefined({
    ...(erased ? {} : joinUnknown(a, b, NOTE_KEYS)),
    id: a.id,
    contactId: a.contactId > b.contactId ? a.contactId : b.contactId,
    created: joinEarliest(a.created, b.created),
    text: erased ? [] : joinRegisters(a.text, b.text),
    link: link.length > 0 ? link : undefined,
    deleted: deleted.length > 0 ? deleted : undefined,
    erased,
  }) as NoteDocument
}
