// How a decision under Reconcile is taken back from its notice or by key; one that nothing was changed by yet needs no step.
// Invariant: a step brings back what stood before the decision: the value, the people (joined
// again, with the latest value of each field), the holder. Where the engine keeps the
// item open it is listed again; of a value that was brought back and taken back, both are readable as earlier values.
import type { Decision, ReconcileItem } from '@shared/contract/reconcile'
import type { ContactChanges } from '@shared/model/contact'
import { fieldKeySchema } from '@shared/model/contact'
import { identifierTypeSchema } from '@shared/model/identifier'
import { asContactId, type ContactId } from '@shared/model/ids'
import type { PersonView } from '@shared/model/views'
import { firstValueFrom, timeout } from 'rxjs'
import { client } from '../bridge/hooks'
import { formerly } from '../format/field-values'
import { mergeAgain, undoAtOnce } from '../merging/undoing'
import { useReconcileMemory } from '../state/reconcile'

type Chosen = ReconcileItem['decisions'][number]

/** What a decision is about to change, as it was before. */
export interface Before {
  /** The person, and what puts the field back that a value is written to. */
  value?: { contactId: ContactId; changes: ContactChanges }
  /** The people a merge joined, whose merge is about to be undone. */
  joined?: readonly ContactId[]
}

/** A decision waits no longer than this for a look at what it changes. */
const LOOKING_MS = 2_000

const personOf = (contactId: ContactId): Promise<PersonView> =>
  firstValueFrom(client.watch('people.get', { contactId }).pipe(timeout({ first: LOOKING_MS })))

/** Reads what taking the decision back will need, before it is taken. */
export async function lookBefore({ sides, field }: ReconcileItem, { decision, target }: Chosen): Promise<Before> {
  const key = fieldKeySchema.safeParse(field).data
  const id = sides.find(({ person }) => person)?.person?.id
  const contactId = target === undefined ? id : asContactId(target)
  if (decision === 'restore-value' && key !== undefined && contactId !== undefined) {
    const { fields } = await personOf(contactId)
    return { value: { contactId, changes: formerly(fields, { [key]: null } as ContactChanges) } }
  }
  if (decision === 'undo-merge' && id !== undefined) {
    const merge = (await personOf(id)).merges.find((one) => one.id === target)
    return merge ? { joined: merge.inputs.map((input) => input.id) } : {}
  }
  return {}
}

/** @param contactId the person it came to @returns nothing where nothing was changed that could be taken back */
export function takingBack(
  item: ReconcileItem,
  decision: Decision,
  contactId: ContactId | undefined,
  before: Before,
): (() => Promise<void>) | undefined {
  const undo = undoOf(item, decision, contactId, before)
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
  { value, joined }: Before,
): (() => Promise<unknown>) | undefined {
  const reopen = () => client.call('reconcile.reopen', { id: item.id })
  if (decision === 'keep' || decision === 'shared-identifier') return reopen
  if (decision === 'hand-over') return handingBack(item, reopen)
  if (decision === 'restore-value') return value && (() => client.call('people.update', value))
  if (decision === 'undo-merge') return joined && (() => mergeAgain(joined))
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
  const { merges } = await personOf(contactId)
  const merge = merges.find(({ standing, resultId }) => standing && resultId === contactId)
  if (merge) await undoAtOnce({ mergeId: merge.id, resultId: contactId, inputs: merge.inputs })
}
