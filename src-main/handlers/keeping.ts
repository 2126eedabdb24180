// The bin, erasure, retention and audit part of the contract.
import type { keepingContract } from '@shared/contract/keeping'
import type { Handlers } from '@shared/ipc/contract'
import { auditTrail } from '../application/audit-trail'
import { liveQuery } from '../application/live-query'
import type { HandlerContext } from './context'

export function keepingHandlers({
  engine,
  caller,
}: Pick<HandlerContext, 'engine' | 'caller'>): Handlers<typeof keepingContract> {
  const { actor, queries } = caller
  return {
    'keeping.bin': ({ offset, limit }) =>
      liveQuery(
        engine.changes$,
        ({ kinds }) => kinds.has('contacts') || kinds.has('merges'),
        () => queries.bin(offset, limit),
      ),
    'keeping.erase': async ({ contactId }) => ({ records: (await engine.erasure.erase(actor(), contactId)).length }),
    'keeping.expiring': async ({ asOf }) => {
      const options = { dryRun: true, ...(asOf === undefined ? {} : { asOf: Date.parse(asOf) }) }
      return { people: (await engine.retention.run(actor(), options)).expired.length }
    },
    'keeping.expire': async () => ({ people: (await engine.retention.run(actor())).expired.length }),
    'keeping.audit': ({ contactId, offset, limit }) =>
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
