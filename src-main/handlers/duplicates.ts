// The duplicates part of the contract.
import type { duplicatesContract } from '@shared/contract/duplicates'
import type { Handlers } from '@shared/ipc/contract'
import type { DuplicateList } from '../application/duplicate-list'

export function duplicatesHandlers(list: DuplicateList): Handlers<typeof duplicatesContract> {
  return {
    'duplicates.clusters': ({ certainty, offset, limit }) => list.page$(certainty, offset, limit),
    'duplicates.aside': ({ offset, limit }) => list.aside$(offset, limit),
    'duplicates.state': () => list.state$(),
    'duplicates.explain': ({ a, b }) => list.explain(a, b),
    'duplicates.like': ({ contactId, fields }) => list.like$(contactId, fields),
    'duplicates.of': ({ contactIds }) => list.of$(contactIds),
    'duplicates.search': ({ run }) => {
      list.search(run)
      return {}
    },
    'duplicates.putAside': async ({ pairs, aside }) => {
      await list.putAside(pairs, aside)
      return {}
    },
    'duplicates.mergeAll': async ({ groups, reason }) => ({
      mergeIds: await list.mergeAll(groups, reason || undefined),
    }),
    'duplicates.undoAll': async ({ mergeIds }) => {
      await list.undoAll(mergeIds)
      return {}
    },
  }
}
