// Merging contacts under a new canonical one, in the reference's present and older form.
import { z } from 'zod'
import { contactIdInput } from '../schemas/common'
import { BASE, contactBody, externalContactSchema, toChanges } from '../schemas/contact'
import { answerWritten } from './contacts'
import { type Routes, refusals } from './route'

/** A merge of too many is refused by the engine, in its own words; of absurdly many before. */
const BODY_IDS_MAX = 1000

/** The reference's merge body, for merging and for looking at it first. */
export const mergeBody = z.strictObject({
  contactIds: z.array(contactIdInput).max(BODY_IDS_MAX),
  valueOverride: contactBody.nullish(),
})
export const toMergeRequest = ({ contactIds, valueOverride }: z.infer<typeof mergeBody>) => ({
  contactIds,
  ...(valueOverride ? { values: toChanges(valueOverride) } : {}),
})

export const mergeRoutes: Routes = (api, { engine }) => {
  api.post(
    `${BASE}/contacts/merge`,
    {
      config: { permission: 'externalContacts:identity:merge' },
      schema: {
        summary: 'Merge 2 to 25 contacts',
        tags: ['merges'],
        body: mergeBody,
        response: { 200: externalContactSchema, ...refusals },
      },
    },
    async ({ body, caller }) => {
      const { contactId } = await engine.merges.merge(caller.actor(), toMergeRequest(body))
      return answerWritten(engine, caller, contactId)
    },
  )

  api.post(
    `${BASE}/merge/contacts`,
    {
      config: { permission: 'externalContacts:identity:merge' },
      schema: {
        summary: 'Merge two contacts, not both curated and not both ephemeral (older form)',
        tags: ['merges'],
        body: z.strictObject({ sourceContactId: contactIdInput, targetContactId: contactIdInput }),
        response: { 200: externalContactSchema, ...refusals },
      },
    },
    async ({ body: { sourceContactId, targetContactId }, caller }) => {
      const { contactId } = await engine.merges.mergeTwo(caller.actor(), sourceContactId, targetContactId)
      return answerWritten(engine, caller, contactId)
    },
  )
}
