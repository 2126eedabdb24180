// Who may do what. Invariant: every command names its permission before it reads or writes anything.
import { ScvError } from '@shared/errors'

/** Strings as in the reference, plus `identity:erase` and `import:add` and `settings:edit` of our own (domain specification, section 7). */
export const PERMISSIONS = [
  'externalContacts:contact:view',
  'externalContacts:contact:add',
  'externalContacts:contact:edit',
  'externalContacts:contact:delete',
  'externalContacts:contact:enrich',
  'externalContacts:identity:merge',
  'externalContacts:identity:promote',
  'externalContacts:conversation:associate',
  'externalContacts:conversation:viewAll',
  'externalContacts:session:view',
  'externalContacts:identity:erase',
  'externalContacts:import:add',
  'externalContacts:settings:edit',
] as const
export type Permission = (typeof PERMISSIONS)[number]

/** The user a command is carried out for. `id` stands on what they write. */
export interface Actor {
  id: string
  permissions: ReadonlySet<Permission>
}

/** The owner of a device that was never connected may do everything. */
export function owner(id: string): Actor {
  return { id, permissions: new Set(PERMISSIONS) }
}

/** @throws ScvError `forbidden`, naming the permission in `details.permission` */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (!actor.permissions.has(permission))
    throw new ScvError('forbidden', `This needs the permission ${permission}.`, { details: { permission } })
}
