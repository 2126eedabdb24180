// The reference's conversation as telephony and scripts read it, made of interactions: who takes part, and by what.
// Invariant: participants are those that analytics tell of, under the same ids.
import { z } from 'zod'
import { type Conversed, DIRECTIONS, PURPOSES, toConversation } from './conversation'
import { MESSAGE_TYPES, mediaOf } from './media'

const STATES = ['connected', 'disconnected'] as const
const communicationSchema = z.object({
  id: z.string(),
  state: z.enum(STATES),
  direction: z.enum(DIRECTIONS),
  connectedTime: z.string(),
  disconnectedTime: z.string().optional(),
  subject: z.string().optional(),
  type: z.enum(MESSAGE_TYPES).optional(),
})
type Communication = z.infer<typeof communicationSchema>
const communications = z.array(communicationSchema).optional()

const participantSchema = z.object({
  id: z.string(),
  purpose: z.enum(PURPOSES),
  startTime: z.string(),
  endTime: z.string().optional(),
  externalContactId: z.string().optional(),
  userId: z.string().optional(),
  queueId: z.string().optional(),
  address: z.string().optional(),
  ani: z.string().optional(),
  wrapup: z.object({ code: z.string() }).optional(),
  calls: communications,
  callbacks: communications,
  chats: communications,
  emails: communications,
  messages: communications,
})
type Participant = z.infer<typeof participantSchema>

export const liveConversationSchema = z.object({
  id: z.string(),
  startTime: z.string(),
  endTime: z.string().optional(),
  participants: z.array(participantSchema),
  divisions: z.array(z.object({ division: z.object({ id: z.string(), name: z.string() }) })),
  selfUri: z.string(),
})

/** Under which name a participant has what they took part by; what happened in person has none. */
const LISTS = {
  voice: 'calls',
  callback: 'callbacks',
  chat: 'chats',
  email: 'emails',
  sms: 'messages',
  whatsapp: 'messages',
  social: 'messages',
  inPerson: undefined,
} as const satisfies Record<Conversed['channel'], keyof Participant | undefined>

function communicationsOf(leg: Conversed, sessionId: string): Pick<Participant, 'calls'> {
  const list = LISTS[leg.channel]
  if (list === undefined) return {}
  const { messageType } = mediaOf(leg.channel, leg.identifiers)
  const one: Communication = {
    id: sessionId,
    state: leg.endedAt === undefined ? 'connected' : 'disconnected',
    direction: leg.direction,
    connectedTime: leg.startedAt,
    ...(leg.endedAt === undefined ? {} : { disconnectedTime: leg.endedAt }),
    ...(list === 'emails' && leg.subject ? { subject: leg.subject } : {}),
    ...(messageType === undefined ? {} : { type: messageType }),
  }
  return { [list]: [one] }
}

function participantsOf(leg: Conversed): Participant[] {
  return toConversation([leg]).participants.map(({ participantId, purpose, externalContactId, userId, sessions }) => {
    const [session] = sessions
    const [segment] = session?.segments ?? []
    return {
      id: participantId,
      purpose,
      startTime: leg.startedAt,
      ...(leg.endedAt === undefined ? {} : { endTime: leg.endedAt }),
      ...(externalContactId === undefined ? {} : { externalContactId }),
      ...(userId === undefined ? {} : { userId }),
      ...(segment?.queueId === undefined ? {} : { queueId: segment.queueId }),
      ...(session?.addressFrom === undefined ? {} : { address: session.addressFrom }),
      ...(session?.ani === undefined ? {} : { ani: session.ani }),
      ...(segment?.wrapUpCode === undefined ? {} : { wrapup: { code: segment.wrapUpCode } }),
      ...communicationsOf(leg, session?.sessionId ?? leg.id),
    }
  })
}

export function toLiveConversation(legs: readonly [Conversed, ...Conversed[]]): z.infer<typeof liveConversationSchema> {
  const { conversationId, conversationStart, conversationEnd } = toConversation(legs)
  const isOver = legs.every(({ endedAt }) => endedAt !== undefined)
  return {
    id: conversationId,
    startTime: conversationStart,
    ...(isOver && conversationEnd !== undefined ? { endTime: conversationEnd } : {}),
    participants: legs.flatMap(participantsOf),
    divisions: [{ division: { id: 'home', name: 'Home' } }],
    selfUri: `/api/v2/conversations/${encodeURIComponent(conversationId)}`,
  }
}
