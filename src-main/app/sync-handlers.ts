// The sync part of the contract.
import { type SyncStatus, type syncContract, syncKindSchema } from '@shared/contract/sync'
import { ScvError } from '@shared/errors'
import type { Handlers } from '@shared/ipc/contract'
import { of } from 'rxjs'

const OFF: SyncStatus = {
  state: 'off',
  server: null,
  user: null,
  passwordKept: null,
  collections: syncKindSchema.options.map((kind) => ({
    kind,
    pendingUp: 0,
    pendingDown: null,
    sent: 0,
    received: 0,
    lastExchange: null,
    refused: 0,
    unreadable: 0,
  })),
  firstSync: null,
  lastExchange: null,
  nextAttempt: null,
  clockOffset: null,
}

export function syncHandlers(): Handlers<typeof syncContract> {
  const unconnected = (): never => {
    throw new ScvError('not_connected', 'This device is not connected with a server.')
  }
  return {
    'sync.status': () => of(OFF),
    'sync.connect': unconnected,
    'sync.signIn': unconnected,
    'sync.signOut': unconnected,
    'sync.pause': unconnected,
    'sync.resume': unconnected,
    'sync.tryNow': unconnected,
    'sync.setAside': () => of({ total: 0, items: [] }),
    'sync.retry': unconnected,
    'sync.drop': unconnected,
    'sync.keychain': () => ({ available: false }),
  }
}
