// The table of open items, with their counters.
// Invariant: the items of an owner are replaced together, and the counters tell how many rows of each kind are open.
import { type Item, type ItemKind, isOpen } from '../../engine/derive/open-items'
import type { Statements } from '../file/statements'
import type { Counters } from './counters'
import { createKnownAbsent, type KnownAbsent } from './known-absent'
import type { Reviews } from './reviews'

export interface ItemRows {
  /** Begins a batch, as `OpenItems` does. */
  begin: KnownAbsent['begin']
  /** Replaces the items of an owner. */
  put(owner: string, items: readonly Item[]): void
  /** Removes the items of an owner. */
  removeOf(owner: string): void
}

export function createItemRows(sql: Statements, counters: Pick<Counters, 'add'>, reviews: Reviews): ItemRows {
  const without = createKnownAbsent(sql, 'item', 'owner')

  function remove(by: 'owner' | 'id', value: string): void {
    if (by === 'owner' && without.of(value)) return
    const rows = sql.all<{ kind: ItemKind; open: number }>(`SELECT kind, open FROM item WHERE ${by} = ?`, value)
    if (rows.length === 0) return
    sql.run(`DELETE FROM item WHERE ${by} = ?`, value)
    for (const { kind, open } of rows) if (open === 1) counters.add(`item ${kind}`, -1)
  }

  return {
    begin: without.begin,
    put(owner, items) {
      remove('owner', owner)
      if (items.length > 0) without.ends(owner)
      for (const item of items) {
        remove('id', item.id)
        const open = isOpen(item, reviews.seenOf(item.id))
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
    },
    removeOf: (owner) => remove('owner', owner),
  }
}
