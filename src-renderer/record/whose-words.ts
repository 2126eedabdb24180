// What a recording is said to belong to, and what is asked about the number or address it came by.
import type { Candidate, PersonRef } from '@shared/model/views'
import { formatDay } from '../format/locale'
import { personName } from '../format/words'

type Named = Pick<PersonRef, 'id' | 'displayName' | 'type'> & Partial<Pick<Candidate, 'matched' | 'claimedAt'>>

/** @param page the person whose page the form was opened from @param having how many have the number or address */
export function whoseWords(chosen: string, person: Named | undefined, page: Named | null, having: number): string {
  if (chosen === 'new') return 'Recorded for somebody new: a contact is created.'
  if (!person) return `${having} people share this. Who is it?`
  if (page?.id === person.id) return `Recorded for ${personName(person)}, whose page this is.`
  const why = person.claimedAt ? ` — ${person.matched}, theirs since ${formatDay(person.claimedAt)}` : ''
  return `This is ${personName(person)}${why}.`
}

/** @param what the number or address as it was typed */
export function learningWords(learning: 'remember' | 'share', what: string, who: string): string {
  return learning === 'remember'
    ? `Remember ${what} for ${who}: the next one is known to be theirs`
    : `${who === 'somebody new' ? 'They use' : `${who} uses`} ${what}, too: next time both are offered`
}
