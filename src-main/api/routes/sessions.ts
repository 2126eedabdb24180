// One session by its id, and what happened in it.

import { ScvError } from '@shared/errors'
import { asInteractionId } from '@shared/model/ids'
import { isSession, momentSchema } from '@shared/model/interaction'
import { z } from 'zod'
import { interactionId } from '../../engine/documents/ids'
import { requirePermission } from '../../engine/permissions'
import type { Caller } from '../caller'
import { idSchema, limitQuery, readCursor, writeCursor } from '../schemas/common'
import { sessionSchema, toSession } from '../schemas/journey'
import { type Routes, refusals } from './route'

const EVENTS_MAX = 200
const SESSIONS = '/api/v2/journey/sessions'
const params = z.object({ sessionId: idSchema })
const afterSchema = z.object({ at: z.number().int().nonnegative() })
const stepSchema = z.object({ eventName: z.string(), detail: z.string().optional() })
const eventSchema = z.object({
  id: z.string(),
  correlationId: z.string(),
  customerId: z.string().optional(),
  customerIdType: z.string().optional(),
  session: z.object({ id: z.string(), type: z.string(), selfUri: z.string() }),
  eventType: z.enum(['com.genesys.journey.WebEvent', 'com.genesys.journey.AppEvent']),
  webEvent: stepSchema.optional(),
  appEvent: stepSchema.optional(),
  createdDate: momentSchema,
})

export const sessionRoutes: Routes = (api, { engine }) => {
  /** A web or app session by its own id, a conversation by its interaction's. Conversations have a permission of their own. */
  async function session(caller: Caller, sessionId: string) {
    for (const id of [interactionId(sessionId), asInteractionId(sessionId)])
      try {
        const view = await engine.queries.interaction(id)
        const isOnline = isSession(view.channel)
        if (!isOnline) requirePermission(caller.actor(), 'externalContacts:conversation:viewAll')
        if (isOnline === (id !== sessionId)) return view
      } catch (error) {
        if (!(error instanceof ScvError && error.code === 'not_found')) throw error
      }
    throw new ScvError('not_found', 'There is no session with this id.', { field: 'sessionId' })
  }

  api.get(
    `${SESSIONS}/:sessionId`,
    {
      config: { permission: 'externalContacts:session:view' },
      schema: { summary: 'Read a session', tags: ['journey'], params, response: { 200: sessionSchema, ...refusals } },
    },
    async ({ params: { sessionId }, caller }) => toSession(await session(caller, sessionId)),
  )

  api.get(
    `${SESSIONS}/:sessionId/events`,
    {
      config: { permission: 'externalContacts:session:view' },
      schema: {
        summary: 'What happened in a web or app session, oldest first',
        tags: ['journey'],
        params,
        querystring: z.object({ pageSize: limitQuery(1, EVENTS_MAX, 25), after: z.string().max(1024).optional() }),
        response: {
          200: z.object({ entities: z.array(eventSchema), nextUri: z.string().optional(), selfUri: z.string() }),
          ...refusals,
        },
      },
    },
    async ({ params: { sessionId }, query: { pageSize, after }, caller }) => {
      const view = await session(caller, sessionId)
      const { id, type, customerId, customerIdType, selfUri } = toSession(view)
      const from = after ? readCursor(after, afterSchema, 'after').at : 0
      const events = view.events ?? []
      const entities = events.slice(from, from + pageSize).map(({ at, name, detail }, i) => {
        const step = { eventName: name, ...(detail === undefined ? {} : { detail }) }
        return {
          id: `${id}-${from + i}`,
          correlationId: id,
          ...(customerId === undefined ? {} : { customerId }),
          ...(customerIdType === undefined ? {} : { customerIdType }),
          session: { id, type, selfUri },
          ...(type === 'app'
            ? { eventType: 'com.genesys.journey.AppEvent' as const, appEvent: step }
            : { eventType: 'com.genesys.journey.WebEvent' as const, webEvent: step }),
          createdDate: at,
        }
      })
      const uri = (cursor: string | undefined) =>
        `${selfUri}/events?${new URLSearchParams({ pageSize: String(pageSize), ...(cursor ? { after: cursor } : {}) })}`
      const isMore = events.length > from + pageSize
      return {
        entities,
        ...(isMore ? { nextUri: uri(writeCursor({ at: from + pageSize })) } : {}),
        selfUri: uri(after),
      }
    },
  )
}
