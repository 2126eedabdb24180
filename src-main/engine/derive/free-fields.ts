// Where identifiers that stand in no field find a free one: a person who was made by interactions has claims and no fields.
// Invariant: pure; what stands in a field stays there, and an identifier for which there is no room stays an identifier.
import { type ContactFields, EMAIL_FIELDS, PHONE_FIELDS } from '@shared/model/contact'
import type { Identifier, IdentifierType } from '@shared/model/identifier'
import { EXTERNAL_IDS_MAX, LIST_MAX } from '@shared/model/limits'
import { toPhoneNumber, toWhatsappNumber } from '@shared/model/phone'
import { isEmpty } from '../documents/fields'
import { identifierId } from '../documents/ids'
import { mirroredIdentifiers } from './mirrored'

type Place = (fields: ContactFields, identifier: Identifier, region: string) => ContactFields

const firstFree = <F extends keyof ContactFields>(fields: ContactFields, slots: readonly F[]): F | undefined =>
  slots.find((slot) => isEmpty(fields[slot]))

function inList<T>(list: readonly T[] | undefined, entry: T, most: number): T[] | undefined {
  return (list?.length ?? 0) < most ? [...(list ?? []), entry] : undefined
}

/** A Cookie has no field. */
const PLACES: Readonly<Record<IdentifierType, Place>> = {
  Cookie: () => ({}),
  Phone(fields, { value }, region) {
    const slot = firstFree(fields, PHONE_FIELDS)
    return slot ? { [slot]: toPhoneNumber({ userInput: value }, region) } : {}
  },
  Email(fields, { value }) {
    const slot = firstFree(fields, EMAIL_FIELDS)
    return slot ? { [slot]: value } : {}
  },
  SocialWhatsapp: ({ whatsAppId }, { value }, region) =>
    whatsAppId ? {} : { whatsAppId: { phoneNumber: toWhatsappNumber({ userInput: `+${value}` }, region) } },
  SocialTwitter: ({ twitterId }, { value }) => (isEmpty(twitterId) ? { twitterId: { id: value } } : {}),
  SocialWhatsappBsuid: ({ whatsappBsuid }, { value }) => (whatsappBsuid ? {} : { whatsappBsuid: value }),
  SocialLine({ lineId }, { value }) {
    const ids = inList(lineId?.ids, { userId: value }, LIST_MAX)
    return ids ? { lineId: { ...lineId, ids } } : {}
  },
  SocialFacebook({ facebookId }, { value }) {
    const ids = inList(facebookId?.ids, { scopedId: value }, LIST_MAX)
    return ids ? { facebookId: { ...facebookId, ids } } : {}
  },
  SocialInstagram({ instagramId }, { value }) {
    const ids = inList(instagramId?.ids, { scopedId: value }, LIST_MAX)
    return ids ? { instagramId: { ...instagramId, ids } } : {}
  },
  AppleOpaqueId({ appleOpaqueIds: list }, { value }) {
    const appleOpaqueIds = inList(list, { value }, LIST_MAX)
    return appleOpaqueIds ? { appleOpaqueIds } : {}
  },
  ExternalId({ externalIds: list }, { value, source }) {
    if (source === undefined) return {}
    const externalIds = inList(list, { externalSource: { id: source }, value }, EXTERNAL_IDS_MAX)
    return externalIds ? { externalIds } : {}
  },
}

/**
 * The fields that change so that every identifier stands in one, as far as there is room; in the order of type and value.
 * @param region the one whose agents read the numbers: they are shown as if typed there
 */
export function freeFieldsFor(
  fields: ContactFields,
  identifiers: readonly Identifier[],
  region: string,
): ContactFields {
  let changes: ContactFields = {}
  const key = ({ type, value }: Identifier) => `${type} ${value}`
  for (const identifier of [...identifiers].sort((a, b) => (key(a) < key(b) ? -1 : 1))) {
    const now = { ...fields, ...changes }
    if (mirroredIdentifiers(now).has(identifierId(identifier))) continue
    const placed = PLACES[identifier.type](now, identifier, region)
    // A value that its field would read as another key stays where it is.
    if (mirroredIdentifiers({ ...now, ...placed }).has(identifierId(identifier))) changes = { ...changes, ...placed }
  }
  return changes
}
