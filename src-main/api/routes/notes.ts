// Notes on a contact. A note stays with the record it was written on: an ancestor's id means that very record.

import { NOTE_MAX } from '@shared/model/limits'
import type { NoteView } from '@shared/model/views'
import { z } from 'zod'
import {
  contactParams,
  idSchema,
  listing,
  listingSchema,
  listOf,
  listSchema,
  offsetOf,
  pageQuery,
} from '../schemas/common'
import { contactUri } from '../schemas/contact'
import { type Routes, refusals } from './route'

const noteParams = contactParams.extend({ noteId: idSchema })
const noteBody = z.object({ noteText: z.string().min(1).max(NOTE_MAX) })
const noteSchema = z.object({
  id: z.string(),
  entityId: z.string(),
  entityType: z.literal('contact'),
  noteText: z.string(),
  createDate: z.string(),
  modifyDate: z.string(),
  createdBy: z.object({ id: z.string(), name: z.string() }),
  selfUri: z.string(),
})
const noteAnswer = { 200: noteSchema, ...refusals }
const notesUri = (contactId: string) => `${contactUri(contactId)}/notes`

const toNote = ({ id, contactId, text, createdAt, modifiedAt, by }: NoteView): z.infer<typeof noteSchema> => ({
  id,
  entityId: contactId,
  entityType: 'contact',
  noteText: text,
  createDate: createdAt,
  modifyDate: modifiedAt,
  createdBy: { id: by, name: by },
  selfUri: `${notesUri(contactId)}/${id}`,
})

export const noteRoutes: Routes = (api, { engine }) => {
  api.get(
    notesUri(':contactId'),
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'List notes; `expand=mergeset` includes those on ancestors',
        tags: ['notes'],
        params: contactParams,
        querystring: pageQuery.extend({
          sortOrder: z
            .string()
            .regex(/^createDate(:(asc|desc))?$/i)
            .optional(),
          expand: listSchema,
        }),
        response: { 200: listingSchema(noteSchema), ...refusals },
      },
    },
    async ({ params: { contactId }, query: { sortOrder, expand, ...page }, caller: { queries } }) => {
      const offset = offsetOf(page)
      const wholeSet = listOf(expand).some((one) => one.toLowerCase() === 'mergeset')
      const notes = await queries.notes(contactId, wholeSet)
      if (/asc$/i.test(sortOrder ?? '') || sortOrder === 'createDate') notes.reverse()
      const entities = notes.slice(offset, offset + page.pageSize).map(toNote)
      const rest = { sortOrder, ...(wholeSet ? { expand: 'mergeset' } : {}) }
      return listing(entities, notes.length, page, notesUri(contactId), rest)
    },
  )

  api.post(
    notesUri(':contactId'),
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: { summary: 'Write a note', tags: ['notes'], params: contactParams, body: noteBody, response: noteAnswer },
    },
    async ({ params: { contactId }, body, caller }) =>
      toNote(await engine.queries.note(await engine.contacts.addNote(caller.actor(), contactId, body.noteText, true))),
  )

  api.get(
    `${notesUri(':contactId')}/:noteId`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: { summary: 'Read a note', tags: ['notes'], params: noteParams, response: noteAnswer },
    },
    async ({ params: { contactId, noteId }, caller: { queries } }) => toNote(await queries.noteOn(contactId, noteId)),
  )

  api.put(
    `${notesUri(':contactId')}/:noteId`,
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: { summary: 'Change a note', tags: ['notes'], params: noteParams, body: noteBody, response: noteAnswer },
    },
    async ({ params: { contactId, noteId }, body, caller }) => {
      await engine.queries.noteOn(contactId, noteId) // the note of this contact, or none
      await engine.contacts.editNote(caller.actor(), noteId, body.noteText)
      return toNote(await engine.queries.note(noteId))
    },
  )

  api.delete(
    `${notesUri(':contactId')}/:noteId`,
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: {
        summary: 'Take a note off',
        tags: ['notes'],
        params: noteParams,
        response: { 200: z.object({}), ...refusals },
      },
    },
    async ({ params: { contactId, noteId }, caller }) => {
      await engine.queries.noteOn(contactId, noteId)
      await engine.contacts.removeNote(caller.actor(), noteId)
      return {}
    },
  )
}
