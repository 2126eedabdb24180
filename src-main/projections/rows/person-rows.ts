// The rows of people, each derived from the documents of its merge set.
// Invariant: a canonical contact with a record has one row, and no other id has any; counters and search follow each change.
import { asPersonId, type ContactId, type PersonId } from '@shared/model/ids'
import { derivePerson, type Person } from '../../engine/derive/person'
import { deriveSet, type MergeSet } from '../../engine/derive/sets'
import { type ContactDocument, typeRank } from '../../engine/documents/contact'
import { current } from '../../engine/documents/register'
import { stampMs } from '../../engine/documents/stamp'
import type { Statements } from '../file/statements'
import { CURATED, PERSON_COLUMNS, type PersonColumns } from '../file/tables'
import type { PersonCache } from '../people/person-cache'
import { detailOf, searchEntryOf, sortKey } from '../people/person-text'
import type { SearchIndex } from '../search'
import type { ContactRows } from './contact-rows'
import type { Counters } from './counters'
import type { Attribution } from './interaction-attribution'
import type { MergeRows } from './merges'
import type { Derived, OpenItems } from './open-items'
import type { QueueCounters } from './queue-counters'

const INSERT_PERSON = `INSERT INTO person (${PERSON_COLUMNS.join(', ')}) VALUES (${PERSON_COLUMNS.map(() => '?').join(', ')})`

export interface PersonRowsOptions {
  contacts: ContactRows
  merging: MergeRows
  attribution: Attribution
  counters: Pick<Counters, 'add'>
  queue: Pick<QueueCounters, 'moved'>
  items: Pick<OpenItems, 'forget'>
  search: Pick<SearchIndex, 'put' | 'remove'>
  cache: PersonCache
}

/** People derived in a batch. */
export interface Refreshed {
  /** By canonical id; without: there is no such person any more. */
  readonly people: Map<PersonId, Derived | undefined>
  /** All members of their sets, also where no record is left to be a person. */
  readonly members: Set<ContactId>
  /** Members of people whose state changed, so that disputes may begin or end. */
  readonly restated: Set<ContactId>
}

export interface PersonRows {
  /** Begins a batch. @param unseen contacts that had no record when it began, and so are no person */
  begin(unseen: ReadonlySet<ContactId>): void
  /**
   * Derives the set of a contact and writes its person; removes the rows of ids that are no longer canonical.
   * @returns its canonical id
   */
  refresh(contactId: ContactId, refreshed: Refreshed): PersonId
  isDeleted(id: PersonId): boolean
}

export function createPersonRows(sql: Statements, options: PersonRowsOptions): PersonRows {
  const { contacts, merging, attribution, counters, queue, items, search, cache } = options
  let unseen: ReadonlySet<ContactId> = new Set()

  const rowNow = (id: ContactId) =>
    unseen.has(id) ? undefined : sql.get<PersonColumns>('SELECT * FROM person WHERE id = ?', id)

  /** Sets only what differs: SQLite rewrites every index that has a set column in it, changed or not. */
  function write(former: PersonColumns | undefined, person: PersonColumns): void {
    if (!former) {
      sql.run(INSERT_PERSON, ...PERSON_COLUMNS.map((column) => person[column]))
      return
    }
    const differing = PERSON_COLUMNS.filter((column) => former[column] !== person[column])
    if (differing.length > 0)
      sql.run(
        `UPDATE person SET ${differing.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`,
        ...differing.map((column) => person[column]),
        person.id,
      )
  }

  function remove(id: PersonId): void {
    const former = rowNow(id)
    if (former) {
      counters.add(`person ${former.status} ${former.type}`, -1)
      queue.moved(former, undefined)
      sql.run('DELETE FROM person WHERE id = ?', id)
      if (isFound(former)) search.remove(id)
    }
    items.forget(id)
  }

  function put(former: PersonColumns | undefined, person: Person, set: MergeSet, documents: ContactDocument[]): void {
    const row = columnsOf(person, set, documents[0])
    if (former) counters.add(`person ${former.status} ${former.type}`, -1)
    counters.add(`person ${row.status} ${row.type}`, 1)
    queue.moved(former, row)
    write(former, row)
    if (isFound(row)) search.put(searchEntryOf(person, documents))
    else if (former !== undefined && isFound(former)) search.remove(person.id)
  }

  return {
    begin(fresh) {
      unseen = fresh
    },

    refresh(contactId, { people, members, restated }) {
      const set = deriveSet(contactId, merging.standing)
      if (people.has(set.canonicalId)) return set.canonicalId
      people.set(set.canonicalId, undefined)
      const former = rowNow(set.canonicalId)
      const restate = () => {
        for (const member of set.members) restated.add(member)
      }
      for (const member of set.members) {
        members.add(member)
        cache.forget(member)
        contacts.assign(member, set.canonicalId)
        if (member !== set.canonicalId) remove(asPersonId(member))
      }
      const documents = set.members.map(contacts.document).filter((member) => member !== undefined)
      // A merge may arrive before the contacts it names; the person appears with its canonical contact.
      const [head, ...ancestors] = documents
      if (!head || head.id !== set.canonicalId) {
        remove(set.canonicalId)
        if (former !== undefined) restate()
        return set.canonicalId
      }
      const undone = attribution.isUndoneResult(head.id, set)
      const isSingle = set.merges.length === 0 && !undone
      const person = isSingle
        ? contacts.singleRecordPerson(head)
        : derivePerson([head, ...ancestors], set.merges, undone)
      contacts.setSingleRecord(head.id, isSingle)
      if (isSingle) cache.put(person)
      people.set(person.id, { set, documents, status: person.status })
      if (person.status !== former?.status) restate()
      put(former, person, set, documents)
      return person.id
    },

    isDeleted: (id) => sql.get<{ status: string }>('SELECT status FROM person WHERE id = ?', id)?.status === 'deleted',
  }
}

function columnsOf(person: Person, set: MergeSet, head: ContactDocument | undefined): PersonColumns {
  const { fields } = person
  return {
    id: person.id,
    type: typeRank(person.type),
    status: person.status,
    name: person.displayName,
    detail: detailOf(person),
    first_name: sortKey(fields.firstName),
    middle_name: sortKey(fields.middleName),
    last_name: sortKey(fields.lastName),
    title: sortKey(fields.title),
    last_active: person.lastActivity,
    renewed: person.renewed,
    modified: stampMs(person.modifiedAt),
    deleted: person.status === 'deleted' ? stampMs(current(head?.deleted)?.t ?? person.modifiedAt) : 0,
    merged: set.merges.length > 0 ? 1 : 0,
  }
}

/** The people that the search finds. */
function isFound({ type, status }: Pick<PersonColumns, 'type' | 'status'>): boolean {
  return type === CURATED && status === 'active'
}
