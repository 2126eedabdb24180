// The open items of the Reconcile list, as rows that are counted and paged without looking at any person.
// Invariant: a row is derived from its owner alone (an identifier, a person, or an undone merge) and the reviews of it, so
// that deriving an owner again, in any order, ends in the same rows.
import {
  asMergeId,
  type ContactId,
  type IdentifierId,
  type MergeId,
  readContactIds,
  type Stamp,
} from '@shared/model/ids'
import {
  deletedApart,
  disputeOver,
  type ItemKind,
  joinedMerges,
  overwrittenValues,
  strandedValues,
} from '../../engine/derive/open-items'
import type { PersonStatus } from '../../engine/derive/person'
import { deriveSet, type MergeSet } from '../../engine/derive/sets'
import type { ContactDocument } from '../../engine/documents/contact'
import type { DecisionDocument } from '../../engine/documents/decision'
import { IN_JSON, type Statements } from '../file/statements'
import { memberOf } from '../file/tables'
import { attachedStamps } from '../read/activity-stamps'
import type { StandingMerges } from '../read/standing-merges'
import type { Counters } from './counters'
import { createItemRows } from './item-rows'
import { createReviews } from './reviews'

/** A person as just derived, so that it need not be read again. */
export interface Derived {
  set: MergeSet
  /** Canonical first. */
  documents: readonly ContactDocument[]
  status: PersonStatus
}

/** What an item was derived from, by its kind; of a value that an undone merge left behind the subject names the merge. */
type ItemOrigin = { subject: string } & (
  | { kind: 'dispute'; owner: IdentifierId }
  | { kind: Exclude<ItemKind, 'dispute'>; owner: ContactId }
)

export interface OpenItems {
  /** Begins a batch. @param owners what it is about; @param fresh those that have nothing for sure */
  begin(owners: readonly string[], fresh: readonly string[]): void
  /** Takes a review in. @returns the item it is about */
  putReview(id: string, document: DecisionDocument | undefined): string | undefined
  /** Derives the items of a person, of the identifiers that members claim, and of undone merges of theirs. */
  person(canonicalId: ContactId, derived: Derived | undefined): void
  /** Identifiers that another contact claims as well. */
  contendedBy(contactIds: readonly ContactId[]): IdentifierId[]
  dispute(identifierId: IdentifierId): void
  undoneMerge(mergeId: MergeId): void
  /** Merges since undone that these contacts took part in. */
  undoneMergesOf(contactIds: readonly ContactId[]): MergeId[]
  /** Forgets what was derived from a record that is no person any more. */
  forget(owner: string): void
  /** Derives again whatever an item came from. */
  again(id: string): void
}

export function createOpenItems(
  sql: Statements,
  counters: Pick<Counters, 'add'>,
  standingMerges: StandingMerges,
  contactOf: (id: ContactId) => ContactDocument | undefined,
): OpenItems {
  const reviews = createReviews(sql)
  const rows = createItemRows(sql, counters, reviews)
  const documentsOf = (ids: readonly ContactId[]) => ids.map(contactOf).filter((document) => document !== undefined)

  function derivedNow(canonicalId: ContactId): Derived | undefined {
    const row = sql.get<{ status: string }>('SELECT status FROM person WHERE id = ?', canonicalId)
    if (!row) return undefined
    const set = deriveSet(canonicalId, standingMerges)
    return { set, documents: documentsOf(set.members), status: row.status as PersonStatus }
  }

  const keeper: OpenItems = {
    begin: rows.begin,

    putReview: reviews.put,

    person(canonicalId, derived) {
      const { set, documents, status } = derived ?? derivedNow(canonicalId) ?? {}
      if (!set || !documents || !status) return keeper.forget(canonicalId)
      const { merges, members } = set
      const listed = status === 'active' || status === 'deleted'
      rows.put(
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
        .all<{ id: IdentifierId }>(
          `SELECT DISTINCT k.identifier_id AS id FROM claim k WHERE k.contact_id ${IN_JSON} AND EXISTS (
             SELECT 1 FROM claim other WHERE other.identifier_id = k.identifier_id AND other.contact_id <> k.contact_id)`,
          JSON.stringify(contactIds),
        )
        .map((row) => row.id)
    },

    dispute(identifierId) {
      const people = sql.all<{ id: ContactId; since: Stamp }>(
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
              .all<{ id: ContactId }>(`SELECT c.id FROM contact c WHERE ${memberOf('?1')}`, id)
              .map((member) => member.id),
        })),
      )
      rows.put(identifierId, dispute ? [dispute] : [])
    },

    undoneMerge(mergeId) {
      const merge = sql.get<{ inputs: string; result: ContactId; at: Stamp; undone: Stamp; standing: number }>(
        'SELECT inputs, result, at, undone, standing FROM merge WHERE id = ?',
        mergeId,
      )
      const result = merge?.standing === 0 ? contactOf(merge.result) : undefined
      const gone = merge !== undefined && deriveSet(merge.result, standingMerges).merges.length === 0
      if (!merge || !result || result.erased || !gone) return keeper.forget(mergeId)
      const inputs = readContactIds(merge.inputs)
      const members = new Set(inputs.flatMap((id) => deriveSet(id, standingMerges).members))
      const { at, undone } = merge
      rows.put(mergeId, strandedValues({ id: mergeId, at, undone }, result, documentsOf([...members])))
    },

    undoneMergesOf(contactIds) {
      if (contactIds.length === 0) return []
      return sql
        .all<{ id: MergeId }>(
          `SELECT DISTINCT m.id FROM merge_member mm JOIN merge m ON m.id = mm.merge_id
           WHERE mm.contact_id ${IN_JSON} AND m.standing = 0`,
          JSON.stringify(contactIds),
        )
        .map((row) => row.id)
    },

    forget: rows.removeOf,

    again(id) {
      const row = sql.get<ItemOrigin>('SELECT kind, owner, subject FROM item WHERE id = ?', id)
      if (!row) return
      const [, , , leftBehindBy] = JSON.parse(row.subject) as string[]
      if (row.kind === 'dispute') keeper.dispute(row.owner)
      else if (leftBehindBy !== undefined) keeper.undoneMerge(asMergeId(leftBehindBy))
      else keeper.person(row.owner, undefined)
    },
  }
  return keeper
}
