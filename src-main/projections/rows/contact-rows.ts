// The rows of `contact` while a batch is applied. Those the batch is about are read at once, and each of the others once.
// Invariant: what is remembered is what the table holds; there is no other writer meanwhile.
import { asPersonId, type ContactId, type PersonId } from '@shared/model/ids'
import type { Person } from '../../engine/derive/person'
import type { ContactDocument } from '../../engine/documents/contact'
import { IN_JSON, type Statements } from '../file/statements'
import { deriveSingleRecordPerson, storeSingleRecordPerson } from '../people/single-record-person'

export interface ContactRows {
  /**
   * Forgets the last batch, and reads the rows of these.
   * @param known those of them of which it is known already that there is no row
   */
  begin(ids: readonly ContactId[], known: readonly ContactId[]): void
  has(id: ContactId): boolean
  /** The canonical contact of the set it is in; the contact itself if there is no row. */
  canonicalOf(id: ContactId): PersonId
  document(id: ContactId): ContactDocument | undefined
  /** The person that a document is by itself. */
  singleRecordPerson(document: ContactDocument): Person
  put(document: ContactDocument): void
  remove(id: ContactId): void
  /** Puts it into the set of another. */
  assign(id: ContactId, canonicalId: PersonId): void
  setSingleRecord(id: ContactId, isSingle: boolean): void
}

interface Row {
  canonicalId: PersonId
  isSingleRecord: boolean
}

interface StoredRow {
  id: ContactId
  set_id: PersonId
  is_single: number
}

const rowOf = ({ set_id, is_single }: StoredRow): Row => ({ canonicalId: set_id, isSingleRecord: is_single === 1 })

export function createContactRows(sql: Statements): ContactRows {
  const rows = new Map<ContactId, Row | undefined>()
  /** Documents of the batch, which need not be read back. */
  const documents = new Map<ContactId, ContactDocument>()
  /** The people that those are by themselves. */
  const people = new Map<ContactDocument, Person>()

  const row = (id: ContactId): Row | undefined => {
    if (rows.has(id)) return rows.get(id)
    const stored = sql.get<StoredRow>('SELECT id, set_id, alone AS is_single FROM contact WHERE id = ?', id)
    const found = stored && rowOf(stored)
    rows.set(id, found)
    return found
  }

  return {
    begin(ids, known) {
      rows.clear()
      documents.clear()
      people.clear()
      for (const id of known) rows.set(id, undefined)
      const asked = ids.filter((id) => !rows.has(id))
      if (asked.length === 0) return
      for (const id of asked) rows.set(id, undefined)
      const stored = sql.all<StoredRow>(
        `SELECT id, set_id, alone AS is_single FROM contact WHERE id ${IN_JSON}`,
        JSON.stringify(asked),
      )
      for (const one of stored) rows.set(one.id, rowOf(one))
    },

    has: (id) => row(id) !== undefined,

    canonicalOf: (id) => row(id)?.canonicalId ?? asPersonId(id),

    document(id) {
      const known = documents.get(id)
      if (known || !row(id)) return known
      const stored = sql.get<{ document: string }>('SELECT document FROM contact WHERE id = ?', id)
      return stored && (JSON.parse(stored.document) as ContactDocument)
    },

    singleRecordPerson: (document) => people.get(document) ?? deriveSingleRecordPerson(document),

    put(document) {
      const { id } = document
      const { erased, created } = document
      const person = deriveSingleRecordPerson(document)
      people.set(document, person)
      const made = created.alone ? created.at : null
      const values = [erased ? 1 : 0, storeSingleRecordPerson(person), JSON.stringify(document), made] as const
      if (row(id))
        sql.run('UPDATE contact SET erased = ?, person = ?, document = ?, made = ? WHERE id = ?', ...values, id)
      else {
        sql.run(
          'INSERT INTO contact (id, set_id, alone, erased, person, document, made) VALUES (?, ?, 1, ?, ?, ?, ?)',
          id,
          id,
          ...values,
        )
        rows.set(id, { canonicalId: asPersonId(id), isSingleRecord: true })
      }
      documents.set(id, document)
    },

    remove(id) {
      if (row(id)) sql.run('DELETE FROM contact WHERE id = ?', id)
      rows.set(id, undefined)
      documents.delete(id)
    },

    assign(id, canonicalId) {
      if (!row(id) || row(id)?.canonicalId === canonicalId) return
      sql.run('UPDATE contact SET set_id = ?, alone = 0 WHERE id = ?', canonicalId, id)
      rows.set(id, { canonicalId, isSingleRecord: false })
    },

    setSingleRecord(id, isSingle) {
      const known = row(id)
      if (!known || known.isSingleRecord === isSingle) return
      sql.run('UPDATE contact SET alone = ? WHERE id = ?', isSingle ? 1 : 0, id)
      known.isSingleRecord = isSingle
    },
  }
}
