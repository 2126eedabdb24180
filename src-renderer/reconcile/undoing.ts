// How a decision under Reconcile is taken back from its notice or by key; where that takes a look at a page, the notice says so.
// Invariant: what is taken back is listed again, as it was before it was decided.
import type { Decision, ReconcileItem } from '@shared/contract/reconcile'
import { identifierTypeSchema } from '@shared/model/identifier'
import type { ContactId } from '@shared/model/ids'
import { firstValueFrom } from 'rxjs'
import { client } from '../bridge/hooks'
import { undoAtOnce } from '../merging/undoing'
import { useReconcileMemory } from '../state/reconcile'

/** @param contactId the person it came to @returns nothing where it is taken back on a person's page */
export function takingBack(
  item: ReconcileItem,
  decision: Decision,
  contactId: ContactId | undefined,
): (() => Promise<void>) | undefined {
  const undo = undoOf(item, decision, contactId)
  return (
    undo &&
    (async () => {
      await undo()
      useReconcileMemory.getState().reopen(item.id)
    })
  )
}

function undoOf(
  item: ReconcileItem,
  decision: Decision,
  contactId: ContactId | undefined,
): (() => Promise<unknown>) | undefined {
  const reopen = () => client.call('reconcile.reopen', { id: item.id })
  if (decision === 'keep' || decision === 'shared-identifier') return reopen
  if (decision === 'hand-over') return handingBack(item, reopen)
  if (contactId === undefined) return undefined
  if (decision === 'restore-person') return () => client.call('people.delete', { contactId })
  if (decision === 'delete-person') return () => client.call('people.restore', { contactId })
  if (decision === 'merge') return () => undoMergeInto(contactId)
  return undefined
}

/** The former holder has it again since when they had it. Ids of other systems are shown without what names them exactly. */
function handingBack(item: ReconcileItem, reopen: () => Promise<unknown>): (() => Promise<unknown>) | undefined {
  const holder = item.sides.find(({ stands }) => stands)?.person
  const type = identifierTypeSchema.safeParse(item.field).data
  if (!holder || type === undefined || type === 'ExternalId') return undefined
  return async () => {
    await client.call('people.unrelease', { contactId: holder.id, identifier: { type, value: item.subject } })
    await reopen()
  }
}

async function undoMergeInto(contactId: ContactId): Promise<void> {
  const { merges } = await firstValueFrom(client.watch('people.get', { contactId }))
  const merge = merges.find(({ standing, resultId }) => standing && resultId === contactId)
  if (merge) await undoAtOnce({ mergeId: merge.id, resultId: contactId, inputs: merge.inputs })
}
