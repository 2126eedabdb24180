// The reference's Session, made of interactions.
import { isSession } from '@shared/model/interaction'
import type { InteractionView } from '@shared/model/views'
import { z } from 'zod'
import { contactUri } from './contact'

const ref = z.object({ id: z.string(), selfUri: z.string().optional() })

export const sessionSchema = z.object({
  id: z.string(),
  type: z.string(),
  externalContact: ref.optional(),
  customerId: z.string().optional(),
  customerIdType: z.string().optional(),
  createdDate: z.string(),
  endedDate: z.string().optional(),
  durationInSeconds: z.number().optional(),
  eventCount: z.number(),
  pageviewCount: z.number(),
  lastEvent: z.object({ id: z.string(), eventName: z.string(), createdDate: z.string() }),
  authenticated: z.boolean(),
  conversation: ref.optional(),
  conversationChannels: z.array(z.object({ type: z.string() })).optional(),
  conversationSubject: z.string().optional(),
  originatingDirection: z.string().optional(),
  lastConnectedQueue: z.object({ id: z.string() }).optional(),
  lastConnectedUser: z.object({ id: z.string() }).optional(),
  selfUri: z.string(),
})

/** A web or app session with its events; a conversation is a session with one. */
export function toSession(view: InteractionView): z.infer<typeof sessionSchema> {
  const { id, conversationId, contactId, channel, direction, startedAt, endedAt, identifiers } = view
  const online = isSession(channel)
  const last = view.events?.at(-1) ?? (endedAt ? { at: endedAt, name: 'ended' } : { at: startedAt, name: 'started' })
  const cookie = identifiers.find(({ type }) => type === 'Cookie') ?? identifiers[0]
  return {
    id: online ? conversationId : id,
    type: online ? channel : 'conversation',
    ...(contactId === null ? {} : { externalContact: { id: contactId, selfUri: contactUri(contactId) } }),
    ...(cookie ? { customerId: cookie.value, customerIdType: cookie.type } : {}),
    createdDate: startedAt,
    ...(endedAt
      ? { endedDate: endedAt, durationInSeconds: Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000) }
      : {}),
    eventCount: view.events?.length ?? 0,
    pageviewCount: view.events?.filter(({ name }) => /page/i.test(name)).length ?? 0,
    lastEvent: { id: `${id}-last`, eventName: last.name, createdDate: last.at },
    authenticated: identifiers.some(({ type }) => type === 'ExternalId'),
    ...(online
      ? {}
      : {
          conversation: { id: conversationId },
          conversationChannels: [{ type: channel }],
          originatingDirection: direction,
          ...(view.subject ? { conversationSubject: view.subject } : {}),
        }),
    ...(view.queue ? { lastConnectedQueue: { id: view.queue } } : {}),
    ...(view.agent ? { lastConnectedUser: { id: view.agent } } : {}),
    selfUri: `/api/v2/journey/sessions/${encodeURIComponent(online ? conversationId : id)}`,
  }
}
