// Which conversations a query of the reference asks for: by the contacts, people or conversations that its filters name, else by
// when they began.
// Invariant: only conversations are in these answers; web and app sessions have a permission of their own.
import { asContactId } from '@shared/model/ids'
import type { InteractionView } from '@shared/model/views'
import type { Engine } from '../../engine'
import type { Caller } from '../caller'
import { HttpError } from '../errors'
import { type Conversed, isConversation } from '../schemas/conversation'
import { checkFilters, type Filter, namedBy, passes } from '../schemas/predicates'

export type OfConversation = [Conversed, ...Conversed[]]

/** Conversations that are looked through for a filter that names none: as many as a busy year of a branch. */
const SEARCHED_MAX = 250_000

export const isLegs = (legs: Conversed[]): legs is OfConversation => legs.length > 0

/** Interactions gathered by their conversation. */
export const byConversation = (views: readonly Conversed[]): OfConversation[] =>
  [...Map.groupBy(views, ({ conversationId, id }) => conversationId || id).values()].filter(isLegs)

/** A day, or a moment of one; without a zone it is of UTC. */
const MOMENT = /^(\d{4}-\d\d-(\d\d))(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/** In ms; undefined: no moment that there is. */
function momentOf(text: string): number | undefined {
  const [, date, day, zone] = MOMENT.exec(text) ?? []
  if (date === undefined || new Date(`${date}T00:00:00Z`).getUTCDate() !== Number(day)) return undefined
  const ms = Date.parse(zone === undefined && text.length > date.length ? `${text}Z` : text)
  return Number.isNaN(ms) ? undefined : ms
}

/** @throws HttpError `malformed` */
export function intervalOf(text: string): { fromMs: number; toMs: number } {
  const ends = text.split('/')
  const [fromMs, toMs] = ends.map(momentOf)
  if (ends.length !== 2 || fromMs === undefined || toMs === undefined || !(fromMs <= toMs))
    throw new HttpError('malformed', 'interval: write it as 2026-06-01T00:00:00Z/2026-07-01T00:00:00Z.', 'interval')
  return { fromMs, toMs }
}

/** A conversation of which something passes: all of it, and what passes. */
interface Found {
  whole: OfConversation
  passed: OfConversation
}

export interface ConversationSearch {
  /**
   * Conversations that began in the interval and of which something passes, some at a time, each once.
   * @throws HttpError `malformed` for a word that is not known, and where too many would have to be looked through
   */
  found(queries: Caller['queries'], filters: readonly Filter[], interval: string): AsyncIterable<Found[]>
}

export function conversationSearch(engine: Pick<Engine, 'queries'>): ConversationSearch {
  const canonicalOf = (contactId: string) => engine.queries.canonicalId(asContactId(contactId))
  const passing = (legs: readonly Conversed[], filters: readonly Filter[]) =>
    legs.filter((leg) => filters.every((filter) => passes(filter, leg, canonicalOf)))
  const foundIn = (conversations: readonly (readonly InteractionView[])[], filters: readonly Filter[]): Found[] =>
    conversations.flatMap((legs) => {
      const whole = legs.filter(isConversation)
      const passed = passing(whole, filters)
      return isLegs(whole) && isLegs(passed) ? [{ whole, passed }] : []
    })

  return {
    async *found(queries, filters, interval) {
      checkFilters(filters)
      const span = intervalOf(interval)
      const named = namedBy(filters)
      if (named) {
        const { fromMs, toMs } = span
        const ids = [
          ...named.contacts.map(asContactId),
          ...named.people.flatMap((id) => engine.queries.setMembers(asContactId(id))),
        ]
        // What a contact took part in may have begun with another one, and before that part of it.
        const theirs =
          ids.length > 0 ? await queries.conversations([...new Set(ids)], fromMs, Number.MAX_SAFE_INTEGER) : []
        const alone = theirs.filter(({ conversationId }) => conversationId === '')
        const conversationIds = new Set([...named.conversations, ...theirs.map(({ conversationId }) => conversationId)])
        conversationIds.delete('')
        const legs = [...(await queries.conversationsById([...conversationIds])), ...alone].filter(isConversation)
        const begun = byConversation(legs).filter(([first]) => {
          const at = Date.parse(first.startedAt)
          return at >= fromMs && at < toMs
        })
        yield foundIn(begun, filters)
        return
      }
      const every = queries.everyConversation(span, SEARCHED_MAX)
      if (!every)
        throw new HttpError(
          'malformed',
          'interval: too many conversations began in it to be looked through. Make it shorter, or name contacts.',
          'interval',
        )
      for await (const slice of every) yield foundIn(slice, filters)
    },
  }
}
