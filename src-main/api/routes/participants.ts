// What telephony says of a conversation when an agent is done with it: how it ended, and that it did.
// Invariant: an end that is known stays; a wrap-up is what was said last.
import { ScvError } from '@shared/errors'
import { asInteractionId } from '@shared/model/ids'
import { NOTE_MAX, WRAP_UP_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { requirePermission } from '../../engine/permissions'
import type { Caller } from '../caller'
import { idSchema } from '../schemas/common'
import { interactionOf, isConversation } from '../schemas/conversation'
import { type Routes, refusals } from './route'

/** By its media, or whatever it came by. */
const PATHS = ['', 'calls/', 'callbacks/', 'emails/', 'messages/']

export const participantRoutes: Routes = (api, { engine, now }) => {
  /** The interaction a participant took part in. @throws ScvError `not_found` */
  async function conversation(caller: Caller, conversationId: string, participantId: string) {
    requirePermission(caller.actor(), 'externalContacts:conversation:associate')
    const view = await engine.queries.interaction(asInteractionId(interactionOf(participantId)))
    if (!isConversation(view) || view.conversationId !== conversationId)
      throw new ScvError('not_found', 'There is no such participant of this conversation.', { field: 'participantId' })
    return view
  }

  for (const media of PATHS)
    api.patch(
      `/api/v2/conversations/${media}:conversationId/participants/:participantId`,
      {
        config: { permission: 'externalContacts:conversation:associate' },
        schema: {
          summary: 'Say how a conversation ended (`wrapup.code`, with `notes`), or that it did (`state`: disconnected)',
          tags: ['journey'],
          params: z.object({ conversationId: idSchema, participantId: idSchema }),
          body: z.strictObject({
            state: z.literal('disconnected').nullish(),
            wrapup: z
              .strictObject({
                /** An empty one takes it back. */
                code: z.string().trim().max(WRAP_UP_MAX),
                name: z.string().max(WRAP_UP_MAX).nullish(),
                /** The note on the conversation; an empty one takes it off. */
                notes: z.string().trim().max(NOTE_MAX).nullish(),
              })
              .nullish(),
          }),
          response: { 204: z.null(), ...refusals },
        },
      },
      async ({ params: { conversationId, participantId }, body: { state, wrapup }, caller }, reply) => {
        const view = await conversation(caller, conversationId, participantId)
        if (state === 'disconnected' && view.endedAt === undefined) {
          const { communicationId, channel, direction, startedAt } = view
          const endedAt = new Date(Math.max(now(), Date.parse(startedAt))).toISOString()
          const told = { conversationId, channel, direction, startedAt, endedAt, identifiers: [] }
          await engine.interactions.record(caller.actor(), {
            ...told,
            ...(communicationId === undefined ? {} : { communicationId }),
          })
        }
        if (typeof wrapup?.notes === 'string') {
          const correction = { interactionId: view.id, wrapUp: wrapup.code, note: wrapup.notes }
          await engine.interactions.correct(caller.actor(), [correction])
        } else if (wrapup) await engine.interactions.wrapUp(caller.actor(), view.id, wrapup.code)
        return reply.code(204).send(null)
      },
    )
}
