// The one contract between the screens and the engine: every command, query and live query there is.
import { accessContract } from './access'
import { appContract } from './app'
import { auditContract } from './audit'
import { draftsContract } from './drafts'
import { duplicatesContract } from './duplicates'
import { exportContract } from './exporting'
import { historyContract } from './history'
import { importContract } from './importing'
import { localApiContract } from './local-api'
import { mergeContract } from './merging'
import { peopleContract } from './people'
import { policyContract } from './policy'
import { reconcileContract } from './reconcile'
import { retentionContract } from './retention'
import { schemasContract } from './schemas'
import { splitContract } from './splitting'
import { subjectContract } from './subject'
import { syncContract } from './sync'
import { vaultContract } from './vault'

export const contract = {
  ...accessContract,
  ...appContract,
  ...draftsContract,
  ...peopleContract,
  ...mergeContract,
  ...splitContract,
  ...retentionContract,
  ...schemasContract,
  ...auditContract,
  ...historyContract,
  ...subjectContract,
  ...importContract,
  ...exportContract,
  ...syncContract,
  ...reconcileContract,
  ...duplicatesContract,
  ...localApiContract,
  ...policyContract,
} as const
export type ScvContract = typeof contract

/** What a window asks: the data, and what opens it. */
export const windowContract = { ...contract, ...vaultContract } as const
