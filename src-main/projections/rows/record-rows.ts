// The kinds that people are derived from: contacts, identifiers and merges, with the people that each change concerns.
// Invariant: a record that a person may gain or lose by a change is stale before people are derived again.
import { asContactId, type ContactId } from '@shared/model/ids'
import { deriveSet } from '../../engine/derive/sets'
import type { Changed } from '../../engine/document-feed'
import type { BatchState } from './batch'
import type { ClaimRows } from './claims'
import type { ContactRows } from './contact-rows'
import type { Attribution } from './interaction-attribution'
import type { MergeRows } from './merges'
import type { OpenItems } from './open-items'

export interface RecordRowsOptions {
  contacts: ContactRows
  merging: MergeRows
  claims: ClaimRows
  attribution: Attribution
  items: Pick<OpenItems, 'forget'>
}

export interface RecordRows {
  /** Takes a change in, and adds to the batch the people it concerns. @returns whether it is one of these kinds */
  take(change: Changed, state: BatchState): boolean
  /** Takes a change in where no person is derived yet. @returns whether that was all to be done for it */
  load(change: Changed): boolean
}

export function createRecordRows({ contacts, merging, claims, attribution, items }: RecordRowsOptions): RecordRows {
  /** The set of a contact has, or had, other members: the same claim is another person's. */
  function addSetOf(contactId: ContactId, { stale, refreshed }: BatchState): void {
    for (const member of deriveSet(contactId, merging.standing).members) {
      stale.add(member)
      refreshed.restated.add(member)
    }
  }

  function takeContact({ id, document }: Extract<Changed, { kind: 'contacts' }>, state: BatchState): void {
    // A record that comes after its merge, or goes, changes whose its claims are, and nothing else of the person.
    if (contacts.has(id) !== (document !== undefined)) state.refreshed.restated.add(id)
    if (document) contacts.put(document)
    else contacts.remove(id)
    state.stale.add(id)
  }

  function takeIdentifier({ id, document }: Extract<Changed, { kind: 'identifiers' }>, state: BatchState): void {
    const claimants = document ? Object.keys(document.claims).map(asContactId) : claims.claimantsOf(id)
    if (claims.put(id, document) > 1) state.contended.add(id)
    else items.forget(id)
    for (const contactId of claimants) {
      state.concerned.add(contacts.canonicalOf(contactId))
      attribution.addResultsAround(contactId, state.around)
    }
  }

  function takeMerge({ id, document }: Extract<Changed, { kind: 'merges' }>, state: BatchState): void {
    const named = new Set([...merging.namedBy(id), ...(document ? [...document.inputs, document.result] : [])])
    for (const contactId of named) {
      addSetOf(contactId, state) // as it was: a set that falls apart leaves several
      if (!document) attribution.addResultsAround(contactId, state.around)
    }
    merging.put(id, document)
    for (const contactId of named) addSetOf(contactId, state)
    state.undoneMerges.add(id)
    for (const contactId of named) {
      state.around.add(contactId)
      attribution.addResultsAround(contactId, state.around)
    }
  }

  return {
    take(change, state) {
      if (change.kind === 'contacts') takeContact(change, state)
      else if (change.kind === 'identifiers') takeIdentifier(change, state)
      else if (change.kind === 'merges') takeMerge(change, state)
      else return false
      return true
    },
    load(change) {
      if (change.kind === 'identifiers') {
        if (change.document) claims.load(change.id, change.document)
      } else if (change.kind === 'merges')
        merging.put(change.id, change.document) // the contacts it joins come later, and find it
      else return false
      return true
    },
  }
}
