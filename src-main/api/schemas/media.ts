// Our channels in the reference's words: what a conversation came by is a media type, and for messages the kind of message.
// Invariant: web and app sessions are no conversations, and have no media type.
import type { ConversationChannel } from '@shared/model/interaction'

export const MEDIA_TYPES = [
  'callback',
  'chat',
  'cobrowse',
  'email',
  'internalmessage',
  'message',
  'screenshare',
  'unknown',
  'video',
  'voice',
] as const
/** As the reference names media where a conversation is associated; those of its queries are understood as well. */
export const ASSOCIATED_MEDIA = [...MEDIA_TYPES, 'call', 'social_expression'] as const
export const MESSAGE_TYPES = [
  'apple',
  'facebook',
  'instagram',
  'line',
  'open',
  'sms',
  'telegram',
  'twitter',
  'unknown',
  'webmessaging',
  'whatsapp',
] as const
type Media = { mediaType: (typeof MEDIA_TYPES)[number]; messageType?: (typeof MESSAGE_TYPES)[number] }

const MEDIA: Readonly<Record<Exclude<ConversationChannel, 'social'>, Media>> = {
  voice: { mediaType: 'voice' },
  callback: { mediaType: 'callback' },
  email: { mediaType: 'email' },
  chat: { mediaType: 'chat' },
  sms: { mediaType: 'message', messageType: 'sms' },
  whatsapp: { mediaType: 'message', messageType: 'whatsapp' },
  inPerson: { mediaType: 'unknown' },
}
const BY_ACCOUNT: Readonly<Record<string, (typeof MESSAGE_TYPES)[number]>> = {
  SocialFacebook: 'facebook',
  SocialInstagram: 'instagram',
  SocialLine: 'line',
  SocialTwitter: 'twitter',
  SocialWhatsapp: 'whatsapp',
  SocialWhatsappBsuid: 'whatsapp',
  AppleOpaqueId: 'apple',
}

/** What a conversation came by. A social message is of the account it came from. */
export function mediaOf(channel: ConversationChannel, identifiers: readonly { type: string }[]): Media {
  if (channel !== 'social') return MEDIA[channel]
  const from = identifiers.flatMap(({ type }) => BY_ACCOUNT[type] ?? [])[0]
  return { mediaType: 'message', messageType: from ?? 'unknown' }
}
