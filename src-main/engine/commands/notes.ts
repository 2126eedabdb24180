// Notes on contacts: write, change, take back, put back.
// Invariant: none of it says whose a note is (taking a person apart does), and what once stood in it stays as its history.

import { ScvError } from '@shared/errors'
import type { ContactId, NoteId } from '@shared/model/ids'
import { NOTE_MAX } from '@shared/model/limits'
import { newNoteId } from '../documents/ids'
import { type NoteDocument, noteContact } from '../documents/note'
import { current, write } from '../documents/register'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { audit } from './audit'

export function noteCommands({ views, execute }: Runtime) {
  return {
    /**
     * Writes a note on the person a contact id stands for, or, with `exactly`, on that very record of theirs.
     * @returns the note's id
     * @throws ScvError `forbidden`, `invalid_input`, `not_found`, `deleted`, `erased`, `expired`
     */
    async addNote(actor: Actor, contactId: ContactId, text: string, exactly = false): Promise<NoteId> {
      requirePermission(actor, 'externalContacts:contact:edit')
      const read = readNote(text)
      return execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        const { stamp: at, by } = work
        const id = newNoteId(at)
        const on = exactly ? contactId : person.id
        work.put('notes', { id, contactId: on, created: { at, by }, text: [{ v: read, t: at, b: by }] })
        audit(work, 'note', [on], { subjectId: id })
        return id
      })
    },

    /** Changes a note's text; what stood there stays as its history. @throws ScvError `not_found`, and as `addNote` */
    async editNote(actor: Actor, noteId: NoteId, text: string): Promise<void> {
      requirePermission(actor, 'externalContacts:contact:edit')
      const read = readNote(text)
      await execute(actor, async (work) => {
        const note = await noteIn(work, noteId)
        if (current(note.text)?.v === read) return
        work.put('notes', { ...note, text: write(note.text, read, work.stamp, work.by) })
        audit(work, 'note', [noteContact(note)], { subjectId: noteId, details: { change: 'edit' } })
      })
    },

    /** Takes a note back; it can be put back. @throws ScvError `not_found`, `forbidden` */
    async removeNote(actor: Actor, noteId: NoteId): Promise<void> {
      requirePermission(actor, 'externalContacts:contact:edit')
      await execute(actor, async (work) => {
        const note = await noteIn(work, noteId)
        work.put('notes', { ...note, deleted: write(note.deleted, true, work.stamp, work.by) })
        audit(work, 'note', [noteContact(note)], { subjectId: noteId, details: { change: 'remove' } })
      })
    },

    /** Puts a note back that was taken back; one that stands stays. @throws ScvError `not_found`, `forbidden` */
    async restoreNote(actor: Actor, noteId: NoteId): Promise<void> {
      requirePermission(actor, 'externalContacts:contact:edit')
      await execute(actor, async (work) => {
        const note = await work.get('notes', noteId)
        if (!note || note.erased) throw noSuchNote()
        if (current(note.deleted)?.v !== true) return
        work.put('notes', { ...note, deleted: write(note.deleted, false, work.stamp, work.by) })
        audit(work, 'note', [noteContact(note)], { subjectId: noteId, details: { change: 'restore' } })
      })
    },
  }
}

const noSuchNote = () => new ScvError('not_found', 'There is no note with this id.', { field: 'noteId' })

async function noteIn(work: UnitOfWork, noteId: NoteId): Promise<NoteDocument> {
  const note = await work.get('notes', noteId)
  if (!note || note.erased || current(note.deleted)?.v === true) throw noSuchNote()
  return note
}

/** @throws ScvError `invalid_input` */
function readNote(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > NOTE_MAX)
    throw new ScvError('invalid_input', 'A note has 1 to 32,000 characters.', { field: 'text' })
  return trimmed
}
