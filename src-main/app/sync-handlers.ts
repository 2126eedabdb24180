// The sync part of the contract, carried out by replication.
import type { syncContract } from '@shared/contract/sync'
import type { Handlers } from '@shared/ipc/contract'
import { asyncScheduler, startWith, switchMap, throttleTime } from 'rxjs'
import type { Replication, SetAsidePort } from '../replication'

/** Changes of the list within this time are answered once. */
const GATHER_MS = 100

export function syncHandlers(
  replication: Replication,
  setAside: SetAsidePort,
  keychainAvailable: () => boolean,
): Handlers<typeof syncContract> {
  const done = async (work: Promise<void>) => {
    await work
    return {}
  }
  return {
    'sync.status': () => replication.status$,
    'sync.connect': ({ url, org, ca, ...credentials }) => done(replication.connect({ url, org, ca }, credentials)),
    'sync.signIn': (credentials) => done(replication.signIn(credentials)),
    'sync.signOut': () => done(replication.signOut()),
    'sync.pause': () => done(replication.pause()),
    'sync.resume': () => done(replication.resume()),
    'sync.tryNow': () => {
      replication.tryNow()
      return {}
    },
    'sync.setAside': ({ offset, limit }) =>
      setAside.changes$.pipe(
        throttleTime(GATHER_MS, asyncScheduler, { leading: true, trailing: true }),
        startWith(undefined),
        switchMap(() => setAside.list(offset, limit)),
      ),
    'sync.retry': async ({ id }) => ({ left: await replication.retry(id) }),
    'sync.drop': ({ id }) => done(replication.drop(id)),
    'sync.keychain': () => ({ available: keychainAvailable() }),
  }
}
