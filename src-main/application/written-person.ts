// The person that a command came to, as its caller may know them.
// Invariant: a command that was permitted answers; a caller who may not view contacts hears of which one it was, without name.
import type { ContactId } from '@shared/model/ids'
import type { PersonRef } from '@shared/model/views'
import type { Engine } from '../engine'
import type { Caller } from './caller'

export function writtenPerson(engine: Engine, { actor }: Pick<Caller, 'actor'>, contactId: ContactId): PersonRef {
  const person = { ...engine.queries.refOf(contactId), id: engine.queries.canonicalId(contactId) }
  return actor().permissions.has('externalContacts:contact:view') ? person : { ...person, displayName: '' }
}
