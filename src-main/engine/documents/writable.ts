// A document that stands on the server in several branches is their join, and its author may have any name. The server sees
// one branch at a time, and takes only what bears the writer's own name: so what is written over the winning branch is that
// branch with what is new and what the writer's user once wrote, while the rest stays in the other branches until its
// writer comes by. Follows the table of shapes, as `authorship.ts` does.
// Invariant: nothing of the branch it is written over is gone, and nothing bears a name but that branch's and the user's.

import type { Stamp } from '@shared/model/ids'
import { admitted } from './admitted'
import { canonicalJson, sameJson } from './canonical-json'
import type { IdentifierDocument } from './identifier'
import { withoutUndefined } from './join'
import { type Documents, JOINS, type Kind } from './kinds'
import { type Entry, joinRegisters, type Register } from './register'
import { isStamp } from './stamp'
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
  // A recording that the winning branch cannot take stays in its own.
  const over = members(shapes, { winner, state, next: admitted(kind, winner, next) }, writer)
  const whole =
    kind === 'identifiers' ? withinClaims(over as unknown as IdentifierDocument, winner as never, next as never) : over
  const result = whole as unknown as Documents[K]
  return JOINS[kind](result, result) // what an erasure takes along
}

/**
 * A release waits in its branch for the claim that it gives up: without that the server cannot tell how far it may reach. And
 * what is claimed stands as long as a claim does: a branch in which all claimants were erased has it no more, and one in which
 * others stand has it although they are erased elsewhere.
 */
function withinClaims(
  result: IdentifierDocument,
  winner: IdentifierDocument,
  next: IdentifierDocument,
): IdentifierDocument {
  const releases = Object.entries(result.releases).flatMap(([contactId, devices]) => {
    const kept = Object.entries(devices).flatMap(([device, stamp]) => {
      const known = own(own(winner.releases, contactId), device)
      const before = isStamp(known) ? known : undefined
      const claim = own(own(result.claims, contactId), device) as { at: Stamp } | undefined
      if (stamp === before || (claim && claim.at >= stamp)) return [[device, stamp] as const]
      return before === undefined ? [] : [[device, before] as const]
    })
    return kept.length > 0 ? [[contactId, Object.fromEntries(kept)] as const] : []
  })
  const { value, source } = winner.value === '' ? next : winner
  return withoutUndefined({ ...result, value, source, releases: Object.fromEntries(releases) }) as IdentifierDocument
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
  return collect({ winner, state, next }, (name, sides) =>
    written(Object.hasOwn(shapes, name) ? shapes[name] : undefined, sides, writer),
  )
}

/** A member for each name that the branch or the device has; also of names that every object has by nature. */
function collect(sides: Sides, of: (name: string, sides: Sides) => unknown): Members {
  const names = new Set([...Object.keys(sides.winner ?? {}), ...Object.keys(sides.next as Members)])
  const collected = [...names].map((name) => [name, of(name, sidesAt(sides, name))] as const)
  return Object.fromEntries(collected.filter(([, value]) => value !== undefined))
}

function record(of: Shape, { winner, state, next }: Sides, writer: Writer): Members | undefined {
  const result = collect({ winner, state, next }, (_name, sides) => written(of, sides, writer))
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
