// Who wrote what in a document, and the same document under other names and stamps. Both follow the table of shapes, so a
// member added there is seen here as well.
// Invariant: only names and stamps change; the order of registers stays the one that joins make; unknown members stay.

import type { Stamp } from '@shared/model/ids'
import type { Documents, Kind } from './kinds'
import { joinRegisters, type Register } from './register'
import { isStamp } from './stamp'
import { KIND_SHAPES } from './validate-kinds'
import type { Shape, Shapes } from './validate-shape'

/** How to rewrite a document. */
export interface Adoption {
  author(name: string): string
  /** Must keep the order of stamps, and the device in each. */
  stamp(stamp: Stamp): Stamp
  /** When an interaction began, ms; as it is, unless given. */
  activity?(ms: number): number
}

type Members = Record<string, unknown>

/** The document with every author and every stamp mapped, those that entries had seen and releases name included. */
export function adopt<K extends Kind>(kind: K, document: Documents[K], adoption: Adoption): Documents[K] {
  return adopted({ is: 'object', ...KIND_SHAPES[kind] }, document, adoption) as Documents[K]
}

function adopted(shape: Shape, value: unknown, adoption: Adoption): unknown {
  switch (shape.is) {
    case 'stamp':
    case 'trace':
      return isStamp(value) ? adoption.stamp(value) : value
    case 'activity':
      return adoption.activity ? adoption.activity(value as number) : value
    case 'author':
      return adoption.author(value as string)
    case 'list': {
      const members = (value as unknown[]).map((member) => adopted(shape.of, member, adoption))
      return shape.of.is === 'trace' ? [...new Set(members)].sort() : members
    }
    case 'record':
      return mapped(value as Members, (member) => adopted(shape.of, member, adoption))
    case 'object': {
      const shapes: Shapes = { ...shape.optional, ...shape.members }
      return mapped(value as Members, (member, name) => {
        const known = Object.hasOwn(shapes, name) ? shapes[name] : undefined
        return known && member !== undefined ? adopted(known, member, adoption) : member
      })
    }
    case 'register':
      return adoptedRegister(value as Register, adoption)
    case 'fields':
      return mapped(value as Record<string, Register>, (register) => adoptedRegister(register, adoption))
    default:
      return value
  }
}

function adoptedRegister(register: Register, { author, stamp }: Adoption): Register {
  const entries = register.map(({ t, b, p, o, ...rest }) => ({
    ...rest,
    t: stamp(t),
    b: author(b),
    ...(p ? { p: p.map(stamp) } : {}),
    ...(o === undefined ? {} : { o: author(o) }),
  }))
  return joinRegisters(entries, undefined)
}

function mapped<T>(members: Record<string, T>, map: (member: T, name: string) => unknown): Members {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, map(member, name)]))
}

/**
 * The names on what a document says and a known state of it does not: the server takes only the writer's own
 * (`src-main/provision`). Confirming another's claim leaves it theirs and counts as no writing.
 * @param known what the server has; absent: nothing, so that all names count
 */
export function authorsIn<K extends Kind>(kind: K, document: Documents[K], known?: Documents[K]): Set<string> {
  const names = new Set<string>()
  collect({ is: 'object', ...KIND_SHAPES[kind] }, document, known, names)
  return names
}

function collect(shape: Shape, value: unknown, known: unknown, names: Set<string>): void {
  switch (shape.is) {
    case 'record':
      if (isClaims(shape)) collectClaims(value as Members, known as Members | undefined, names)
      else
        for (const [name, member] of Object.entries(value as Members))
          collect(shape.of, member, own(known as Members | undefined, name), names)
      return
    case 'object': {
      const object = value as Members
      const before = known as Members | undefined
      for (const [name, one] of Object.entries({ ...shape.optional, ...shape.members })) {
        if (object[name] === undefined) continue
        if (one.is !== 'author') collect(one, object[name], own(before, name), names)
        else if (!before || before[name] !== object[name] || before['at'] !== object['at'])
          names.add(object[name] as string)
      }
      return
    }
    case 'register':
      collectEntries(value as Register, known as Register | undefined, names)
      return
    case 'fields':
      for (const [key, register] of Object.entries(value as Record<string, Register>))
        collectEntries(register, own(known as Members | undefined, key) as Register | undefined, names)
  }
}

const own = (members: Members | undefined, name: string): unknown =>
  members && Object.hasOwn(members, name) ? members[name] : undefined

function collectEntries(register: Register, known: Register | undefined, names: Set<string>): void {
  const before = new Set(known?.map(({ t, b }) => `${t} ${b}`))
  for (const { t, b } of register) if (!before.has(`${t} ${b}`)) names.add(b)
}

/** One contact's claims, by device. */
const isClaims = ({ of }: Extract<Shape, { is: 'record' }>): boolean => of.is === 'object' && 'since' in of.members

function collectClaims(claims: Members, known: Members | undefined, names: Set<string>): void {
  const signature = (claim: unknown) => claim as { since: Stamp; at: Stamp; by: string }
  const before = Object.values(known ?? {}).map(signature)
  for (const [device, claim] of Object.entries(claims)) {
    const { since, at, by } = signature(claim)
    const same = own(known, device) as { at: Stamp; by: string } | undefined
    const confirms = before.some((one) => one.since === since && one.by === by)
    if (!confirms && (same?.at !== at || same.by !== by)) names.add(by)
  }
}
