// The part of the contract that takes people apart.
import type { splitContract } from '@shared/contract/splitting'
import type { Handlers } from '@shared/ipc/contract'
import { liveQuery } from '../application/live-query'
import { rejoinPreview, splitPreview } from '../application/split-preview'
import { writtenPerson } from '../application/written-person'
import type { HandlerContext } from './context'

export function splitHandlers({
  engine,
  caller,
}: Pick<HandlerContext, 'engine' | 'caller'>): Handlers<typeof splitContract> {
  const { actor } = caller
  return {
    'splits.preview': (request) =>
      liveQuery(
        engine.changes$,
        ({ people }) => people.has(engine.queries.canonicalId(request.contactId)),
        () => splitPreview(engine, caller, request),
      ),
    'splits.split': async (request) => {
      const { contactId, newContactId } = await engine.splits.split(actor(), request)
      return {
        stays: writtenPerson(engine, caller, contactId),
        moves: writtenPerson(engine, caller, newContactId),
      }
    },
    'splits.undoPreview': ({ contactId, choices }) => rejoinPreview(engine, caller, contactId, choices),
    'splits.undo': async ({ contactId, choices, reason }) =>
      writtenPerson(engine, caller, await engine.splits.rejoin(actor(), contactId, choices, reason)),
  }
}
