// The engine's document store in memory, with the feed that projections follow: for tests that run many thousand
// commands. Invariant: a commit is all or nothing, and refuses documents that changed since they were read, as the
// database does. Documents are kept as JSON and handed out frozen, so that nobody changes what is stored by accident.
import { ScvError } from '@shared/errors'
import { Subject } from 'rxjs'
import type { Changed, DocumentFeed } from '../../src-main/engine/document-feed'
import { type AnyDocument, type Documents, type IdOf, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
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
  /** The same documents, in a store of its own. */
  copy(options?: MemoryStoreOptions): MemoryStore
  /** Takes over what another store holds. */
  adopt(shelves: ReadonlyMap<Kind, Shelf>, sequence: number): void
}

export interface MemoryStoreOptions {
  /** Told of each write, with what takes it back: as a power cut does, the last first. */
  journal?: { note(undo: () => void): void }
  /** Called when all that was written is on the disk. */
  onFlush?: () => void
}

/** Without a document: it was taken out. */
type Held = { document: AnyDocument | undefined; sequence: number }

/** Documents of one kind, and their ids in the order of changes: of one document only the last counts. */
interface Shelf {
  held: Map<string, Held>
  order: { id: string; sequence: number }[]
}

/** Where what changed after a place begins. */
function placeAfter(order: Shelf['order'], after: number): number {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((order[middle]?.sequence ?? 0) > after) high = middle
    else low = middle + 1
  }
  return low
}

export function createMemoryStore({ journal, onFlush }: MemoryStoreOptions = {}): MemoryStore {
  const shelves = new Map<Kind, Shelf>(KINDS.map((kind) => [kind, { held: new Map(), order: [] }]))
  const committed$ = new Subject<{ kind: Kind; changes: Changed[]; checkpoint: unknown }>()
  let sequence = 0
  const shelfOf = (kind: Kind): Shelf => shelves.get(kind) as Shelf
  const of = (kind: Kind) => shelfOf(kind).held
  /** Keeps documents in the order of their last change. @returns what takes it back */
  const hold = (kind: Kind, id: string, document: AnyDocument | undefined) => {
    const { held, order } = shelfOf(kind)
    const former = held.get(id)
    sequence += 1
    held.set(id, { document, sequence })
    order.push({ id, sequence })
    return () => {
      order.pop()
      sequence -= 1
      if (former) held.set(id, former)
      else held.delete(id)
    }
  }
  const noteAll = (undo: readonly (() => void)[]) =>
    journal?.note(() => {
      for (const one of [...undo].reverse()) one()
    })
  /** Entries changed after a place, each once, in the order of their last changes. */
  function* changedAfter(kind: Kind, after: number): Generator<[string, Held]> {
    const { held, order } = shelfOf(kind)
    for (let i = placeAfter(order, after); i < order.length; i += 1) {
      const { id, sequence: place } = order[i] as Shelf['order'][number]
      const one = held.get(id)
      if (one?.sequence === place) yield [id, one]
    }
  }

  const store: DocumentStore = {
    async get<K extends Kind>(kind: K, ids: readonly IdOf<K>[]) {
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
      const undo: (() => void)[] = []
      for (const kind of KINDS) {
        const mine = changes.filter((change) => change.kind === kind)
        if (mine.length === 0) continue
        const told = mine.map(({ next, previous }) => {
          const document = frozen(JSON.parse(JSON.stringify(next)) as AnyDocument)
          undo.push(hold(kind, document.id, document))
          return { kind, id: document.id, document, isNew: previous === undefined } as Changed
        })
        committed$.next({ kind, changes: told, checkpoint: sequence })
      }
      noteAll(undo)
    },

    flush: async () => onFlush?.(),
    scrub: async () => undefined,

    async *scan<K extends Kind>(kind: K, pageSize: number) {
      const documents = [...changedAfter(kind, 0)].flatMap(([, { document }]) => (document as Documents[K]) ?? [])
      for (let start = 0; start < documents.length; start += pageSize) yield documents.slice(start, start + pageSize)
    },
  }

  const feed: DocumentFeed = {
    committed$,
    reaches: async (_kind, checkpoint) => sequence >= Number(checkpoint),
    position: () => Object.fromEntries(KINDS.map((kind) => [kind, sequence])) as Record<Kind, number>,
    size: (kind) => of(kind).size,
    async texts(kind, after, limit) {
      const rest = [...of(kind)].filter(([id]) => after === undefined || id > String(after)).sort(byId)
      const page = rest.slice(0, limit)
      const texts = page.flatMap(([, { document }]) => (document ? [JSON.stringify(document)] : []))
      return { texts, after: page.length < rest.length ? page.at(-1)?.[0] : undefined }
    },
    async since(kind, checkpoint, limit) {
      const after = typeof checkpoint === 'number' ? checkpoint : 0
      const page: [string, Held][] = []
      for (const entry of changedAfter(kind, after)) {
        if (page.length >= limit) break
        page.push(entry)
      }
      return {
        changes: page.map(([id, { document }]) => ({ kind, id, document }) as Changed),
        checkpoint: page.at(-1)?.[1].sequence ?? after,
      }
    },
  }

  const memory: MemoryStore = {
    store,
    feed,
    commits: () => sequence,
    purge(kind, ids) {
      noteAll(ids.map((id) => hold(kind, id, undefined)))
      const changes = ids.map((id) => ({ kind, id, document: undefined }) as Changed)
      committed$.next({ kind, changes, checkpoint: sequence })
    },
    isPurged: (kind, id) => of(kind).get(id) !== undefined && of(kind).get(id)?.document === undefined,
    copy(options) {
      const other = createMemoryStore(options)
      other.adopt(shelves, sequence)
      return other
    },
    adopt(others, reached) {
      for (const [kind, { held, order }] of others) shelves.set(kind, { held: new Map(held), order: [...order] })
      sequence = reached
    },
  }
  return memory
}

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    Object.freeze(value)
    for (const member of Object.values(value)) frozen(member)
  }
  return value
}

const byId = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)
