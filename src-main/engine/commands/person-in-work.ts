// A person as a command has left them, which the views do not show yet.
import type { ContactId } from '@shared/model/ids'
import { derivePerson, type Person } from '../derive/person'
import type { Views } from '../ports'
import type { UnitOfWork } from '../unit-of-work'

/** The standing merges that hold a person's records together. */
export type MergesOf = Parameters<typeof derivePerson>[1]

/** The person of these records, the canonical one first. */
export async function personOf(
  work: UnitOfWork,
  members: readonly ContactId[],
  merges: MergesOf,
): Promise<Person | undefined> {
  const documents = await work.load('contacts', members)
  const [head, ...ancestors] = members.flatMap((id) => documents.get(id) ?? [])
  return head && derivePerson([head, ...ancestors], merges, false)
}

/** The person an id stands for, whose merge set the command does not change. */
export function personIn(views: Views, work: UnitOfWork, contactId: ContactId): Promise<Person | undefined> {
  const set = views.setOf(contactId)
  return personOf(work, set?.members ?? [contactId], set?.merges ?? [])
}
