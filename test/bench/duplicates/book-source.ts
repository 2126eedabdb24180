// A made-up book as the matcher reads people: without documents and views, whose time is measured elsewhere.
// Invariant: the same people as `makeContactBook` makes, in the order of their ids.
import { asContactId, type ContactId, NO_STAMP } from '@shared/model/ids'
import { NEVER } from 'rxjs'
import type { PersonRecord } from '../../../src-main/duplicates/record'
import type { DocumentFeed } from '../../../src-main/engine/document-feed'
import type { ComparablePerson } from '../../../src-main/engine/queries/comparable'
import type { createMatching } from '../../../src-main/matching'

type Source = Parameters<typeof createMatching>[0]

/** Documents of which none changes. */
export const NO_CHANGES: DocumentFeed = {
  committed$: NEVER,
  since: async (_kind, checkpoint) => ({ changes: [], checkpoint }),
  reaches: async () => true,
  position: () => ({ contacts: 0, identifiers: 0, interactions: 0, merges: 0, notes: 0, decisions: 0, audit: 0 }),
  size: () => 0,
  texts: async () => ({ texts: [], after: undefined }),
}

function personOf(id: ContactId, record: PersonRecord): ComparablePerson {
  const { given, family, birthDate, emails = [], phones = [], houseNumber, street, town, postcode } = record
  const fields = {
    ...(given ? { firstName: given } : {}),
    ...(family ? { lastName: family } : {}),
    ...(birthDate ? { customFields: { Birthday: birthDate } } : {}),
    ...(emails[0] ? { personalEmail: emails[0] } : {}),
    ...(street ? { address: { address1: `${houseNumber} ${street}`, city: town, postalCode: postcode } } : {}),
  }
  const identifiers = phones.map((value) => ({ type: 'Phone', value, id: value }))
  return { id, modifiedAt: NO_STAMP, fields, identifiers } as unknown as ComparablePerson
}

/** What the matcher follows. */
export function sourceOf(records: readonly PersonRecord[]): Source {
  const known = new Map<string, PersonRecord>(records.map((record) => [record.id, record]))
  const ids = [...known.keys()].sort()
  const placeOf = new Map<string, number>(ids.map((id, at) => [id, at]))
  return {
    changes$: NEVER,
    queries: {
      comparable(id) {
        const record = known.get(id)
        return record && personOf(id, record)
      },
      everyoneAfter(after, limit) {
        const from = after === '' ? 0 : (placeOf.get(after) ?? 0) + 1
        return ids.slice(from, from + limit).map(asContactId)
      },
      canonicalOf: asContactId,
      upToDate: async () => undefined,
      duplicateDecisions: async () => ({
        ...{ never: [], sharedState: '' },
        isShared: () => false,
        putAside: () => undefined,
        putAsideBy: () => undefined,
      }),
    },
  }
}
