// The audit part of the contract.
import type { auditContract } from '@shared/contract/audit'
import type { Handlers } from '@shared/ipc/contract'
import { auditTrail } from '../application/audit-trail'
import { liveQuery } from '../application/live-query'
import type { HandlerContext } from './context'

export function auditHandlers({
  engine,
  caller,
}: Pick<HandlerContext, 'engine' | 'caller'>): Handlers<typeof auditContract> {
  return {
    'audit.trail': ({ contactId, offset, limit }) =>
      liveQuery(
        engine.changes$,
        ({ kinds }) => kinds.has('audit') || kinds.has('contacts'),
        async () =>
          (await auditTrail(caller, { contactId }, offset, limit)).map(
            ({ contactIds: _ids, subjectId: _subject, ...entry }) => entry,
          ),
      ),
  }
}
