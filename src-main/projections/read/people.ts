// Reading people one by one: the documents of a merge set, and the person derived from them.
import { asPersonId, type ContactId } from '@shared/model/ids'
import { derivePerson, type Person } from '../../engine/derive/person'
import { deriveSet, type MergeSet } from '../../engine/derive/sets'
import type { ContactDocument } from '../../engine/documents/contact'
import type { PersonRow, Views } from '../../engine/ports'
import type { Statements } from '../file/statements'
import type { PersonCache } from '../people/person-cache'
import { readSingleRecordPerson } from '../people/single-record-person'
import { PERSON, personRow, type RawPerson } from './person-row'
import { standingMergesIn } from './standing-merges'

export type PeopleReader = Pick<Views, 'setOf' | 'contact' | 'personRow' | 'person'> & {
  /** The canonical contact of the set that a contact with a record is in. */
  canonicalOf(contactId: ContactId): ContactId | undefined
}

export function peopleReader(sql: Statements, personCache: Pick<PersonCache, 'of'>): PeopleReader {
  const standingMerges = standingMergesIn(sql)
  const canonicalOf = (contactId: ContactId) =>
    sql.get<{ set_id: ContactId }>('SELECT set_id FROM contact WHERE id = ?', contactId)?.set_id

  const setOf = (contactId: ContactId): MergeSet | undefined => {
    if (canonicalOf(contactId) === undefined) return undefined
    return deriveSet(contactId, standingMerges)
  }

  const contact = (contactId: ContactId): ContactDocument | undefined => {
    const row = sql.get<{ document: string }>('SELECT document FROM contact WHERE id = ?', contactId)
    return row && (JSON.parse(row.document) as ContactDocument)
  }

  const rowOf = (contactId: ContactId): PersonRow | undefined => {
    const raw = sql.get<RawPerson>(
      `SELECT ${PERSON} FROM contact c JOIN person p ON p.id = c.set_id WHERE c.id = ?`,
      contactId,
    )
    return raw && personRow(raw)
  }

  function person(contactId: ContactId): Person | undefined {
    const known = personCache.of(contactId)
    if (known) return known
    const row = sql.get<{ is_single: number; person: string; document: string }>(
      'SELECT alone AS is_single, person, document FROM contact WHERE id = ?',
      contactId,
    )
    if (!row) return undefined
    if (row.is_single === 1) return readSingleRecordPerson(asPersonId(contactId), row.person, row.document)
    const set = setOf(contactId)
    if (!set) return undefined
    const [head, ...ancestors] = set.members.map(contact).filter((document) => document !== undefined)
    if (!head || head.id !== set.canonicalId) return undefined
    return derivePerson([head, ...ancestors], set.merges, rowOf(head.id)?.status === 'undone')
  }

  return { canonicalOf, setOf, contact, personRow: rowOf, person }
}
