// One contact by its id: create, read, replace, patch, delete, promote.
// An ancestor's id stands for its canonical contact, except where `unresolved` asks for the very record.

import { ScvError } from '@shared/errors'
import type { ContactId } from '@shared/model/ids'
import { FIELD_KEY_MAX } from '@shared/model/limits'
import { z } from 'zod'
import type { Engine } from '../../engine'
import { type FieldPatch, PATCH_ACTIONS, pathOf } from '../../engine/derive/patch'
import type { Person } from '../../engine/derive/person'
import type { RecordView } from '../../engine/queries/record'
import type { Caller } from '../caller'
import { HttpError } from '../errors'
import { contactParams, listOf, listSchema } from '../schemas/common'
import {
  BASE,
  contactBody,
  type ExternalContact,
  externalContactSchema,
  toChanges,
  toExternalContact,
} from '../schemas/contact'
import { saidOfField, saidOfNumber } from '../schemas/said'
import { type Routes, refusals } from './route'

/** A change of a patch as its value is meant: a whole number, or a field with one in it, by its display. */
function saidOfChange(change: FieldPatch, i: number): FieldPatch {
  const { field, value } = change
  if (value === null || typeof value !== 'object') return change
  const [name = '', ...parts] = pathOf(field, `changes.${i}.field`)
  if (parts.length === 0) return { ...change, value: saidOfField(name, value) }
  const isNumber = name === 'whatsAppId' && parts.join('.') === 'phoneNumber' && !Array.isArray(value)
  return isNumber ? { ...change, value: saidOfNumber(value as Record<string, unknown>) } : change
}

export const expandQuery = z.object({ expand: listSchema })
export const contactAnswer = { 200: externalContactSchema, ...refusals }

/** The canonical contact of an id, with its identifiers where they are asked for. */
export function answerContact(
  queries: Pick<Caller['queries'], 'resolved' | 'held'>,
  contactId: ContactId,
  expand: readonly string[] = [],
) {
  return answerRecord(queries, queries.resolved(contactId), expand)
}

/** What a permitted command came to. A caller who may not view contacts hears which record it was, and nothing of the person. */
export function answerWritten(engine: Engine, caller: Pick<Caller, 'actor'>, contactId: ContactId): ExternalContact {
  return answerVisible(caller, engine.queries.resolved(contactId))
}

/** The same of a person who may be gone by now: null if so. */
export function livingOrNull(engine: Engine, caller: Pick<Caller, 'actor'>, contactId: ContactId) {
  try {
    return answerWritten(engine, caller, contactId)
  } catch (error) {
    if (error instanceof ScvError) return null
    throw error
  }
}

/** A record as a caller may see it. */
export function answerVisible({ actor }: Pick<Caller, 'actor'>, record: RecordView): ExternalContact {
  return toExternalContact(
    actor().permissions.has('externalContacts:contact:view') ? record : { ...record, fields: {} },
  )
}

/** A person as a replacement left it: all that it has is what the caller just said. */
export const answerReplaced = (engine: Engine, person: Person): ExternalContact =>
  toExternalContact(engine.queries.recordLeft(person))

/** The same where all that the contact has is what the caller just said. */
export const answerSaid = (engine: Engine, contactId: ContactId): ExternalContact =>
  answerContact(engine.queries, contactId)

/** A record with its identifiers where they are asked for. */
export function answerRecord(queries: Pick<Caller['queries'], 'held'>, record: RecordView, expand: readonly string[]) {
  return toExternalContact(record, expand.includes('identifiers') ? queries.held(record.id) : undefined)
}

export const contactRoutes: Routes = (api, { engine }) => {
  api.post(
    `${BASE}/contacts`,
    {
      config: { permission: 'externalContacts:contact:add' },
      schema: { summary: 'Create a contact', tags: ['contacts'], body: contactBody, response: contactAnswer },
    },
    async ({ body, caller }) => answerSaid(engine, await engine.contacts.create(caller.actor(), toChanges(body))),
  )

  api.get(
    `${BASE}/contacts/:contactId`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'Read a contact',
        tags: ['contacts'],
        params: contactParams,
        querystring: expandQuery,
        response: contactAnswer,
      },
    },
    ({ params, query, caller }) => answerContact(caller.queries, params.contactId, listOf(query.expand)),
  )

  api.put(
    `${BASE}/contacts/:contactId`,
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: {
        summary: 'Replace a contact: what is not named is emptied',
        tags: ['contacts'],
        params: contactParams,
        body: contactBody,
        response: contactAnswer,
      },
    },
    async ({ params, body, caller }) => {
      // What was read of a person by any of their ids may be put back by any other of them, and to no other person.
      if (
        body.id &&
        body.id !== params.contactId &&
        !engine.queries.setMembers(params.contactId).some((id) => id === body.id)
      )
        throw new HttpError('malformed', 'The id is another one than that of the address.', 'id')
      return answerReplaced(engine, await engine.contacts.replace(caller.actor(), params.contactId, toChanges(body)))
    },
  )

  api.patch(
    `${BASE}/contacts/:contactId`,
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: {
        summary: 'Change fields of a contact, or parts of them',
        tags: ['contacts'],
        params: contactParams,
        body: z.strictObject({
          changes: z
            .array(
              z.strictObject({
                field: z.string().max(FIELD_KEY_MAX),
                action: z.enum(PATCH_ACTIONS),
                value: z.unknown().optional(),
              }),
            )
            .min(1)
            .max(100),
        }),
        response: contactAnswer,
      },
    },
    async ({ params, body, caller }) =>
      answerVisible(
        caller,
        engine.queries.recordLeft(
          await engine.contacts.patch(caller.actor(), params.contactId, body.changes.map(saidOfChange)),
        ),
      ),
  )

  api.delete(
    `${BASE}/contacts/:contactId`,
    {
      config: { permission: 'externalContacts:contact:delete' },
      schema: {
        summary: 'Put a contact in the bin',
        tags: ['contacts'],
        params: contactParams,
        response: { 200: z.object({}), ...refusals },
      },
    },
    async ({ params, caller }) => {
      await engine.contacts.remove(caller.actor(), params.contactId)
      return {}
    },
  )

  api.get(
    `${BASE}/contacts/:contactId/unresolved`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'Read the very record an id names, ancestor or not',
        tags: ['contacts'],
        params: contactParams,
        querystring: expandQuery,
        response: contactAnswer,
      },
    },
    ({ params, query, caller: { queries } }) => {
      const record = queries.unresolved(params.contactId)
      const own = listOf(query.expand).includes('identifiers')
        ? queries.held(record.id).filter(({ memberId }) => memberId === record.id)
        : undefined
      return toExternalContact(record, own)
    },
  )

  api.post(
    `${BASE}/contacts/:contactId/promotion`,
    {
      config: { permission: 'externalContacts:identity:promote' },
      schema: {
        summary: 'Make an auto-created contact a curated one',
        tags: ['contacts'],
        params: contactParams,
        response: contactAnswer,
      },
    },
    async ({ params, caller }) =>
      answerWritten(engine, caller, await engine.contacts.promote(caller.actor(), params.contactId)),
  )
}
