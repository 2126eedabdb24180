// The reference's Session and analytics conversation, made of interactions.
import type { InteractionView } from '@shared/model/views'
import { z } from 'zod'
import { BASE, contactUri } from './contact'

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
  const online = channel === 'web' || channel === 'app'
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
    selfUri: `${BASE}/journey/sessions/${id}`,
  }
}

export const conversationSchema = z.object({
  conversationId: z.string(),
  conversationStart: z.string(),
  conversationEnd: z.string().optional(),
  originatingDirection: z.string(),
  participants: z.array(
    z.object({
      participantId: z.string(),
      purpose: z.string(),
      externalContactId: z.string().optional(),
      userId: z.string().optional(),
      sessions: z.array(
        z.object({
          sessionId: z.string(),
          mediaType: z.string(),
          direction: z.string(),
          addressFrom: z.string().optional(),
          segments: z.array(
            z.object({
              segmentStart: z.string(),
              segmentEnd: z.string().optional(),
              segmentType: z.string(),
              queueId: z.string().optional(),
              subject: z.string().optional(),
              wrapUpCode: z.string().optional(),
            }),
          ),
        }),
      ),
    }),
  ),
})

/** Interactions of one conversation, each a participant of it. */
export function toConversation(
  views: readonly [InteractionView, ...InteractionView[]],
): z.infer<typeof conversationSchema> {
  const [first] = views
  const starts = views.map(({ startedAt }) => startedAt).sort()
  const ends = views.flatMap(({ endedAt }) => endedAt ?? []).sort()
  const end = ends.at(-1)
  return {
    conversationId: first.conversationId,
    conversationStart: starts[0] ?? first.startedAt,
    ...(end ? { conversationEnd: end } : {}),
    originatingDirection: first.direction,
    participants: views.map((view) => ({
      participantId: view.id,
      purpose: 'customer',
      ...(view.contactId === null ? {} : { externalContactId: view.contactId }),
      ...(view.agent ? { userId: view.agent } : {}),
      sessions: [
        {
          sessionId: view.communicationId ?? view.id,
          mediaType: view.channel,
          direction: view.direction,
          ...(view.identifiers[0] ? { addressFrom: view.identifiers[0].value } : {}),
          segments: [
            {
              segmentStart: view.startedAt,
              ...(view.endedAt ? { segmentEnd: view.endedAt } : {}),
              segmentType: 'interact',
              ...(view.queue ? { queueId: view.queue } : {}),
              ...(view.subject ? { subject: view.subject } : {}),
              ...(view.wrapUp ? { wrapUpCode: view.wrapUp } : {}),
            },
          ],
        },
      ],
    })),
  }
}
