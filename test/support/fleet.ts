// Devices of different people and one server that validates, without HTTP: each pushes the join of the server's document and
// its own, as replication does. What an honest device of a permitted role writes is collected.

import type { Engine } from '../../src-main/engine'
import { sameJson } from '../../src-main/engine/documents/canonical-json'
import { type AnyDocument, type Documents, JOINS, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import type { Actor, Permission } from '../../src-main/engine/permissions'
import { permissionsOf, type Role, roleIn, rolesIn } from '../../src-main/engine/roles'
import type { MemoryDevice } from './device'
import { ann } from './engine'
import { receive } from './exchange'
import { ORGANISATION, type User, type Validator } from './validator'

/** A write that the server took. */
export interface Taken {
  kind: Kind
  next: AnyDocument
  former: AnyDocument | undefined
  user: User
}

export interface Server {
  documents: Map<string, { kind: Kind; document: AnyDocument }>
  taken: Taken[]
}

export const userOf = (name: string, role: Role): User => ({ name, roles: [roleIn(ORGANISATION, role)] })
const permitted = ({ roles }: User): ReadonlySet<Permission> => permissionsOf(rolesIn(ORGANISATION, roles))
export const actorOf = (user: User): Actor => ({ id: user.name ?? '', permissions: permitted(user) })

/** The engine as somebody else than `ann`, whom the random commands name. */
export function engineOf(engine: Engine, actor: Actor): Engine {
  const instead = (value: unknown): unknown =>
    typeof value === 'function'
      ? (...args: unknown[]) =>
          Reflect.apply(
            value,
            undefined,
            args.map((arg) => (arg === ann ? actor : arg)),
          )
      : value
  const group = (members: object): object =>
    new Proxy(members, { get: (target, name) => instead(Reflect.get(target, name)) })
  return new Proxy(engine, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'object' && value !== null ? group(value) : instead(value)
    },
  })
}

/**
 * Sends what a device has and the server lacks.
 * @param goes which of it; all, unless given
 * @throws Error with the refusal: what is honest must be taken
 */
export async function push(
  device: MemoryDevice,
  server: Server,
  user: User,
  validator: Validator,
  goes: (kind: Kind, id: string) => boolean = () => true,
): Promise<void> {
  for (const kind of KINDS)
    for await (const page of device.store.scan(kind, 1000))
      for (const mine of page) {
        if (!goes(kind, mine.id)) continue
        const former = server.documents.get(`${kind}:${mine.id}`)?.document
        const join = JOINS[kind] as (a: AnyDocument, b: AnyDocument) => AnyDocument
        const next = former ? join(former, mine) : mine
        if (former && sameJson(former, next)) continue
        const refused = validator.judge(kind, next, former, user)
        if (refused !== undefined)
          throw new Error(
            `${user.name} (${user.roles}) was refused: ${refused}\n${JSON.stringify({ kind, next, former }, null, 1)}`,
          )
        server.taken.push({ kind, next, former, user })
        server.documents.set(`${kind}:${mine.id}`, { kind, document: next })
      }
}

export async function pull(
  device: MemoryDevice,
  server: Server,
  comes: (kind: Kind, id: string) => boolean = () => true,
): Promise<void> {
  for (const kind of KINDS) {
    const all = [...server.documents.values()]
      .filter((one) => one.kind === kind && comes(kind, one.document.id))
      .map((one) => one.document)
    await receive(device.store, kind, all as Documents[typeof kind][])
  }
  await device.views.settle()
}

export const mayNot = (user: User, permission: Permission): boolean => !permitted(user).has(permission)
