// The engine's document store in memory, with the feed that projections follow: for tests that run many thousand
// commands. Invariant: a commit is all or nothing, and refuses documents that changed since they were read, as the
// database does. Documents are kept as JSON and handed out frozen, so that nobody changes what is stored by accident.
import { ScvError } from '@shared/errors'
import { Subject } from 'rxjs'
import { type AnyDocument, type Documents, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import type { DocumentStore } from '../../src-main/engine/ports'
import type { DocumentFeed } from '../../src-main/projections'
import type { Changed } from '../../src-main/projections/apply'

export interface MemoryStore {
  store: DocumentStore
  feed: DocumentFeed
  /** How many documents were written so far. */
  commits(): number
}

type Held = { document: AnyDocument; sequence: number }

export function createMemoryStore(): MemoryStore {
  const held = new Map<Kind, Map<string, Held>>(KINDS.map((kind) => [kind, new Map()]))
  const committed$ = new Subject<{ kind: Kind; changes: Changed[]; checkpoint: unknown }>()
  let sequence = 0
  const of = (kind: Kind) => held.get(kind) ?? new Map<string, Held>()

  const store: DocumentStore = {
    async get<K extends Kind>(kind: K, ids: readonly string[]) {
      return new Map(
        ids.flatMap((id) => {
          const found = of(kind).get(id)
          return found ? [[id, found.document as Documents[K]] as const] : []
        }),
      )
    },

    async commit(changes) {
      const lost = changes.filter(({ kind, previous, next }) => of(kind).get(next.id)?.document !== previous)
      if (lost.length > 0) throw new ScvError('conflict', 'Someone else changed this at the same moment.')
      for (const kind of KINDS) {
        const mine = changes.filter((change) => change.kind === kind)
        if (mine.length === 0) continue
        const documents = mine.map(({ next }) => frozen(JSON.parse(JSON.stringify(next)) as AnyDocument))
        for (const document of documents) {
          sequence += 1
          of(kind).set(document.id, { document, sequence })
        }
        const told = documents.map((document) => ({ kind, id: document.id, document }) as Changed)
        committed$.next({ kind, changes: told, checkpoint: sequence })
      }
    },

    async *scan<K extends Kind>(kind: K, pageSize: number) {
      const documents = [...of(kind).values()].map(({ document }) => document as Documents[K])
      for (let start = 0; start < documents.length; start += pageSize) yield documents.slice(start, start + pageSize)
    },
  }

  const feed: DocumentFeed = {
    committed$,
    async since(kind, checkpoint, limit) {
      const after = typeof checkpoint === 'number' ? checkpoint : 0
      const page = [...of(kind).values()]
        .filter((one) => one.sequence > after)
        .sort((a, b) => a.sequence - b.sequence)
        .slice(0, limit)
      return {
        changes: page.map(({ document }) => ({ kind, id: document.id, document }) as Changed),
        checkpoint: page.at(-1)?.sequence ?? after,
      }
    },
  }

  return { store, feed, commits: () => sequence }
}

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    Object.freeze(value)
    for (const member of Object.values(value)) frozen(member)
  }
  return value
}
