// What becoming Curated changes about a person's fields: the identifiers that the person claims come into free ones, so that
// screens, lists and look-ups show by what the person is recognised.
import type { ContactFields } from '@shared/model/contact'
import { freeFieldsFor } from '../derive/free-fields'
import { mirroredIdentifiers } from '../derive/mirrored'
import type { Person } from '../derive/person'
import { isEmpty } from '../documents/fields'
import type { StoredChanges } from '../input'
import type { Runtime } from '../runtime'

/** The changes an agent makes while promoting a person, and the fields that the person's identifiers come to besides. */
export function withIdentifiers(
  { views, settings }: Pick<Runtime, 'views' | 'settings'>,
  person: Person,
  changes: StoredChanges,
): StoredChanges {
  const named = Object.entries({ ...person.fields, ...changes }).filter(([, value]) => !isEmpty(value))
  const had = mirroredIdentifiers(person.fields) // those stay where they are, or are given up by the changes
  const free = views.claimsBy(person.members).flatMap(({ identifier }) => (had.has(identifier.id) ? [] : [identifier]))
  return { ...changes, ...freeFieldsFor(Object.fromEntries(named) as ContactFields, free, settings().defaultRegion) }
}
