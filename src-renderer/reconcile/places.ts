// Where items stand in a list that changes while one looks at it.
import type { ReconcileItem } from '@shared/contract/reconcile'
import type { Paged } from '../components/use-paged'

type Items = Pick<Paged<ReconcileItem>, 'total' | 'row'>

/** What comes and goes meanwhile moves an item by a few places; further away it is not looked for. */
const FAR = 100

/** Places by their distance from `index`: itself, then below, then above. */
function around(index: number, total: number): number[] {
  const below = Array.from({ length: Math.min(FAR, total - index) }, (_, step) => index + step)
  const from = Math.min(index, total)
  const above = Array.from({ length: Math.min(FAR, from) }, (_, step) => from - 1 - step)
  return [...below.filter((at) => at >= 0), ...above]
}

/** The place of an item that stood at `index`; undefined where it is not to be seen. */
export const placeOf = (items: Items, id: string, index: number): number | undefined =>
  around(index, items.total ?? 0).find((at) => items.row(at)?.id === id)

/** The item at a place or the nearest to it, of those that are not settled. */
export function nextOpen(
  items: Items,
  index: number,
  settled: ReadonlySet<string>,
): { item: ReconcileItem; index: number } | undefined {
  for (const at of around(index, items.total ?? 0)) {
    const item = items.row(at)
    if (item && !settled.has(item.id)) return { item, index: at }
  }
  return undefined
}
