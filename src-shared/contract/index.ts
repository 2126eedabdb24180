// The one contract between the screens and the engine: every command, query and live query there is.
import { appContract } from './app'
import { draftsContract } from './drafts'
import { exportContract } from './exporting'
import { importContract } from './importing'
import { keepingContract } from './keeping'
import { localApiContract } from './local-api'
import { mergeContract } from './merging'
import { peopleContract } from './people'
import { reconcileContract } from './reconcile'
import { syncContract } from './sync'

export const contract = {
  ...appContract,
  ...draftsContract,
  ...peopleContract,
  ...mergeContract,
  ...keepingContract,
  ...importContract,
  ...exportContract,
  ...syncContract,
  ...reconcileContract,
  ...localApiContract,
} as const
export type ScvContract = typeof contract
