// The person who works at this device: the signed-in user with the roles last known, else the device's owner.
import { type Actor, owner } from '../engine/permissions'
import { permissionsOf } from '../engine/roles'
import type { SyncFile } from '../replication'

/**
 * Asked with every call: who it is may change while the application runs.
 * @param ownerName of the owner of a device that was never connected
 */
export function personAt(file: Pick<SyncFile, 'state'>, ownerName: () => string): () => Actor {
  let known: { user: typeof file.state.user; name: string; actor: Actor } | undefined
  return () => {
    const { user } = file.state
    const name = user?.name ?? ownerName()
    // The same person is the same object, so that what is worked out from it need not be worked out again.
    if (known?.user !== user || known?.name !== name)
      known = { user, name, actor: user ? { id: name, permissions: permissionsOf(user.roles) } : owner(name) }
    return known.actor
  }
}
