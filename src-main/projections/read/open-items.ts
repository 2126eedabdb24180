// Reading the Reconcile list, and how many there are of everything that is counted.

import { CONTACT_TYPES } from '@shared/model/contact'
import type { ItemId, Stamp } from '@shared/model/ids'
import { ITEM_KINDS, type ItemKind } from '../../engine/derive/open-items'
import type { ItemRow, Views } from '../../engine/ports'
import { limitTo, type Statements } from '../file/statements'
import { CURATED } from '../file/tables'
import { readCounters } from './counters'

type Items = Pick<Views, 'openItems' | 'openItem' | 'openCounts' | 'counts'>

interface RawItem {
  id: ItemId
  kind: string
  at: Stamp
  subject: string
}

const itemRow = (raw: RawItem): ItemRow => ({
  id: raw.id,
  kind: raw.kind as ItemKind,
  at: raw.at,
  subject: JSON.parse(raw.subject) as string[],
})

export function openItemReader(sql: Statements): Items {
  const openCounts = (): Record<ItemKind, number> => {
    const counters = readCounters(sql)
    return Object.fromEntries(ITEM_KINDS.map((kind) => [kind, counters.get(`item ${kind}`) ?? 0])) as Record<
      ItemKind,
      number
    >
  }

  return {
    openItems(kind, offset, limit) {
      const where = kind === undefined ? 'open = 1' : 'open = 1 AND kind = ?'
      const values = kind === undefined ? [] : [kind]
      const total = Object.entries(openCounts()).reduce(
        (sum, [one, n]) => (kind === undefined || one === kind ? sum + n : sum),
        0,
      )
      const items = sql
        .all<RawItem>(
          `SELECT id, kind, at, subject FROM item WHERE ${where} ORDER BY at DESC, id DESC ${limitTo(limit)} OFFSET ?`,
          ...values,
          offset,
        )
        .map(itemRow)
      return { total, items }
    },

    openItem(id) {
      const raw = sql.get<RawItem>('SELECT id, kind, at, subject FROM item WHERE id = ? AND open = 1', id)
      return raw && itemRow(raw)
    },

    openCounts,

    counts() {
      const counters = readCounters(sql)
      const active = (type: number) => counters.get(`person active ${type}`) ?? 0
      return {
        curated: active(CURATED),
        autoCreated: CONTACT_TYPES.map((_, type) => active(type)).reduce((sum, n) => sum + n, 0) - active(CURATED),
        interactions: counters.get('interaction') ?? 0,
      }
    },
  }
}
