// From changed documents to rows. Invariant: applying a document twice, or in another order, ends in the same rows.
//
// A batch goes through four steps, each of which looks at what those before it wrote: records (contacts, identifiers,
// merges), people, what hangs on them, and what happened apart.
import { type ContactId, NO_STAMP, type PersonId, type Stamp } from '@shared/model/ids'
import type { Changed } from '../../engine/document-feed'
import type { Kind } from '../../engine/documents/kinds'
import type { Statements } from '../file/statements'
import type { PersonCache } from '../people/person-cache'
import type { SearchIndex } from '../search'
import { type Attached, createAttachedRows } from './attached'
import { putAudit } from './audit'
import { type BatchState, contactsOf, emptyBatch, isAttached } from './batch'
import { createBatchItems } from './batch-items'
import { createBegunCounts } from './begun'
import { createClaimRows } from './claims'
import { createContactRows } from './contact-rows'
import { createCounters } from './counters'
import { putDecision } from './decisions'
import { createForeknowledge } from './foreknowledge'
import { createAttribution } from './interaction-attribution'
import { latestStampIn } from './latest-stamp'
import { createMergeRows } from './merges'
import { createOpenItems } from './open-items'
import { createPersonRows } from './person-rows'
import { createQueueCounters } from './queue-counters'
import { createRecordRows } from './record-rows'

export interface Applier {
  /** Applies documents inside the caller's transaction. @returns canonical ids, former and present, of the people concerned */
  apply(changes: readonly Changed[]): Set<PersonId>
  /**
   * Applies documents of one kind to views that are derived from nothing, kind after kind in the order of `LOAD_ORDER`, each
   * document once. What looks at more than was loaded by then is left to `completeLoad`.
   */
  load(changes: readonly Changed[]): void
  /** To be called once all documents of a kind were loaded. */
  endLoadOf(kind: Kind): void
  /** Derives what `load` left: disputes, and the items of people in the bin. */
  completeLoad(): void
}

/** Merges before the contacts they join, and what hangs on contacts after these and their claims. */
export const LOAD_ORDER = [
  'merges',
  'contacts',
  'identifiers',
  'interactions',
  'notes',
  'decisions',
  'audit',
] as const satisfies readonly Kind[]

export function createApplier(
  sql: Statements,
  search: Pick<SearchIndex, 'put' | 'remove'>,
  cache: PersonCache,
): Applier {
  const contacts = createContactRows(sql)
  const merging = createMergeRows(sql)
  const claims = createClaimRows(sql)
  const attribution = createAttribution(sql, merging)
  const counters = createCounters(sql)
  const begun = createBegunCounts(sql)
  const items = createOpenItems(sql, counters, merging.standing, contacts.document)
  const queue = createQueueCounters(sql, counters)
  const attached = createAttachedRows(sql, attribution, counters, begun)
  const people = createPersonRows(sql, { contacts, merging, attribution, counters, queue, items, search, cache })
  const foreknown = createForeknowledge(sql, { contacts, merging, claims, people, items })
  const records = createRecordRows({ contacts, merging, claims, attribution, items })
  const batchItems = createBatchItems(sql, { items, merging, claims, foreknown })

  function begin(changes: readonly Changed[]): BatchState {
    counters.begin()
    begun.begin()
    foreknown.begin(changes)
    return emptyBatch()
  }

  const putAttached = (change: Attached) => attached.put(change, foreknown.takeNew(change.id))

  function takeOther(change: Changed, state: BatchState, put: (change: Attached) => ContactId[]): void {
    if (isAttached(change)) for (const owner of put(change)) state.concerned.add(contacts.canonicalOf(owner))
    else if (change.kind === 'decisions') {
      const item = items.putReview(change.id, change.document)
      putDecision(sql, queue, change.id, change.document)
      if (item !== undefined) state.reviewed.add(item)
    } else if (change.kind === 'audit') putAudit(sql, change.id, change.document)
    for (const id of contactsOf(change)) state.concerned.add(contacts.canonicalOf(id))
  }

  function refreshPeople({ stale, concerned, refreshed }: BatchState): void {
    // The former canonical ones first: refreshing one record of a merge assigns all of them to the present one.
    for (const id of stale) concerned.add(contacts.canonicalOf(id))
    for (const id of stale) concerned.add(people.refresh(id, refreshed))
  }

  function noteLatest(changes: readonly Changed[]): void {
    const before = sql.get<{ value: Stamp }>("SELECT value FROM meta WHERE key = 'latestStamp'")?.value ?? NO_STAMP
    let latest = before
    for (const { document } of changes) if (document) latest = latestStampIn(document, latest)
    if (latest !== before) sql.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('latestStamp', ?)", latest)
  }

  return {
    apply(changes) {
      const state = begin(changes)
      const others = changes.filter((change) => !records.take(change, state))
      refreshPeople(state)
      for (const change of others) takeOther(change, state, putAttached)
      const { concerned, around, refreshed } = state
      for (const result of around)
        for (const id of attribution.reassign(result)) concerned.add(contacts.canonicalOf(id))
      // What came to people in the bin may be why they belong on the list.
      const inBin = [...concerned].filter((id) => !refreshed.people.has(id) && people.isDeleted(id))
      batchItems.derive(state)
      for (const id of inBin) items.person(id, undefined)
      counters.write()
      begun.write()
      noteLatest(changes)
      return concerned
    },

    load(changes) {
      const state = begin(changes)
      for (const change of changes)
        if (!records.load(change) && !records.take(change, state)) takeOther(change, state, attached.load)
      refreshPeople(state)
      batchItems.derive(state, 'later')
      counters.write()
      noteLatest(changes)
    },

    endLoadOf(kind) {
      if (kind === 'identifiers') claims.sortLoaded()
    },

    completeLoad() {
      begin([])
      batchItems.complete()
      counters.write()
    },
  }
}
