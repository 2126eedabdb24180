// A document that stands on the server in several branches is their join, and its author may have any name. The server sees
// one branch at a time, and takes only what bears the writer's own name: so what is written over the winning branch is that
// branch with what is new and what the writer's user once wrote, while the rest stays in the other branches until whoever
// wrote it comes by. Follows the table of shapes, as `authorship.ts` does.
// Invariant: nothing of the branch it is written over is gone, and nothing bears a name but that branch's and the user's.
import { canonicalJson, sameJson } from './canonical-json'
import { type Documents, JOINS, type Kind } from './kinds'
import { type Entry, joinRegisters, type Register } from './register'
import { KIND_SHAPES } from './validate-kinds'
import type { Shape, Shapes } from './validate-shape'

type Members = Record<string, unknown>

interface Writer {
  /** Who is signed in. */
  user: string
  /** Whether to take over what bears no name and stands in another branch: it needs a permission that not all have. */
  nameless: boolean
}

interface Sides {
  /** Of the branch it is written over; undefined: it has none. */
  winner: unknown
  /** Of the join of all branches. */
  state: unknown
  /** Of what the device has: at least the state. */
  next: unknown
}

/**
 * What may be written over the winning branch.
 * @param state the join of all branches
 * @param next what the device has: the state, and perhaps more
 */
export function writableOver<K extends Kind>(
  kind: K,
  winner: Documents[K],
  state: Documents[K],
  next: Documents[K],
  writer: Writer,
): Documents[K] {
  const shapes = { ...KIND_SHAPES[kind].optional, ...KIND_SHAPES[kind].members }
  const result = members(shapes, { winner, state, next }, writer) as unknown as Documents[K]
  return JOINS[kind](result, result) // what an erasure takes along
}

function written(shape: Shape | undefined, sides: Sides, writer: Writer): unknown {
  const { winner, state, next } = sides
  if (next === undefined || sameJson(winner, next)) return winner
  switch (shape?.is) {
    case 'register':
      return register(sides as { [side in keyof Sides]: Register | undefined }, writer)
    case 'fields':
      return record({ is: 'register', of: { is: 'json' }, min: 0 }, sides, writer)
    case 'record':
      return record(shape.of, sides, writer)
    case 'object':
      // Who, when and what belong together.
      if ('by' in shape.members) return sameJson(state, next) && (next as Members)['by'] !== writer.user ? winner : next
      return members({ ...shape.optional, ...shape.members }, sides, writer)
    default:
      // It bears no name. What is new goes; what stands in another branch is taken over if that was asked for.
      return sameJson(state, next) && !writer.nameless ? winner : next
  }
}

function members(shapes: Shapes, { winner, state, next }: Sides, writer: Writer): Members {
  const result: Members = {}
  for (const name of new Set([...Object.keys(winner as Members), ...Object.keys(next as Members)])) {
    const value = written(
      Object.hasOwn(shapes, name) ? shapes[name] : undefined,
      sidesAt({ winner, state, next }, name),
      writer,
    )
    if (value !== undefined) result[name] = value
  }
  return result
}

function record(of: Shape, { winner, state, next }: Sides, writer: Writer): Members | undefined {
  const result: Members = {}
  for (const name of new Set([...Object.keys(winner ?? {}), ...Object.keys(next as Members)])) {
    const value = written(of, sidesAt({ winner, state, next }, name), writer)
    if (value !== undefined) result[name] = value
  }
  return winner === undefined && Object.keys(result).length === 0 ? undefined : result
}

function register({ winner, state, next }: { [side in keyof Sides]: Register | undefined }, writer: Writer) {
  const known = new Set((state ?? []).map(canonicalJson))
  const own = (entry: Entry) => entry.b === writer.user || !known.has(canonicalJson(entry))
  const result = joinRegisters(winner, (next ?? []).filter(own))
  return winner === undefined && result.length === 0 ? undefined : result
}

const sidesAt = (sides: Sides, name: string): Sides => ({
  winner: own(sides.winner, name),
  state: own(sides.state, name),
  next: own(sides.next, name),
})

const own = (value: unknown, name: string): unknown =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, name) ? (value as Members)[name] : undefined
