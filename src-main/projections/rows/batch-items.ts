// Which open items a batch derives again, and all that `load` left to derive.
// Invariant: an item is derived after the people and what hangs on them, for it looks at both.
import type { ContactId, IdentifierId } from '@shared/model/ids'
import type { Statements } from '../file/statements'
import type { BatchState } from './batch'
import type { ClaimRows } from './claims'
import type { Foreknowledge } from './foreknowledge'
import type { MergeRows } from './merges'
import type { OpenItems } from './open-items'

/** People and identifiers of one look at what `load` left. */
const COMPLETE_PAGE = 500

export interface BatchItemsOptions {
  items: OpenItems
  merging: Pick<MergeRows, 'never'>
  claims: Pick<ClaimRows, 'contendedAfter'>
  foreknown: Pick<Foreknowledge, 'isClaimless'>
}

export interface BatchItems {
  /** Derives the items of what the batch met. @param bin `later`: those of people in the bin are left to `complete` */
  derive(state: BatchState, bin?: 'now' | 'later'): void
  /** Derives the items of all people in the bin, and every dispute. */
  complete(): void
}

export function createBatchItems(sql: Statements, options: BatchItemsOptions): BatchItems {
  const { items, merging, claims, foreknown } = options

  const inBinAfter = (id: ContactId | ''): ContactId[] =>
    sql
      .all<{ id: ContactId }>(
        "SELECT id FROM person WHERE status = 'deleted' AND id > ? ORDER BY id LIMIT ?",
        id,
        COMPLETE_PAGE,
      )
      .map((row) => row.id)

  return {
    derive({ refreshed, contended, undoneMerges, reviewed }, bin = 'now') {
      for (const [id, derived] of refreshed.people)
        if (bin === 'now' || derived?.status !== 'deleted') items.person(id, derived)
      // What a contact claims that had claimed nothing before came with the batch, and was looked at there.
      const restated = [...refreshed.restated].filter((id) => !foreknown.isClaimless(id))
      for (const id of items.contendedBy(restated)) contended.add(id)
      for (const id of contended) items.dispute(id)
      const merged = [...refreshed.members].filter((id) => !merging.never.of(id))
      for (const id of items.undoneMergesOf(merged)) undoneMerges.add(id)
      for (const id of undoneMerges) items.undoneMerge(id)
      for (const id of reviewed) items.again(id)
    },

    complete() {
      for (let ids = inBinAfter(''); ids.length > 0; ids = inBinAfter(ids.at(-1) ?? ''))
        for (const id of ids) items.person(id, undefined)
      const contendedAfter = (id: IdentifierId | '') => claims.contendedAfter(id, COMPLETE_PAGE)
      for (let ids = contendedAfter(''); ids.length > 0; ids = contendedAfter(ids.at(-1) ?? ''))
        for (const id of ids) items.dispute(id)
    },
  }
}
