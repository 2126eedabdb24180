// The sync part of the contract.
import type { syncContract } from '@shared/contract/sync'
import type { Handlers } from '@shared/ipc/contract'
import type { HandlerContext } from './context'

export function syncHandlers({
  sync,
  syncControl,
  access,
}: Pick<HandlerContext, 'sync' | 'syncControl' | 'access'>): Handlers<typeof syncContract> {
  const done = async (work: Promise<void>) => {
    await work
    return {}
  }
  return {
    // Shown to everyone at the device: a user without any role learns here why there is nothing to see.
    'sync.status': () => sync.status$,
    'sync.connect': ({ url, org, ca, ...credentials }) =>
      done(sync.connect({ url, org, ca }, credentials).then(access.open)),
    'sync.signIn': (credentials) => done(sync.signIn(credentials).then(access.open)),
    'sync.signOut': () => done(sync.signOut()),
    'sync.pause': () => done(syncControl.pause()),
    'sync.resume': () => done(syncControl.resume()),
    'sync.tryNow': () => {
      sync.tryNow()
      return {}
    },
    'sync.setAside': ({ offset, limit }) => syncControl.setAside$(offset, limit),
    'sync.retry': async ({ id }) => ({ left: await syncControl.retry(id) }),
    'sync.drop': ({ id }) => done(syncControl.drop(id)),
    'sync.keychain': () => ({ available: sync.keychainAvailable() }),
  }
}
