// The audit part of the contract.
import type { auditContract } from '@shared/contract/audit'
import type { Handlers } from '@shared/ipc/contract'
import { auditPage } from '../application/audit-trail'
import { liveQuery } from '../application/live-query'
import type { HandlerContext } from './context'

export function auditHandlers({
  engine,
  caller,
}: Pick<HandlerContext, 'engine' | 'caller'>): Handlers<typeof auditContract> {
  return {
    'audit.trail': ({ contactId, actions, from, to, after, limit }) =>
      liveQuery(
        engine.changes$,
        ({ kinds }) => kinds.has('audit') || kinds.has('contacts'),
        async () => {
          const within = {
            fromMs: from === undefined ? undefined : Date.parse(from),
            toMs: to === undefined ? undefined : Date.parse(to),
          }
          const { entries, next } = await auditPage(caller, { contactId, actions, ...within }, after, limit)
          return { entries: entries.map(({ contactIds: _ids, subjectId: _subject, ...entry }) => entry), next }
        },
      ),
  }
}
