// The window's door: the whole contract, one file of handlers for each part of it.
import type { ScvContract } from '@shared/contract'
import type { Handlers } from '@shared/ipc/contract'
import { accessHandlers, barred } from './access'
import { appHandlers } from './app'
import { auditHandlers } from './audit'
import type { HandlerContext } from './context'
import { draftsHandlers } from './drafts'
import { duplicatesHandlers } from './duplicates'
import { exportHandlers } from './exporting'
import { historyHandlers } from './history'
import { importHandlers } from './importing'
import { localApiHandlers } from './local-api'
import { mergeHandlers } from './merging'
import { peopleHandlers } from './people'
import { reconcileHandlers } from './reconcile'
import { retentionHandlers } from './retention'
import { schemaHandlers } from './schemas'
import { splitHandlers } from './splitting'
import { subjectHandlers } from './subject'
import { syncHandlers } from './sync'

/** The handlers of every command, query and live query there is. */
export function windowHandlers(context: HandlerContext): Handlers<ScvContract> {
  const handlers: Handlers<ScvContract> = {
    ...accessHandlers(context),
    ...appHandlers(context),
    ...draftsHandlers(context),
    ...peopleHandlers(context),
    ...mergeHandlers(context),
    ...splitHandlers(context),
    ...retentionHandlers(context),
    ...schemaHandlers(context),
    ...auditHandlers(context),
    ...historyHandlers(context),
    ...subjectHandlers(context),
    ...importHandlers(context),
    ...exportHandlers(context),
    ...syncHandlers(context),
    ...reconcileHandlers(context.reconcile),
    ...duplicatesHandlers(context.duplicates),
    ...localApiHandlers(context),
  }
  return barred(handlers, context)
}
