// Who may do what. Invariant: every command names its permission before it reads or writes anything.
import { ScvError } from '@shared/errors'
import { PERMISSIONS, type Permission } from '@shared/permissions'

export { PERMISSIONS, type Permission } from '@shared/permissions'

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
