// Interactions that are told as they happen, and sessions with their events: recorded, and resolved to a person.

import type { RecordingWarning } from '@shared/model/views'
import { type RecordedInteraction, recordInteraction } from '../../application/record-interaction'
import type { Engine } from '../../engine'
import type { Caller } from '../caller'
import {
  interactionBody,
  recordedSchema,
  sessionBody,
  toInteraction,
  toSession,
  unknownMembers,
} from '../schemas/interaction'
import { livingOrNull } from './contacts'
import { LOCAL, type Routes, refusals } from './route'

const recordedAnswer = { 200: recordedSchema, ...refusals }

const answerRecorded = (
  engine: Engine,
  caller: Caller,
  { interaction, contactId, created, reason, added, warnings }: RecordedInteraction,
  beside: RecordingWarning[],
) => ({
  interaction,
  contact: livingOrNull(engine, caller, contactId),
  created,
  reason,
  added,
  warnings: [...warnings, ...beside],
})

export const recordingRoutes: Routes = (api, host) => {
  const { engine } = host

  api.post(
    `${LOCAL}/interactions`,
    {
      config: { permission: 'externalContacts:conversation:associate' },
      schema: {
        summary: 'Record an interaction and resolve it; in the desktop app the person pops up',
        tags: ['local'],
        body: interactionBody,
        response: recordedAnswer,
      },
    },
    async ({ body, caller }) => {
      const recorded = await recordInteraction(engine, caller, toInteraction(body), host.now())
      const { interaction, created, resolution: reason } = recorded
      // Told of again it does not pop up again.
      if (recorded.isNew)
        host.arrived({ interactionId: interaction.id, created, reason, arrivedAt: new Date(host.now()).toISOString() })
      return answerRecorded(engine, caller, recorded, unknownMembers(body, interactionBody))
    },
  )

  api.post(
    `${LOCAL}/sessions`,
    {
      config: { permission: 'externalContacts:conversation:associate' },
      schema: {
        summary: 'Record a web or app session with its events',
        tags: ['local'],
        body: sessionBody,
        response: recordedAnswer,
      },
    },
    async ({ body, caller }) => {
      const recorded = await recordInteraction(engine, caller, toSession(body), host.now())
      return answerRecorded(engine, caller, recorded, unknownMembers(body, sessionBody))
    },
  )
}
