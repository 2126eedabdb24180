// What people take back, put right or settle, and the reference has no route for: notes and people put back, interactions
// corrected, a person learnt by what they came by, one number of several people.
// Invariant: each is the very command that the window calls, with its permission; an answer tells nothing that was not sent,
// but to those who may view it.

import { binItemSchema } from '@shared/contract/retention'
import { identifierInputSchema } from '@shared/model/identifier'
import { interactionIdSchema, noteIdSchema } from '@shared/model/ids'
import { ID_MAX, INTERACTION_IDENTIFIERS_MAX, NOTE_MAX, PAGE_MAX, REASON_MAX, WRAP_UP_MAX } from '@shared/model/limits'
import { learntSchema } from '@shared/model/views'
import { z } from 'zod'
import { contactIdInput, contactParams, limitQuery } from '../schemas/common'
import { externalContactSchema } from '../schemas/contact'
import { answerWritten } from './contacts'
import { LOCAL, type Routes, refusals } from './route'

const nothing = { 200: z.object({}), ...refusals }
const tags = ['local']
const EDIT = { permission: 'externalContacts:contact:edit' } as const
const interactionId = interactionIdSchema.min(1).max(ID_MAX)
const correction = z.strictObject({
  interactionId,
  /** Null: of no one. */
  contactId: contactIdInput.nullish(),
  note: z.string().max(NOTE_MAX).optional(),
  wrapUp: z.string().max(WRAP_UP_MAX).optional(),
})

export const correctionRoutes: Routes = (api, { engine }) => {
  api.post(
    `${LOCAL}/notes/:noteId/restore`,
    {
      config: EDIT,
      schema: {
        summary: 'Put a note back that was taken off',
        tags,
        params: z.object({ noteId: noteIdSchema.min(1).max(ID_MAX) }),
        response: nothing,
      },
    },
    async ({ params: { noteId }, caller }) => {
      await engine.contacts.restoreNote(caller.actor(), noteId)
      return {}
    },
  )

  api.get(
    `${LOCAL}/bin`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'People in the bin who can still be restored, latest first',
        tags,
        querystring: z.object({ offset: limitQuery(0, 1_000_000_000, 0), limit: limitQuery(1, PAGE_MAX, 50) }),
        response: { 200: z.object({ total: z.number(), items: z.array(binItemSchema) }), ...refusals },
      },
    },
    ({ query: { offset, limit }, caller }) => caller.queries.bin(offset, limit),
  )

  api.post(
    `${LOCAL}/contacts/:contactId/restore`,
    {
      config: { permission: 'externalContacts:contact:delete' },
      schema: {
        summary: 'Take a person out of the bin',
        tags,
        params: contactParams,
        response: { 200: externalContactSchema, ...refusals },
      },
    },
    async ({ params: { contactId }, caller }) =>
      answerWritten(engine, caller, await engine.contacts.restore(caller.actor(), contactId)),
  )

  api.post(
    `${LOCAL}/interactions/corrections`,
    {
      config: { permission: 'externalContacts:conversation:associate' },
      schema: {
        summary: 'Correct whose interactions are, their notes and how they ended; all of them, or none',
        tags,
        body: z.strictObject({ corrections: z.array(correction).min(1).max(PAGE_MAX) }),
        response: { 200: z.object({ corrected: z.number() }), ...refusals },
      },
    },
    async ({ body: { corrections }, caller }) => {
      await engine.interactions.correct(caller.actor(), corrections)
      return { corrected: corrections.length }
    },
  )

  api.post(
    `${LOCAL}/contacts/:contactId/learn`,
    {
      config: { permission: ['externalContacts:contact:edit', 'externalContacts:contact:view'] },
      schema: {
        summary: 'Learn a person by what an interaction came by; the answer is what `unlearn` takes',
        tags,
        params: contactParams,
        body: z.strictObject({ interactionId }),
        response: { 200: z.object({ learnt: z.array(learntSchema) }), ...refusals },
      },
    },
    async ({ params: { contactId }, body, caller }) => ({
      learnt: await engine.identifiers.learn(caller.actor(), contactId, body.interactionId),
    }),
  )

  api.post(
    `${LOCAL}/contacts/:contactId/unlearn`,
    {
      config: EDIT,
      schema: {
        summary: 'Take back what was learnt',
        tags,
        params: contactParams,
        body: z.strictObject({ learnt: z.array(learntSchema).max(INTERACTION_IDENTIFIERS_MAX) }),
        response: nothing,
      },
    },
    async ({ params: { contactId }, body, caller }) => {
      await engine.identifiers.unlearn(caller.actor(), contactId, body.learnt)
      return {}
    },
  )

  api.post(
    `${LOCAL}/identifiers/share`,
    {
      config: EDIT,
      schema: {
        summary: 'Settle that all who have an identifier share it, or take that back',
        tags,
        body: z.strictObject({ identifier: identifierInputSchema, shared: z.boolean() }),
        response: nothing,
      },
    },
    async ({ body: { identifier, shared }, caller }) => {
      await engine.identifiers.share(caller.actor(), identifier, shared)
      return {}
    },
  )

  api.post(
    `${LOCAL}/contacts/never-merge`,
    {
      config: { permission: 'externalContacts:identity:merge' },
      schema: {
        summary: 'Say that two contacts must never be merged, or take that back (`standing`)',
        tags,
        body: z.strictObject({
          a: contactIdInput,
          b: contactIdInput,
          standing: z.boolean(),
          reason: z.string().trim().max(REASON_MAX).optional(),
        }),
        response: nothing,
      },
    },
    async ({ body: { a, b, standing, reason }, caller }) => {
      await engine.merges.cannotLink(caller.actor(), a, b, standing, reason)
      return {}
    },
  )
}
