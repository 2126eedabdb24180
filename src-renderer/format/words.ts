// What things are called on screen. Types of identifiers, channels and contacts appear in plain words and nowhere by code.
import type { ContactType } from '@shared/model/contact'
import type { IdentifierType } from '@shared/model/identifier'
import type { Channel, Direction } from '@shared/model/interaction'
import type { ClaimSource, ClaimView, LookupHit, PersonRef } from '@shared/model/views'
import { formatDay } from './locale'

export const CHANNEL_WORDS: Readonly<Record<Channel, string>> = {
  voice: 'Call',
  callback: 'Callback',
  email: 'E-mail',
  chat: 'Chat',
  sms: 'Text message',
  whatsapp: 'WhatsApp',
  social: 'Social media',
  web: 'Website',
  app: 'App',
  inPerson: 'In person',
}

export const DIRECTION_WORDS: Readonly<Record<Direction, string>> = { inbound: 'Incoming', outbound: 'Outgoing' }

export const IDENTIFIER_WORDS: Readonly<Record<IdentifierType, string>> = {
  Phone: 'Phone number',
  Email: 'E-mail address',
  Cookie: 'Web visitor id',
  ExternalId: 'Id in another system',
  SocialLine: 'LINE',
  SocialFacebook: 'Facebook',
  SocialTwitter: 'X (Twitter)',
  SocialWhatsapp: 'WhatsApp number',
  SocialInstagram: 'Instagram',
  SocialWhatsappBsuid: 'WhatsApp business id',
  AppleOpaqueId: 'Apple Messages id',
}

export const CONTACT_TYPE_WORDS: Readonly<Record<ContactType, { label: string; meaning: string }>> = {
  Curated: { label: 'Contact', meaning: 'Added by a person or an import. Kept until someone deletes it.' },
  Identified: {
    label: 'Identified',
    meaning:
      'Created automatically from an interaction. Not in search, and forgotten after a while unless you keep it.',
  },
  Ephemeral: {
    label: 'Anonymous',
    meaning:
      'Created automatically for a visitor of whom only a cookie is known. Forgotten after a while unless you keep it.',
  },
}

/** What to call a person in a sentence or a title. */
export const personName = (person: Pick<PersonRef, 'displayName' | 'type'>): string =>
  person.displayName.trim() || (person.type === 'Ephemeral' ? 'Anonymous visitor' : 'Unnamed person')

/** The same where a person stands alone, in a list or a title: of a person without a name, what they are not known by. */
export const personTitle = (person: Pick<PersonRef, 'displayName' | 'type'>): string =>
  person.displayName.trim() ||
  { Curated: 'Unnamed person', Identified: 'Unknown number', Ephemeral: 'Anonymous visitor' }[person.type]

const VIA_WORDS: Readonly<Record<ClaimSource, string>> = {
  field: 'from their details',
  explicit: 'added by hand',
  interaction: 'from an interaction',
  import: 'from an import',
}
export const viaWords = (via: ClaimSource): string => VIA_WORDS[via]

/** Names in a row: `Ann`, `Ann and Bo`, `Ann, Bo and 3 others`. */
export function listNames(people: readonly Pick<PersonRef, 'displayName' | 'type'>[]): string {
  const names = people.map(personName)
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} others`] : names
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(shown)
}

/**
 * Who an identifier points to and who comes next, e.g. "Points to this person since 4 Feb 2026; Alexis would be next".
 * `contenders` of a claim are those who would get it after the holder, in that order.
 */
export function claimSentence(claim: ClaimView, personId: string, locale?: string): string {
  const everyone = [...(claim.holder ? [claim.holder] : []), ...claim.contenders].filter(({ id }) => id !== personId)
  if (claim.shared && everyone.length > 0) return `Shared with ${listNames(everyone)}`
  if (!claim.held && !claim.holder)
    return `No person has it now; they asked for it on ${formatDay(claim.claimedAt, locale)}`
  if (claim.held || !claim.holder) {
    const next = claim.contenders.find((person) => person.id !== personId)
    const since = `Theirs since ${formatDay(claim.claimedAt, locale)}`
    return next ? `${since}; ${personName(next)} would be next` : since
  }
  // Contenders are the others: who asked for it earlier has it earlier.
  const before = claim.contenders.filter(({ id, claimedAt }) => id !== personId && claimedAt < claim.claimedAt)
  const turn =
    before.length === 0 ? 'this person would be next' : `${listNames(before)} would get it before this person`
  return `${personName(claim.holder)}’s since ${formatDay(claim.holder.claimedAt, locale)}; ${turn}`
}

/** What search calls the value that matched. */
const MATCHED_WORDS: Readonly<Record<string, string>> = {
  name: 'Name',
  first: 'First name',
  middle: 'Middle name',
  last: 'Last name',
  alias: 'Also called',
  organisation: 'Organisation',
  mail: 'E-mail',
  number: 'Number',
  other: 'Other value',
  also: 'City, title or tag',
}

/** Why a look-up result is in the list. */
export function matchSentence(hit: LookupHit, locale?: string): string {
  const { label, text } = hit.matched
  switch (hit.match) {
    case 'holder':
      return hit.claimedAt ? `${text} is theirs since ${formatDay(hit.claimedAt, locale)}` : `${text} is theirs`
    case 'contender':
      return `Also has ${text}, which is someone else’s`
    case 'mention':
      return `Mentions ${text}`
    default:
      return text === hit.displayName ? 'By name' : `${MATCHED_WORDS[label] ?? 'Other value'}: ${text}`
  }
}

/** The second half of a result's line: what else tells the person apart, without repeating what matched. */
export function hitDetail(hit: LookupHit): string {
  const parts = hit.detail.split(' · ').filter((part) => part !== '' && part !== hit.matched.text)
  return parts.join(' · ')
}

/** What an interaction came by that could not be read, as it was sent: some exchanges send a withheld number as nothing. */
export function sentWords(value: string): string {
  return value.trim() === '' ? 'nothing' : `“${value}”`
}
