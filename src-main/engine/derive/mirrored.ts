// Which identifiers a contact's fields claim (the "mirrors" column of the domain specification, section 2).

import { type ContactFields, EMAIL_FIELDS, PHONE_FIELDS } from '@shared/model/contact'
import { normaliseEmail } from '@shared/model/email'
import type { Identifier, IdentifierType } from '@shared/model/identifier'
import type { IdentifierId } from '@shared/model/ids'
import { identifierId } from '../documents/ids'

/** Numbers are read on devices; what a foreign document has in their place is no key, and no server would take a claim of it. */
const E164 = /^\+[1-9]\d{1,19}$/
const ACCOUNT = /^\+\d{1,20}$/
const matching = (value: string | undefined, pattern: RegExp) => (value && pattern.test(value) ? value : undefined)

/** The identifiers of a contact's fields, each once, by identifier document id. Values that are no valid key give none. */
export function mirroredIdentifiers(fields: ContactFields): Map<IdentifierId, Identifier> {
  const found = new Map<IdentifierId, Identifier>()
  const add = (type: IdentifierType, value: string | undefined, source?: string) => {
    if (!value) return
    const identifier: Identifier = { type, value, ...(source === undefined ? {} : { source }) }
    found.set(identifierId(identifier), identifier)
  }
  for (const field of PHONE_FIELDS) add('Phone', matching(fields[field]?.e164, E164))
  for (const field of EMAIL_FIELDS) if (fields[field]) add('Email', normaliseEmail(fields[field]))
  add('SocialWhatsapp', matching(fields.whatsAppId?.phoneNumber.e164, ACCOUNT)?.slice(1))
  add('SocialTwitter', fields.twitterId?.id?.trim() || fields.twitterId?.screenName?.trim())
  for (const { userId } of fields.lineId?.ids ?? []) add('SocialLine', userId.trim())
  for (const { scopedId } of fields.facebookId?.ids ?? []) add('SocialFacebook', scopedId.trim())
  for (const { scopedId } of fields.instagramId?.ids ?? []) add('SocialInstagram', scopedId.trim())
  add('SocialWhatsappBsuid', fields.whatsappBsuid?.trim())
  for (const { value } of fields.appleOpaqueIds ?? []) add('AppleOpaqueId', value?.trim())
  for (const { externalSource, value } of fields.externalIds ?? [])
    add('ExternalId', value.trim(), externalSource.id.trim())
  return found
}
