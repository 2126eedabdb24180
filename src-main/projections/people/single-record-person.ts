// A person that one document tells of, as its row keeps them: what they are read by, beside the document that tells it.
// Invariant: reading them gives what deriving them from the document does. The registers, which few ask for and which are
// most of the document, are read from it only then.
import { type ContactFields, type ContactType, displayNameOf } from '@shared/model/contact'
import type { ContactId, PersonId, Stamp } from '@shared/model/ids'
import { currentEntries, derivePerson, type Person, type PersonStatus } from '../../engine/derive/person'
import type { ContactDocument } from '../../engine/documents/contact'
import type { Entry } from '../../engine/documents/register'

/** All but what follows from the rest: id, members, registers and name. */
type Kept = [
  type: ContactType,
  status: PersonStatus,
  fields: ContactFields,
  createdAt: Stamp,
  createdBy: string,
  modifiedAt: Stamp,
  lastActivity: number,
  renewed: number,
]

/** Derives the person of a contact that is a person by itself. */
export const deriveSingleRecordPerson = (document: ContactDocument): Person => derivePerson([document], [], false)

/** A person of one document as the text that is kept, for `readSingleRecordPerson`. */
export function storeSingleRecordPerson(person: Person): string {
  const { type, status, fields, createdAt, createdBy, modifiedAt, lastActivity, renewed } = person
  const kept: Kept = [type, status, fields, createdAt, createdBy, modifiedAt, lastActivity, renewed]
  return JSON.stringify(kept)
}

/** @param kept what `storeSingleRecordPerson` made of the person of this document */
export function readSingleRecordPerson(id: PersonId, kept: string, document: string): Person {
  return new SingleRecordPerson(id, JSON.parse(kept) as Kept, document)
}

class SingleRecordPerson implements Person {
  readonly id: PersonId
  readonly members: ContactId[]
  readonly type: ContactType
  readonly status: PersonStatus
  readonly fields: ContactFields
  readonly displayName: string
  readonly createdAt: Stamp
  readonly createdBy: string
  readonly modifiedAt: Stamp
  readonly lastActivity: number
  readonly renewed: number
  readonly #document: string
  #values: Map<string, Entry> | undefined

  constructor(id: PersonId, kept: Kept, document: string) {
    this.id = id
    this.members = [id]
    this.type = kept[0]
    this.status = kept[1]
    this.fields = kept[2]
    this.displayName = displayNameOf(kept[2])
    this.createdAt = kept[3]
    this.createdBy = kept[4]
    this.modifiedAt = kept[5]
    this.lastActivity = kept[6]
    this.renewed = kept[7]
    this.#document = document
  }

  get values(): Map<string, Entry> {
    this.#values ??= currentEntries([JSON.parse(this.#document) as ContactDocument])
    return this.#values
  }
}
