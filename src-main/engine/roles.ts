// What a role may do. Roles are those of the signed-in CouchDB user; the same table stands in the README and is enforced
// again by the server (`src-main/provision`). Invariant: nobody without a known role may do anything.
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
  /** Everything, erasure included. */
  admin: PERMISSIONS,
  /** A machine: brings interactions and people in, links and looks up, merges on behalf of a CRM. */
  integration: [...WORK, 'externalContacts:import:add', 'externalContacts:contact:delete'],
}

/** CouchDB's server administrators have no role of ours, and may do everything. */
const SERVER_ADMIN = '_admin'

/** The union of what roles may do; roles that are not ours count for nothing. */
export function permissionsOf(roles: readonly string[]): ReadonlySet<Permission> {
  if (roles.includes(SERVER_ADMIN)) return new Set(PERMISSIONS)
  return new Set(roles.flatMap((role) => (Object.hasOwn(ROLE_PERMISSIONS, role) ? ROLE_PERMISSIONS[role as Role] : [])))
}
