// Settling who is suggested as one person: put aside for now, or merged, several groups in one step.
// Invariant: a suggestion is put aside as it was seen; nothing is ever merged but what a person named.

import { ScvError } from '@shared/errors'
import type { ContactId, MergeId } from '@shared/model/ids'
import { audit } from '../commands/audit'
import { mergeIn } from '../commands/merging'
import { review } from '../commands/reviewing'
import { undoIn } from '../commands/undoing'
import { duplicateItemId, reviewId } from '../documents/ids'
import { current, write } from '../documents/register'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'

/** A pair that was looked at, and how certain it was then. */
export interface SeenPair {
  a: ContactId
  b: ContactId
  certainty: string
}

export function duplicateCommands(runtime: Runtime) {
  const { views, execute } = runtime

  /** The two of a pair, by their canonical ids. */
  function peopleOf({ a, b }: SeenPair) {
    const [one, other] = [livingPerson(views, a), livingPerson(views, b)]
    if (one.id === other.id) throw new ScvError('merge_same_person', 'These are one person already.')
    return [one, other] as const
  }

  return {
    /**
     * Puts suggestions aside, or back: all of them, or none. One that was put aside comes again once a field of either has
     * changed and it is more certain than it was.
     * @throws ScvError `forbidden`, `not_found`, `deleted`, `expired`, `erased`, `merge_same_person`
     */
    async putAside(actor: Actor, pairs: readonly SeenPair[], aside: boolean): Promise<void> {
      requirePermission(actor, 'externalContacts:contact:edit')
      await execute(actor, async (work) => {
        const concerned = new Set<ContactId>()
        for (const pair of pairs) {
          const [one, other] = peopleOf(pair)
          concerned.add(one.id).add(other.id)
          const item = duplicateItemId(one.id, other.id)
          if (aside) {
            const seen = [one.id, other.id, one.modifiedAt, other.modifiedAt, pair.certainty]
            await review(work, 'reviewed', item, seen, undefined)
            continue
          }
          const known = await work.get('decisions', reviewId('reviewed', item))
          if (known && current(known.standing)?.v === true)
            work.put('decisions', { ...known, standing: write(known.standing, false, work.stamp, work.by) })
        }
        audit(work, 'reconcile', [...concerned], { details: { kind: 'duplicate', aside, pairs: pairs.length } })
      })
    },

    /**
     * Merges each group of people: all groups, or none.
     * @returns the merges, in order, for `undoAll`
     * @throws ScvError as `merge`
     */
    async mergeAll(actor: Actor, groups: readonly (readonly ContactId[])[], reason?: string): Promise<MergeId[]> {
      requirePermission(actor, 'externalContacts:identity:merge')
      return execute(actor, async (work) => {
        const people = groups.flat().map((id) => livingPerson(views, id).id)
        if (new Set(people).size !== people.length)
          throw new ScvError('merge_same_person', 'A person stands in several groups, or twice in one.', {
            field: 'groups',
          })
        const merged: MergeId[] = []
        for (const contactIds of groups)
          merged.push(
            (await mergeIn(runtime, work, { contactIds: [...contactIds], ...(reason ? { reason } : {}) })).mergeId,
          )
        return merged
      })
    },

    /** Takes merges back: all of them, or none. @throws ScvError as `undo` */
    async undoAll(actor: Actor, mergeIds: readonly MergeId[]): Promise<void> {
      requirePermission(actor, 'externalContacts:identity:merge')
      await execute(actor, async (work) => {
        for (const mergeId of mergeIds) await undoIn(views, work, mergeId, { assignments: {}, reason: undefined })
      })
    },
  }
}
