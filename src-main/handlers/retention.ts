// The bin, erasure and retention part of the contract.
import type { retentionContract } from '@shared/contract/retention'
import type { Handlers } from '@shared/ipc/contract'
import { liveQuery } from '../application/live-query'
import type { HandlerContext } from './context'

export function retentionHandlers({
  engine,
  caller,
}: Pick<HandlerContext, 'engine' | 'caller'>): Handlers<typeof retentionContract> {
  const { actor, queries } = caller
  return {
    'bin.list': ({ offset, limit }) =>
      liveQuery(
        engine.changes$,
        ({ kinds }) => kinds.has('contacts') || kinds.has('merges'),
        () => queries.bin(offset, limit),
      ),
    'people.erase': async ({ contactId }) => ({ records: (await engine.erasure.erase(actor(), contactId)).length }),
    'retention.due': async ({ asOf }) => {
      const options = { dryRun: true, ...(asOf === undefined ? {} : { asOf: Date.parse(asOf) }) }
      return { people: (await engine.retention.run(actor(), options)).expired.length }
    },
    'retention.expire': async () => ({ people: (await engine.retention.run(actor())).expired.length }),
  }
}
