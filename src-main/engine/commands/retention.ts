// Ageing out: auto-created contacts that nothing happened to for a while.
// Invariant: what expires is only marked; anything done elsewhere that the mark had not seen makes it void.
import type { ContactId } from '@shared/model/ids'
import { lastTouched } from '../documents/contact'
import { type Actor, requirePermission } from '../permissions'
import type { PersonRow } from '../ports'
import type { Runtime } from '../runtime'
import { audit } from './audit'

const DAY_MS = 86_400_000
/** Contacts marked in one commit. */
const BATCH = 200

export interface RetentionRun {
  /** Canonical ids that expire, or would. */
  expired: ContactId[]
}

export function retentionCommands({ views, settings, clock, execute }: Runtime) {
  return {
    /**
     * Expires every Identified or Ephemeral contact whose last interaction is longer ago than the settings allow.
     * @param asOf ms since the epoch; now, unless given
     * @param dryRun tell who, write nothing
     * @throws ScvError `forbidden`
     */
    async run(actor: Actor, options: { asOf?: number; dryRun?: boolean } = {}): Promise<RetentionRun> {
      requirePermission(actor, 'externalContacts:contact:delete')
      const before = (options.asOf ?? clock.now()) - settings().retentionDays * DAY_MS
      await views.settle()
      if (options.dryRun) return { expired: views.expirable(before, Number.MAX_SAFE_INTEGER).map((row) => row.id) }
      const expired: ContactId[] = []
      for (;;) {
        const batch = await execute(actor, async (work) => {
          const due: PersonRow[] = views.expirable(before, BATCH)
          const documents = await work.load(
            'contacts',
            due.map((row) => row.id),
          )
          for (const contact of documents.values())
            work.put('contacts', {
              ...contact,
              expired: { at: work.stamp, by: work.by, seen: lastTouched(contact), seenActivity: contact.lastActivity },
            })
          if (due.length > 0)
            audit(
              work,
              'expire',
              due.map((row) => row.id),
              { details: { contacts: due.length } },
            )
          return due.map((row) => row.id)
        })
        expired.push(...batch)
        if (batch.length < BATCH) return { expired }
      }
    },
  }
}
