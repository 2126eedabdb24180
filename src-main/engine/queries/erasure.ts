// What an erasure left behind: that it was done, when, by which user, how much it took, and under which reference.
// Invariant: nothing of the person is in it; it is read from the audit trail.
import { ScvError } from '@shared/errors'
import type { ContactId } from '@shared/model/ids'
import type { Certificate, ErasedCounts } from '@shared/model/subject'
import type { AuditDocument } from '../documents/audit'
import { referenceOf } from '../documents/ids'
import { stampDevice, stampMoment } from '../documents/stamp'
import type { Runtime } from '../runtime'

const COUNTED = ['records', 'identifiers', 'interactions', 'notes', 'merges'] as const satisfies (keyof ErasedCounts)[]

function countsOf({ details = {}, contactIds }: AuditDocument): Certificate['erased'] {
  const counts = COUNTED.flatMap((name) => {
    const count = details[name]
    return typeof count === 'number' ? [[name, count] as const] : []
  })
  return { records: contactIds.length, ...Object.fromEntries(counts) }
}

export function erasureQueries({ store, views }: Runtime) {
  return {
    /** The certificate of a person's erasure: of the first, where what came in later was erased as well. @throws ScvError `not_found` */
    async erasure(contactId: ContactId): Promise<Certificate> {
      const isErased = views.person(contactId)?.status === 'erased'
      const rows = isErased ? views.auditEntries({ contactIds: views.recordsOf([contactId]) }, 0, 10_000) : []
      const ids = rows.flatMap((row) => (row.isContact ? [] : row.id))
      const entries = [...(await store.get('audit', ids)).values()]
      // An undone merge stands among the records of each person it had joined, and so does the erasure of each of these.
      const own = entries.filter(({ action, contactIds }) => action === 'erase' && contactIds.includes(contactId))
      const [first] = own.sort((a, b) => (a.at < b.at ? -1 : 1))
      if (!first) throw new ScvError('not_found', 'No person with this id was erased here.', { field: 'contactId' })
      const { at, by, details } = first
      return {
        // Versions before gave none: it is made of the entry, so it is the same each time.
        reference: String(details?.['reference'] ?? referenceOf('E', at)),
        ...{ at: stampMoment(at), by, device: stampDevice(at), erased: countsOf(first) },
      }
    },
  }
}
