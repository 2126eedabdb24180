// The bin, erasure, retention and audit part of the contract, carried out by the engine.
import type { keepingContract } from '@shared/contract/keeping'
import type { Handlers } from '@shared/ipc/contract'
import { current } from '../engine/documents/register'
import { stampDevice, stampMoment } from '../engine/documents/stamp'
import type { AppContext } from '.'
import { follow } from './follow'

export function keepingHandlers({ engine, actor }: AppContext): Handlers<typeof keepingContract> {
  const queries = engine.queriesFor(actor)
  return {
    'keeping.bin': ({ offset, limit }) =>
      follow(
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
      follow(
        engine.changes$,
        ({ kinds }) => kinds.has('audit') || kinds.has('contacts'),
        async () => {
          const filter = contactId === undefined ? {} : { contactIds: queries.recordIds(contactId) }
          return (await queries.auditTrail(filter, offset, limit)).map(
            ({ id, at, by, action, contactIds, reason, details }) => {
              const why = current(reason)?.v
              return {
                id,
                at: stampMoment(at),
                by,
                device: stampDevice(at),
                action,
                // An import or a round of retention may concern thousands; the first few tell.
                people: contactIds.slice(0, 5).map(queries.recordRef),
                ...(why ? { reason: why } : {}),
                details: { ...details, contacts: contactIds.length },
              }
            },
          )
        },
      ),
  }
}
