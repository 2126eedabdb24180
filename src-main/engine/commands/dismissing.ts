// Taking people off the promotion queue without keeping them, and putting them back.
// Invariant: a dismissal changes nothing but the queue: a dismissed person is found, recognised and ages out as before,
// and stands in the queue again as soon as they get in touch.

import { ScvError } from '@shared/errors'
import type { ContactId } from '@shared/model/ids'
import { dismissalId } from '../documents/ids'
import { write } from '../documents/register'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import { audit } from './audit'

export function dismissCommands({ views, execute }: Runtime) {
  return {
    /**
     * Takes auto-created contacts off the queue, or puts them back: all, or none of them.
     * @throws ScvError `forbidden`, `not_found`, `deleted`, `expired`, `erased`, `already_curated`
     */
    async dismiss(actor: Actor, contactIds: readonly ContactId[], dismissed: boolean): Promise<void> {
      // Judging who is worth keeping is the same work whichever way it ends.
      requirePermission(actor, 'externalContacts:identity:promote')
      await execute(actor, async (work) => {
        const ids = [...new Set(contactIds.map((id) => livingPerson(views, id).id))]
        const curated = ids.find((id) => views.personRow(id)?.type === 'Curated')
        if (curated !== undefined)
          throw new ScvError('already_curated', 'A contact that is kept does not stand in the queue.', {
            field: 'contactIds',
            details: { contactId: curated },
          })
        const known = await work.load('decisions', ids.map(dismissalId))
        for (const id of ids) {
          const decision = known.get(dismissalId(id)) ?? {
            id: dismissalId(id),
            kind: 'dismissed' as const,
            subjects: [id],
            standing: [],
          }
          work.put('decisions', { ...decision, standing: write(decision.standing, dismissed, work.stamp, work.by) })
        }
        audit(work, 'dismiss', ids, { details: { dismissed, contacts: ids.length } })
      })
    },
  }
}
