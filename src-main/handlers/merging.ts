// The merging part of the contract.
import type { mergeContract } from '@shared/contract/merging'
import type { Handlers } from '@shared/ipc/contract'
import { liveQuery } from '../application/live-query'
import { mergePreview } from '../application/merge-preview'
import { writtenPerson } from '../application/written-person'
import { stampMoment } from '../engine/documents/stamp'
import type { HandlerContext } from './context'

export function mergeHandlers({
  engine,
  caller,
}: Pick<HandlerContext, 'engine' | 'caller'>): Handlers<typeof mergeContract> {
  const { actor, queries } = caller
  return {
    'merges.preview': (request) =>
      liveQuery(
        engine.changes$,
        ({ kinds }) => kinds.has('contacts') || kinds.has('merges') || kinds.has('identifiers'),
        () => mergePreview(engine, caller, request),
      ),
    'merges.merge': ({ reason, ...request }) =>
      engine.merges.merge(actor(), { ...request, ...(reason ? { reason } : {}) }),
    'merges.editsSince': async ({ mergeId }) =>
      (await engine.merges.editsSince(actor(), mergeId)).map(({ key, value, at, by }) => ({
        field: key,
        value,
        at: stampMoment(at),
        by,
      })),
    'merges.records': ({ contactIds }) =>
      contactIds.map((id) => ({ ...queries.recordRef(id), identifiers: queries.identifiersOf([id]) })),
    'merges.undo': async ({ mergeId, assignments, reason }) =>
      (await engine.merges.undo(actor(), mergeId, assignments, reason)).map((id) => writtenPerson(engine, caller, id)),
    'merges.cannotLink': async ({ a, b, standing, reason }) => {
      await engine.merges.cannotLink(actor(), a, b, standing, reason)
      return {}
    },
  }
}
