// What a person has done: sessions of a contact, whose a conversation is, and conversations by contact.
// Invariant: these act on exactly the ids given; a caller that wants the whole person says so.
import { interactionIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { asNamed, HttpError } from '../errors'
import {
  contactIdInput,
  contactParams,
  flagOf,
  flagSchema,
  idSchema,
  limitQuery,
  readCursor,
  writeCursor,
} from '../schemas/common'
import { BASE, contactUri } from '../schemas/contact'
import { sessionSchema, toSession } from '../schemas/journey'
import { ASSOCIATED_MEDIA } from '../schemas/media'
import { type Routes, refusals } from './route'

const SESSIONS_MAX = 200
const afterSchema = z.object({ startedMs: z.number(), id: interactionIdSchema })

export const journeyRoutes: Routes = (api, { engine }) => {
  api.get(
    `${BASE}/contacts/:contactId/journey/sessions`,
    {
      config: { permission: 'externalContacts:session:view' },
      schema: {
        summary: 'Sessions and conversations of a contact, or with `includeMerged` of its merge set, newest first',
        tags: ['journey'],
        params: contactParams,
        querystring: z.object({
          pageSize: limitQuery(1, SESSIONS_MAX, 25),
          after: z.string().max(1024).optional(),
          includeMerged: flagSchema,
        }),
        response: {
          200: z.object({ entities: z.array(sessionSchema), nextUri: z.string().optional(), selfUri: z.string() }),
          ...refusals,
        },
      },
    },
    async ({ params: { contactId }, query, caller: { queries } }) => {
      const { pageSize, after, includeMerged } = query
      const wholeSet = flagOf(includeMerged)
      const { items, more } = await queries.sessions(contactId, {
        wholeSet,
        after: after ? readCursor(after, afterSchema, 'after') : undefined,
        limit: pageSize,
      })
      const last = items.at(-1)
      const uri = (at: string | undefined) =>
        `${contactUri(contactId)}/journey/sessions?${new URLSearchParams({
          pageSize: String(pageSize),
          ...(wholeSet ? { includeMerged: 'true' } : {}),
          ...(at ? { after: at } : {}),
        })}`
      const next = more && last ? writeCursor({ startedMs: Date.parse(last.startedAt), id: last.id }) : undefined
      return { entities: items.map(toSession), ...(next ? { nextUri: uri(next) } : {}), selfUri: uri(after) }
    },
  )

  api.put(
    `${BASE}/conversations/:conversationId`,
    {
      config: { permission: 'externalContacts:conversation:associate' },
      schema: {
        summary: 'Say whose a conversation is: exactly the id given; without one, nobody’s',
        tags: ['journey'],
        params: z.object({ conversationId: idSchema }),
        body: z.object({
          externalContactId: contactIdInput.nullish(),
          conversationId: idSchema.nullish(),
          /** Required in the reference, and empty where there is none. */
          communicationId: z.literal('').or(idSchema).nullish(),
          mediaType: z.string().toLowerCase().pipe(z.enum(ASSOCIATED_MEDIA)).nullish(),
        }),
        response: { 200: z.object({}), ...refusals },
      },
    },
    async ({ params: { conversationId }, body, caller }) => {
      if (body.conversationId && body.conversationId !== conversationId)
        throw new HttpError('malformed', 'conversationId: the address names another one.', 'conversationId')
      const conversation = { conversationId, communicationId: body.communicationId || undefined }
      await asNamed({ contactId: 'externalContactId', id: 'conversationId' }, () =>
        engine.interactions.linkConversation(caller.actor(), conversation, body.externalContactId ?? null),
      )
      return {}
    },
  )
}
