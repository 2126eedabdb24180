// Who works for the organisation, with which roles, as its servers know them: roles are given and taken while people work.
// Invariant: at the end of a round each has every role they ever had, so that nothing they were allowed to do stays refused.
import type { Permission } from '../../src-main/engine/permissions'
import { permissionsOf, REPLICATOR, ROLES, type Role, roleIn } from '../../src-main/engine/roles'
import type { Draw } from '../support/exchange'
import { ORGANISATION, type Writer } from './validation'

/** Another organisation on the same server, where some work as well. */
export const ANOTHER = 'globex'

interface Member {
  roles: Role[]
  /** What they are elsewhere: it counts for nothing here. */
  elsewhere: string[]
  /** Every role they ever had. */
  all: Set<Role>
}

export class Staff {
  readonly #members = new Map<string, Member>()

  add(name: string, role: Role): void {
    const elsewhere = this.#members.size % 3 === 1 ? [roleIn(ANOTHER, 'admin'), roleIn(ANOTHER, REPLICATOR)] : []
    this.#members.set(name, { roles: [role], all: new Set([role]), elsewhere })
  }

  /** As servers know them. */
  writer(name: string): Writer {
    const { roles, elsewhere } = this.#member(name)
    return { name, roles: [...elsewhere, ...roles.map((role) => roleIn(ORGANISATION, role))] }
  }

  roles(name: string): readonly Role[] {
    return this.#member(name).roles
  }

  may(name: string): ReadonlySet<Permission> {
    return permissionsOf(this.#member(name).roles)
  }

  get names(): string[] {
    return [...this.#members.keys()]
  }

  /** Gives somebody another role than they have. */
  change(name: string, draw: Draw): Role {
    const member = this.#member(name)
    const others = ROLES.filter((role) => !member.roles.includes(role))
    const role = others[draw(others.length)] ?? 'agent'
    member.roles = [role]
    member.all.add(role)
    return role
  }

  /** Everyone has every role they ever had. */
  restore(): void {
    for (const member of this.#members.values()) member.roles = [...member.all]
  }

  #member(name: string): Member {
    const member = this.#members.get(name)
    if (!member) throw new Error(`${name} does not work here`)
    return member
  }
}
