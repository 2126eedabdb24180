// Everything at once, in pages, so that an export of any size costs no memory and holds up no caller.
// Invariant: auto-created contacts are in the backup and in the comparison of devices, and never in an export of people.
import type { ContactFields } from '@shared/model/contact'
import { canonicalJson } from '../documents/canonical-json'
import { type AnyDocument, KINDS, type Kind } from '../documents/kinds'
import { stampMoment } from '../documents/stamp'
import type { Runtime } from '../runtime'
import { momentOrNull } from './lines'

/** A curated person as an export tells of them. */
export interface ExportedPerson {
  id: string
  fields: ContactFields
  createdAt: string
  modifiedAt: string
  lastSeen: string | null
}

/** Few enough that working out a page is a matter of milliseconds. */
const PAGE = 200

export function exportQueries({ store, views }: Runtime) {
  return {
    /** Every curated person who is there, each once, in pages and in no order. */
    async *curatedPages(): AsyncIterable<ExportedPerson[]> {
      const seen = new Set<string>() // what changes during the scan comes by again
      for await (const page of store.scan('contacts', PAGE)) {
        const people = page.flatMap(({ id }): ExportedPerson[] => {
          const row = views.personRow(id)
          if (seen.has(id) || row?.id !== id || row.status !== 'active' || row.type !== 'Curated') return []
          const person = views.person(id)
          if (!person) return []
          seen.add(id)
          return [
            {
              id,
              fields: person.fields,
              createdAt: stampMoment(person.createdAt),
              modifiedAt: stampMoment(person.modifiedAt),
              lastSeen: momentOrNull(person.lastActivity),
            },
          ]
        })
        if (people.length > 0) yield people
      }
    },

    /** Every document there is, one line of canonical JSON each, in pages: a backup. */
    async *documentPages(): AsyncIterable<string[]> {
      for (const kind of KINDS)
        for await (const page of store.scan(kind, PAGE)) yield page.map((document) => exportLine(kind, document))
    },

    /** Every document, as above, sorted within its kind: equal lines mean equal devices. */
    async *exportLines(): AsyncIterable<string> {
      for (const kind of KINDS) {
        const lines: string[] = []
        for await (const page of store.scan(kind, 1000))
          for (const document of page) lines.push(exportLine(kind, document))
        yield* lines.sort()
      }
    },
  }
}

function exportLine(kind: Kind, document: AnyDocument): string {
  const content = Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('_')))
  return canonicalJson({ kind, ...content })
}
