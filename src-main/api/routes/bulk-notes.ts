// Several notes in one call, with an answer for each, and a walk through all of them.
// Invariant: as with contacts, notes on people who were made by interactions are in no scan.
import { type ContactId, NO_PERSON, type NoteId, personIdSchema } from '@shared/model/ids'
import { BULK_MAX } from '@shared/model/limits'
import { z } from 'zod'
import type { Engine } from '../../engine'
import { bulk, bulkAnswer, bulkBody } from '../schemas/bulk'
import { BASE } from '../schemas/contact'
import { newNoteEntity, noteEntity, noteIdEntity, noteSchema, toNote } from '../schemas/note'
import { scanAnswer, scanCursor, scanPage, scanQuery } from '../schemas/scan'
import { type Routes, refusals } from './route'

const answered = { 200: bulkAnswer(noteSchema), ...refusals }
/** People that one page of a scan looks at: few have notes, and a page is answered soon all the same. */
const PEOPLE_MAX = 2_000
const cursorSchema = z.object({ after: personIdSchema, note: z.string(), at: z.number() })

export const bulkNoteRoutes: Routes = (api, { engine, now, onDefect }) => {
  /**
   * A note of a person who is there; of the one who is named, if one is.
   * @throws ScvError `not_found`, `deleted`, `erased`, `expired`
   */
  const noteOf = async (
    queries: Pick<Engine['queries'], 'note' | 'noteOn'>,
    { id, entityId }: { id: NoteId; entityId?: ContactId | null | undefined },
  ) => queries.noteOn(entityId ?? (await queries.note(id)).contactId, id)

  api.post(
    `${BASE}/bulk/notes`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'Read notes',
        tags: ['notes'],
        body: bulkBody(BULK_MAX, 'The id of a note: {id}'),
        response: answered,
      },
    },
    ({ body, caller: { queries } }) =>
      bulk(
        body.entities,
        noteIdEntity,
        async (named) => ({ id: named.id, entity: toNote(await noteOf(queries, named)) }),
        onDefect,
      ),
  )

  api.post(
    `${BASE}/bulk/notes/add`,
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: {
        summary: 'Write notes',
        tags: ['notes'],
        body: bulkBody(BULK_MAX, 'A note: {entityId, noteText}'),
        response: answered,
      },
    },
    ({ body, caller }) =>
      bulk(
        body.entities,
        newNoteEntity,
        async ({ entityId, noteText }) => {
          const id = await engine.contacts.addNote(caller.actor(), entityId, noteText, true)
          return { id, status: 201, entity: toNote(await engine.queries.note(id)) }
        },
        onDefect,
      ),
  )

  api.post(
    `${BASE}/bulk/notes/update`,
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: {
        summary: 'Change notes',
        tags: ['notes'],
        body: bulkBody(BULK_MAX, 'A note: {id, noteText}'),
        response: answered,
      },
    },
    ({ body, caller }) =>
      bulk(
        body.entities,
        noteEntity,
        async ({ id, entityId, noteText }) => {
          await noteOf(engine.queries, { id, entityId })
          await engine.contacts.editNote(caller.actor(), id, noteText)
          return { id, entity: toNote(await engine.queries.note(id)) }
        },
        onDefect,
      ),
  )

  api.post(
    `${BASE}/bulk/notes/remove`,
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: {
        summary: 'Take notes off',
        tags: ['notes'],
        body: bulkBody(BULK_MAX, 'The id of a note: {id}'),
        response: { 200: bulkAnswer(z.object({})), ...refusals },
      },
    },
    ({ body, caller }) =>
      bulk(
        body.entities,
        noteIdEntity,
        async ({ id, entityId }) => {
          await noteOf(engine.queries, { id, entityId })
          await engine.contacts.removeNote(caller.actor(), id)
          return { id, entity: {} }
        },
        onDefect,
      ),
  )

  for (const path of ['scan/notes', 'scan/notes/divisionviews/all'])
    api.get(
      `${BASE}/${path}`,
      {
        config: { permission: 'externalContacts:contact:view' },
        schema: {
          summary: 'Walk through all notes, each once; a page may be short, and goes on while there is a cursor',
          tags: ['notes'],
          querystring: scanQuery,
          response: { 200: scanAnswer(noteSchema), ...refusals },
        },
      },
      async ({ query: { limit, cursor }, caller: { queries } }) => {
        const from = scanCursor(cursor, cursorSchema, { after: NO_PERSON, note: '', at: now() }, now())
        const people = queries.peopleAfter(from.after, PEOPLE_MAX + 1)
        const looked = people.slice(0, PEOPLE_MAX)
        const notes: { after: string; note: Awaited<ReturnType<typeof queries.noteOn>> }[] = []
        let before = from.after
        for (const { id } of looked) {
          if (notes.length > limit) break
          const all = (await queries.notes(id, true)).sort((a, b) => (a.id < b.id ? -1 : 1))
          // Of the first person, those before the cursor were told.
          const rest = before === from.after ? all.filter((one) => one.id > from.note) : all
          notes.push(...rest.map((note) => ({ after: before, note })))
          before = id
        }
        const page = notes.slice(0, limit)
        const last = page.at(-1)
        const next =
          notes.length > limit && last
            ? { after: last.after, note: last.note.id }
            : people.length > PEOPLE_MAX
              ? { after: before, note: '' }
              : undefined
        const entities = page.map(({ note }) => toNote(note))
        return scanPage(`${BASE}/${path}`, { limit, cursor }, entities, next && { ...next, at: now() })
      },
    )
}
