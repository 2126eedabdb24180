// One record as it stands, not the person it belongs to: the `unresolved` reads (domain specification, section 5).

import { ScvError } from '@shared/errors'
import type { ContactFields, ContactType } from '@shared/model/contact'
import type { IdentifierInput } from '@shared/model/identifier'
import { asPersonId, type ContactId, type PersonId } from '@shared/model/ids'
import { normalise } from '@shared/model/normalise'
import { derivePerson, type Person, type PersonStatus } from '../derive/person'
import type { MergeSet } from '../derive/sets'
import { identifierId } from '../documents/ids'
import { stampMoment } from '../documents/stamp'
import { livingPerson } from '../people'
import { otherKeys } from '../resolution'
import type { Runtime } from '../runtime'

/** A contact by itself, with its place in its merge set; the four of these are null when it was never merged. */
export interface RecordView {
  id: ContactId
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

/** A person as a record: the state of the whole set under its canonical id. */
export function recordOf(person: Person, set?: MergeSet): RecordView {
  const createdAt = stampMoment(person.createdAt)
  return {
    id: person.id,
    type: person.type,
    status: person.status,
    displayName: person.displayName,
    fields: person.fields,
    createdAt,
    modifiedAt: person.modifiedAt === person.createdAt ? createdAt : stampMoment(person.modifiedAt),
    ...placeIn(person.id, set),
  }
}

function placeIn(contactId: ContactId, set: MergeSet | undefined): Pick<RecordView, Place> {
  const merged = set !== undefined && set.merges.length > 0
  return {
    canonicalContact: merged ? set.canonicalId : null,
    mergeSet: merged ? set.members : null,
    mergedFrom: set?.merges.find((merge) => merge.result === contactId)?.inputs ?? null,
    mergedTo: set?.merges.find((merge) => merge.inputs.includes(contactId))?.result ?? null,
  }
}
type Place = 'canonicalContact' | 'mergeSet' | 'mergedFrom' | 'mergedTo'

export function recordQueries({ views, settings }: Runtime) {
  const personRecord = (person: Person) =>
    recordOf(person, person.members.length > 1 ? views.setOf(person.id) : undefined)

  /** The very record an id names, ancestor or not. @throws ScvError `not_found` */
  function record(contactId: ContactId): RecordView {
    const document = views.contact(contactId)
    const set = views.setOf(contactId)
    if (!document || !set)
      throw new ScvError('not_found', 'There is no contact with this id.', {
        field: 'contactId',
        details: { contactId },
      })
    const alone = derivePerson(
      [document],
      set.merges,
      set.merges.length === 0 && views.personRow(contactId)?.status === 'undone',
    )
    return { ...recordOf(alone), ...placeIn(contactId, set) }
  }

  return {
    record,

    /** A person as a command left it. */
    recordLeft: personRecord,

    /** The head of the set an id belongs to; the id itself where there is none. */
    canonicalId: (contactId: ContactId): PersonId => views.setOf(contactId)?.canonicalId ?? asPersonId(contactId),

    /** The ids of everyone in the set an id belongs to; the id alone where there is none. */
    setMembers: (contactId: ContactId): readonly ContactId[] => views.setOf(contactId)?.members ?? [contactId],

    /** The person an id stands for. @throws ScvError `not_found`, `deleted`, `erased`, `expired` */
    resolved(contactId: ContactId): RecordView {
      return personRecord(livingPerson(views, contactId))
    },

    /** The person an identifier points to, of whatever type. @throws ScvError `not_found`, `invalid_identifier`, `invalid_email` */
    holder(input: IdentifierInput): RecordView {
      const identifier = normalise(input, settings().defaultRegion)
      // Nearly always by itself: its other keys are read only where no contact holds it so.
      const person =
        views.holderOf(identifierId(identifier)) ??
        otherKeys(views, identifier)
          .map((key) => views.holderOf(identifierId(key)))
          .find((one) => one !== undefined)
      if (!person) throw new ScvError('not_found', 'Nobody holds this identifier.', { field: 'value' })
      return personRecord(person)
    },

    /** The very record an id names, of a person one may work with. @throws ScvError as `resolved` */
    unresolved(contactId: ContactId): RecordView {
      livingPerson(views, contactId)
      return record(contactId)
    },
  }
}
