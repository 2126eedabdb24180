// One record as it stands, not the person it belongs to: the `unresolved` reads (domain specification, section 5).
import { ScvError } from '@shared/errors'
import type { ContactFields, ContactType } from '@shared/model/contact'
import { derivePerson, type PersonStatus } from '../derive/person'
import { stampMoment } from '../documents/stamp'
import type { Runtime } from '../runtime'

/** A contact by itself, with its place in its merge set; the four of these are null when it was never merged. */
export interface RecordView {
  id: string
  type: ContactType
  status: PersonStatus
  displayName: string
  fields: ContactFields
  createdAt: string
  modifiedAt: string
  /** The head of the set; itself for the head. */
  canonicalContact: string | null
  /** Canonical and all ancestors. */
  mergeSet: string[] | null
  /** The inputs of the merge that made it. */
  mergedFrom: string[] | null
  /** The contact it went into. */
  mergedTo: string | null
}

export function recordQueries({ views }: Runtime) {
  return {
    /** The very record an id names, ancestor or not. @throws ScvError `not_found` */
    record(contactId: string): RecordView {
      const document = views.contact(contactId)
      const set = views.setOf(contactId)
      if (!document || !set)
        throw new ScvError('not_found', 'There is no contact with this id.', {
          field: 'contactId',
          details: { contactId },
        })
      const merged = set.merges.length > 0
      const alone = derivePerson([document], merged, !merged && views.personRow(contactId)?.status === 'undone')
      return {
        id: contactId,
        type: alone.type,
        status: alone.status,
        displayName: alone.displayName,
        fields: alone.fields,
        createdAt: stampMoment(alone.createdAt),
        modifiedAt: stampMoment(alone.modifiedAt),
        canonicalContact: merged ? set.canonicalId : null,
        mergeSet: merged ? set.members : null,
        mergedFrom: set.merges.find((merge) => merge.result === contactId)?.inputs ?? null,
        mergedTo: set.merges.find((merge) => merge.inputs.includes(contactId))?.result ?? null,
      }
    },
  }
}
