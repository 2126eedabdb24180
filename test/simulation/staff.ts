// Who works for the organisation, with which roles, as its servers know them: roles are given and taken while people work.
// Invariant: at the end of a round each has every role they ever had, so that nothing they were allowed to do stays refused.
import type { Permission } from '../../src-main/engine/permissions'
import { permissionsOf, ROLES, type Role, roleIn } from '../../src-main/engine/roles'
import type { Draw } from '../support/exchange'
import { ORGANISATION, type Writer } from './validation'

interface Member {
  roles: Role[]
  /** Every role they ever had. */
  all: Set<Role>
}

export class Staff {
  readonly #members = new Map<string, Member>()

  add(name: string, role: Role): void {
    this.#members.set(name, { roles: [role], all: new Set([role]) })
  }

  /** As servers know them. */
  writer(name: string): Writer {
    return { name, roles: this.#member(name).roles.map((role) => roleIn(ORGANISATION, role)) }
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
