// How many stand on the promotion queue, and how many were taken off it: counted with each change, as counting eighty thousand
// at each look would be felt.
// Invariant: the counters are what counting people and dismissals gives.
import type { Statements } from '../file/statements'
import { CURATED, type PersonColumns } from '../file/tables'
import type { Counters } from './counters'

type QueueColumns = Pick<PersonColumns, 'id' | 'type' | 'status' | 'merged' | 'last_active'>

export interface QueueCounters {
  /** A person's row becomes another, comes, or goes. */
  moved(former: QueueColumns | undefined, next: QueueColumns | undefined): void
  /** Changes dismissals of these contacts. */
  around(contactIds: Iterable<string>, change: () => void): void
}

export function createQueueCounters(sql: Statements, counters: Pick<Counters, 'add'>): QueueCounters {
  /** A dismissal is over when they got in touch again. */
  const isDismissed = ({ id, last_active }: QueueColumns): boolean =>
    sql.get('SELECT 1 FROM dismissal WHERE contact_id = ? AND standing = 1 AND at >= ?', id, last_active) !== undefined

  const placeOf = (row: QueueColumns | undefined): 'queue open' | 'queue dismissed' | undefined => {
    if (row?.status !== 'active' || row.type >= CURATED || row.merged === 1) return undefined
    return isDismissed(row) ? 'queue dismissed' : 'queue open'
  }

  function recount(before: ReturnType<typeof placeOf>, after: ReturnType<typeof placeOf>): void {
    if (before === after) return
    if (before) counters.add(before, -1)
    if (after) counters.add(after, 1)
  }

  const rowOf = (id: string) =>
    sql.get<QueueColumns>('SELECT id, type, status, merged, last_active FROM person WHERE id = ?', id)

  return {
    moved: (former, next) => recount(placeOf(former), placeOf(next)),
    around(contactIds, change) {
      const rows = [...new Set(contactIds)].map(rowOf)
      const before = rows.map(placeOf)
      change()
      for (const [i, row] of rows.entries()) recount(before[i], placeOf(row))
    },
  }
}
