// An interaction that arrived, in plain words: what it is, and why it belongs to its person.
import type { Incoming } from '@shared/contract/local-api'
import type { IdentifierType } from '@shared/model/identifier'
import { formatDay } from '../format/locale'
import { CHANNEL_WORDS, DIRECTION_WORDS } from '../format/words'
import type { Decided } from '../state/incoming'

/** e.g. `Incoming call, +1 803 123 0000`. */
export function arrivalWords({ interaction }: Pick<Incoming, 'interaction'>): string {
  const [first] = interaction.identifiers
  const what = `${DIRECTION_WORDS[interaction.direction]} ${lower(CHANNEL_WORDS[interaction.channel])}`
  return first ? `${what}, ${first.display}` : what
}

/** Names of products keep their capitals. */
const lower = (word: string): string => (word === 'WhatsApp' ? word : word.charAt(0).toLowerCase() + word.slice(1))

/** Whether no person who is known could be right: a contact was made for it, or for one before, and still has no name. */
export const isUnknown = ({ contact }: Pick<Incoming, 'contact'>): boolean =>
  contact !== null && contact.type !== 'Curated' && contact.displayName.trim() === ''

/** What a person would call what it came by; the rest are ids. */
const KIND_WORDS: Partial<Record<IdentifierType, string>> = {
  Phone: 'number',
  SocialWhatsapp: 'number',
  Email: 'address',
}

/** Why this person, e.g. `+1 803 123 0000 points to them since 4 Feb 2026, added by Jo.` */
export function whyWords(incoming: Incoming, decided: Decided | undefined, locale?: string): string {
  const { contact, created, reason, interaction } = incoming
  if (!contact) return 'Nobody: it was unlinked.'
  if (decided === 'linked') return 'You linked it to them.'
  const [first] = interaction.identifiers
  const kind = first && (KIND_WORDS[first.type] ?? 'id')
  if (created) return kind ? `Nobody here has this ${kind} yet.` : 'Nobody is known by it yet.'
  if (isUnknown(incoming)) return `Not the first time${kind ? ` from this ${kind}` : ''}, and still without a name.`
  const { decidedBy } = reason
  return decidedBy
    ? `${decidedBy.display} is theirs since ${formatDay(decidedBy.claimedAt, locale)}, by ${decidedBy.claimedBy}.`
    : 'It was linked to them by hand.'
}

/** What became of it, in a word. */
export const DECIDED_WORDS: Readonly<Record<Decided, string>> = {
  right: 'Right person',
  linked: 'Linked by you',
  unlinked: 'Unlinked',
  kept: 'Added to contacts',
}
