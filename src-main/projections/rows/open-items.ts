// The open items of the Reconcile list, as rows that are counted and paged without looking at any person.
// Invariant: a row is derived from its owner alone (an identifier, a person, or an undone merge) and the reviews of it, so
// that deriving an owner again, in any order, ends in the same rows.
import {
  deletedApart,
  disputeOver,
  type Item,
  type ItemKind,
  isOpen,
  joinedMerges,
  overwrittenValues,
  strandedValues,
} from '../../engine/derive/open-items'
import type { PersonStatus } from '../../engine/derive/person'
import { deriveSet, type MergeSet } from '../../engine/derive/sets'
import type { ContactDocument } from '../../engine/documents/contact'
import type { DecisionDocument } from '../../engine/documents/decision'
import { current } from '../../engine/documents/register'
import { IN_JSON, type Statements } from '../file/statements'
import { memberOf } from '../file/tables'
import { attachedStamps } from '../read/activity-stamps'
import type { StandingMerges } from '../read/standing-merges'
import type { Counters } from './counters'
import { createKnownAbsent } from './known-absent'

/** A person as just derived, so that it need not be read again. */
export interface Derived {
  set: MergeSet
  /** Canonical first. */
  documents: readonly ContactDocument[]
  status: PersonStatus
}

export interface OpenItems {
  /** Begins a batch. @param owners what it is about; @param fresh those of whom there is nothing for sure */
  begin(owners: readonly string[], fresh: readonly string[]): void
  /** Takes a review in. @returns the item it is about */
  putReview(id: string, document: DecisionDocument | undefined): string | undefined
  /** Derives the items of a person, of the identifiers that members claim, and of undone merges of theirs. */
  person(canonicalId: string, derived: Derived | undefined): void
  /** Identifiers that another contact claims as well. */
  contendedBy(contactIds: readonly string[]): string[]
  dispute(identifierId: string): void
  undoneMerge(mergeId: string): void
  /** Merges since undone that these contacts took part in. */
  undoneMergesOf(contactIds: readonly string[]): string[]
  /** Forgets what was derived from a record that is no person any more. */
  forget(owner: string): void
  /** Derives again whatever an item came from. */
  again(id: string): void
}

export function createOpenItems(
  sql: Statements,
  counters: Pick<Counters, 'add'>,
  standingMerges: StandingMerges,
  contactOf: (id: string) => ContactDocument | undefined,
): OpenItems {
  const without = createKnownAbsent(sql, 'item', 'owner')
  const documentsOf = (ids: readonly string[]) => ids.map(contactOf).filter((document) => document !== undefined)

  const seenOf = (item: string): string[][] =>
    sql
      .all<{ seen: string }>('SELECT seen FROM review WHERE item = ? AND standing = 1', item)
      .map((row) => JSON.parse(row.seen) as string[])

  function remove(by: 'owner' | 'id', value: string): void {
    if (by === 'owner' && without.of(value)) return
    const rows = sql.all<{ kind: ItemKind; open: number }>(`SELECT kind, open FROM item WHERE ${by} = ?`, value)
    if (rows.length === 0) return
    sql.run(`DELETE FROM item WHERE ${by} = ?`, value)
    for (const { kind, open } of rows) if (open === 1) counters.add(`item ${kind}`, -1)
  }

  function put(owner: string, items: readonly Item[]): void {
    remove('owner', owner)
    if (items.length > 0) without.ends(owner)
    for (const item of items) {
      remove('id', item.id)
      const open = isOpen(item, seenOf(item.id))
      if (open) counters.add(`item ${item.kind}`, 1)
      sql.run(
        'INSERT INTO item (id, kind, at, owner, subject, open) VALUES (?, ?, ?, ?, ?, ?)',
        item.id,
        item.kind,
        item.at,
        owner,
        JSON.stringify(item.subject),
        open ? 1 : 0,
      )
    }
  }

  function derivedNow(canonicalId: string): Derived | undefined {
    const row = sql.get<{ status: string }>('SELECT status FROM person WHERE id = ?', canonicalId)
    if (!row) return undefined
    const set = deriveSet(canonicalId, standingMerges)
    return { set, documents: documentsOf(set.members), status: row.status as PersonStatus }
  }

  const keeper: OpenItems = {
    begin: without.begin,

    putReview(id, document) {
      const former = sql.get<{ item: string }>('SELECT item FROM review WHERE id = ?', id)?.item
      sql.run('DELETE FROM review WHERE id = ?', id)
      sql.run('DELETE FROM review_about WHERE review_id = ?', id)
      const [item] = document?.subjects ?? []
      const isReview = document?.kind === 'reviewed' || document?.kind === 'shared-identifier'
      if (!isReview || item === undefined) return former
      const { seen = [] } = document
      const standing = current(document.standing)?.v === true ? 1 : 0
      sql.run(
        'INSERT INTO review (id, item, standing, seen) VALUES (?, ?, ?, ?)',
        id,
        item,
        standing,
        JSON.stringify(seen),
      )
      for (const name of seen) sql.run('INSERT INTO review_about (name, review_id) VALUES (?, ?)', name, id)
      return item
    },

    person(canonicalId, derived) {
      const { set, documents, status } = derived ?? derivedNow(canonicalId) ?? {}
      if (!set || !documents || !status) return keeper.forget(canonicalId)
      const { merges, members } = set
      const listed = status === 'active' || status === 'deleted'
      put(
        canonicalId,
        listed
          ? [
              ...(status === 'active' ? joinedMerges(merges) : []),
              ...(status === 'active' ? overwrittenValues(documents, merges) : []),
              ...deletedApart(documents, merges, status, () => attachedStamps(sql, members)),
            ]
          : [],
      )
    },

    contendedBy(contactIds) {
      if (contactIds.length === 0) return []
      return sql
        .all<{ id: string }>(
          `SELECT DISTINCT k.identifier_id AS id FROM claim k WHERE k.contact_id ${IN_JSON} AND EXISTS (
             SELECT 1 FROM claim other WHERE other.identifier_id = k.identifier_id AND other.contact_id <> k.contact_id)`,
          JSON.stringify(contactIds),
        )
        .map((row) => row.id)
    },

    dispute(identifierId) {
      const people = sql.all<{ id: string; since: string }>(
        `SELECT p.id, min(k.since) AS since FROM claim k JOIN contact c ON c.id = k.contact_id JOIN person p ON p.id = c.set_id
         WHERE k.identifier_id = ? AND k.standing = 1 AND p.status = 'active' GROUP BY p.id`,
        identifierId,
      )
      const dispute = disputeOver(
        identifierId,
        people.map(({ id, since }) => ({
          since,
          members: () =>
            sql
              .all<{ id: string }>(`SELECT c.id FROM contact c WHERE ${memberOf('?1')}`, id)
              .map((member) => member.id),
        })),
      )
      put(identifierId, dispute ? [dispute] : [])
    },

    undoneMerge(mergeId) {
      const merge = sql.get<{ inputs: string; result: string; at: string; undone: string; standing: number }>(
        'SELECT inputs, result, at, undone, standing FROM merge WHERE id = ?',
        mergeId,
      )
      const result = merge?.standing === 0 ? contactOf(merge.result) : undefined
      const gone = merge !== undefined && deriveSet(merge.result, standingMerges).merges.length === 0
      if (!merge || !result || result.erased || !gone) return keeper.forget(mergeId)
      const inputs = JSON.parse(merge.inputs) as string[]
      const members = new Set(inputs.flatMap((id) => deriveSet(id, standingMerges).members))
      const { at, undone } = merge
      put(mergeId, strandedValues({ id: mergeId, at, undone }, result, documentsOf([...members])))
    },

    undoneMergesOf(contactIds) {
      if (contactIds.length === 0) return []
      return sql
        .all<{ id: string }>(
          `SELECT DISTINCT m.id FROM merge_member mm JOIN merge m ON m.id = mm.merge_id
           WHERE mm.contact_id ${IN_JSON} AND m.standing = 0`,
          JSON.stringify(contactIds),
        )
        .map((row) => row.id)
    },

    forget: (owner) => remove('owner', owner),

    again(id) {
      const row = sql.get<{ kind: string; owner: string; subject: string }>(
        'SELECT kind, owner, subject FROM item WHERE id = ?',
        id,
      )
      if (!row) return
      const [, , , leftBehindBy] = JSON.parse(row.subject) as string[]
      if (row.kind === 'dispute') keeper.dispute(row.owner)
      else if (leftBehindBy !== undefined) keeper.undoneMerge(row.owner)
      else keeper.person(row.owner, undefined)
    },
  }
  return keeper
}
