// Changing parts of a contact, each under its condition: the reference's PATCH.
import type { ContactId } from '@shared/model/ids'
import { type FieldPatch, patchChanges } from '../derive/patch'
import type { Person } from '../derive/person'
import { keepTyped, readChanges } from '../input'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import { audit } from './audit'
import { writeFields } from './fields'
import { personIn } from './person-in-work'

export function patchCommands({ views, settings, execute }: Runtime) {
  return {
    /**
     * Carries the changes out together, each decided on what the person has at that moment.
     * @returns the person as this leaves it, whatever others write next
     * @throws ScvError `overlapping_changes`, and as `update`
     */
    async patch(actor: Actor, contactId: ContactId, patches: readonly FieldPatch[]): Promise<Person> {
      requirePermission(actor, 'externalContacts:contact:edit')
      return execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        const given = patchChanges(person.fields, patches)
        const changes = keepTyped(readChanges(given, settings().defaultRegion), given, person.fields)
        const changed = await writeFields(work, person, changes, 'field')
        if (changed.length > 0) audit(work, 'update', [person.id], { details: { fields: changed.length } })
        return (await personIn(views, work, person.id)) ?? person
      })
    },
  }
}
