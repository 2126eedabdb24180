// From changed documents to rows. Invariant: applying a document twice, or in another order, ends in the same rows.
import { CHANNELS } from '@shared/model/interaction'
import { releasedClaims, type StandingClaim, standingClaims } from '../engine/derive/claims'
import { derivePerson } from '../engine/derive/person'
import { deriveSet, isStanding } from '../engine/derive/sets'
import type { AuditDocument } from '../engine/documents/audit'
import { typeRank } from '../engine/documents/contact'
import type { DecisionDocument } from '../engine/documents/decision'
import type { IdentifierDocument } from '../engine/documents/identifier'
import { identifierId } from '../engine/documents/ids'
import type { InteractionDocument } from '../engine/documents/interaction'
import type { Documents, Kind } from '../engine/documents/kinds'
import type { MergeDocument } from '../engine/documents/merge'
import type { NoteDocument } from '../engine/documents/note'
import { current } from '../engine/documents/register'
import { stampMs } from '../engine/documents/stamp'
import { createAbsence, createAsking } from './absence'
import { createContactRows } from './contact-rows'
import { createItemKeeper, type Derived } from './items'
import type { LatestPeople } from './latest-people'
import { latestStampIn } from './latest-stamp'
import { createOwners } from './owners'
import { detailOf, searchEntryOf, sortKey } from './person-text'
import type { SearchIndex } from './search'
import { createMerging } from './standing-merges'
import { type Statements, upsert } from './statements'
import { CURATED, PERSON_COLUMNS, type PersonColumns } from './tables'
import { createTally } from './tally'

/**
 * A document as it now is, or `undefined` when it was purged.
 * `isNew`: there was none of that id before, so that views which took in all that came earlier have nothing of it for sure.
 */
export type Changed = {
  [K in Kind]: { kind: K; id: string; document: Documents[K] | undefined; isNew?: boolean }
}[Kind]

type Owned = Extract<Changed, { kind: 'interactions' | 'notes' }>

const OWNER_OF: Readonly<Record<Owned['kind'], string>> = {
  interactions: 'SELECT owner FROM interaction WHERE id = ?',
  notes: 'SELECT owner FROM note WHERE id = ?',
}

const INSERT_PERSON = `INSERT INTO person (${PERSON_COLUMNS.join(', ')}) VALUES (${PERSON_COLUMNS.map(() => '?').join(', ')})`
const PUT_INTERACTION = upsert('interaction', 'id', [
  ...['link', 'owner', 'started', 'channel', 'direction', 'queue', 'agent', 'identifiers', 'erased', 'recorded'],
])

const ADD_AUDIT = 'INSERT INTO audit (id, at, contacts) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING'
const REMOVE_AUDIT_CONTACT = 'DELETE FROM audit_contact WHERE contact_id = ? AND at = ? AND audit_id = ?'
const PUT_CLAIM = `INSERT INTO claim (identifier_id, contact_id, since, by, via, standing, type, value, source)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

export interface Applier {
  /** Applies documents inside the caller's transaction. @returns canonical ids, former and present, of the people concerned */
  apply(changes: readonly Changed[]): Set<string>
}

export function createApplier(
  sql: Statements,
  search: Pick<SearchIndex, 'put' | 'remove'>,
  latestPeople: LatestPeople,
): Applier {
  const contacts = createContactRows(sql)
  const merging = createMerging(sql)
  const unclaimed = createAbsence(sql, 'claim', 'identifier_id')
  const withoutClaims = createAsking(sql, 'claim', 'contact_id')
  /** Contacts that had no record when the batch began, and so are no person. */
  let unseen: ReadonlySet<string> = new Set()
  /** Those of them that nothing claimed for. */
  let claimless: ReadonlySet<string> = new Set()
  /** Documents of the batch that are new for sure, until they are taken in. */
  const isNew = new Set<string>()
  const owners = createOwners(sql, merging)
  const tally = createTally(sql)
  const items = createItemKeeper(sql, tally, merging.standing, contacts.document)

  /** @returns how many contacts claim it: one alone has nobody to dispute with */
  function putIdentifier(id: string, document: IdentifierDocument | undefined): number {
    if (!unclaimed.of(id)) sql.run('DELETE FROM claim WHERE identifier_id = ?', id)
    if (!document || document.value === '') return 0
    unclaimed.ends(id)
    const { type, value, source = null } = document
    const put = (claim: StandingClaim, stands: boolean) =>
      sql.run(PUT_CLAIM, id, claim.contactId, claim.since, claim.by, claim.via, stands ? 1 : 0, type, value, source)
    const standing = standingClaims(document)
    const released = releasedClaims(document)
    for (const claim of standing) put(claim, true)
    for (const claim of released) put(claim, false)
    if (standing.length + released.length === 0) sql.run(PUT_CLAIM, id, '', '', '', '', 0, type, value, source)
    return standing.length
  }

  function putMerge(id: string, document: MergeDocument | undefined): void {
    sql.run('DELETE FROM merge_member WHERE merge_id = ?', id)
    sql.run('DELETE FROM merge WHERE id = ?', id)
    if (!document) return
    sql.run(
      'INSERT INTO merge (id, inputs, result, at, standing, undone, built_on) VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      JSON.stringify(document.inputs),
      document.result,
      document.at,
      isStanding(document) ? 1 : 0,
      isStanding(document) ? '' : (current(document.undone)?.t ?? ''),
      JSON.stringify(document.builtOn ?? []),
    )
    for (const contactId of new Set([...document.inputs, document.result])) {
      merging.never.ends(contactId)
      sql.run('INSERT INTO merge_member (contact_id, merge_id) VALUES (?, ?)', contactId, id)
    }
  }

  function putInteraction(id: string, document: InteractionDocument | undefined): void {
    if (!document) {
      sql.run('DELETE FROM interaction WHERE id = ?', id)
      return
    }
    const { facts } = document
    const tied = current(document.link)
    const link = tied?.v ?? null
    const identifiers = JSON.stringify(facts.identifiers.map(identifierId))
    sql.run(
      PUT_INTERACTION,
      id,
      link,
      link === null ? null : owners.ownerOf(link, identifiers),
      Date.parse(facts.startedAt),
      CHANNELS.indexOf(facts.channel),
      facts.direction,
      facts.queue ?? null,
      facts.agent ?? null,
      identifiers,
      document.erased ? 1 : 0,
      tied?.t === facts.at ? facts.at : '',
    )
  }

  function putNote(id: string, document: NoteDocument | undefined): void {
    if (!document || document.erased) sql.run('DELETE FROM note WHERE id = ?', id)
    else
      sql.run(
        'INSERT OR REPLACE INTO note (id, contact_id, owner, created, deleted) VALUES (?, ?, ?, ?, ?)',
        id,
        document.contactId,
        owners.ownerOf(document.contactId, '[]'),
        document.created.at,
        current(document.deleted)?.v === true ? 1 : 0,
      )
  }

  /** @returns the item that was reviewed, if that is what was decided */
  function putDecision(id: string, document: DecisionDocument | undefined): string | undefined {
    const reviewed = items.putReview(id, document)
    sql.run('DELETE FROM cannot_link WHERE id = ?', id)
    sql.run('DELETE FROM dismissal WHERE id = ?', id)
    const [a, b] = document?.subjects ?? []
    const decided = current(document?.standing)
    const standing = decided?.v === true ? 1 : 0
    if (document?.kind === 'cannot-link' && a !== undefined && b !== undefined)
      sql.run('INSERT INTO cannot_link (id, a, b, standing) VALUES (?, ?, ?, ?)', id, a, b, standing)
    if (document?.kind === 'dismissed' && a !== undefined && decided)
      sql.run(
        'INSERT OR REPLACE INTO dismissal (contact_id, id, at, by, standing) VALUES (?, ?, ?, ?, ?)',
        a,
        id,
        stampMs(decided.t),
        decided.b,
        standing,
      )
    return reviewed
  }

  function putAudit(id: string, document: AuditDocument | undefined): void {
    const contactIds = [...new Set(document?.contactIds)]
    const values = document && ([document.at, JSON.stringify(contactIds)] as const)
    const isNew = values && sql.run(ADD_AUDIT, id, ...values) === 1
    if (!isNew) {
      const former = sql.get<{ at: string; contacts: string }>('SELECT at, contacts FROM audit WHERE id = ?', id)
      for (const contactId of former ? (JSON.parse(former.contacts) as string[]) : [])
        sql.run(REMOVE_AUDIT_CONTACT, contactId, former?.at ?? '', id)
      if (values) sql.run('UPDATE audit SET at = ?, contacts = ? WHERE id = ?', ...values, id)
      else sql.run('DELETE FROM audit WHERE id = ?', id)
    }
    if (!document) return
    for (const contactId of contactIds)
      sql.run('INSERT INTO audit_contact (contact_id, at, audit_id) VALUES (?, ?, ?)', contactId, document.at, id)
  }

  /**
   * Derives the set of a contact and writes its person; removes the rows of ids that are no longer canonical.
   * @param done people derived so far
   * @param restated members of people whose state changed, so that disputes may begin or end
   */
  function refreshPerson(contactId: string, done: Map<string, Derived | undefined>, restated: Set<string>): string {
    const set = deriveSet(contactId, merging.standing)
    if (done.has(set.canonicalId)) return set.canonicalId
    done.set(set.canonicalId, undefined)
    const former = personNow(set.canonicalId)
    const restate = () => {
      for (const member of set.members) restated.add(member)
    }
    const documents = set.members.map(contacts.document).filter((member) => member !== undefined)
    for (const member of set.members) {
      latestPeople.forget(member)
      contacts.assign(member, set.canonicalId)
      if (member !== set.canonicalId) removePerson(member)
    }
    // A merge may arrive before the contacts it names; the person appears with its canonical contact.
    const [head, ...ancestors] = documents
    if (!head || head.id !== set.canonicalId) {
      removePerson(set.canonicalId)
      if (former !== undefined) restate()
      return set.canonicalId
    }
    const undone = owners.isUndoneResult(head.id, set)
    const alone = set.merges.length === 0 && !undone
    const person = alone ? contacts.lonePerson(head) : derivePerson([head, ...ancestors], set.merges, undone)
    contacts.setAlone(head.id, alone)
    if (alone) latestPeople.put(person)
    const { fields } = person
    done.set(person.id, { set, documents, status: person.status })
    if (person.status !== former?.status) restate()
    const type = typeRank(person.type)
    if (former) tally.add(`person ${former.status} ${former.type}`, -1)
    tally.add(`person ${person.status} ${type}`, 1)
    putPerson(former, {
      id: person.id,
      type,
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
      deleted: person.status === 'deleted' ? stampMs(current(head.deleted)?.t ?? person.modifiedAt) : 0,
      merged: set.merges.length > 0 ? 1 : 0,
    })
    const wasFound = former !== undefined && isFound(former)
    if (isFound({ type, status: person.status })) search.put(searchEntryOf(person, documents))
    else if (wasFound) search.remove(person.id)
    return person.id
  }

  const personNow = (id: string) =>
    unseen.has(id) ? undefined : sql.get<PersonColumns>('SELECT * FROM person WHERE id = ?', id)

  /** Sets only what differs: SQLite rewrites every index that has a set column in it, changed or not. */
  function putPerson(former: PersonColumns | undefined, person: PersonColumns): void {
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

  function removePerson(id: string): void {
    const former = personNow(id)
    if (former) {
      tally.add(`person ${former.status} ${former.type}`, -1)
      sql.run('DELETE FROM person WHERE id = ?', id)
      if (isFound(former)) search.remove(id)
    }
    items.forget(id)
  }

  /** Whose a note or an interaction is by its row, if there is one. */
  const ownerNow = ({ kind, id }: Pick<Owned, 'kind' | 'id'>) => sql.get<{ owner: string | null }>(OWNER_OF[kind], id)

  const formerClaimants = (identifierId: string): string[] =>
    sql
      .all<{ id: string }>(
        "SELECT contact_id AS id FROM claim WHERE identifier_id = ? AND contact_id <> ''",
        identifierId,
      )
      .map((row) => row.id)

  const isDeleted = (id: string): boolean =>
    sql.get<{ status: string }>('SELECT status FROM person WHERE id = ?', id)?.status === 'deleted'

  /** Asks at once what the views hold of all that the changes are about, and is not new for sure. */
  function begin(changes: readonly Changed[]): void {
    tally.begin()
    isNew.clear()
    const met = new Set<string>()
    const identifierIds: string[] = []
    const contactIds: string[] = []
    const concerned: string[] = []
    for (const change of changes) {
      if (change.isNew && !met.has(change.id)) isNew.add(change.id)
      met.add(change.id)
      if (change.kind === 'contacts') contactIds.push(change.id)
      else if (change.kind === 'identifiers') {
        identifierIds.push(change.id)
        concerned.push(...Object.keys(change.document?.claims ?? {}))
      } else concerned.push(...contactsOf(change))
    }
    const all = [...contactIds, ...concerned]
    const hasNew = (id: string) => isNew.has(id)
    contacts.begin(all, contactIds.filter(hasNew))
    merging.never.begin(all)
    unclaimed.begin(
      identifierIds.filter((id) => !isNew.has(id)),
      identifierIds.filter(hasNew),
    )
    // Nobody is a person without a record, and nothing happened apart to who or what was not there.
    const fresh = contactIds.filter((id) => !contacts.has(id))
    unseen = new Set(fresh)
    claimless = withoutClaims(fresh)
    const [claimed, unheard] = [identifierIds.filter((id) => !unclaimed.of(id)), identifierIds.filter(unclaimed.of)]
    items.begin(claimed, [...fresh, ...unheard])
  }

  return {
    apply(changes) {
      begin(changes)
      const stale = new Set<string>() // contacts whose person must be derived again
      const people = new Set<string>()
      const around = new Set<string>()
      const restated = new Set<string>()
      const contended = new Set<string>()
      const reviewed = new Set<string>()
      const undoneMerges = new Set<string>()
      let latest = sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'latestStamp'")?.value ?? ''
      const addSetOf = (contactId: string) => {
        for (const member of deriveSet(contactId, merging.standing).members) {
          stale.add(member)
          restated.add(member) // with other members the same claim is another person's
        }
      }
      for (const change of changes) {
        if (change.document) latest = latestStampIn(change.document, latest)
        if (change.kind === 'contacts') {
          // A record that comes after its merge, or goes, changes whose its claims are, and nothing else of the person.
          if (contacts.has(change.id) !== (change.document !== undefined)) restated.add(change.id)
          if (change.document) contacts.put(change.document)
          else contacts.remove(change.id)
          stale.add(change.id)
        } else if (change.kind === 'identifiers') {
          const claimants = change.document ? Object.keys(change.document.claims) : formerClaimants(change.id)
          if (putIdentifier(change.id, change.document) > 1) contended.add(change.id)
          else items.forget(change.id)
          for (const contactId of claimants) {
            people.add(contacts.canonicalOf(contactId))
            owners.addResultsAround(contactId, around)
          }
        } else if (change.kind === 'merges') {
          const former = sql.get<{ inputs: string; result: string }>(
            'SELECT inputs, result FROM merge WHERE id = ?',
            change.id,
          )
          const named = new Set([
            ...(former ? [...(JSON.parse(former.inputs) as string[]), former.result] : []),
            ...(change.document ? [...change.document.inputs, change.document.result] : []),
          ])
          for (const id of named) {
            addSetOf(id) // as it was: a set that falls apart leaves several
            if (!change.document) owners.addResultsAround(id, around)
          }
          putMerge(change.id, change.document)
          for (const id of named) addSetOf(id)
          undoneMerges.add(change.id)
          for (const id of named) {
            around.add(id)
            owners.addResultsAround(id, around)
          }
        }
      }
      const done = new Map<string, Derived | undefined>()
      for (const id of stale) {
        people.add(contacts.canonicalOf(id))
        people.add(refreshPerson(id, done, restated))
      }
      // What hangs on a contact comes after the sets are known.
      for (const change of changes) {
        if (change.kind === 'interactions' || change.kind === 'notes') {
          // Its owner need not be whom it is tied to.
          const former = isNew.delete(change.id) ? undefined : ownerNow(change)
          if (change.kind === 'notes') putNote(change.id, change.document)
          else {
            putInteraction(change.id, change.document)
            if (former) tally.add('interaction', -1)
            if (change.document) tally.add('interaction', 1)
          }
          for (const row of [former, ownerNow(change)]) if (row?.owner) people.add(contacts.canonicalOf(row.owner))
        } else if (change.kind === 'decisions') {
          const item = putDecision(change.id, change.document)
          if (item !== undefined) reviewed.add(item)
        } else if (change.kind === 'audit') putAudit(change.id, change.document)
        for (const id of contactsOf(change)) people.add(contacts.canonicalOf(id))
      }
      for (const result of around) for (const id of owners.reassign(result)) people.add(contacts.canonicalOf(id))
      // What happened apart comes last: it looks at people and at what hangs on them.
      for (const [id, derived] of done) items.person(id, derived)
      for (const id of people) if (!done.has(id) && isDeleted(id)) items.person(id, undefined)
      // What somebody claims who had claimed nothing before came with the batch, and was looked at there.
      for (const id of items.contendedBy([...restated].filter((id) => !claimless.has(id)))) contended.add(id)
      for (const id of contended) items.dispute(id)
      const members = [...done.values()].flatMap((one) => one?.set.members ?? [])
      for (const id of items.undoneMergesOf(members.filter((id) => !merging.never.of(id)))) undoneMerges.add(id)
      for (const id of undoneMerges) items.undoneMerge(id)
      for (const id of reviewed) items.again(id)
      tally.write()
      if (latest !== '') sql.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('latestStamp', ?)", latest)
      return people
    },
  }
}

/** Whom the search finds. */
function isFound({ type, status }: Pick<PersonColumns, 'type' | 'status'>): boolean {
  return type === CURATED && status === 'active'
}

/** Contacts that something hangs on, besides contacts, identifiers and merges, which are followed above. */
function contactsOf(change: Changed): string[] {
  if (change.kind === 'notes') return change.document ? [change.document.contactId] : []
  if (change.kind === 'interactions')
    return (change.document?.link ?? []).map((entry) => entry.v).filter((v) => v !== null)
  if (change.kind === 'decisions') return change.document?.kind === 'cannot-link' ? change.document.subjects : []
  return []
}
