// What the reference has no route for about merges: looking at one before it is made, its history, and taking it back.

import { mergePreviewSchema } from '@shared/contract/merging'
import { mergeIdSchema } from '@shared/model/ids'
import { FIELD_KEY_MAX, ID_MAX, REASON_MAX } from '@shared/model/limits'
import { mergeViewSchema } from '@shared/model/views'
import { z } from 'zod'
import { mergePreview } from '../../application/merge-preview'
import { stampMoment } from '../../engine/documents/stamp'
import { recordOf } from '../../engine/queries/record'
import { contactIdInput, contactParams } from '../schemas/common'
import { externalContactSchema, shownFields, toExternalContact } from '../schemas/contact'
import { livingOrNull } from './contacts'
import { mergeBody, toMergeRequest } from './merges'
import { LOCAL, type Routes, refusals } from './route'

const { people, result } = mergePreviewSchema.shape
const previewSchema = mergePreviewSchema.extend({
  people: z.array(people.element.extend({ fields: shownFields })),
  result: result.extend({ fields: shownFields }),
})
const mergeParams = z.object({ mergeId: mergeIdSchema.min(1).max(ID_MAX) })
/** For each field edited since a merge: the contact that gets the edit. */
const assignmentsBody = z.record(z.string().max(FIELD_KEY_MAX), contactIdInput)

export const mergeUndoRoutes: Routes = (api, { engine }) => {
  api.post(
    `${LOCAL}/contacts/merge/preview`,
    {
      config: { permission: ['externalContacts:identity:merge', 'externalContacts:contact:view'] },
      schema: {
        summary: 'What a merge would give, and where each value comes from; writes nothing',
        tags: ['local'],
        body: mergeBody,
        response: { 200: previewSchema, ...refusals },
      },
    },
    ({ body, caller }) => mergePreview(engine, caller, toMergeRequest(body)),
  )

  api.post(
    `${LOCAL}/merges/:mergeId/undo/preview`,
    {
      config: { permission: ['externalContacts:identity:merge', 'externalContacts:contact:view'] },
      schema: {
        summary: 'What undoing a merge would give, and which edits made since need an assignment; writes nothing',
        tags: ['local'],
        params: mergeParams,
        body: z.strictObject({ assignments: assignmentsBody.optional() }).nullish(),
        response: {
          200: z.object({
            contacts: z.array(externalContactSchema),
            edits: z.array(
              z.object({
                field: z.string(),
                value: z.unknown(),
                at: z.string(),
                by: z.string(),
                /** Null: undoing is refused until the edit is given to one of the contacts. */
                assignedTo: z.string().nullable(),
              }),
            ),
          }),
          ...refusals,
        },
      },
    },
    async ({ params: { mergeId }, body, caller }) => {
      const { people, edits } = await engine.merges.undoPreview(caller.actor(), mergeId, body?.assignments, true)
      return {
        contacts: people.map(({ person, set }) => toExternalContact(recordOf(person, set))),
        edits: edits.map(({ key, value, at, by, member }) => ({
          field: key,
          value,
          at: stampMoment(at),
          by,
          assignedTo: member ?? null,
        })),
      }
    },
  )

  api.post(
    `${LOCAL}/merges/:mergeId/undo`,
    {
      config: { permission: 'externalContacts:identity:merge' },
      schema: {
        summary: 'Take a merge back; edits made since go to the inputs that `assignments` names',
        tags: ['local'],
        params: mergeParams,
        body: z
          .strictObject({
            assignments: assignmentsBody.default({}),
            reason: z.string().trim().max(REASON_MAX).optional(),
          })
          .nullish(),
        response: { 200: z.object({ contacts: z.array(externalContactSchema) }), ...refusals },
      },
    },
    async ({ params: { mergeId }, body, caller }) => {
      const ids = await engine.merges.undo(caller.actor(), mergeId, body?.assignments ?? {}, body?.reason, true)
      return { contacts: ids.flatMap((id) => livingOrNull(engine, caller, id) ?? []) }
    },
  )

  api.get(
    `${LOCAL}/contacts/:contactId/merges`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'The merges of a set, newest first',
        tags: ['local'],
        params: contactParams,
        response: { 200: z.object({ entities: z.array(mergeViewSchema) }), ...refusals },
      },
    },
    async ({ params, caller: { queries } }) => ({ entities: await queries.merges(params.contactId) }),
  )
}
