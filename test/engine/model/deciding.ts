// Deciding whatever is open, as a random command: which item and which of its decisions are drawn by number.

import type { ReconcileItem } from '@shared/contract/reconcile'
import type { Engine } from '../../../src-main/engine'
import { identifierId } from '../../../src-main/engine/documents/ids'
import { asIdentifierId, asItemId } from '../../../src-shared/model/ids'
import type { Device } from '../../support/device'
import { ann } from '../../support/engine'
import { must } from '../../support/same'
import type { Outcome } from './commands'
import { IDENTIFIERS, keyOf } from './universe'

/** What was decided about what. */
export interface Decided {
  kind: ReconcileItem['kind']
  decision: ReconcileItem['decisions'][number]['decision']
  target?: string
  /** The identifier of a dispute. */
  key?: string
}

const KEYS = new Map(IDENTIFIERS.map((one) => [identifierId(one), keyOf(one)]))

/** What the model calls the identifier of a dispute. A row of an import has its document's id alone. */
const keyIn = ([id = '']: readonly string[]) => KEYS.get(asIdentifierId(id)) ?? id

/** @returns what the numbers come to; undefined where there is nothing to decide */
export async function drawDecision(
  engine: Engine,
  item: number,
  choice: number,
): Promise<{ id: string; decided: Decided } | undefined> {
  const { total } = engine.queries.reconcileRows(undefined, 0, 0)
  const [row] = total === 0 ? [] : engine.queries.reconcileRows(undefined, item % total, 1).items
  if (!row) return undefined
  const { decisions } = await engine.queries.reconcileItem(row.id)
  const drawn = decisions[choice % decisions.length]
  if (!drawn) throw new Error(`nothing is offered for ${row.kind} ${row.id}`)
  const { decision, target } = drawn
  const key = row.kind === 'dispute' ? keyIn(row.subject) : undefined
  const named = { decision, ...(target === undefined ? {} : { target }) }
  return { id: row.id, decided: { kind: row.kind, ...named, ...(key === undefined ? {} : { key }) } }
}

/** @returns `nothing_open` where there is nothing to decide */
export async function decide(engine: Engine, item: number, choice: number): Promise<Outcome> {
  const drawn = await drawDecision(engine, item, choice)
  if (!drawn) return { code: 'nothing_open' }
  const { decided } = drawn
  const { decision, target } = decided
  const { contactId } = await engine.reconcile.decide(ann, {
    id: asItemId(drawn.id),
    decision,
    ...(target === undefined ? {} : { target }),
  })
  if (decision !== 'merge') return { id: contactId, decided }
  const [merge] = (await engine.queries.person(contactId)).merges
  return {
    id: contactId,
    decided,
    created: true,
    ...(merge ? { mergeId: merge.id, ids: merge.inputs.map((input) => input.id) } : {}),
  }
}

/** Identifiers of the open disputes of a device that never met another; which has nothing else to settle. */
export function disputesIn({ engine }: Device): string[] {
  const { items } = engine.queries.reconcileRows(undefined, 0, 10_000)
  for (const { kind } of items) must(kind === 'dispute', `a device by itself has no ${kind} to settle`)
  return items.map(({ subject }) => keyIn(subject)).sort()
}

/** Every open item can be told, with both sides and something to decide; counts, pages and items agree. */
export async function checkItems({ engine, views }: Device): Promise<void> {
  const { total, items } = engine.queries.reconcileRows(undefined, 0, 10_000)
  const counts = Object.values(views.openCounts()).reduce((sum, n) => sum + n, 0)
  must(total === items.length && counts === total, 'open items are counted as they are listed')
  for (const [i, row] of items.entries()) {
    must(row.at <= (items[i - 1]?.at ?? '~'), 'the newest comes first')
    const item = await engine.queries.reconcileItem(row.id)
    must(item.sides.length > 1, `${row.kind} ${row.id} has both sides`)
    must(item.decisions.length > 0, `${row.kind} ${row.id} can be decided`)
    must(
      item.sides.some((side) => side.stands),
      `one side of ${row.kind} ${row.id} is in force`,
    )
  }
}
