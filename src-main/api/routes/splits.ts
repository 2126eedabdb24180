// Taking a person apart who was stitched from two by resolution, looking at it first, and taking it back. The reference has no
// route for it.
// Invariant: each is the very command that the window calls, with its permissions.
import { placedSchema, rejoinPreviewSchema, splitPreviewSchema } from '@shared/contract/splitting'
import { FIELD_KEY_MAX, REASON_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { rejoinPreview, splitPreview } from '../../application/split-preview'
import { SPLIT_NEEDS, SPLIT_SHOWS } from '../../engine/commands/splitting'
import { contactIdInput, contactParams } from '../schemas/common'
import { contactBody, externalContactSchema, shownFields, toChanges } from '../schemas/contact'
import { answerWritten } from './contacts'
import { LOCAL, type Routes, refusals } from './route'

const fields = { fields: shownFields }
const two = splitPreviewSchema.shape.result.unwrap()
const previewSchema = splitPreviewSchema.extend({
  result: z.object({ stays: two.shape.stays.extend(fields), moves: two.shape.moves.extend(fields) }).nullable(),
})
const undoPreviewSchema = rejoinPreviewSchema.extend({ result: rejoinPreviewSchema.shape.result.extend(fields) })
const tags = ['local']
const reason = z.string().trim().max(REASON_MAX).optional()
const choices = z.record(z.string().max(FIELD_KEY_MAX), contactIdInput).default({})
const splitBody = z.strictObject({
  /** Where things go, by the ids that the preview gives, in the order in which they were placed. */
  placed: placedSchema,
  /** What is known of the other person besides. */
  contact: contactBody.nullish(),
})
const given = ({ contact }: Pick<z.infer<typeof splitBody>, 'contact'>) =>
  contact ? { contact: toChanges(contact) } : {}

export const splitRoutes: Routes = (api, { engine }) => {
  api.post(
    `${LOCAL}/contacts/:contactId/split/preview`,
    {
      config: { permission: [...SPLIT_NEEDS, ...SPLIT_SHOWS] },
      schema: {
        summary: 'What a person of two is known by, and where each thing is suggested to go; writes nothing',
        tags,
        params: contactParams,
        body: splitBody.partial().nullish(),
        response: { 200: previewSchema, ...refusals },
      },
    },
    ({ params: { contactId }, body, caller }) =>
      splitPreview(engine, caller, { contactId, placed: body?.placed ?? [], ...given(body ?? {}) }),
  )

  api.post(
    `${LOCAL}/contacts/:contactId/split`,
    {
      config: { permission: SPLIT_NEEDS },
      schema: {
        summary: 'Take a person apart: a new contact takes what is placed there; all of it, or nothing',
        tags,
        params: contactParams,
        body: splitBody.extend({
          /** What is not named goes where the preview suggests, instead of staying. */
          follow: z.boolean().default(false),
          reason,
        }),
        response: { 200: z.object({ stays: externalContactSchema, moves: externalContactSchema }), ...refusals },
      },
    },
    async ({ params: { contactId }, body, caller }) => {
      const { placed, follow, reason: why } = body
      const request = { contactId, placed, follow, reason: why, ...given(body) }
      const made = await engine.splits.split(caller.actor(), request)
      return {
        stays: answerWritten(engine, caller, made.contactId),
        moves: answerWritten(engine, caller, made.newContactId),
      }
    },
  )

  api.post(
    `${LOCAL}/contacts/:contactId/split/undo/preview`,
    {
      config: { permission: ['externalContacts:identity:merge', 'externalContacts:contact:view'] },
      schema: {
        summary: 'What taking a split back would give, and what was edited since; `contactId` is the one taken out',
        tags,
        params: contactParams,
        body: z.strictObject({ choices }).nullish(),
        response: { 200: undoPreviewSchema, ...refusals },
      },
    },
    ({ params: { contactId }, body, caller }) => rejoinPreview(engine, caller, contactId, body?.choices ?? {}),
  )

  api.post(
    `${LOCAL}/contacts/:contactId/split/undo`,
    {
      config: { permission: ['externalContacts:identity:merge', 'externalContacts:contact:edit'] },
      schema: {
        summary: 'Take a split back: the two are one person again; `contactId` is the one taken out',
        tags,
        params: contactParams,
        body: z.strictObject({ choices, reason }).nullish(),
        response: { 200: externalContactSchema, ...refusals },
      },
    },
    async ({ params: { contactId }, body, caller }) =>
      answerWritten(
        engine,
        caller,
        await engine.splits.rejoin(caller.actor(), contactId, body?.choices ?? {}, body?.reason),
      ),
  )
}
