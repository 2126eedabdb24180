// From an id to the person it stands for, or the refusal that fits.

import { ScvError } from '@shared/errors'
import type { ContactId } from '@shared/model/ids'
import type { Person } from './derive/person'
import type { Views } from './ports'

/** The person a contact id stands for, in whatever state. @throws ScvError `not_found` */
export function anyPerson(views: Views, contactId: ContactId, field = 'contactId'): Person {
  const person = views.person(contactId)
  if (!person || person.status === 'undone')
    throw new ScvError('not_found', 'There is no contact with this id.', { field, details: { contactId } })
  return person
}

/** A person one may work with. @throws ScvError `not_found`, `deleted`, `erased`, `expired` */
export function livingPerson(views: Views, contactId: ContactId, field = 'contactId'): Person {
  const person = anyPerson(views, contactId, field)
  if (person.status === 'erased')
    throw new ScvError('erased', 'This person was erased on request.', { field, details: { contactId } })
  if (person.status === 'expired')
    throw new ScvError('expired', 'This contact aged out. Promote it to keep it.', { field, details: { contactId } })
  if (person.status === 'deleted')
    throw new ScvError('deleted', 'This contact is in the bin. Restore it first.', { field, details: { contactId } })
  return person
}
