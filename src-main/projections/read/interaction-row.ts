// An interaction as the views tell of it, from the columns of its row.
import type { ContactId, InteractionId, Stamp } from '@shared/model/ids'
import { CHANNELS } from '@shared/model/interaction'
import type { InteractionRow } from '../../engine/ports'

export const INTERACTION_COLUMNS = 'id, owner, started, channel, direction, recorded'

export interface InteractionColumns {
  id: InteractionId
  owner: ContactId | null
  started: number
  channel: number
  direction: string
  recorded: Stamp
}

export const interactionRow = (row: InteractionColumns): InteractionRow => ({
  id: row.id,
  contactId: row.owner,
  startedMs: row.started,
  channel: CHANNELS[row.channel] ?? 'voice',
  direction: row.direction as InteractionRow['direction'],
  recorded: row.recorded,
})
