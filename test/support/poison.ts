// Documents with a stamp of one's choice where one stands, or where a newer version might have put one.
import type { AnyDocument } from '../../src-main/engine/documents/kinds'
import { STAMP } from '../../src-main/engine/documents/stamp'

type Place = { holder: Record<string, unknown>; name: string }

/** Members with what people wrote, whatever it looks like; and those of the store. */
const FREE = new Set(['v', 'details', 'choices', 'id', '_id', '_rev'])

function placesIn(value: unknown): Place[] {
  if (value === null || typeof value !== 'object') return []
  const holder = value as Record<string, unknown>
  return Object.entries(holder).flatMap(([name, member]) => {
    if (FREE.has(name)) return []
    return typeof member === 'string' && STAMP.test(member) ? [{ holder, name }] : placesIn(member)
  })
}

export const poisonedPlaces = (document: AnyDocument): number => placesIn(document).length

/**
 * A copy with `stamp` at a place that `n` chooses: for one of its own, seen by an entry of a register, among what a decision
 * had seen, or in a member that this version does not know.
 */
export function withPoison<T extends AnyDocument>(document: T, n: number, stamp: string): T | undefined {
  const copy = JSON.parse(JSON.stringify(document)) as T & Record<string, unknown>
  const registers = Object.values({ ...copy, ...(copy['fields'] as object | undefined) }).filter(
    (one): one is { t: string; p?: string[] }[] => Array.isArray(one) && one.some((entry) => entry?.t !== undefined),
  )
  const ways: (() => void)[] = [
    ...placesIn(copy).map(({ holder, name }) => () => {
      holder[name] = stamp
    }),
    ...registers.map((register) => () => {
      const [entry] = register
      if (entry) entry.p = [...(entry.p ?? []), stamp]
    }),
    ...('standing' in copy
      ? [() => Object.assign(copy, { seen: [...((copy['seen'] as string[] | undefined) ?? []), stamp] })]
      : []),
    () => Object.assign(copy, { ofNewer: { deep: [{ at: stamp }] } }),
    () => Object.assign(copy, { ofNewer: stamp }),
  ]
  ways[n % ways.length]?.()
  return inOrder(copy)
}

/** Registers newest first, as joins leave them. */
function inOrder<T>(copy: T): T {
  const sort = (holder: Record<string, unknown>) => {
    for (const register of Object.values(holder))
      if (Array.isArray(register) && register.every((entry) => entry?.t !== undefined))
        register.sort((a, b) => (a.t < b.t ? 1 : a.t > b.t ? -1 : 0))
  }
  const holder = copy as Record<string, unknown>
  sort(holder)
  if (holder['fields']) sort(holder['fields'] as Record<string, unknown>)
  return copy
}
