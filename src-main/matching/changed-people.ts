// Who changed while the matcher did not follow: by the documents that were committed since a position.
// Invariant: every person whose record may be another one by now is named, under former ids and the present one.
import { asContactId, type ContactId } from '@shared/model/ids'
import type { Changed, DocumentFeed } from '../engine/document-feed'

/** Documents that say who a person is and what is known of them. */
const KINDS = ['contacts', 'identifiers', 'merges'] as const
const PAGE = 500

/** Where the documents of each kind are. */
export type FeedPosition = Readonly<Record<string, unknown>>

/** Whether the documents still go as far: not after a power cut, nor in another folder. */
export async function reaches(feed: DocumentFeed, position: FeedPosition): Promise<boolean> {
  for (const kind of KINDS)
    if (position[kind] !== undefined && position[kind] !== null && !(await feed.reaches(kind, position[kind])))
      return false
  return true
}

function contactsOf({ kind, id, document }: Changed): readonly ContactId[] {
  if (kind === 'contacts') return [id]
  if (kind === 'identifiers')
    return document ? [...Object.keys(document.claims), ...Object.keys(document.erased ?? {})].map(asContactId) : []
  return kind === 'merges' && document ? [...document.inputs, document.result] : []
}

/** People of the documents that changed since. @param canonicalOf the person that a contact belongs to by now */
export async function changedSince(
  feed: DocumentFeed,
  position: FeedPosition,
  canonicalOf: (id: ContactId) => ContactId,
): Promise<Set<ContactId>> {
  const people = new Set<ContactId>()
  for (const kind of KINDS)
    for (let checkpoint: unknown = position[kind] ?? undefined; ; ) {
      const page = await feed.since(kind, checkpoint, PAGE)
      if (page.changes.length === 0) break
      for (const id of page.changes.flatMap(contactsOf)) people.add(id).add(canonicalOf(id))
      checkpoint = page.checkpoint
    }
  return people
}
