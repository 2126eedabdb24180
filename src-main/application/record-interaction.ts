// Recording an interaction: it is resolved, and its teller hears to whom and why, the same through both doors.
import type { InteractionInput } from '@shared/model/interaction'
import type { InteractionView, ResolutionReason } from '@shared/model/views'
import type { Engine } from '../engine'
import { reasonOf } from '../engine/queries/journey'
import type { Caller } from './caller'

export interface RecordedInteraction {
  interaction: InteractionView
  /** The contact it was tied to when it was recorded. */
  contactId: string
  created: boolean
  /** Recorded now, not told of again. */
  isNew: boolean
  reason: ResolutionReason
}

/** @throws ScvError as the engine's `interactions.record` */
export async function recordInteraction(
  engine: Engine,
  { actor }: Caller,
  input: InteractionInput,
): Promise<RecordedInteraction> {
  const { interactionId, contactId, created, resolved } = await engine.interactions.record(actor(), input)
  return {
    interaction: await engine.queries.interaction(interactionId),
    contactId,
    created,
    isNew: resolved !== undefined,
    reason: resolved ? reasonOf(resolved) : engine.queries.resolution(input.identifiers).reason,
  }
}
