// Several contacts in one call, with an answer for each.
import { BULK_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { bulk, bulkAnswer, bulkBody, contactIdEntity } from '../schemas/bulk'
import {
  BASE,
  contactBody,
  contactEntity,
  externalContactSchema,
  toChanges,
  toExternalContact,
} from '../schemas/contact'
import { answerContact, answerReplaced, answerSaid } from './contacts'
import { type Routes, refusals } from './route'

const ids = bulkBody(BULK_MAX, 'The id of a contact: {id}')
const bodies = bulkBody(BULK_MAX, 'A contact, as the body of POST /contacts; with its id for an update')
const answered = { 200: bulkAnswer(externalContactSchema), ...refusals }
const removed = { 200: bulkAnswer(z.object({})), ...refusals }

export const bulkRoutes: Routes = (api, { engine, onDefect }) => {
  for (const path of ['bulk/contacts', 'bulk/contacts/divisionviews'])
    api.post(
      `${BASE}/${path}`,
      {
        config: { permission: 'externalContacts:contact:view' },
        schema: { summary: 'Read contacts', tags: ['bulk'], body: ids, response: answered },
      },
      ({ body, caller: { queries } }) =>
        bulk(body.entities, contactIdEntity, async ({ id }) => ({ id, entity: answerContact(queries, id) }), onDefect),
    )

  api.post(
    `${BASE}/bulk/contacts/unresolved`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: { summary: 'Read the very records ids name', tags: ['bulk'], body: ids, response: answered },
    },
    ({ body, caller: { queries } }) =>
      bulk(
        body.entities,
        contactIdEntity,
        async ({ id }) => ({ id, entity: toExternalContact(queries.unresolved(id)) }),
        onDefect,
      ),
  )

  api.post(
    `${BASE}/bulk/contacts/add`,
    {
      config: { permission: 'externalContacts:contact:add' },
      schema: { summary: 'Create contacts', tags: ['bulk'], body: bodies, response: answered },
    },
    ({ body, caller }) =>
      bulk(
        body.entities,
        contactBody,
        async (entity) => {
          const id = await engine.contacts.create(caller.actor(), toChanges(entity))
          return { id, status: 201, entity: answerSaid(engine, id) }
        },
        onDefect,
      ),
  )

  api.post(
    `${BASE}/bulk/contacts/update`,
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: { summary: 'Replace contacts', tags: ['bulk'], body: bodies, response: answered },
    },
    ({ body, caller }) =>
      bulk(
        body.entities,
        contactEntity,
        async (entity) => {
          const person = await engine.contacts.replace(caller.actor(), entity.id, toChanges(entity))
          return { id: entity.id, entity: answerReplaced(engine, person) }
        },
        onDefect,
      ),
  )

  api.post(
    `${BASE}/bulk/contacts/remove`,
    {
      config: { permission: 'externalContacts:contact:delete' },
      schema: { summary: 'Put contacts in the bin', tags: ['bulk'], body: ids, response: removed },
    },
    ({ body, caller }) =>
      bulk(
        body.entities,
        contactIdEntity,
        async ({ id }) => {
          await engine.contacts.remove(caller.actor(), id)
          return { id, entity: {} }
        },
        onDefect,
      ),
  )
}
