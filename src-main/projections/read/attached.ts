// Reading what hangs on contacts: whose interactions and notes are, and when they came.
import type { ContactId, IdentifierId, InteractionId, NoteId } from '@shared/model/ids'
import { CHANNELS } from '@shared/model/interaction'
import { activityStampsOf, latestPerDevice } from '../../engine/derive/knowledge'
import type { Views } from '../../engine/ports'
import { IN_JSON, limitTo, type Statements } from '../file/statements'
import { attachedStamps, mergeStamps } from './activity-stamps'
import { INTERACTION_COLUMNS, type InteractionColumns, interactionRow } from './interaction-row'
import type { PeopleReader } from './people'

type AttachedViews = Pick<
  Views,
  | 'interactionOwner'
  | 'interactionsOf'
  | 'interactionsBehind'
  | 'untiedFrom'
  | 'identifiersMet'
  | 'noteIds'
  | 'activityStampsOf'
>

/** Behind every stamp and id. */
const LAST = '~'

const descending = (a: string, b: string) => (a < b ? 1 : a > b ? -1 : 0)

export function attachedReader(sql: Statements, { contact }: Pick<PeopleReader, 'contact'>): AttachedViews {
  return {
    interactionOwner: (id) =>
      sql.get<{ owner: ContactId | null }>('SELECT owner FROM interaction WHERE id = ?', id)?.owner ?? undefined,

    interactionsOf: (contactIds) =>
      sql
        .all<InteractionColumns>(
          `SELECT ${INTERACTION_COLUMNS} FROM interaction WHERE owner ${IN_JSON} ORDER BY started, at, id`,
          JSON.stringify(contactIds),
        )
        .map(interactionRow),

    untiedFrom: (contactIds) =>
      sql
        .all<{ id: InteractionId }>(
          `SELECT DISTINCT interaction_id AS id FROM untied WHERE contact_id ${IN_JSON} ORDER BY id`,
          JSON.stringify(contactIds),
        )
        .map(({ id }) => id),

    interactionsBehind(contactIds, { channels = CHANNELS, after, limit }) {
      const at = after && sql.get<{ at: string }>('SELECT at FROM interaction WHERE id = ?', after.id)?.at
      // What one moment has several of is in the order of when they were recorded.
      const from = [
        after?.startedMs ?? Number.MAX_SAFE_INTEGER,
        at ?? LAST,
        at === undefined ? LAST : (after?.id ?? LAST),
      ]
      // Each record's by the index, in its order, as far as the page goes; and of these the first.
      return contactIds
        .flatMap((owner) =>
          sql.all<InteractionColumns & { at: string }>(
            `SELECT ${INTERACTION_COLUMNS}, at FROM interaction
             WHERE owner = ? AND (started, at, id) < (?, ?, ?) AND channel ${IN_JSON}
             ORDER BY started DESC, at DESC, id DESC ${limitTo(limit)}`,
            owner,
            ...from,
            JSON.stringify(channels.map((channel) => CHANNELS.indexOf(channel))),
          ),
        )
        .sort((a, b) => b.started - a.started || descending(a.at, b.at) || descending(a.id, b.id))
        .slice(0, limit)
        .map(interactionRow)
    },

    identifiersMet: (contactIds) =>
      sql.all<{ identifierId: IdentifierId; interactionId: InteractionId }>(
        `SELECT met.value AS identifierId, max(i.id) AS interactionId
         FROM interaction i JOIN json_each(i.identifiers) met WHERE i.owner ${IN_JSON} GROUP BY met.value ORDER BY 1`,
        JSON.stringify(contactIds),
      ),

    noteIds: (contactIds, deleted = false) =>
      sql
        .all<{ id: NoteId }>(
          `SELECT id FROM note WHERE owner ${IN_JSON} AND deleted <= ? ORDER BY created DESC, id`,
          JSON.stringify(contactIds),
          deleted ? 1 : 0,
        )
        .map((row) => row.id),

    activityStampsOf: (contactIds) =>
      latestPerDevice([
        ...contactIds.flatMap((id) => {
          const document = contact(id)
          return document ? activityStampsOf(document) : []
        }),
        ...attachedStamps(sql, contactIds),
        ...mergeStamps(sql, contactIds),
      ]),
  }
}
