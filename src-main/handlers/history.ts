// The history part of the contract.
import type { historyContract } from '@shared/contract/history'
import type { Handlers } from '@shared/ipc/contract'
import type { ContactId } from '@shared/model/ids'
import { liveQuery } from '../application/live-query'
import type { ViewChange } from '../engine/ports'
import type { HandlerContext } from './context'

export function historyHandlers({
  engine,
  caller: { queries },
}: Pick<HandlerContext, 'engine' | 'caller'>): Handlers<typeof historyContract> {
  const ofPerson = (contactId: ContactId) => (change: ViewChange) =>
    change.people.size === 0 || change.people.has(engine.queries.canonicalId(contactId))
  return {
    'people.history': ({ contactId, kinds, to, after, limit }) =>
      liveQuery(engine.changes$, ofPerson(contactId), () =>
        queries.history(contactId, { kinds, after, limit, untilMs: to === undefined ? undefined : Date.parse(to) }),
      ),
    'people.asOf': ({ contactId, at }) =>
      liveQuery(engine.changes$, ofPerson(contactId), () => queries.asOf(contactId, Date.parse(at))),
  }
}
