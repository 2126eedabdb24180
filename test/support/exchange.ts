// Replication between devices, imitated: documents travel both ways in batches of any size and order, some of them twice,
// and where both sides have one, the join of its kind decides. Nothing else does, as in the product's conflict handler.
import { sameJson } from '../../src-main/engine/documents/canonical-json'
import { type AnyDocument, type Documents, JOINS, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import type { Change, DocumentStore } from '../../src-main/engine/ports'
import type { Device } from './device'
import { ann } from './engine'

/** Draws a whole number from 0 up to, not including, `below`. */
export type Draw = (below: number) => number

/** Random numbers that a seed repeats (Marsaglia 2003, "Xorshift RNGs"). */
export function drawFrom(seed: number): Draw {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

interface Parcel {
  kind: Kind
  document: AnyDocument
}

async function parcelsOf(store: DocumentStore): Promise<Parcel[]> {
  const parcels: Parcel[] = []
  for (const kind of KINDS)
    for await (const page of store.scan(kind, 1000)) for (const document of page) parcels.push({ kind, document })
  return parcels
}

/** The same items in random order. */
export function shuffled<T>(items: readonly T[], draw: Draw): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = draw(i + 1)
    const [a, b] = [result[i] as T, result[j] as T]
    result[i] = b
    result[j] = a
  }
  return result
}

/** Takes documents in, joined with what is there. */
export async function receive<K extends Kind>(
  store: DocumentStore,
  kind: K,
  documents: readonly Documents[K][],
): Promise<void> {
  const join: (a: Documents[K], b: Documents[K]) => Documents[K] = JOINS[kind]
  const mine = await store.get(
    kind,
    documents.map((document) => document.id),
  )
  const changes = new Map<string, Change>()
  for (const theirs of documents) {
    const previous = mine.get(theirs.id)
    const next = previous ? join(previous, theirs) : theirs
    if (!previous || !sameJson(previous, next)) changes.set(next.id, { kind, previous, next } as unknown as Change)
  }
  if (changes.size > 0) await store.commit([...changes.values()])
}

/** Sends what one device has to another, in random order and batches, a part of it twice. */
async function send(from: Device, to: Device, draw: Draw): Promise<void> {
  const all = await parcelsOf(from.store)
  const again = all.filter(() => draw(5) === 0)
  const parcels = shuffled([...all, ...again], draw)
  while (parcels.length > 0) {
    const batch = parcels.splice(0, 1 + draw(40))
    for (const kind of shuffled(KINDS, draw)) {
      const documents = batch.filter((parcel) => parcel.kind === kind).map((parcel) => parcel.document)
      const unique = new Map(documents.map((document) => [document.id, document]))
      await receive(to.store, kind, [...unique.values()] as Documents[typeof kind][])
    }
    if (draw(3) === 0) await to.views.settle()
  }
  await to.views.settle()
}

/** Everyone with everyone else, until nobody has news; then erasures are completed, and that goes round as well. */
export async function exchange(devices: readonly Device[], draw: Draw): Promise<void> {
  const pairs = devices.flatMap((from) => devices.flatMap((to) => (from === to ? [] : [{ from, to }])))
  const round = async () => {
    // Twice: what the first device sends last may be news to those it met first.
    for (const { from, to } of [...shuffled(pairs, draw), ...shuffled(pairs, draw)]) await send(from, to, draw)
  }
  await round()
  let completed = 0
  for (let left = 5; left > 0; left -= 1) {
    completed = 0
    for (const device of devices) completed += (await device.engine.erasure.complete(ann)).length
    if (completed === 0) return
    await round()
  }
  if (completed > 0) throw new Error('erasures are never complete')
}
