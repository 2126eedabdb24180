// Interactions: one conversation or one web or app session, and how it is told to us.
// Invariant: the facts of an interaction never change after it is recorded; its link to a contact and its wrap-up do, and
// what was not known then is added.

import { z } from 'zod'
import { sentIdentifierSchema } from './identifier'
import {
  ID_MAX,
  INTERACTION_IDENTIFIERS_MAX,
  NAME_MAX,
  NOTE_MAX,
  PARTICIPANT_MAX,
  SESSION_EVENTS_MAX,
  SUBJECT_MAX,
  URL_MAX,
  WRAP_UP_MAX,
} from './limits'

export const CHANNELS = [
  'voice',
  'callback',
  'email',
  'chat',
  'sms',
  'whatsapp',
  'social',
  'web',
  'app',
  'inPerson',
] as const
export const channelSchema = z.enum(CHANNELS)
export type Channel = z.infer<typeof channelSchema>

const SESSION_CHANNELS = ['web', 'app'] as const
type SessionChannel = (typeof SESSION_CHANNELS)[number]
/** Whether what came this way is a session on a site or in an app, and no conversation. */
export const isSession = (channel: Channel): channel is SessionChannel =>
  (SESSION_CHANNELS as readonly Channel[]).includes(channel)
export type ConversationChannel = Exclude<Channel, SessionChannel>

export const directionSchema = z.enum(['inbound', 'outbound'])
export type Direction = z.infer<typeof directionSchema>

/** RFC 3339 with an offset or `Z`. Stored as given, compared as a moment. */
export const momentSchema = z.iso.datetime({ offset: true })

/** One step of a web or app session. */
export const sessionEventSchema = z.object({
  at: momentSchema,
  name: z.string().min(1).max(PARTICIPANT_MAX),
  detail: z.string().max(URL_MAX).optional(),
})
export type SessionEvent = z.infer<typeof sessionEventSchema>

/** What is known of an interaction when it is recorded. */
export const interactionInputSchema = z.object({
  /** With `communicationId` the key: recording the same pair twice records once. A new one is made when absent. */
  conversationId: z.string().min(1).max(ID_MAX).optional(),
  communicationId: z.string().min(1).max(ID_MAX).optional(),
  channel: channelSchema,
  direction: directionSchema.default('inbound'),
  startedAt: momentSchema,
  endedAt: momentSchema.optional(),
  /** In any notation. What cannot be read as an identifier is kept as it was sent; nothing is refused for it. */
  identifiers: z.array(sentIdentifierSchema).max(INTERACTION_IDENTIFIERS_MAX),
  queue: z.string().max(NAME_MAX).optional(),
  agent: z.string().max(NAME_MAX).optional(),
  wrapUp: z.string().max(WRAP_UP_MAX).optional(),
  subject: z.string().max(SUBJECT_MAX).optional(),
  note: z.string().max(NOTE_MAX).optional(),
  /** Steps of a session; only for `web` and `app`. */
  events: z.array(sessionEventSchema).max(SESSION_EVENTS_MAX).optional(),
})
export type InteractionInput = z.input<typeof interactionInputSchema>
