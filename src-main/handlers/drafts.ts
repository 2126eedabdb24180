// The drafts part of the contract.
import type { draftsContract } from '@shared/contract/drafts'
import type { Handlers } from '@shared/ipc/contract'
import type { HandlerContext } from './context'

export function draftsHandlers({ drafts }: Pick<HandlerContext, 'drafts'>): Handlers<typeof draftsContract> {
  return {
    'drafts.mine': () => drafts.mine$(),
    'drafts.keep': (draft) => {
      drafts.keep(draft)
      return {}
    },
    'drafts.end': (key) => {
      drafts.end(key)
      return {}
    },
  }
}
