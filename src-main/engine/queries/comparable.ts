// People as a matcher compares them, and what was decided about pairs of them.
// Invariant: every person who is there comes once, under the canonical id, whatever their type.
import type { ContactFields } from '@shared/model/contact'
import { asContactId, asPersonId, type ContactId, type IdentifierId, type Stamp } from '@shared/model/ids'
import { duplicateItemId, itemId, reviewId } from '../documents/ids'
import { current, type Entry, writerOf } from '../documents/register'
import { stampMs } from '../documents/stamp'
import type { IdentifierRow } from '../ports'
import type { Runtime } from '../runtime'

/** What is known of a person that may be compared. */
export interface ComparablePerson {
  id: ContactId
  /** Latest change of a field, by any of the person's records. */
  modifiedAt: Stamp
  fields: ContactFields
  /** Those that interactions came by as well, wherever they point. */
  identifiers: IdentifierRow[]
}

/** What people settled about who is one person. */
export interface DuplicateDecisions {
  /** Pairs of people that must never be merged. */
  never: (readonly [ContactId, ContactId])[]
  /** Whether it was settled that several people share an identifier. */
  isShared(identifierId: IdentifierId): boolean
  /** Tells one state of what is shared from another. */
  sharedState: string
  /** What was in view when a suggestion of two people was put aside; undefined: it was not. */
  putAside(a: ContactId, b: ContactId): readonly string[] | undefined
  /** Who put a suggestion of two people aside, and when, in ms. */
  putAsideBy(a: ContactId, b: ContactId): { by: string; at: number } | undefined
}

/** Few enough that reading them is a matter of milliseconds. */
const PAGE = 200

export function comparableQueries({ store, views }: Runtime) {
  /** A person who is there; undefined for an id that is none's canonical one. */
  function comparable(id: ContactId): ComparablePerson | undefined {
    const row = views.personRow(id)
    if (row?.id !== id || row.status !== 'active') return undefined
    const person = views.person(id)
    if (!person) return undefined
    const identifiers = views.claimsBy(person.members).map(({ identifier }) => identifier)
    return { id, modifiedAt: person.modifiedAt, fields: person.fields, identifiers }
  }

  const headOf = (id: string): ContactId => views.personRow(asContactId(id))?.id ?? asContactId(id)

  return {
    comparable,

    /** Ids of all people who are there, in their order: a walk that may be gone on with another day. */
    everyoneAfter: (after: ContactId | '', limit: number): ContactId[] =>
      views.everyoneAfter(after === '' ? '' : asPersonId(after), limit),

    /** The person that a contact belongs to by now. */
    canonicalOf: headOf,

    /** Waits until people are as all that was committed makes them, and `changes$` has told of it. */
    upToDate: () => views.settle({ searchable: false }),

    async duplicateDecisions(): Promise<DuplicateDecisions> {
      const never: [ContactId, ContactId][] = []
      const shared = new Set<string>()
      const aside = new Map<string, { seen: readonly string[]; said: Entry }>()
      // Asked of every pair that is shown: the id of an item, a digest, is worked out for few of them.
      const inView = new Set<string>()
      for await (const page of store.scan('decisions', PAGE))
        for (const { id, kind, subjects, standing, seen = [] } of page) {
          const said = current(standing)
          if (said?.v !== true) continue
          const [a, b] = subjects
          if (kind === 'cannot-link' && a !== undefined && b !== undefined) never.push([headOf(a), headOf(b)])
          if (kind === 'shared-identifier') shared.add(id)
          if (kind !== 'reviewed' || a === undefined) continue
          aside.set(a, { seen, said })
          for (const name of seen) inView.add(name)
        }
      const itemOf = (a: ContactId, b: ContactId) =>
        inView.has(a) && inView.has(b) ? aside.get(duplicateItemId(a, b)) : undefined
      return {
        never,
        sharedState: [...shared].sort().join(' '),
        isShared: (identifier) => shared.has(reviewId('shared-identifier', itemId('dispute', [identifier]))),
        putAside: (a, b) => itemOf(a, b)?.seen,
        putAsideBy(a, b) {
          const item = itemOf(a, b)
          return item && { by: writerOf(item.said), at: stampMs(item.said.t) }
        },
      }
    },
  }
}
