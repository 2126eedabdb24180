// What a batch of changes has met so far, and which contacts a change is about.
import { asContactId, type ContactId, type IdentifierId, type MergeId, type PersonId } from '@shared/model/ids'
import type { Changed } from '../../engine/document-feed'
import type { Attached } from './attached'
import type { Refreshed } from './person-rows'

export interface BatchState {
  /** Contacts whose person must be derived again. */
  readonly stale: Set<ContactId>
  /** Canonical ids, former and present, of the people concerned. */
  readonly concerned: Set<PersonId>
  /** Results of merges whose interactions may belong to another now. */
  readonly around: Set<ContactId>
  readonly refreshed: Refreshed
  /** Identifiers that several contacts may claim. */
  readonly contended: Set<IdentifierId>
  readonly undoneMerges: Set<MergeId>
  /** Items that were reviewed. */
  readonly reviewed: Set<string>
}

export const emptyBatch = (): BatchState => ({
  stale: new Set(),
  concerned: new Set(),
  around: new Set(),
  refreshed: { people: new Map(), members: new Set(), restated: new Set() },
  contended: new Set(),
  undoneMerges: new Set(),
  reviewed: new Set(),
})

export const isAttached = (change: Changed): change is Attached =>
  change.kind === 'interactions' || change.kind === 'notes'

/** Contacts that something hangs on, besides contacts, identifiers and merges, which `record-rows.ts` follows. */
export function contactsOf(change: Changed): ContactId[] {
  if (change.kind === 'notes') {
    const { contactId, link = [] } = change.document ?? {}
    return [contactId, ...link.map((entry) => entry.v)].filter((id) => id !== undefined && id !== null)
  }
  if (change.kind === 'interactions')
    return (change.document?.link ?? []).map((entry) => entry.v).filter((v) => v !== null)
  if (change.kind === 'decisions')
    return change.document?.kind === 'cannot-link' ? change.document.subjects.map(asContactId) : []
  return []
}
