// What the views hold, when a batch begins, of all that its changes are about: asked at once instead of one by one.
// Invariant: what is called new, or claimless, was so when the batch began; what a batch adds, its rows tell themselves.
import { asContactId, type ContactId, type IdentifierId } from '@shared/model/ids'
import type { Changed } from '../../engine/document-feed'
import type { Statements } from '../file/statements'
import { contactsOf } from './batch'
import type { ClaimRows } from './claims'
import type { ContactRows } from './contact-rows'
import { askAbsent } from './known-absent'
import type { MergeRows } from './merges'
import type { OpenItems } from './open-items'
import type { PersonRows } from './person-rows'

export interface ForeknowledgeOptions {
  contacts: Pick<ContactRows, 'begin' | 'has'>
  merging: Pick<MergeRows, 'never'>
  claims: Pick<ClaimRows, 'absent'>
  people: Pick<PersonRows, 'begin'>
  items: Pick<OpenItems, 'begin'>
}

export interface Foreknowledge {
  /** Begins a batch: tells each kind of row what it is about, and what is new for sure. */
  begin(changes: readonly Changed[]): void
  /** Whether a document is new for sure; asked once for each, for a second change of it finds the first. */
  takeNew(id: string): boolean
  /** Whether this contact had no record when the batch began, and nothing claimed for it. */
  isClaimless(contactId: ContactId): boolean
}

export function createForeknowledge(sql: Statements, rows: ForeknowledgeOptions): Foreknowledge {
  const { contacts, merging, claims, people, items } = rows
  const withoutClaims = askAbsent(sql, 'claim', 'contact_id')
  let claimless: ReadonlySet<ContactId> = new Set()
  const isNew = new Set<string>()

  return {
    begin(changes) {
      isNew.clear()
      const met = new Set<string>()
      const identifierIds: IdentifierId[] = []
      const contactIds: ContactId[] = []
      const concerned: ContactId[] = []
      for (const change of changes) {
        if (change.isNew && !met.has(change.id)) isNew.add(change.id)
        met.add(change.id)
        if (change.kind === 'contacts') contactIds.push(change.id)
        else if (change.kind === 'identifiers') {
          identifierIds.push(change.id)
          concerned.push(...Object.keys(change.document?.claims ?? {}).map(asContactId))
        } else concerned.push(...contactsOf(change))
      }
      const all = [...contactIds, ...concerned]
      const hasNew = (id: string) => isNew.has(id)
      contacts.begin(all, contactIds.filter(hasNew))
      merging.never.begin(all)
      claims.absent.begin(
        identifierIds.filter((id) => !isNew.has(id)),
        identifierIds.filter(hasNew),
      )
      // Without a record there is no person, and nothing happened apart to what was not there.
      const fresh = contactIds.filter((id) => !contacts.has(id))
      people.begin(new Set(fresh))
      claimless = withoutClaims(fresh)
      const known = identifierIds.filter((id) => !claims.absent.of(id))
      items.begin(known, [...fresh, ...identifierIds.filter(claims.absent.of)])
    },
    takeNew: (id) => isNew.delete(id),
    isClaimless: (contactId) => claimless.has(contactId),
  }
}
