// The person who works at this device: the signed-in user with the roles last known, else the device's owner.
import { merge } from 'rxjs'
import { type Access, createAccess } from '../application/access'
import type { SyncPort } from '../application/ports'
import type { openDevice } from '../device'
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

/** What that person may do now, from what this device remembers. */
export function openAccess(
  syncFile: Pick<SyncFile, 'state'>,
  device: ReturnType<typeof openDevice>,
  sync: Pick<SyncPort, 'status$' | 'isPassword'>,
  person: () => Actor,
  now: () => number,
): Access {
  return createAccess({
    person,
    seat: () => ({ user: syncFile.state.user, signedOut: syncFile.state.server !== null && syncFile.state.signedOut }),
    worksSignedOut: () => device.file$.value.settings.workSignedOut,
    changes$: merge(sync.status$, device.file$),
    locked: { read: () => device.file$.value.locked ?? false, save: (locked) => device.save({ locked }) },
    isPassword: sync.isPassword,
    now,
  })
}
