// The note document: a text on a contact, edited and deleted through registers.
// Invariant: `joinNotes` is a join; a note stays with the contact it was written on, whatever is merged.

import type { ContactId, NoteId, Stamp } from '@shared/model/ids'
import { joinEarliest, joinErased, joinUnknown, withoutUndefined } from './join'
import { joinRegisters, type Register } from './register'

export interface NoteDocument {
  id: NoteId
  contactId: ContactId
  created: { at: Stamp; by: string }
  text: Register<string>
  /** Current value `true`: deleted. */
  deleted?: Register<boolean>
  erased?: { at: Stamp; by: string }
}

export const NOTE_KEYS: ReadonlySet<string> = new Set(['id', 'contactId', 'created', 'text', 'deleted', 'erased'])

export function joinNotes(a: NoteDocument, b: NoteDocument): NoteDocument {
  const erased = joinErased(a.erased, b.erased)
  const deleted = joinRegisters(a.deleted, b.deleted)
  return withoutUndefined({
    ...(erased ? {} : joinUnknown(a, b, NOTE_KEYS)),
    id: a.id,
    contactId: a.contactId > b.contactId ? a.contactId : b.contactId,
    created: joinEarliest(a.created, b.created),
    text: erased ? [] : joinRegisters(a.text, b.text),
    deleted: deleted.length > 0 ? deleted : undefined,
    erased,
  }) as NoteDocument
}
