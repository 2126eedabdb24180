// The standing merges a contact takes part in, as the projections know them: what merge sets are derived from.
import { type ContactId, type MergeId, readContactIds, readMergeIds, type Stamp } from '@shared/model/ids'
import type { MergeLink } from '../../engine/derive/sets'
import type { Statements } from '../file/statements'

/** For `deriveSet`. */
export type StandingMerges = (contactId: ContactId) => MergeLink[]

export function standingMergesIn(sql: Statements): StandingMerges {
  return (contactId) =>
    sql
      .all<{ id: MergeId; inputs: string; result: ContactId; at: Stamp; built_on: string }>(
        `SELECT m.id, m.inputs, m.result, m.at, m.built_on FROM merge_member mm JOIN merge m ON m.id = mm.merge_id
         WHERE mm.contact_id = ? AND m.standing = 1`,
        contactId,
      )
      .map((row) => ({
        id: row.id,
        result: row.result,
        at: row.at,
        inputs: readContactIds(row.inputs),
        builtOn: readMergeIds(row.built_on),
      }))
}
