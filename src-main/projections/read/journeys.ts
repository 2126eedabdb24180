// Reading interactions: a person's journey as rows, as marks of a picture, and as what it can be filtered by.
// Invariant: rows, marks, density and groups of one filter count the same interactions.
import type { ContactId, InteractionId } from '@shared/model/ids'
import { CHANNELS, type Channel } from '@shared/model/interaction'
import type { JourneyFilter } from '@shared/model/views'
import type { Views } from '../../engine/ports'
import { IN_JSON, limitTo, type Statements } from '../file/statements'

type JourneyViews = Pick<
  Views,
  'interactionCount' | 'journey' | 'journeySpan' | 'journeyMarks' | 'journeyDensity' | 'journeyGroups'
>

interface Condition {
  sql: string
  values: (string | number)[]
}

/** What a filter asks for, as SQL. `channels` may be left out, for totals that show what a filter hides. */
function conditionOf(contactIds: readonly ContactId[], filter: JourneyFilter, channels = true): Condition {
  const where: string[] = [`owner ${IN_JSON}`]
  const values: (string | number)[] = [JSON.stringify(filter.contactIds ?? contactIds)]
  const also = (condition: string, value: string | number) => {
    where.push(condition)
    values.push(value)
  }
  if (filter.contactIds) also(`owner ${IN_JSON}`, JSON.stringify(contactIds))
  if (filter.direction) also('direction = ?', filter.direction)
  if (filter.from) also('started >= ?', Date.parse(filter.from))
  if (filter.to) also('started < ?', Date.parse(filter.to))
  if (filter.queue) also('queue = ?', filter.queue)
  if (filter.agent) also('agent = ?', filter.agent)
  if (channels && filter.channels && filter.channels.length > 0)
    also(`channel ${IN_JSON}`, JSON.stringify(filter.channels.map((channel) => CHANNELS.indexOf(channel))))
  return { sql: where.join(' AND '), values }
}

const channelAt = (index: number) => CHANNELS[index] ?? 'voice'

export function journeyReader(sql: Statements): JourneyViews {
  return {
    interactionCount: (contactIds) =>
      sql.get<{ n: number }>(`SELECT count(*) AS n FROM interaction WHERE owner ${IN_JSON}`, JSON.stringify(contactIds))
        ?.n ?? 0,

    journey(contactIds, filter, offset, limit) {
      const all = conditionOf(contactIds, filter, false)
      const wanted = conditionOf(contactIds, filter)
      const byChannel: Partial<Record<Channel, number>> = {}
      for (const row of sql.all<{ channel: number; n: number }>(
        `SELECT channel, count(*) AS n FROM interaction WHERE ${all.sql} GROUP BY channel`,
        ...all.values,
      ))
        byChannel[channelAt(row.channel)] = row.n
      const ids = sql
        .all<{ id: InteractionId }>(
          `SELECT id FROM interaction WHERE ${wanted.sql} ORDER BY started DESC, at DESC, id DESC ${limitTo(limit)} OFFSET ?`,
          ...wanted.values,
          offset,
        )
        .map((row) => row.id)
      const shown = filter.channels?.length ? filter.channels : CHANNELS
      const total = [...new Set(shown)].reduce((sum, channel) => sum + (byChannel[channel] ?? 0), 0)
      return { total, byChannel, ids }
    },

    journeySpan(contactIds, filter) {
      const { sql: where, values } = conditionOf(contactIds, filter)
      const span = sql.get<{ from: number | null; to: number | null }>(
        `SELECT min(started) AS "from", max(started) AS "to" FROM interaction WHERE ${where}`,
        ...values,
      )
      return span && span.from !== null && span.to !== null ? { from: span.from, to: span.to } : undefined
    },

    journeyMarks(contactIds, filter, widthMs) {
      const { sql: where, values } = conditionOf(contactIds, filter)
      const marks = sql.all<{ channel: number; first: number; last: number; count: number; row: number }>(
        // From 1970 on and not from what is shown, so that marks stay what they are while the picture is moved. Rows by
        // number, since sorting ten thousand ids would take longer than all else.
        `SELECT channel, min(started) AS first, max(started) AS last, count(*) AS count, min(rowid) AS row
         FROM interaction WHERE ${where} GROUP BY channel, started / CAST(? AS INTEGER)`,
        ...values,
        Math.max(1, Math.round(widthMs)),
      )
      const single = marks.filter(({ count }) => count === 1).map(({ row }) => row)
      const ids = new Map(
        sql
          .all<{ row: number; id: InteractionId }>(
            `SELECT rowid AS row, id FROM interaction WHERE rowid ${IN_JSON}`,
            JSON.stringify(single),
          )
          .map(({ row, id }) => [row, id]),
      )
      return marks.map(({ channel, first, last, count, row }) => {
        const id = count === 1 ? ids.get(row) : undefined
        return { channel: channelAt(channel), first, last, count, ...(id === undefined ? {} : { id }) }
      })
    },

    journeyDensity(contactIds, filter, span, bins) {
      const { sql: where, values } = conditionOf(contactIds, filter)
      const density = new Array<number>(bins).fill(0)
      const width = Math.max(1, Math.ceil((span.to - span.from + 1) / bins))
      for (const { bin, n } of sql.all<{ bin: number; n: number }>(
        `SELECT CAST(started - ? AS INTEGER) / CAST(? AS INTEGER) AS bin, count(*) AS n FROM interaction WHERE ${where} GROUP BY bin`,
        span.from,
        width,
        ...values,
      ))
        if (bin >= 0 && bin < bins) density[bin] = n
      return density
    },

    journeyGroups(contactIds, filter) {
      const { sql: where, values } = conditionOf(contactIds, filter)
      return sql
        .all<{
          channel: number
          direction: string
          queue: string | null
          agent: string | null
          owner: ContactId
          count: number
          first: number
          last: number
        }>(
          `SELECT channel, direction, queue, agent, owner, count(*) AS count, min(started) AS first, max(started) AS last
           FROM interaction WHERE ${where} GROUP BY channel, direction, queue, agent, owner`,
          ...values,
        )
        .map(({ channel, direction, owner, ...rest }) => ({
          ...rest,
          channel: channelAt(channel),
          direction: direction === 'outbound' ? ('outbound' as const) : ('inbound' as const),
          contactId: owner,
        }))
    },
  }
}
