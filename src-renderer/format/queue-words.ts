// How the people of the queue are called, and why one of them may be a person who is known.
import type { AutoContact, Suggestion } from '@shared/model/views'
import { formatNumber } from './locale'
import { IDENTIFIER_WORDS, personName } from './words'

/** A name, else what they were known by. */
export const queueName = (contact: AutoContact): string =>
  contact.displayName.trim() !== '' ? contact.displayName : (contact.identifiers[0]?.display ?? personName(contact))

export const peopleWords = (count: number): string => `${formatNumber(count)} ${count === 1 ? 'person' : 'people'}`

/** What recognises them, without repeating what they are called. */
export function identifierWords(contact: AutoContact): string {
  const name = queueName(contact)
  return contact.identifiers
    .map(({ type, display }) => (display === name ? IDENTIFIER_WORDS[type] : `${IDENTIFIER_WORDS[type]} ${display}`))
    .join(' · ')
}

/** Why, e.g. `both have +61 491 570 156`. */
export function suggestionWords({ reasons }: Pick<Suggestion, 'reasons'>): string {
  const [first] = reasons
  if (!first) return ''
  const more = reasons.length > 1 ? ` and ${formatNumber(reasons.length - 1)} more` : ''
  return first.how === 'both-claim' ? `both have ${first.display}${more}` : `one came by ${first.display}${more}`
}
