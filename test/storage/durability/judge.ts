// Says what is wrong with the content that a killed writer left, given what it had acknowledged.
import { type CollectionName, operation, type StoredItem } from './model'

export type Content = Record<CollectionName, StoredItem[]>

export interface Acknowledged {
  /** Numbers of operations; a folder's writers use ranges that do not overlap. */
  readonly operations: Set<number>
  /** Ids of single documents. */
  readonly noise: Set<string>
}

/** One writer's life. */
export interface Ran {
  readonly seed: number
  readonly first: number
  /** The last operation that was acknowledged; the one after it may or may not be there. */
  readonly last: number
}

/** Everything that is wrong with what a killed writer left behind, in words; empty when all is well. */
export function faults(content: Content, acknowledged: Acknowledged, ran: readonly Ran[]): string[] {
  const found: string[] = []
  const of = (name: CollectionName) => Map.groupBy(content[name], ({ op }) => op)
  const contacts = of('contacts')
  const claims = of('claims')
  const noise = new Set(content.noise.map(({ id }) => id))
  for (const id of acknowledged.noise) if (!noise.has(id)) found.push(`lost: noise ${id}`)
  for (const { seed, first, last } of ran) {
    for (let number = first; number <= last + 1; number += 1) {
      const { kind, size, target, width } = operation(seed, number, first)
      const isDone = acknowledged.operations.has(number)
      const here = contacts.get(number) ?? []
      const there = claims.get(number) ?? []
      if (kind === 'rollback' && here.length + there.length > 0) found.push(`rolled back, yet there: ${number}`)
      if (kind === 'bulk' || kind === 'transaction') {
        if (here.length !== 0 && here.length !== size) found.push(`half a write: ${number}, ${here.length} of ${size}`)
        if (isDone && here.length !== size) found.push(`lost: ${kind} ${number}`)
        if (there.length !== (kind === 'transaction' ? here.length : 0)) found.push(`half a transaction: ${number}`)
      }
      if (here.some(({ text, of }) => text.length !== width || of !== size)) found.push(`not as written: ${number}`)
      if (kind === 'change' || kind === 'remove') {
        const changed = contacts.get(target) ?? []
        const stamps = new Set(changed.map(({ touched }) => touched))
        if (stamps.size > 1) found.push(`half a change: ${number} of ${target}`)
        const isGone = changed.some(({ _deleted }) => _deleted)
        // A later operation may have changed the same documents again; what was removed is not changed any more.
        if (isDone && changed.length > 0 && !isGone && Math.max(...stamps) < number)
          found.push(`lost: ${kind} ${number}`)
        const twins = new Set((claims.get(target) ?? []).map(({ _deleted }) => _deleted))
        if (twins.size > 1 || (twins.size === 1 && twins.has(true) !== isGone)) found.push(`half a removal: ${number}`)
      }
    }
  }
  return found
}
