// The rows of merges, and the merges a contact takes part in while a batch is applied: most never took part in any.
// Invariant: `merge_member` has a row for each input and the result of each merge, standing or undone.
import { type ContactId, readContactIds } from '@shared/model/ids'
import { isStanding } from '../../engine/derive/sets'
import type { MergeDocument } from '../../engine/documents/merge'
import { current } from '../../engine/documents/register'
import type { Statements } from '../file/statements'
import { type StandingMerges, standingMergesIn } from '../read/standing-merges'
import { createKnownAbsent, type KnownAbsent } from './known-absent'

const PUT_MERGE = 'INSERT INTO merge (id, inputs, result, at, standing, undone, built_on) VALUES (?, ?, ?, ?, ?, ?, ?)'

export interface MergeRows {
  readonly standing: StandingMerges
  /** Contacts that never took part in a merge, standing or undone. */
  readonly never: KnownAbsent
  /** The contacts that a merge names by its row. */
  namedBy(id: string): ContactId[]
  put(id: string, document: MergeDocument | undefined): void
}

export function createMergeRows(sql: Statements): MergeRows {
  const read = standingMergesIn(sql)
  const never = createKnownAbsent(sql, 'merge_member', 'contact_id')

  function namedBy(id: string): ContactId[] {
    const row = sql.get<{ inputs: string; result: ContactId }>('SELECT inputs, result FROM merge WHERE id = ?', id)
    return row ? [...new Set([...readContactIds(row.inputs), row.result])] : []
  }

  return {
    never,
    namedBy,
    standing: (contactId) => (never.of(contactId) ? [] : read(contactId)),

    put(id, document) {
      // By the primary key: looked for by its merge alone, a row would be found by reading the whole table.
      for (const contactId of namedBy(id))
        sql.run('DELETE FROM merge_member WHERE contact_id = ? AND merge_id = ?', contactId, id)
      sql.run('DELETE FROM merge WHERE id = ?', id)
      if (!document) return
      const stands = isStanding(document)
      sql.run(
        PUT_MERGE,
        id,
        JSON.stringify(document.inputs),
        document.result,
        document.at,
        stands ? 1 : 0,
        stands ? '' : (current(document.undone)?.t ?? ''),
        JSON.stringify(document.builtOn ?? []),
      )
      for (const contactId of new Set([...document.inputs, document.result])) {
        never.ends(contactId)
        sql.run('INSERT INTO merge_member (contact_id, merge_id) VALUES (?, ?)', contactId, id)
      }
    },
  }
}
