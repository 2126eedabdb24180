// The small joins that documents are made of, and the one for what a newer version may have added.
// Invariant: each is commutative, associative and idempotent.

import type { Stamp } from '@shared/model/ids'
import { greaterJson } from './canonical-json'

/** A record whose members are joined one by one. */
export function joinRecords<T>(
  a: Record<string, T> | undefined,
  b: Record<string, T> | undefined,
  join: (x: T, y: T) => T,
): Record<string, T> {
  const result: Record<string, T> = Object.create(null)
  for (const [key, value] of Object.entries(a ?? {})) result[key] = value
  for (const [key, value] of Object.entries(b ?? {})) {
    const mine = result[key]
    result[key] = mine === undefined ? value : join(mine, value)
  }
  return { ...result }
}

/** Of two stamped values the later; ties by content. */
export function joinLatest<T extends { at: Stamp }>(a: T | undefined, b: T | undefined): T | undefined {
  if (!a || !b) return a ?? b
  if (a.at !== b.at) return a.at > b.at ? a : b
  return greaterJson(a, b)
}

/** What marks a document as erased: the earlier of two marks, or the one there is. Once there it never goes. */
export function joinErased<T extends { at: Stamp }>(a: T | undefined, b: T | undefined): T | undefined {
  return a && b ? joinEarliest(a, b) : (a ?? b)
}

/** Of two write-once values the earlier; ties by content. */
export function joinEarliest<T extends { at: Stamp }>(a: T, b: T): T {
  if (a.at !== b.at) return a.at < b.at ? a : b
  return greaterJson(a, b)
}

/**
 * Members this version does not know: kept, the greater by content where both differ, so that a device with an older
 * schema carries what a newer one wrote (domain specification, section 6).
 */
export function joinUnknown<T extends object>(a: T, b: T, known: ReadonlySet<string>): Partial<T> {
  const result: Record<string, unknown> = Object.create(null)
  for (const source of [a, b])
    for (const [key, value] of Object.entries(source)) {
      if (known.has(key) || key.startsWith('_') || value === undefined) continue
      result[key] = Object.hasOwn(result, key) ? greaterJson(result[key], value) : value
    }
  return { ...result } as Partial<T>
}

/** Leaves out members that are undefined: a document is JSON. */
export function withoutUndefined<T extends object>(document: T): T {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined)) as T
}
