// What a role may do. A role is one in an organisation, and several may share a server: on the server it bears the
// organisation's name (`acme:agent`). The same table stands in the README and is enforced again by the server
// (`src-main/provision`). Invariant: a user without a known role in the organisation may do nothing there.
import { PERMISSIONS, type Permission } from './permissions'

export const ROLES = ['agent', 'field', 'supervisor', 'admin', 'integration'] as const
export type Role = (typeof ROLES)[number]

const WORK: readonly Permission[] = [
  'externalContacts:contact:view',
  'externalContacts:contact:add',
  'externalContacts:contact:edit',
  'externalContacts:contact:enrich',
  'externalContacts:identity:merge',
  'externalContacts:identity:promote',
  'externalContacts:conversation:associate',
  'externalContacts:conversation:viewAll',
  'externalContacts:session:view',
]

export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  /** Works with the people who call and write. */
  agent: WORK,
  /** The same, away from the network for days; brings lists of people along. */
  field: [...WORK, 'externalContacts:import:add'],
  /** Cleans up: the bin and ageing out as well. */
  supervisor: [...WORK, 'externalContacts:import:add', 'externalContacts:contact:delete'],
  /** Everything, erasure and the settings of the organisation included. */
  admin: PERMISSIONS,
  /** A machine: brings interactions and people in, links and looks up, merges on behalf of a CRM. */
  integration: [...WORK, 'externalContacts:import:add', 'externalContacts:contact:delete'],
}

/** CouchDB's server administrators have no role of ours, and may do everything. */
const SERVER_ADMIN = '_admin'

/** Not for people nor devices: the name two servers of the organisation replicate under. Writes branches, whichever user wrote what is in them. */
export const REPLICATOR = 'replicator'

/** A role as the server names it. */
export const roleIn = (organisation: string, role: string): string => `${organisation}:${role}`

/**
 * Of a server user's roles those in one organisation, without its name; a server administrator's is one everywhere.
 * @param organisation undefined: the database is as versions before set it up, whose roles named none
 */
export function rolesIn(organisation: string | undefined, roles: readonly string[]): string[] {
  const prefix = organisation === undefined ? '' : roleIn(organisation, '')
  return roles.flatMap((role) => {
    if (role === SERVER_ADMIN) return [role]
    const name = role.startsWith(prefix) ? role.slice(prefix.length) : ''
    return (ROLES as readonly string[]).includes(name) ? [name] : []
  })
}

/** The union of what roles in the organisation may do; roles that are not ours count for nothing. */
export function permissionsOf(roles: readonly string[]): ReadonlySet<Permission> {
  if (roles.includes(SERVER_ADMIN)) return new Set(PERMISSIONS)
  return new Set(roles.flatMap((role) => (Object.hasOwn(ROLE_PERMISSIONS, role) ? ROLE_PERMISSIONS[role as Role] : [])))
}
