// The engine's document store in memory, with the feed that projections follow: for tests that run many thousand
// commands. Invariant: a commit is all or nothing, and refuses documents that changed since they were read, as the
// database does. Documents are kept as JSON and handed out frozen, so that nobody changes what is stored by accident.
import { ScvError } from '@shared/errors'
import { Subject } from 'rxjs'
import type { Changed, DocumentFeed } from '../../src-main/engine/document-feed'
import { type AnyDocument, type Documents, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import type { DocumentStore } from '../../src-main/engine/ports'

export interface MemoryStore {
  store: DocumentStore
  feed: DocumentFeed
  /** How many documents were written so far. */
  commits(): number
  /** Takes documents out, leaving a mark of each, as replication does with what was deleted on the server. */
  purge(kind: Kind, ids: readonly string[]): void
  /** Whether a document was taken out. */
  isPurged(kind: Kind, id: string): boolean
}

/** Without a document: it was taken out. */
type Held = { document: AnyDocument | undefined; sequence: number }

export function createMemoryStore(): MemoryStore {
  const held = new Map<Kind, Map<string, Held>>(KINDS.map((kind) => [kind, new Map()]))
  const committed$ = new Subject<{ kind: Kind; changes: Changed[]; checkpoint: unknown }>()
  let sequence = 0
  const of = (kind: Kind) => held.get(kind) ?? new Map<string, Held>()
  /** Keeps documents in the order of their last change. */
  const hold = (kind: Kind, id: string, document: AnyDocument | undefined) => {
    sequence += 1
    of(kind).delete(id)
    of(kind).set(id, { document, sequence })
  }

  const store: DocumentStore = {
    async get<K extends Kind>(kind: K, ids: readonly string[]) {
      return new Map(
        ids.flatMap((id) => {
          const found = of(kind).get(id)
          return found?.document ? [[id, found.document as Documents[K]] as const] : []
        }),
      )
    },

    async commit(changes) {
      const lost = changes.filter(({ kind, previous, next }) => of(kind).get(next.id)?.document !== previous)
      if (lost.length > 0) throw new ScvError('conflict', 'Someone else changed this at the same moment.')
      for (const kind of KINDS) {
        const mine = changes.filter((change) => change.kind === kind)
        if (mine.length === 0) continue
        const told = mine.map(({ next, previous }) => {
          const document = frozen(JSON.parse(JSON.stringify(next)) as AnyDocument)
          hold(kind, document.id, document)
          return { kind, id: document.id, document, isNew: previous === undefined } as Changed
        })
        committed$.next({ kind, changes: told, checkpoint: sequence })
      }
    },

    flush: async () => undefined,
    scrub: async () => undefined,

    async *scan<K extends Kind>(kind: K, pageSize: number) {
      const documents = [...of(kind).values()].flatMap(({ document }) => (document as Documents[K] | undefined) ?? [])
      for (let start = 0; start < documents.length; start += pageSize) yield documents.slice(start, start + pageSize)
    },
  }

  const feed: DocumentFeed = {
    committed$,
    reaches: async (_kind, checkpoint) => sequence >= Number(checkpoint),
    async since(kind, checkpoint, limit) {
      const after = typeof checkpoint === 'number' ? checkpoint : 0
      const page = [...of(kind)].filter(([, one]) => one.sequence > after).slice(0, limit)
      return {
        changes: page.map(([id, { document }]) => ({ kind, id, document }) as Changed),
        checkpoint: page.at(-1)?.[1].sequence ?? after,
      }
    },
  }

  return {
    store,
    feed,
    commits: () => sequence,
    purge(kind, ids) {
      for (const id of ids) hold(kind, id, undefined)
      committed$.next({ kind, changes: ids.map((id) => ({ kind, id, document: undefined })), checkpoint: sequence })
    },
    isPurged: (kind, id) => of(kind).get(id) !== undefined && of(kind).get(id)?.document === undefined,
  }
}

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    Object.freeze(value)
    for (const member of Object.values(value)) frozen(member)
  }
  return value
}
