// The reconcile part of the contract.
import type { reconcileContract } from '@shared/contract/reconcile'
import { ScvError } from '@shared/errors'
import type { Handlers } from '@shared/ipc/contract'
import { of } from 'rxjs'

export function reconcileHandlers(): Handlers<typeof reconcileContract> {
  const settled = (): never => {
    throw new ScvError('not_found', 'This was settled already.')
  }
  const byKind = {
    dispute: 0,
    'joined-merge': 0,
    'overwritten-value': 0,
    'edited-deleted': 0,
    refused: 0,
    unreadable: 0,
  }
  return {
    'reconcile.items': () => of({ total: 0, items: [] }),
    'reconcile.count': () => of({ total: 0, byKind }),
    'reconcile.item': settled,
    'reconcile.decide': settled,
  }
}
