// The merges of a person as the person's page shows them, what was left on the results of those undone, and with which people
// there must be none.
import { asContactId, type ContactId } from '@shared/model/ids'
import type { MergeView, NeverMerge, SplitView } from '@shared/model/views'
import { strandedEdits } from '../derive/person'
import { isStanding } from '../derive/sets'
import type { DecisionDocument } from '../documents/decision'
import type { MergeDocument } from '../documents/merge'
import { current } from '../documents/register'
import { stampDevice, stampMoment } from '../documents/stamp'
import type { Views } from '../ports'
import { type Lines, lineOf } from './lines'

export function mergeView({ recordRef }: Pick<Lines, 'recordRef'>, merge: MergeDocument): MergeView {
  const undone = current(merge.undone)
  const reason = current(merge.reason)?.v
  return {
    id: merge.id,
    inputs: merge.inputs.map(recordRef),
    resultId: merge.result,
    at: stampMoment(merge.at),
    by: merge.by,
    device: stampDevice(merge.at),
    ...(reason ? { reason } : {}),
    standing: isStanding(merge),
    ...(undone?.v === true ? { undoneAt: stampMoment(undone.t), undoneBy: undone.b } : {}),
  }
}

/** Edits on results of undone merges of these members that reached none of the inputs. */
export function strandedIn(
  views: Pick<Views, 'contact' | 'setOf'>,
  merges: Iterable<MergeDocument>,
  members: readonly ContactId[],
) {
  return [...merges].flatMap((merge) => {
    const result = isStanding(merge) || members.includes(merge.result) ? undefined : views.contact(merge.result)
    const records = new Set(merge.inputs.flatMap((id) => views.setOf(id)?.members ?? []))
    const inputs = [...records].flatMap((id) => views.contact(id) ?? [])
    return result ? [strandedEdits(result, merge.at, inputs)] : []
  })
}

/** The people these records must never be merged with, each person once, by the latest decision. */
export function neverMergeOf(
  views: Pick<Views, 'personRow' | 'setOf' | 'interactionCount'>,
  decisions: Iterable<DecisionDocument>,
  members: readonly ContactId[],
): NeverMerge[] {
  const pairs = new Map<string, NeverMerge>()
  for (const { kind, subjects, standing, reason } of decisions) {
    const decided = current(standing)
    const otherId = subjects.map(asContactId).find((id) => !members.includes(id))
    if (kind !== 'cannot-link' || decided?.v !== true || otherId === undefined) continue
    const other = views.personRow(otherId)
    const known = other && pairs.get(other.id)
    if (other?.status !== 'active' || (known && known.at > stampMoment(decided.t))) continue
    const why = current(reason)?.v
    pairs.set(other.id, {
      other: lineOf(views, other),
      at: stampMoment(decided.t),
      by: decided.b,
      ...(why ? { reason: why } : {}),
    })
  }
  return [...pairs.values()].sort((a, b) => (a.at < b.at ? 1 : -1))
}

/** The people that these records were taken apart from, by what was settled of the two then; the latest first. */
export function splitsOf(
  views: Pick<Views, 'contact' | 'personRow' | 'setOf' | 'interactionCount'>,
  decisions: Iterable<DecisionDocument>,
  members: readonly ContactId[],
): SplitView[] {
  const splits = [...decisions].flatMap(({ kind, subjects }): SplitView[] => {
    const pair = kind === 'cannot-link' ? subjects.map(asContactId) : []
    const made = pair.find((id) => pair.some((other) => other !== id && views.contact(id)?.created.from === other))
    const created = made && views.contact(made)?.created
    const otherId = pair.find((id) => !members.includes(id))
    const other = otherId && views.personRow(otherId)
    if (!made || !created || other?.status !== 'active') return []
    return [
      {
        contactId: made,
        other: lineOf(views, other),
        isNew: members.includes(made),
        at: stampMoment(created.at),
        by: created.by,
      },
    ]
  })
  return splits.sort((a, b) => (a.at < b.at ? 1 : -1))
}
