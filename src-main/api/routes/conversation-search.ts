// Which conversations a query of the reference asks for: by the contacts, people or conversations that its filters name, else by
// when they began.
// Invariant: only conversations are in these answers; web and app sessions have a permission of their own.
import { asContactId } from '@shared/model/ids'
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

/** @throws HttpError `malformed` */
export function intervalOf(text: string): { fromMs: number; toMs: number } {
  const [fromMs, toMs] = text
    .split('/')
    .map((one) => Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(one) || one.length <= 10 ? one : `${one}Z`))
  if (fromMs === undefined || toMs === undefined || !(fromMs <= toMs))
    throw new HttpError('malformed', 'interval: write it as 2026-06-01T00:00:00Z/2026-07-01T00:00:00Z.', 'interval')
  return { fromMs, toMs }
}

export interface ConversationSearch {
  /** What of some conversations passes filters. */
  passing(legs: readonly Conversed[], filters: readonly Filter[]): Conversed[]
  /**
   * Conversations that pass, some at a time, each once.
   * @throws HttpError `malformed` for a word that is not known, and where too many would have to be looked through
   */
  found(queries: Caller['queries'], filters: readonly Filter[], interval: string): AsyncIterable<OfConversation[]>
}

export function conversationSearch(engine: Pick<Engine, 'queries'>): ConversationSearch {
  const canonicalOf = (contactId: string) => engine.queries.canonicalId(asContactId(contactId))
  const passing = (legs: readonly Conversed[], filters: readonly Filter[]) =>
    legs.filter((leg) => filters.every((filter) => passes(filter, leg, canonicalOf)))

  return {
    passing,

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
        const theirs = ids.length > 0 ? await queries.conversations([...new Set(ids)], fromMs, toMs) : []
        const others =
          named.conversations.length > 0 ? await queries.conversationsById([...new Set(named.conversations)]) : []
        const began = others.filter(({ startedAt }) => {
          const at = Date.parse(startedAt)
          return at >= fromMs && at < toMs
        })
        const legs = [...new Map([...theirs, ...began].map((leg) => [leg.id, leg])).values()]
        yield byConversation(passing(legs.filter(isConversation), filters))
        return
      }
      const every = queries.everyConversation(span, SEARCHED_MAX)
      if (!every)
        throw new HttpError(
          'malformed',
          'interval: too many conversations began in it to be looked through. Make it shorter, or name contacts.',
          'interval',
        )
      for await (const slice of every)
        yield slice.map((legs) => passing(legs.filter(isConversation), filters)).filter(isLegs)
    },
  }
}
