// That an item of the Reconcile list was looked at, or an identifier settled as shared. The decision is known by the item alone.
// Invariant: what its maker had before them only grows; what is not in it opens the item again.
import type { ItemId } from '@shared/model/ids'
import { joinSeen } from '../documents/decision'
import { reviewId } from '../documents/ids'
import { current, write } from '../documents/register'
import type { UnitOfWork } from '../unit-of-work'

/** Takes back that an item was looked at, or an identifier settled as shared. @returns whether it stood */
export async function withdrawReview(
  work: UnitOfWork,
  kind: 'reviewed' | 'shared-identifier',
  item: ItemId,
): Promise<boolean> {
  const known = await work.get('decisions', reviewId(kind, item))
  if (!known || current(known.standing)?.v !== true) return false
  work.put('decisions', { ...known, standing: write(known.standing, false, work.stamp, work.by) })
  return true
}

/**
 * Records that an item was looked at and stays as it is.
 * @param seen names of all that was new about it, and the records concerned
 */
export async function review(
  work: UnitOfWork,
  kind: 'reviewed' | 'shared-identifier',
  item: ItemId,
  seen: readonly string[],
  reason: string | undefined,
): Promise<void> {
  const id = reviewId(kind, item)
  const known = await work.get('decisions', id)
  const why = reason && !known?.erased ? write(known?.reason, reason, work.stamp, work.by) : known?.reason
  work.put('decisions', {
    ...(known ?? { id, kind, subjects: [item] }),
    standing: write(known?.standing, true, work.stamp, work.by),
    seen: joinSeen(known?.seen, seen),
    ...(why ? { reason: why } : {}),
  })
}
