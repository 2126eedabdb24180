// The reconcile part of the contract.
import type { reconcileContract } from '@shared/contract/reconcile'
import type { Handlers } from '@shared/ipc/contract'
import type { ReconcileList } from '../application/reconcile-list'

export function reconcileHandlers(list: ReconcileList): Handlers<typeof reconcileContract> {
  return {
    'reconcile.items': ({ kind, offset, limit }) => list.page$(kind, offset, limit),
    'reconcile.count': () => list.count$(),
    'reconcile.item': ({ id }) => list.item(id),
    'reconcile.document': ({ id }) => list.document$(id),
    'reconcile.decide': (choice) => list.decide(choice),
    'reconcile.reopen': async ({ id }) => {
      await list.reopen(id)
      return {}
    },
  }
}
