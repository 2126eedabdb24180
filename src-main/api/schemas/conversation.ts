// The reference's analytics conversation, made of interactions: the customer, the queue and the agent each a participant.
import { type ConversationChannel, isSession } from '@shared/model/interaction'
import type { InteractionView } from '@shared/model/views'
import { z } from 'zod'
import { MEDIA_TYPES, MESSAGE_TYPES, mediaOf } from './media'

export const PURPOSES = ['acd', 'agent', 'customer'] as const
export const DIRECTIONS = ['inbound', 'outbound'] as const

/** An interaction that is no web or app session. */
export type Conversed = InteractionView & { channel: ConversationChannel }
export const isConversation = (view: InteractionView): view is Conversed => !isSession(view.channel)

const segmentSchema = z.object({
  segmentStart: z.string(),
  segmentEnd: z.string().optional(),
  segmentType: z.literal('interact'),
  queueId: z.string().optional(),
  subject: z.string().optional(),
  wrapUpCode: z.string().optional(),
})
const participantSchema = z.object({
  participantId: z.string(),
  purpose: z.enum(PURPOSES),
  externalContactId: z.string().optional(),
  userId: z.string().optional(),
  sessions: z.array(
    z.object({
      sessionId: z.string(),
      mediaType: z.enum(MEDIA_TYPES),
      messageType: z.enum(MESSAGE_TYPES).optional(),
      direction: z.enum(DIRECTIONS),
      addressFrom: z.string().optional(),
      ani: z.string().optional(),
      segments: z.array(segmentSchema),
    }),
  ),
})
export const conversationSchema = z.object({
  conversationId: z.string(),
  conversationStart: z.string(),
  conversationEnd: z.string().optional(),
  originatingDirection: z.enum(DIRECTIONS),
  divisionIds: z.array(z.string()),
  participants: z.array(participantSchema),
})
export type Conversation = z.infer<typeof conversationSchema>

/** The id of the interaction that a participant took part in. */
export const interactionOf = (participantId: string): string => participantId.replace(/-(acd|agent)$/, '')

function participantsOf(view: Conversed): z.infer<typeof participantSchema>[] {
  const { id, startedAt, endedAt, queue, agent, wrapUp, subject, direction, contactId } = view
  const [from] = view.identifiers
  const segment = {
    segmentStart: startedAt,
    ...(endedAt ? { segmentEnd: endedAt } : {}),
    segmentType: 'interact' as const,
  }
  const session = {
    mediaType: mediaOf(view.channel, view.identifiers),
    direction,
    sessionId: view.communicationId ?? id,
  }
  const participant = (
    purpose: (typeof PURPOSES)[number],
    who: { externalContactId?: string; userId?: string; addressFrom?: string },
    more: { queueId?: string; subject?: string; wrapUpCode?: string },
  ) => {
    const { addressFrom, ...named } = who
    const address =
      addressFrom === undefined ? {} : { addressFrom, ...(view.channel === 'voice' ? { ani: addressFrom } : {}) }
    return {
      participantId: purpose === 'customer' ? id : `${id}-${purpose}`,
      purpose,
      ...named,
      sessions: [
        {
          sessionId: purpose === 'customer' ? session.sessionId : `${session.sessionId}-${purpose}`,
          ...session.mediaType,
          direction: session.direction,
          ...address,
          segments: [{ ...segment, ...more }],
        },
      ],
    }
  }
  const inQueue = queue ? { queueId: queue } : {}
  return [
    participant(
      'customer',
      { ...(contactId === null ? {} : { externalContactId: contactId }), ...(from ? { addressFrom: from.value } : {}) },
      { ...inQueue, ...(subject ? { subject } : {}) },
    ),
    ...(queue ? [participant('acd', {}, inQueue)] : []),
    ...(agent || wrapUp
      ? [
          participant('agent', agent ? { userId: agent } : {}, {
            ...inQueue,
            ...(wrapUp ? { wrapUpCode: wrapUp } : {}),
          }),
        ]
      : []),
  ]
}

/** The interactions of one conversation, as analytics tell of it. */
export function toConversation(views: readonly [Conversed, ...Conversed[]]): Conversation {
  const [first] = views
  const ends = views.flatMap(({ endedAt }) => endedAt ?? [])
  // It goes on for as long as a part of it does.
  const end = ends.length === views.length ? ends.sort().at(-1) : undefined
  return {
    conversationId: first.conversationId,
    conversationStart: views.map(({ startedAt }) => startedAt).sort()[0] ?? first.startedAt,
    ...(end ? { conversationEnd: end } : {}),
    originatingDirection: first.direction,
    divisionIds: ['home'],
    participants: views.flatMap(participantsOf),
  }
}
