// What the reference has no public route for: recording interactions, merges looked at and undone, keeping and erasing.

import { auditEntrySchema } from '@shared/contract/audit'
import { mergePreviewSchema } from '@shared/contract/merging'
import { ScvError } from '@shared/errors'
import { type ContactId, mergeIdSchema } from '@shared/model/ids'
import { momentSchema } from '@shared/model/interaction'
import { FIELD_KEY_MAX, ID_MAX, REASON_MAX } from '@shared/model/limits'
import { mergeViewSchema, type RecordingWarning } from '@shared/model/views'
import { z } from 'zod'
import { auditTrail } from '../../application/audit-trail'
import { mergePreview } from '../../application/merge-preview'
import { type RecordedInteraction, recordInteraction } from '../../application/record-interaction'
import { stampMoment } from '../../engine/documents/stamp'
import { recordOf } from '../../engine/queries/record'
import type { Caller } from '../caller'
import { contactIdInput, contactParams, offsetOf, pageQuery } from '../schemas/common'
import { externalContactSchema, shownFields, toExternalContact } from '../schemas/contact'
import {
  interactionBody,
  recordedSchema,
  sessionBody,
  toInteraction,
  toSession,
  unknownMembers,
} from '../schemas/interaction'
import { answerWritten } from './contacts'
import { mergeBody, toMergeRequest } from './merges'
import { type Routes, refusals } from './route'

export const LOCAL = '/api/v2/local'
const { people, result } = mergePreviewSchema.shape
const previewSchema = mergePreviewSchema.extend({
  people: z.array(people.element.extend({ fields: shownFields })),
  result: result.extend({ fields: shownFields }),
})
const mergeParams = z.object({ mergeId: mergeIdSchema.min(1).max(ID_MAX) })
/** For each field edited since a merge: the contact that gets the edit. */
const assignmentsBody = z.record(z.string().max(FIELD_KEY_MAX), contactIdInput)
const recordedAnswer = { 200: recordedSchema, ...refusals }

export const localRoutes: Routes = (api, host) => {
  const { engine } = host

  const answerRecorded = (
    caller: Caller,
    { interaction, contactId, created, reason, added, warnings }: RecordedInteraction,
    beside: RecordingWarning[],
  ) => ({
    interaction,
    contact: livingOrNull(caller, contactId),
    created,
    reason,
    added,
    warnings: [...warnings, ...beside],
  })

  /** Told of again, an interaction may belong to a person who is gone by now, or to none. */
  function livingOrNull(caller: Caller, contactId: ContactId) {
    try {
      return answerWritten(engine, caller, contactId)
    } catch (error) {
      if (error instanceof ScvError) return null
      throw error
    }
  }

  api.post(
    `${LOCAL}/interactions`,
    {
      config: { permission: 'externalContacts:conversation:associate' },
      schema: {
        summary: 'Record an interaction and resolve it; in the desktop app the person pops up',
        tags: ['local'],
        body: interactionBody,
        response: recordedAnswer,
      },
    },
    async ({ body, caller }) => {
      const recorded = await recordInteraction(engine, caller, toInteraction(body), host.now())
      const { interaction, created, resolution: reason } = recorded
      // Told of again it does not pop up again.
      if (recorded.isNew)
        host.arrived({ interactionId: interaction.id, created, reason, arrivedAt: new Date(host.now()).toISOString() })
      return answerRecorded(caller, recorded, unknownMembers(body, interactionBody))
    },
  )

  api.post(
    `${LOCAL}/sessions`,
    {
      config: { permission: 'externalContacts:conversation:associate' },
      schema: {
        summary: 'Record a web or app session with its events',
        tags: ['local'],
        body: sessionBody,
        response: recordedAnswer,
      },
    },
    async ({ body, caller }) => {
      const recorded = await recordInteraction(engine, caller, toSession(body), host.now())
      return answerRecorded(caller, recorded, unknownMembers(body, sessionBody))
    },
  )

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
      const { people, edits } = await engine.merges.undoPreview(caller.actor(), mergeId, body?.assignments)
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
        summary: 'Take a merge back; edits made since are given to whom `assignments` says',
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
      const ids = await engine.merges.undo(caller.actor(), mergeId, body?.assignments ?? {}, body?.reason)
      return { contacts: ids.flatMap((id) => livingOrNull(caller, id) ?? []) }
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

  api.post(
    `${LOCAL}/contacts/:contactId/erase`,
    {
      config: { permission: 'externalContacts:identity:erase' },
      schema: {
        summary: 'Erase a person at their request, everywhere and for good',
        tags: ['local'],
        params: contactParams,
        response: { 200: z.object({ erased: z.array(z.string()) }), ...refusals },
      },
    },
    async ({ params, caller }) => ({ erased: await engine.erasure.erase(caller.actor(), params.contactId) }),
  )

  api.post(
    `${LOCAL}/retention/run`,
    {
      config: { permission: 'externalContacts:contact:delete' },
      schema: {
        summary: 'Let auto-created contacts age out that are due as of a moment, or say who would',
        tags: ['local'],
        body: z.object({ asOf: momentSchema.optional(), dryRun: z.boolean().optional() }).nullish(),
        response: {
          200: z.object({ dryRun: z.boolean(), count: z.number(), expired: z.array(z.string()) }),
          ...refusals,
        },
      },
    },
    async ({ body, caller }) => {
      const dryRun = body?.dryRun === true
      const asOf = body?.asOf === undefined ? {} : { asOf: Date.parse(body.asOf) }
      const { expired } = await engine.retention.run(caller.actor(), { ...asOf, dryRun })
      return { dryRun, count: expired.length, expired }
    },
  )

  api.get(
    `${LOCAL}/audit`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'Who did what, newest first: of one person, or in a time',
        tags: ['local'],
        querystring: pageQuery.extend({
          contactId: contactIdInput.optional(),
          from: momentSchema.optional(),
          to: momentSchema.optional(),
        }),
        response: {
          200: z.object({
            entities: z.array(
              auditEntrySchema.extend({ contactIds: z.array(z.string()), subjectId: z.string().optional() }),
            ),
            pageSize: z.number(),
            pageNumber: z.number(),
          }),
          ...refusals,
        },
      },
    },
    async ({ query: { contactId, from, to, ...page }, caller }) => {
      const within = {
        fromMs: from === undefined ? undefined : Date.parse(from),
        toMs: to === undefined ? undefined : Date.parse(to),
      }
      const entities = await auditTrail(caller, { contactId, ...within }, offsetOf(page), page.pageSize)
      return { entities, ...page }
    },
  )

  api.get(
    `${LOCAL}/health`,
    {
      schema: {
        summary: 'Whether the application is ready, its version, and how much there is',
        tags: ['local'],
        response: {
          200: z.object({
            ready: z.boolean(),
            version: z.string(),
            counts: z.object({ curated: z.number(), autoCreated: z.number(), interactions: z.number() }),
          }),
          ...refusals,
        },
      },
    },
    async () => ({ ready: true, version: host.version, counts: engine.queries.counts() }),
  )
}
