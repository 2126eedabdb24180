// From merge documents to merge sets: the connected components of the standing merges.
// Invariant: sets partition the contacts, and each has one canonical contact, whatever order the merges arrived in.
import { asPersonId, type ContactId, type PersonId } from '@shared/model/ids'
import type { MergeDocument } from '../documents/merge'
import { current } from '../documents/register'

/** Whether a merge is in force. */
export function isStanding(merge: MergeDocument): boolean {
  return current(merge.undone)?.v !== true
}

/** What sets need to know of a merge. */
export type MergeLink = Pick<MergeDocument, 'id' | 'inputs' | 'result' | 'at' | 'builtOn'>

export interface MergeSet {
  /** The head: result of the latest standing merge; the contact itself when never merged. */
  canonicalId: PersonId
  /** Canonical first, then ancestors by id. */
  members: ContactId[]
  /** The standing merges that make the set, latest first. */
  merges: MergeLink[]
}

/**
 * The merge set of a contact.
 * @param mergesOf the standing merges a contact takes part in, as input or result
 */
export function deriveSet(contactId: ContactId, mergesOf: (contactId: ContactId) => readonly MergeLink[]): MergeSet {
  const members = new Set([contactId])
  const merges = new Map<string, MergeLink>()
  for (const member of members)
    for (const merge of mergesOf(member)) {
      if (merges.has(merge.id)) continue
      merges.set(merge.id, merge)
      for (const id of [...merge.inputs, merge.result]) members.add(id) // a Set is iterated including what is added
    }
  const latestFirst = [...merges.values()].sort((a, b) =>
    a.at !== b.at ? (a.at < b.at ? 1 : -1) : a.id < b.id ? 1 : -1,
  )
  const canonicalId = asPersonId(latestFirst[0]?.result ?? contactId)
  const ancestors = [...members].filter((id) => id !== canonicalId).sort()
  return { canonicalId, members: [canonicalId, ...ancestors], merges: latestFirst }
}
