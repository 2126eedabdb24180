// Changing parts of a contact, each under its condition: the reference's PATCH.
import { type FieldPatch, patchChanges } from '../derive/patch'
import { keepTyped, readChanges } from '../input'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import { audit } from './audit'
import { writeFields } from './fields'

export function patchCommands({ views, settings, execute }: Runtime) {
  return {
    /**
     * Carries the changes out together, each decided on what the person has at that moment.
     * @returns the canonical id
     * @throws ScvError `overlapping_changes`, and as `update`
     */
    async patch(actor: Actor, contactId: string, patches: readonly FieldPatch[]): Promise<string> {
      requirePermission(actor, 'externalContacts:contact:edit')
      return execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        const given = patchChanges(person.fields, patches)
        const changes = keepTyped(readChanges(given, settings().defaultRegion), given, person.fields)
        const changed = await writeFields(work, person, changes, 'field')
        if (changed.length > 0) audit(work, 'update', [person.id], { details: { fields: changed.length } })
        return person.id
      })
    },
  }
}
