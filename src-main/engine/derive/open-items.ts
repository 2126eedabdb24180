// What happened apart and a person may want to settle (domain specification, section 6, the table). All of it is settled
// by the rules already; an item only says so.
// Invariant: pure functions of documents, so that every device lists the same items under the same ids.

import { type ContactId, type IdentifierId, type ItemId, type MergeId, NO_STAMP, type Stamp } from '@shared/model/ids'
import { type ContactDocument, registerOf } from '../documents/contact'
import { itemId } from '../documents/ids'
import { current, unseen } from '../documents/register'
import { laterStamp } from '../documents/stamp'
import { activityStampsOf, anyKnew, deletionsOf, latestPerDevice } from './knowledge'
import { lostEntries, type PersonStatus, strandedEdits } from './person'
import type { MergeLink } from './sets'

/** The kinds that are derived from documents; sync adds its own. */
export const ITEM_KINDS = ['dispute', 'joined-merge', 'overwritten-value', 'edited-deleted'] as const
export type ItemKind = (typeof ITEM_KINDS)[number]

export interface Item {
  id: ItemId
  kind: ItemKind
  /** When it came about: the later of what happened. */
  at: Stamp
  /**
   * What it is about. `dispute`: the identifier. `joined-merge`: two merges. `overwritten-value`: the record, the register
   * and the stamp of the entry, and the undone merge that left it behind, if one did. `edited-deleted`: the record and the
   * stamp of its deletion.
   */
  subject: readonly string[]
  /** What a review must have seen to settle it, each by any of its names. */
  news: () => readonly (readonly string[])[]
}

const item = (kind: ItemKind, at: Stamp, subject: readonly string[], news: Item['news'] = () => []): Item => ({
  id: itemId(kind, subject),
  kind,
  at,
  subject,
  news,
})

/** Whether an item is open: no agent reviewed it, or something is new since. @param seen of the standing reviews */
export function isOpen({ news }: Pick<Item, 'news'>, seen: readonly (readonly string[])[]): boolean {
  if (seen.length === 0) return true
  const known = new Set(seen.flat())
  return news().some((names) => !names.some((name) => known.has(name)))
}

/** An identifier that living people of more than one merge set claim. @param people each once, with their earliest claim */
export function disputeOver(
  identifierId: IdentifierId,
  people: readonly { since: Stamp; members: () => readonly ContactId[] }[],
): Item | undefined {
  if (people.length < 2) return undefined
  const at = people.map((one) => one.since).reduce(laterStamp)
  return item('dispute', at, [identifierId], () => people.map((one) => one.members()))
}

/**
 * Pairs of standing merges that share an input. A merger names the heads of sets, and an input is no head any more:
 * so neither knew of the other.
 */
export function joinedMerges(merges: readonly MergeLink[]): Item[] {
  return merges.flatMap((a, i) =>
    merges
      .slice(i + 1)
      .filter((b) => b.inputs.some((id) => a.inputs.includes(id)))
      .map((b) => item('joined-merge', laterStamp(a.at, b.at), [a.id, b.id].sort())),
  )
}

/** Values of a person that were overwritten by a writer who had not seen them. */
export function overwrittenValues(members: readonly ContactDocument[], merges: readonly MergeLink[]): Item[] {
  const [only, ...others] = members
  // Most people have one record, and nothing in it was written apart: that is cheap to see.
  if (only && others.length === 0 && Object.values(only.fields).every((register) => unseen(register).length < 2))
    return []
  return lostEntries(members, merges).flatMap(({ key, entry, contactId, overwrittenUnseen }) => {
    if (!overwrittenUnseen) return []
    const by = members.flatMap((member) => current(registerOf(member, key))?.t ?? []).reduce(laterStamp, entry.t)
    return [item('overwritten-value', by, [contactId, key, entry.t])]
  })
}

/**
 * Values written on the result of a merge by a writer who did not know that it was undone: they came to none of its inputs.
 * @param inputs every record of the people that the inputs are now
 */
export function strandedValues(
  merge: { id: MergeId; at: Stamp; undone: Stamp },
  result: ContactDocument,
  inputs: readonly ContactDocument[],
): Item[] {
  return Object.entries(strandedEdits(result, merge.at, inputs).fields).flatMap(([key, register]) =>
    unseen(register)
      .filter(({ v }) => v !== null && !inputs.some((one) => sameValue(current(registerOf(one, key))?.v, v)))
      .map(({ t }) => item('overwritten-value', laterStamp(t, merge.undone), [result.id, key, t, merge.id])),
  )
}

const sameValue = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/**
 * Deletions that did not know of what others did: of a person in the bin, edits, interactions or notes; of a record of
 * a living person, the merge that brought it there.
 * @param members canonical first
 * @param hung stamps of what hangs on the members: interactions, notes
 */
export function deletedApart(
  members: readonly ContactDocument[],
  merges: readonly MergeLink[],
  status: PersonStatus,
  hung: () => readonly Stamp[],
): Item[] {
  const [head] = members
  if (!head) return []
  if (status === 'deleted') {
    const deletions = deletionsOf(head)
    const at = current(head.deleted)?.t ?? NO_STAMP
    const touched = latestPerDevice([...members.flatMap(activityStampsOf), ...hung()])
    const apart = touched.filter((stamp) => !anyKnew(deletions, stamp))
    if (apart.length === 0) return []
    return [item('edited-deleted', apart.reduce(laterStamp, at), [head.id, at], () => apart.map((stamp) => [stamp]))]
  }
  if (status !== 'active') return []
  return members.flatMap((member) => {
    const deletion = current(member.deleted)
    if (deletion?.v !== true) return []
    const apart = merges.map((merge) => merge.at).filter((stamp) => !anyKnew([deletion], stamp))
    return [item('edited-deleted', apart.reduce(laterStamp, deletion.t), [member.id, deletion.t])]
  })
}
