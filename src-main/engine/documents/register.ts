// A register that keeps its history: of the values that no later writer had seen the one with the latest stamp is current, all
// others stay readable.
// Invariant: `joinRegisters` is a set union, so it is commutative, associative and idempotent, and loses no value.

import type { Stamp } from '@shared/model/ids'
import { canonicalJson } from './canonical-json'
import type { JSONValue } from './json'

/**
 * One write: the value (null: emptied), when, by which writer, and the stamps of the entries its writer saw as current. Where it was
 * carried over from another document, `b` is who did that and `o` who wrote it: everything new in a document bears the name
 * of the writer who brings it there, or the server could not tell it from a forgery.
 */
export interface Entry<T extends JSONValue = JSONValue> {
  v: T | null
  t: Stamp
  b: string
  p?: Stamp[]
  o?: string
}

/** Newest first. */
export type Register<T extends JSONValue = JSONValue> = Entry<T>[]

function compareEntries(a: Entry, b: Entry): number {
  if (a.t !== b.t) return a.t < b.t ? 1 : -1
  const [x, y] = [canonicalJson(a), canonicalJson(b)]
  return x < y ? 1 : x > y ? -1 : 0
}

/** The join: the union of both histories, newest first. */
export function joinRegisters<T extends JSONValue>(
  a: Register<T> | undefined,
  b: Register<T> | undefined,
): Register<T> {
  if (!a?.length) return b ? sorted(b) : []
  if (!b?.length) return sorted(a)
  return sorted([...a, ...b])
}

function sorted<T extends JSONValue>(entries: Register<T>): Register<T> {
  if (entries.length < 2) return entries
  const inOrder = [...entries].sort(compareEntries)
  return inOrder.filter((entry, i) => {
    const former = inOrder[i - 1]
    return former === undefined || former.t !== entry.t || canonicalJson(former) !== canonicalJson(entry)
  })
}

/**
 * The current entry: the latest, unless the writer of another one had it before them. Then its stamp came from a clock that
 * was ahead, and what was written over it stands.
 */
export function current<T extends JSONValue>(register: Register<T> | undefined): Entry<T> | undefined {
  const latest = register?.[0]
  if (!register || !latest || !register.some(({ t, p }) => t !== latest.t && p?.includes(latest.t))) return latest
  return unseen(register)[0] ?? latest
}

/** Writes a value on top. The writer has seen everything the register holds that no writer has seen yet. */
export function write<T extends JSONValue>(
  register: Register<T> | undefined,
  value: T | null,
  stamp: Stamp,
  by: string,
): Register<T> {
  const seen = unseen(register ?? []).map((entry) => entry.t)
  return joinRegisters([{ v: value, t: stamp, b: by, ...(seen.length > 0 ? { p: seen } : {}) }], register)
}

/** Entries as they stand in another document once a writer carries them over. */
export function carriedOver<T extends JSONValue>(entries: Register<T>, by: string): Register<T> {
  return entries.map((entry) => (entry.b === by ? entry : { ...entry, b: by, o: entry.o ?? entry.b }))
}

/** Who wrote an entry, as people read it; who carried it over in brackets. */
export function writerOf({ b, o }: Pick<Entry, 'b' | 'o'>): string {
  return o === undefined ? b : `${o} (${b})`
}

/** Entries that no other entry's writer had seen: the current one, and those it overwrote without knowing. */
export function unseen<T extends JSONValue>(register: Register<T>): Register<T> {
  const seen = new Set(register.flatMap((entry) => entry.p ?? []))
  return register.filter((entry) => !seen.has(entry.t))
}
