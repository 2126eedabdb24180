// Documents with stamps so far ahead, or so early, that no honest device made them: what is left of one without those, for devices, and the
// same document with sane ones instead, for the administrator who mends the server. Both follow the table of shapes.
// Invariant: what lies within the limit stays as it is; what comes out has the shape of its kind, and nothing beyond the limit.

import type { Stamp } from '@shared/model/ids'
import { adopt } from './authorship'
import { type Documents, JOINS, type Kind } from './kinds'
import { joinRegisters, type Register } from './register'
import { EARLIEST_MS, isStamp, makeStamp, stampDevice, stampMs } from './stamp'
import { stampsAfter, stampsTooEarly } from './validate'
import { KIND_SHAPES } from './validate-kinds'
import type { Shape, Shapes } from './validate-shape'

type Members = Record<string, unknown>

/** @returns what is left, or undefined where it cannot do without what lies after the limit (ms) */
export function withoutStampsAfter<K extends Kind>(
  kind: K,
  document: Documents[K],
  limit: number,
): Documents[K] | undefined {
  const left = pruned({ is: 'object', ...KIND_SHAPES[kind] }, document, limit) as Documents[K] | undefined
  if (left === undefined || !('claims' in left) || Object.keys(left.claims).length > 0) return left
  const { source: _source, ...rest } = left
  return { ...rest, value: '' } as Documents[K]
}

/** A value without what lies after the limit; undefined: nothing of it can stay. */
function pruned(shape: Shape, value: unknown, limit: number): unknown {
  switch (shape.is) {
    case 'stamp':
    case 'trace':
      return isAfter(value, limit) ? undefined : value
    case 'activity':
      return Math.min(value as number, limit)
    case 'list': {
      const left = (value as unknown[]).map((one) => pruned(shape.of, one, limit)).filter((one) => one !== undefined)
      return left.length < (shape.min ?? 0) ? undefined : left
    }
    case 'record': {
      const left = mapped(value as Members, (member) => pruned(shape.of, member, limit))
      return Object.keys(left).length < (shape.min ?? 0) ? undefined : left
    }
    case 'object':
      return prunedObject(shape.members, shape.optional ?? {}, value as Members, limit)
    case 'register': {
      const left = prunedRegister(value as Register, limit)
      return left.length < shape.min ? undefined : left
    }
    case 'fields':
      return mapped(value as Members, (register) => {
        const left = prunedRegister(register as Register, limit)
        return left.length > 0 ? left : undefined
      })
    default:
      return value
  }
}

function prunedObject(members: Shapes, optional: Shapes, value: Members, limit: number): Members | undefined {
  const left = mapped(value, (member, name) => {
    const known = own(members, name) ?? own(optional, name)
    if (known) return pruned(known, member, limit)
    return holdsStampAfter(member, limit) ? undefined : member
  })
  return Object.keys(members).every((name) => left[name] !== undefined) ? left : undefined
}

function prunedRegister(register: Register, limit: number): Register {
  const entries = register.flatMap(({ p, ...entry }) => {
    if (isAfter(entry.t, limit)) return []
    const seen = p?.filter((stamp) => !isAfter(stamp, limit)) ?? []
    return [seen.length > 0 ? { ...entry, p: seen } : entry]
  })
  return joinRegisters(entries, undefined)
}

const own = (shapes: Shapes, name: string): Shape | undefined =>
  Object.hasOwn(shapes, name) ? shapes[name] : undefined

/** Leaves out members that become undefined. */
function mapped(members: Members, map: (member: unknown, name: string) => unknown): Members {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, member]) => {
      const next = map(member, name)
      return next === undefined ? [] : [[name, next]]
    }),
  )
}

const isAfter = (value: unknown, limit: number): boolean => isStamp(value) && stampMs(value) > limit

function holdsStampAfter(value: unknown, limit: number): boolean {
  if (value !== null && typeof value === 'object')
    return Object.values(value).some((one) => holdsStampAfter(one, limit))
  return isAfter(value, limit)
}

/** Where the first counts, who claimed or who recorded, what lies too early is mended to now; else it stays the oldest. */
const FIRST_COUNTS: Partial<Record<Kind, ReadonlySet<string>>> = {
  identifiers: new Set(['since', 'at']),
  interactions: new Set(['at']),
}

/**
 * The document with a stamp of `now` (ms) for each that lies after the limit (ms), in their order and of their devices, and a
 * possible one for each that lies before the first that devices make: who wrote what stays, and only when is told otherwise.
 */
export function mended<K extends Kind>(kind: K, document: Documents[K], limit: number, now: number): Documents[K] {
  const sane = new Map<unknown, Stamp>(
    stampsAfter(kind, document, limit).map((stamp, i) => [stamp, makeStamp(now, i, stampDevice(stamp))]),
  )
  const early = new Map<unknown, number>(stampsTooEarly(kind, document).map((stamp, i) => [stamp, i]))
  const possible = (value: unknown, name: string): unknown => {
    const place = early.get(value)
    if (place === undefined || !isStamp(value)) return sane.get(value) ?? value
    const ms = FIRST_COUNTS[kind]?.has(name) ? now : EARLIEST_MS
    return makeStamp(ms, place, stampDevice(value))
  }
  const replaced = (value: unknown, name = ''): unknown => {
    if (name === 'v') return value // what people wrote is no stamp, whatever it looks like
    if (Array.isArray(value)) return value.map((one) => replaced(one))
    if (value !== null && typeof value === 'object') return mapped(value as Members, replaced)
    return possible(value, name)
  }
  const next = adopt(kind, replaced(document) as Documents[K], {
    author: (name) => name,
    stamp: (stamp) => stamp,
    activity: (ms) => (ms > limit ? now : ms),
  })
  const join: (a: Documents[K], b: Documents[K]) => Documents[K] = JOINS[kind]
  return join(next, next)
}
