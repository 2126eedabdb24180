// The Reconcile list of what devices did apart: reading it, and deciding an item.
// Invariant: everything is settled by the rules before a person decides; a decision is an ordinary command, or a review that
// says the item is known. Two devices that decide one item apart converge as any two commands do.

import type { Decision, ReconcileItem } from '@shared/contract/reconcile'
import { ScvError } from '@shared/errors'
import type { ContactId, ItemId } from '@shared/model/ids'
import { audit } from '../commands/audit'
import { withdrawReview } from '../commands/reviewing'
import type { ItemKind } from '../derive/open-items'
import { stampMoment } from '../documents/stamp'
import { type Actor, type Permission, requirePermission } from '../permissions'
import type { ItemRow } from '../ports'
import type { Runtime } from '../runtime'
import { describeDispute } from './dispute'
import { describeEditedDeleted } from './edited-deleted'
import { DECISION_NEEDS, type Describe, type EngineDecision, type Load, type OpenItem } from './item'
import { describeJoinedMerge } from './joined-merge'
import { describeOverwrittenValue } from './overwritten-value'

const DESCRIBE: Readonly<Record<ItemKind, Describe>> = {
  dispute: describeDispute,
  'joined-merge': describeJoinedMerge,
  'overwritten-value': describeOverwrittenValue,
  'edited-deleted': describeEditedDeleted,
}

/** An open item as it is shown; each decision with the permission it needs. */
export type ReconcileView = Omit<ReconcileItem, 'decisions'> & {
  decisions: { decision: EngineDecision; target?: string; about?: string; effect: string; needs: Permission }[]
}

export interface ReconcileDecision {
  id: ItemId
  decision: Decision
  target?: string
  reason?: string
}

function describer({ views, settings, clock }: Runtime) {
  return async (row: ItemRow, load: Load): Promise<OpenItem | undefined> => {
    const described = await DESCRIBE[row.kind](row, { views, settings, clock, load })
    return described && { id: row.id, kind: row.kind, at: row.at, ...described }
  }
}

function viewOf({ choices, people: _people, at, ...item }: OpenItem): ReconcileView {
  return {
    ...item,
    at: stampMoment(at),
    decisions: choices.map(({ run: _run, ...choice }) => ({ ...choice, needs: DECISION_NEEDS[choice.decision] })),
  }
}

const settled = () => new ScvError('not_found', 'This was settled already.', { field: 'id' })

export function reconcileQueries(runtime: Runtime) {
  const { store, views } = runtime
  const describe = describer(runtime)
  const load: Load = (kind, ids) => store.get(kind, ids)

  return {
    /** Open items, newest first: how many there are, and when each came about. */
    reconcileRows(kind: ItemKind | undefined, offset: number, limit: number) {
      const { total, items } = views.openItems(kind, offset, limit)
      return { total, items: items.map((row) => ({ ...row, at: stampMoment(row.at) })) }
    },

    /** An open item with both sides and what can be decided. @throws ScvError `not_found` when it is settled */
    async reconcileItem(id: ItemId): Promise<ReconcileView> {
      const row = views.openItem(id)
      const item = row && (await describe(row, load))
      if (!item) throw settled()
      return viewOf(item)
    },

    reconcileCounts: (): Record<ItemKind, number> => views.openCounts(),
  }
}

export function reconcileCommands(runtime: Runtime) {
  const { views, execute } = runtime
  const describe = describer(runtime)

  return {
    /**
     * Settles an open item.
     * @returns the person to look at now
     * @throws ScvError `forbidden`, `not_found` when it is settled meanwhile, `invalid_input` for a decision or target that
     *   is not offered, and whatever the command says that the decision comes to
     */
    async decide(actor: Actor, { id, decision, target, reason }: ReconcileDecision): Promise<{ contactId: ContactId }> {
      const needs = decision === 'retry' || decision === 'drop' ? undefined : DECISION_NEEDS[decision]
      if (needs === undefined)
        throw new ScvError('invalid_input', 'This is decided where sync set it aside.', { field: 'decision' })
      requirePermission(actor, needs)
      return execute(actor, async (work) => {
        const row = views.openItem(id)
        const item = row && (await describe(row, (kind, ids) => work.load(kind, ids)))
        if (!item) throw settled()
        const offered = item.choices.filter((choice) => choice.decision === decision)
        const [only, ...others] = offered
        if (!only) throw new ScvError('invalid_input', 'This cannot be decided so.', { field: 'decision' })
        const choice = target === undefined && others.length === 0 ? only : offered.find((one) => one.target === target)
        if (!choice) throw new ScvError('invalid_input', 'Say which of those offered it is about.', { field: 'target' })
        const contactId = await choice.run(work, reason)
        audit(work, 'reconcile', item.people, { reason, details: { kind: item.kind, decision } })
        return { contactId }
      })
    },

    /**
     * Lists an item again that was left as it is, or whose identifier was settled as shared; what a decision did beside that is
     * taken back by its own command. @throws ScvError `forbidden`
     */
    async reopen(actor: Actor, id: ItemId): Promise<void> {
      requirePermission(actor, DECISION_NEEDS.keep)
      await execute(actor, async (work) => {
        for (const kind of ['reviewed', 'shared-identifier'] as const) await withdrawReview(work, kind, id)
      })
    },
  }
}
