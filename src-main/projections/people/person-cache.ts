// People as they were derived last. Who was just written is asked for next: by the answer to the command, and by the window
// that shows the change.
// Invariant: a person is what the tables give; a writer about one, or takes back what was written, forgets them here.
import type { ContactId } from '@shared/model/ids'
import type { Person } from '../../engine/derive/person'

/** As many as commands given at one time concern. */
const KEPT = 256

export interface PersonCache {
  /** @param person of a contact that is a person by itself */
  put(person: Person): void
  of(contactId: ContactId): Person | undefined
  forget(contactId: ContactId): void
  clear(): void
}

export function createPersonCache(): PersonCache {
  const people = new Map<ContactId, Person>() // in the order they came
  return {
    put(person) {
      people.set(person.id, person)
      if (people.size <= KEPT) return
      for (const eldest of people.keys()) {
        people.delete(eldest)
        return
      }
    },
    of: (contactId) => people.get(contactId),
    forget: (contactId) => void people.delete(contactId),
    clear: () => people.clear(),
  }
}
