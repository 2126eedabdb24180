// The reference's Note, as it comes and as it goes.
// Invariant: whatever a GET answers is a valid body of a PUT; members only the system sets are read over.
import { noteIdSchema } from '@shared/model/ids'
import { ID_MAX, NOTE_MAX } from '@shared/model/limits'
import type { NoteView } from '@shared/model/views'
import { z } from 'zod'
import { contactIdInput, idSchema } from './common'
import { contactUri } from './contact'
import { divisionBody, divisionSchema, HOME } from './division'

const answered = z.unknown().optional()
const shape = {
  id: idSchema.nullish(),
  noteText: z.string().trim().min(1).max(NOTE_MAX),
  entityId: idSchema.nullish(),
  entityType: z.literal('contact', { error: 'Notes stand on contacts here' }).nullish(),
  division: divisionBody,
  createDate: answered,
  modifyDate: answered,
  createdBy: answered,
  externalDataSources: answered,
  selfUri: answered,
}
export const noteBody = z.strictObject(shape)
/** One of several new notes: with the contact it is about. */
export const newNoteEntity = z.strictObject({ ...shape, entityId: contactIdInput })
/** One of several that are there. */
export const noteEntity = z.strictObject({
  ...shape,
  id: noteIdSchema.min(1).max(ID_MAX),
  entityId: contactIdInput.nullish(),
})
/** A note that a request names. */
export const noteIdEntity = z.strictObject({ id: noteIdSchema.min(1).max(ID_MAX), entityId: contactIdInput.nullish() })

export const noteSchema = z.object({
  id: z.string(),
  entityId: z.string(),
  entityType: z.literal('contact'),
  noteText: z.string(),
  createDate: z.string(),
  modifyDate: z.string(),
  createdBy: z.object({ id: z.string(), name: z.string() }),
  division: divisionSchema,
  selfUri: z.string(),
})
type Note = z.infer<typeof noteSchema>

export const notesUri = (contactId: string): string => `${contactUri(contactId)}/notes`

export const toNote = ({ id, contactId, text, createdAt, modifiedAt, by }: NoteView): Note => ({
  id,
  entityId: contactId,
  entityType: 'contact',
  noteText: text,
  createDate: createdAt,
  modifyDate: modifiedAt,
  createdBy: { id: by, name: by },
  division: HOME,
  selfUri: `${notesUri(contactId)}/${id}`,
})
