// Interactions as other systems tell of them: the reference's media types and our channels.

import {
  CHANNELS,
  type Channel,
  type InteractionInput,
  momentSchema,
  sessionEventSchema,
} from '@shared/model/interaction'
import {
  ID_MAX,
  IDENTIFIER_VALUE_MAX,
  INTERACTION_IDENTIFIERS_MAX,
  PARTICIPANT_MAX,
  SESSION_EVENTS_MAX,
  SUBJECT_MAX,
  WRAP_UP_MAX,
} from '@shared/model/limits'
import {
  interactionViewSchema,
  laterFieldSchema,
  type RecordingWarning,
  recordingWarningSchema,
  resolutionReasonSchema,
} from '@shared/model/views'
import { z } from 'zod'
import { HttpError } from '../errors'
import { externalContactSchema, identifierBody, toIdentifier } from './contact'

/** Not strict: an interaction is refused for nothing that is said of an identifier. */
const sentIdentifier = z.object({
  ...identifierBody.shape,
  /** Some systems send a number as a number. */
  value: z
    .union([z.string().max(IDENTIFIER_VALUE_MAX), z.number()])
    .nullish()
    .transform((value) => (value === null || value === undefined ? '' : String(value).toWellFormed())),
})
const shared = {
  startedAt: momentSchema,
  /** An empty text is none, as some systems send it while a call goes on. */
  endedAt: z.union([momentSchema, z.literal('')]).nullish(),
  /** Any notation; what cannot be read is kept as sent. Some exchanges send a withheld number as nothing. */
  identifiers: z
    .array(sentIdentifier)
    .max(INTERACTION_IDENTIFIERS_MAX)
    .nullish()
    .transform((all) => all ?? []),
  queue: z.string().max(PARTICIPANT_MAX).nullish(),
  agent: z.string().max(PARTICIPANT_MAX).nullish(),
  subject: z.string().max(SUBJECT_MAX).nullish(),
}

/** Not strict: what is said beside is told, and refuses nothing. */
export const interactionBody = z.looseObject({
  ...shared,
  /** With `communicationId` the key: telling of the same pair again records nothing twice, and adds what was not known. */
  conversationId: z.string().min(1).max(ID_MAX),
  communicationId: z.string().max(ID_MAX).nullish(),
  /** A channel, or a media type of the reference in any case: `VOICE`, `MESSAGE`. */
  mediaType: z.string().min(1).max(32),
  direction: z.string().max(16).nullish(),
  wrapUp: z.string().max(WRAP_UP_MAX).nullish(),
})

export const sessionBody = z.looseObject({
  ...shared,
  /** Of the session; telling of it twice records it once. */
  sessionId: z.string().min(1).max(ID_MAX).nullish(),
  type: z.enum(['web', 'app']).default('web'),
  events: z.array(sessionEventSchema).max(SESSION_EVENTS_MAX).default([]),
})

/** What a body says beside what an interaction has. */
export function unknownMembers(body: object, known: { shape: object }): RecordingWarning[] {
  return Object.keys(body).flatMap((field) =>
    Object.hasOwn(known.shape, field)
      ? []
      : [{ code: 'unknown_member', field, message: `An interaction has no “${field.slice(0, 64)}”: it was not kept.` }],
  )
}

export const recordedSchema = z.object({
  interaction: interactionViewSchema,
  /** Null: told of again, and the contact it belonged to is gone, or there was none. */
  contact: externalContactSchema.nullable(),
  created: z.boolean(),
  reason: resolutionReasonSchema,
  /** Told of again: what it added. */
  added: z.array(laterFieldSchema),
  /** What was not taken as told: identifiers that cannot be read, moments in the future, what was known otherwise. */
  warnings: z.array(recordingWarningSchema),
})

/** What the reference and its message types call a message. */
const SOCIAL = new Set(['facebook', 'messenger', 'instagram', 'twitter', 'line', 'apple', 'social expression'])
const MESSAGES = new Set(['message', 'messaging', 'webmessaging', 'open', 'openmessaging'])

/** Media types of the reference that are no channels of ours by name. A message is of the channel it came by. */
function channelOf(mediaType: string, identifiers: readonly { type: string }[]): Channel {
  const lower = mediaType.toLowerCase()
  const own = CHANNELS.find((channel) => channel.toLowerCase() === lower)
  if (own) return own
  if (lower === 'call' || lower === 'phone' || lower === 'telephony') return 'voice'
  if (lower === 'webchat') return 'chat'
  if (lower === 'e-mail' || lower === 'mail') return 'email'
  if (SOCIAL.has(lower)) return 'social'
  if (MESSAGES.has(lower)) {
    const [first] = identifiers.filter(({ type }) => type !== 'ExternalId' && type !== 'Cookie')
    if (!first) return 'chat'
    if (first.type.startsWith('SocialWhatsapp')) return 'whatsapp'
    return first.type === 'Phone' ? 'sms' : first.type === 'Email' ? 'email' : 'social'
  }
  throw new HttpError(
    'malformed',
    `mediaType: must be one of ${CHANNELS.join(', ')}, message, webmessaging, open, phone, call, webchat.`,
    'mediaType',
  )
}

function directionOf(text: string | null | undefined): 'inbound' | 'outbound' {
  const lower = (text ?? 'inbound').toLowerCase()
  if (lower === 'inbound' || lower === 'in' || lower === 'incoming') return 'inbound'
  if (lower === 'outbound' || lower === 'out' || lower === 'outgoing') return 'outbound'
  throw new HttpError('malformed', 'direction: must be one of inbound, outbound.', 'direction')
}

type Told = Partial<
  Record<'endedAt' | 'queue' | 'agent' | 'subject' | 'wrapUp' | 'communicationId', string | null | undefined>
>
const said = (told: Told) =>
  Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null && value !== undefined && value !== ''))

/** @throws HttpError `malformed` for an unknown media type or direction */
export function toInteraction(body: z.infer<typeof interactionBody>): InteractionInput {
  const { conversationId, communicationId, mediaType, direction, startedAt, identifiers, ...rest } = body
  const { endedAt, queue, agent, subject, wrapUp } = rest
  return {
    conversationId,
    channel: channelOf(mediaType, identifiers),
    direction: directionOf(direction),
    startedAt,
    identifiers: identifiers.map(toIdentifier),
    ...said({ communicationId, endedAt, queue, agent, subject, wrapUp }),
  }
}

export function toSession(body: z.infer<typeof sessionBody>): InteractionInput {
  const { sessionId, type, startedAt, identifiers, events, endedAt, queue, agent, subject } = body
  return {
    ...(sessionId ? { conversationId: sessionId } : {}),
    channel: type,
    startedAt,
    identifiers: identifiers.map(toIdentifier),
    events,
    ...said({ endedAt, queue, agent, subject }),
  }
}
