// RxDB's replication protocol at the store port, below RxDB: the same decisions on the same occasions as its
// `replication-protocol` (17.6: upstream.ts, downstream.ts, conflicts.ts), each write to the disk a step of its own, with
// room for a command or a crash in between. What the handlers do (reading, judging, taking in) is the product's code.
// Invariant: as in RxDB, what is believed of the server is stored after the documents, and a position after both.
import type { WithDeleted } from 'rxdb'
import { conflictHandler } from '../../src-main/database/conflict-handler'
import type { AnyDocument, Documents, IdOf, Kind } from '../../src-main/engine/documents/kinds'
import type { Change } from '../../src-main/engine/ports'
import { remoteId } from '../../src-main/replication/couch/wire'
import type { Deletable, PushRow } from '../../src-main/replication/exchange/push'
import type { MemoryStore } from '../support/memory-store'
import { type Journal, JournaledMap } from './journal'

/** What RxDB keeps beside the documents (its meta instance, and the mark `_meta.o` of what it wrote itself). */
export interface Bookkeeping {
  /** By remote id: what the server is believed to have; `resolved` is the local document that settled a conflict with it. */
  assumed: Map<string, { state: Deletable<Kind>; resolved?: AnyDocument }>
  /** By remote id: the local document as the downstream wrote it last. */
  arrived: Map<string, AnyDocument | 'purged'>
  /** How far local changes were sent. */
  sentUpTo: Map<Kind, unknown>
}

/** @param former whose content it begins with, as in a copied folder */
export const freshBookkeeping = (journal: Journal, former?: Bookkeeping): Bookkeeping => ({
  assumed: new JournaledMap(journal, former?.assumed),
  arrived: new JournaledMap(journal, former?.arrived),
  sentUpTo: new JournaledMap(journal, former?.sentUpTo),
})

export interface Surroundings {
  memory: MemoryStore
  books: Bookkeeping
  /** Documents that the downstream wrote while the application runs, which upstream does not look at. */
  fromServer: WeakSet<AnyDocument>
  /** A step on the device's own disk. */
  local(what: string): Promise<void>
  /** Sends rows. @returns the server's state of those in conflict */
  send(kind: Kind, rows: readonly PushRow<Kind>[]): Promise<Deletable<Kind>[]>
  resolve: Resolve
  /** For the log. */
  note(what: string): void
  /** A defect that can be switched on: news replace local changes that were not sent yet. */
  overwritesUnsent: boolean
}

export type Resolve = (
  kind: Kind,
  input: {
    newDocumentState: Deletable<Kind>
    assumedMasterState: Deletable<Kind> | undefined
    realMasterState: Deletable<Kind>
  },
) => Promise<Deletable<Kind>>

/** The product's conflict handler. */
export const resolveByJoin: Resolve = async (kind, { assumedMasterState, ...input }) => {
  const handler = conflictHandler(kind) as ReturnType<typeof conflictHandler<Kind>>
  const given = { ...input, ...(assumedMasterState ? { assumedMasterState } : {}) } as never
  return (await handler.resolve(given, 'replication-resolve-conflict')) as Deletable<Kind>
}

/** @param asked what RxDB calls the occasion */
function isEqual(kind: Kind, a: Deletable<Kind>, b: Deletable<Kind>, asked: string): boolean {
  return (conflictHandler(kind) as ReturnType<typeof conflictHandler<Kind>>).isEqual(
    a as WithDeleted<Documents[Kind]>,
    b as WithDeleted<Documents[Kind]>,
    asked,
  )
}

/** A document of the store as RxDB has it, with its mark of deletion. */
async function localStates(memory: MemoryStore, kind: Kind, ids: readonly IdOf<Kind>[]) {
  const living = await memory.store.get(kind, ids)
  return new Map(
    ids.flatMap((id): [string, { document: AnyDocument | undefined; state: Deletable<Kind> }][] => {
      const document = living.get(id)
      if (document) return [[id, { document, state: { ...document, _deleted: false } as Deletable<Kind> }]]
      return memory.isPurged(kind, id) ? [[id, { document, state: { id, _deleted: true } as Deletable<Kind> }]] : []
    }),
  )
}

function changeOf(kind: Kind, previous: AnyDocument | undefined, state: Deletable<Kind>): Change {
  const { _deleted, ...next } = state
  return { kind, previous, next } as unknown as Change
}

/** Stores what becomes of documents, each by itself; those that changed meanwhile are left. @returns the ids stored */
async function storeEach(memory: MemoryStore, kind: Kind, rows: readonly Change[], purged: readonly IdOf<Kind>[] = []) {
  const now = await memory.store.get(
    kind,
    rows.map(({ next }) => next.id),
  )
  const good = rows.filter(({ previous, next }) => now.get(next.id) === previous)
  if (good.length > 0) await memory.store.commit(good)
  if (purged.length > 0) memory.purge(kind, purged)
  return [...good.map(({ next }) => next.id), ...purged]
}

/** Sends local changes of a kind (RxDB's `persistToMaster`). @returns whether conflicts were settled, which are changes again */
export async function persistToMaster(
  { memory, books, fromServer, local, send, resolve, note }: Surroundings,
  kind: Kind,
  ids: readonly IdOf<Kind>[],
  checkpoint: unknown,
): Promise<boolean> {
  const states = await localStates(memory, kind, ids)
  const rows = [...states.values()].flatMap(({ document, state }): PushRow<Kind>[] => {
    if (document && fromServer.has(document)) return []
    const assumed = books.assumed.get(remoteId(kind, state.id))
    const settled = assumed?.resolved !== undefined && assumed.resolved === document
    if (assumed && !settled && isEqual(kind, assumed.state, state, 'upstream-check-if-equal')) return []
    return [{ assumed: assumed?.state, next: state }]
  })
  let settled = false
  if (rows.length > 0) {
    const conflicts = new Map((await send(kind, rows)).map((master) => [master.id, master]))
    await local(`note what was sent of ${kind}`)
    for (const { next } of rows)
      if (!conflicts.has(next.id)) books.assumed.set(remoteId(kind, next.id), { state: next })
    if (conflicts.size > 0) settled = await settle(rows, conflicts)
  }
  await local(`note how far ${kind} was sent`)
  books.sentUpTo.set(kind, checkpoint)
  return settled

  async function settle(all: readonly PushRow<Kind>[], masters: ReadonlyMap<string, Deletable<Kind>>) {
    const changes: Change[] = []
    const gone: IdOf<Kind>[] = []
    for (const { assumed, next } of all) {
      const master = masters.get(next.id)
      if (!master) continue
      const input = { newDocumentState: next, assumedMasterState: assumed, realMasterState: master }
      const resolved = await resolve(kind, input)
      if (resolved._deleted) gone.push(next.id)
      else changes.push(changeOf(kind, states.get(next.id)?.document, resolved))
    }
    await local(`store what settles conflicts of ${kind}`)
    const stored = await storeEach(memory, kind, changes, gone)
    note(`settled conflicts of ${kind}: ${stored.join(' ')}`)
    const documents = await memory.store.get(kind, stored)
    await local(`note conflicts of ${kind}`)
    for (const id of stored) {
      const master = masters.get(id)
      const resolved = documents.get(id)
      if (master) books.assumed.set(remoteId(kind, id), { state: master, ...(resolved ? { resolved } : {}) })
    }
    return true
  }
}

/** Takes news in (RxDB's `persistFromMaster`). */
export async function persistFromMaster(
  { memory, books, fromServer, local, note, overwritesUnsent }: Surroundings,
  kind: Kind,
  masters: readonly Deletable<Kind>[],
): Promise<void> {
  const states = await localStates(
    memory,
    kind,
    masters.map(({ id }) => id),
  )
  const changes: Change[] = []
  const purged: IdOf<Kind>[] = []
  const believed: Deletable<Kind>[] = []
  for (const master of masters) {
    const key = remoteId(kind, master.id)
    const mine = states.get(master.id)
    const assumed = books.assumed.get(key)
    const sent = mine && assumed ? isEqual(kind, assumed.state, mine.state, 'downstream-check-if-equal-0') : false
    const wroteItself = mine && books.arrived.get(key) === (mine.document ?? 'purged')
    // A local change that was not sent yet: sending it will meet this news as a conflict.
    if (mine && !sent && !wroteItself && !overwritesUnsent) {
      note(`leaves news of ${kind} ${master.id}: it has changes to send`)
      continue
    }
    if (mine && isEqual(kind, master, mine.state, 'downstream-check-if-equal-1')) {
      if (!sent) believed.push(mine.state) // the handler may call equal what says no more than ours
    } else if (!master._deleted) changes.push(changeOf(kind, mine?.document, master))
    else if (mine) purged.push(master.id)
    else believed.push(master)
  }
  await local(`store news of ${kind}`)
  const stillThere = await memory.store.get(kind, purged)
  const unchanged = purged.filter((id) => stillThere.get(id) === states.get(id)?.document)
  const stored = new Set(await storeEach(memory, kind, changes, unchanged))
  note(`took in news of ${kind}: ${[...stored].join(' ')}`)
  const documents = await memory.store.get(kind, [...stored])
  for (const id of stored) {
    const document = documents.get(id)
    books.arrived.set(remoteId(kind, id), document ?? 'purged')
    if (document) fromServer.add(document)
  }
  await local(`note news of ${kind}`)
  for (const master of [...masters.filter(({ id }) => stored.has(id)), ...believed])
    books.assumed.set(remoteId(kind, master.id), { state: master })
}
