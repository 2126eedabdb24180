// One conversation by its id: as scripts read it, with whose it is, and as analytics tell of it.
// Invariant: only conversations are in these answers; web and app sessions have a permission of their own.
import { ScvError } from '@shared/errors'
import { z } from 'zod'
import type { Caller } from '../caller'
import { HttpError } from '../errors'
import { idSchema } from '../schemas/common'
import { conversationSchema, isConversation, toConversation } from '../schemas/conversation'
import { liveConversationSchema, toLiveConversation } from '../schemas/live-conversation'
import { byConversation, isLegs, type OfConversation } from './conversation-search'
import { type Routes, refusals } from './route'

const IDS_MAX = 100
const NEEDED = { permission: 'externalContacts:conversation:viewAll' } as const

/** @throws ScvError `not_found` */
async function legsOf(caller: Caller, conversationId: string): Promise<OfConversation> {
  const legs = (await caller.queries.conversationsById([conversationId])).filter(isConversation)
  if (!isLegs(legs))
    throw new ScvError('not_found', 'There is no conversation with this id.', { field: 'conversationId' })
  return legs
}

export const conversationRoutes: Routes = (api) => {
  const params = z.object({ conversationId: idSchema })

  api.get(
    '/api/v2/conversations/:conversationId',
    {
      config: NEEDED,
      schema: {
        summary: 'One conversation: who took part, the customer with their `externalContactId`',
        tags: ['journey'],
        params,
        response: { 200: liveConversationSchema, ...refusals },
      },
    },
    async ({ params: { conversationId }, caller }) => toLiveConversation(await legsOf(caller, conversationId)),
  )

  api.get(
    '/api/v2/analytics/conversations/:conversationId/details',
    {
      config: NEEDED,
      schema: {
        summary: 'One conversation, as the query of details tells of it',
        tags: ['journey'],
        params,
        response: { 200: conversationSchema, ...refusals },
      },
    },
    async ({ params: { conversationId }, caller }) => toConversation(await legsOf(caller, conversationId)),
  )

  api.get(
    '/api/v2/analytics/conversations/details',
    {
      config: NEEDED,
      schema: {
        summary: 'Conversations by their ids, with commas between; those that there are not are left out',
        tags: ['journey'],
        querystring: z.strictObject({ id: z.union([z.string(), z.array(z.string())]) }),
        response: { 200: z.object({ conversations: z.array(conversationSchema) }), ...refusals },
      },
    },
    async ({ query: { id }, caller }) => {
      const ids = [...new Set([id].flat().flatMap((one) => one.split(',')))].filter((one) => one !== '')
      if (ids.length === 0 || ids.length > IDS_MAX)
        throw new HttpError('malformed', `id: name 1 to ${IDS_MAX} conversations.`, 'id')
      const legs = (await caller.queries.conversationsById(ids)).filter(isConversation)
      return { conversations: byConversation(legs).map(toConversation) }
    },
  )
}
