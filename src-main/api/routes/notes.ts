// Notes on a contact. A note stays with the record it was written on: an ancestor's id means that very record.

import { type ContactId, noteIdSchema } from '@shared/model/ids'
import { ID_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { HttpError } from '../errors'
import { contactParams, listing, listingSchema, listOf, listSchema, offsetOf, pageQuery } from '../schemas/common'
import { noteBody, noteSchema, notesUri, toNote } from '../schemas/note'
import { type Routes, refusals } from './route'

const noteParams = contactParams.extend({ noteId: noteIdSchema.min(1).max(ID_MAX) })
const noteAnswer = { 200: noteSchema, ...refusals }

export const noteRoutes: Routes = (api, { engine }) => {
  /** A note that was read of a person may be put back at any id of theirs, and at no other. @throws HttpError `malformed` */
  function checkIds(body: z.infer<typeof noteBody>, contactId: ContactId, noteId?: string): void {
    const other = (field: string) => new HttpError('malformed', 'This is another one than that of the address.', field)
    if (noteId !== undefined && body.id && body.id !== noteId) throw other('id')
    if (!body.entityId || body.entityId === contactId) return
    if (!engine.queries.setMembers(contactId).some((id) => id === body.entityId)) throw other('entityId')
  }

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
    async ({ params: { contactId }, body, caller }) => {
      checkIds(body, contactId)
      const id = await engine.contacts.addNote(caller.actor(), contactId, body.noteText, true)
      return toNote(await engine.queries.note(id))
    },
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
      checkIds(body, contactId, noteId)
      await engine.queries.noteOn(contactId, noteId) // the note of this contact, or none
      await engine.contacts.editNote(caller.actor(), noteId, body.noteText)
      return toNote(await engine.queries.note(noteId))
    },
  )

  api.patch(
    `${notesUri(':contactId')}/:noteId`,
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: {
        summary: 'Change the text of a note: `$.noteText`',
        tags: ['notes'],
        params: noteParams,
        body: z.strictObject({
          changes: z
            .array(
              z.strictObject({
                field: z.literal('$.noteText'),
                action: z.enum(['Update', 'UpdateIfExists', 'UpdateIfEmpty']),
                value: noteBody.shape.noteText,
              }),
            )
            .min(1)
            .max(1),
        }),
        response: noteAnswer,
      },
    },
    async ({ params: { contactId, noteId }, body: { changes }, caller }) => {
      const before = await engine.queries.noteOn(contactId, noteId)
      const [change] = changes
      // A note is never empty.
      if (!change || change.action === 'UpdateIfEmpty') return toNote(before)
      await engine.contacts.editNote(caller.actor(), noteId, change.value)
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
