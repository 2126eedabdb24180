// What a typed value most likely is: the type of identifier that a channel is reached by.
// Invariant: this only proposes a type; whether the value is valid is for normalisation to say.
import { normaliseEmail } from '@shared/model/email'
import type { IdentifierType } from '@shared/model/identifier'
import type { Channel } from '@shared/model/interaction'
import { parsePhone } from '@shared/model/phone'

/** Types a channel can come by, the likeliest first. */
export const TYPES_OF_CHANNEL: Readonly<Record<Channel, readonly [IdentifierType, ...IdentifierType[]]>> = {
  voice: ['Phone', 'ExternalId'],
  callback: ['Phone', 'ExternalId'],
  sms: ['Phone'],
  email: ['Email', 'ExternalId'],
  chat: ['Email', 'Phone', 'Cookie', 'AppleOpaqueId', 'ExternalId'],
  whatsapp: ['SocialWhatsapp', 'SocialWhatsappBsuid'],
  social: ['SocialTwitter', 'SocialFacebook', 'SocialInstagram', 'SocialLine'],
  web: ['Cookie', 'Email', 'Phone', 'ExternalId'],
  app: ['Cookie', 'Email', 'Phone', 'ExternalId'],
  inPerson: ['Phone', 'Email', 'ExternalId'],
}

/** Proposes a type for what was typed: what it looks like if the channel allows that, else the channel's likeliest. */
export function inferIdentifierType(channel: Channel, typed: string, region: string): IdentifierType {
  const types = TYPES_OF_CHANNEL[channel]
  const text = typed.trim()
  if (types.includes('Email') && text.includes('@') && normaliseEmail(text) !== undefined) return 'Email'
  if (types.includes('Phone') && parsePhone(text, region)) return 'Phone'
  return types[0]
}
