// Notes on people: as they read now, and what stood there before.
// Invariant: a note stays with the record it was written on, or was tied to; the set of its person shows it.
import { ScvError } from '@shared/errors'
import type { ContactId, NoteId } from '@shared/model/ids'
import type { NoteView } from '@shared/model/views'
import { type NoteDocument, noteContact } from '../documents/note'
import { current } from '../documents/register'
import { stampMoment } from '../documents/stamp'
import { livingPerson } from '../people'
import type { Runtime } from '../runtime'

export function noteView(note: NoteDocument): NoteView {
  const text = current(note.text)
  const removed = current(note.deleted)
  return {
    id: note.id,
    contactId: noteContact(note),
    text: text?.v ?? '',
    createdAt: stampMoment(note.created.at),
    modifiedAt: stampMoment(text?.t ?? note.created.at),
    by: note.created.by,
    earlier: note.text.flatMap((entry) =>
      entry === text ? [] : [{ text: entry.v ?? '', at: stampMoment(entry.t), by: entry.b }],
    ),
    ...(text && text.b !== note.created.by ? { editedBy: text.b } : {}),
    ...(removed?.v === true ? { removed: { at: stampMoment(removed.t), by: removed.b } } : {}),
  }
}

export function noteQueries({ store, views }: Runtime) {
  function living(contactId: ContactId): ContactId {
    livingPerson(views, contactId)
    return contactId
  }

  return {
    /** One note. @throws ScvError `not_found` */
    async note(id: NoteId): Promise<NoteView> {
      const note = (await store.get('notes', [id])).get(id)
      if (!note) throw new ScvError('not_found', 'There is no note with this id.', { field: 'noteId' })
      return noteView(note)
    },

    /**
     * Notes on one record, or with `wholeSet` on all of its person, latest first.
     * @throws ScvError `not_found`, `deleted`, `erased`, `expired`
     */
    async notes(contactId: ContactId, wholeSet: boolean): Promise<NoteView[]> {
      const ids = views.noteIds(wholeSet ? livingPerson(views, contactId).members : [living(contactId)])
      const documents = await store.get('notes', ids)
      return ids.flatMap((id) => documents.get(id) ?? []).map(noteView)
    },

    /** A note that stands on any record of a person. @throws ScvError as `notes` */
    async noteOn(contactId: ContactId, noteId: NoteId): Promise<NoteView> {
      const ids = views.noteIds(livingPerson(views, contactId).members)
      const note = ids.includes(noteId) ? (await store.get('notes', [noteId])).get(noteId) : undefined
      if (!note) throw new ScvError('not_found', 'There is no note with this id.', { field: 'noteId' })
      return noteView(note)
    },
  }
}
