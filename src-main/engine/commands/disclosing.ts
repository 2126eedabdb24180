// Handing out all that is known of a person who asked for it.
// Invariant: nothing is handed out that the audit trail does not tell of, under the reference that stands on what was handed out.
import type { ContactId } from '@shared/model/ids'
import { referenceOf } from '../documents/ids'
import { stampMoment } from '../documents/stamp'
import { anyPerson } from '../people'
import { type Actor, type Permission, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import { audit } from './audit'

/** What handing out needs: the right to do it, and to see all that is in it. */
export const DISCLOSURE_NEEDS: readonly Permission[] = [
  'externalContacts:identity:disclose',
  'externalContacts:contact:view',
  'externalContacts:conversation:viewAll',
  'externalContacts:session:view',
]

/** What an entry of the audit trail says of itself: versions before know no action for it, and would set one aside. */
export const DISCLOSED = 'disclose'

export function discloseCommands({ views, execute }: Runtime) {
  return {
    /**
     * Notes that everything about a person is handed out.
     * @returns the reference under which the audit trail has it
     * @throws ScvError `forbidden`, `not_found`
     */
    async disclose(actor: Actor, contactId: ContactId): Promise<{ reference: string; at: string; by: string }> {
      for (const needed of DISCLOSURE_NEEDS) requirePermission(actor, needed)
      return execute(actor, async (work) => {
        const { id } = anyPerson(views, contactId)
        const reference = referenceOf('D', work.stamp)
        audit(work, 'update', [id], { details: { change: DISCLOSED, reference } })
        return { reference, at: stampMoment(work.stamp), by: work.by }
      })
    },
  }
}
