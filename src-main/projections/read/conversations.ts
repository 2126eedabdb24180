// Reading conversations: by their id, and in the order they began.
// Invariant: each is read from an index of its own, and counted by days, however many there are; views of before they were noted
// say so.
import { ScvError } from '@shared/errors'
import type { InteractionId } from '@shared/model/ids'
import type { ConversationStart, Views } from '../../engine/ports'
import { IN_JSON, limitTo, type Statements } from '../file/statements'
import { BEGUN_UNITS, PROJECTION_VERSION } from '../file/tables'
import { INTERACTION_COLUMNS, type InteractionColumns, interactionRow } from './interaction-row'

type ConversationViews = Pick<Views, 'interactionsIn' | 'conversationsBegun' | 'conversationCount'>

/** The first version in which all conversations are noted, and the first in which they are counted by when they began. */
const NOTED_SINCE = 19
const COUNTED_SINCE = 20

export function conversationReader(sql: Statements): ConversationViews {
  let areNoted = false
  let areCounted = false
  function requireNoted(): void {
    const version = sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'version'")?.value
    areNoted = Number(version ?? PROJECTION_VERSION) >= NOTED_SINCE
    areCounted = Number(version ?? PROJECTION_VERSION) >= COUNTED_SINCE
    if (!areNoted)
      throw new ScvError('views_not_ready', 'The list of conversations is being prepared. Try again in a moment.')
  }

  /** Row by row. */
  const countedOne = (fromMs: number, toMs: number): number =>
    sql.get<{ n: number }>(
      'SELECT count(*) AS n FROM interaction WHERE opens = 1 AND started >= ? AND started < ?',
      fromMs,
      toMs,
    )?.n ?? 0

  /** Whole days, then the whole hours around them, then row by row what is left at both ends. */
  function countedIn(fromMs: number, toMs: number, [unit, ...smaller]: readonly number[]): number {
    if (fromMs >= toMs) return 0
    if (unit === undefined) return countedOne(fromMs, toMs)
    const [first, end] = [Math.ceil(fromMs / unit), Math.floor(toMs / unit)]
    if (first >= end) return countedIn(fromMs, toMs, smaller)
    const whole = sql.get<{ n: number | null }>(
      'SELECT sum(n) AS n FROM begun WHERE unit = ? AND at >= ? AND at < ?',
      unit,
      first,
      end,
    )
    const ends = countedIn(fromMs, first * unit, smaller) + countedIn(end * unit, toMs, smaller)
    return (whole?.n ?? 0) + ends
  }

  return {
    interactionsIn(conversationIds) {
      if (!areNoted) requireNoted()
      return sql
        .all<InteractionColumns>(
          `SELECT ${INTERACTION_COLUMNS} FROM interaction WHERE conversation ${IN_JSON} ORDER BY started, at, id`,
          JSON.stringify(conversationIds),
        )
        .map(interactionRow)
    },

    conversationsBegun({ fromMs, toMs }, { isDescending, after, offset, limit }) {
      if (!areNoted) requireNoted()
      const [order, beyond] = isDescending ? ['DESC', '<'] : ['ASC', '>']
      return sql
        .all<{ id: InteractionId; started: number; conversation: string }>(
          `SELECT id, started, conversation FROM interaction
           WHERE opens = 1 AND started >= ? AND started < ? ${after ? `AND (started, id) ${beyond} (?, ?)` : ''}
           ORDER BY started ${order}, id ${order} ${limitTo(limit)} OFFSET ?`,
          ...[fromMs, toMs, ...(after ? [after.startedMs, after.id] : []), offset],
        )
        .map(
          ({ id, started, conversation }): ConversationStart => ({
            id,
            startedMs: started,
            conversationId: conversation,
          }),
        )
    },

    conversationCount({ fromMs, toMs }) {
      if (!areNoted) requireNoted()
      return areCounted ? countedIn(fromMs, toMs, BEGUN_UNITS) : countedOne(fromMs, toMs)
    },
  }
}
