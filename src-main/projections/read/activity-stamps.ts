// When something was done to contacts that does not stand in their own documents: interactions recorded, notes written,
// merges made and undone. The latest of each device is enough (`derive/knowledge.ts`).
import type { ContactId, Stamp } from '@shared/model/ids'
import { IN_JSON, type Statements } from '../file/statements'

/** A stamp ends with its device, from this character on; SQL counts from 1. */
const DEVICE = 14

/** Interactions recorded for these contacts and notes written on them: the latest of each device. */
export function attachedStamps(sql: Statements, contactIds: readonly ContactId[]): Stamp[] {
  const ids = JSON.stringify(contactIds)
  return sql
    .all<{ at: Stamp }>(
      `SELECT max(recorded) AS at FROM interaction WHERE owner ${IN_JSON} AND recorded <> '' GROUP BY substr(recorded, ${DEVICE})
       UNION ALL
       SELECT max(created) FROM note WHERE owner ${IN_JSON} AND deleted = 0 GROUP BY substr(created, ${DEVICE})`,
      ids,
      ids,
    )
    .map((row) => row.at)
}

/** Merges that these contacts took part in, and their undoing. */
export function mergeStamps(sql: Statements, contactIds: readonly ContactId[]): Stamp[] {
  return sql
    .all<{ at: Stamp; undone: Stamp }>(
      `SELECT DISTINCT m.at, m.undone FROM merge_member mm JOIN merge m ON m.id = mm.merge_id WHERE mm.contact_id ${IN_JSON}`,
      JSON.stringify(contactIds),
    )
    .flatMap((row) => (row.undone === '' ? [row.at] : [row.at, row.undone]))
}
