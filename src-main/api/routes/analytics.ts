// The reference's conversation queries, for the one rule that matters here: predicates on externalContactId, ORed over a merge
// set, find every interaction of a person; canonicalExternalContactId means the whole set by any of its ids.
// Invariant: what is held for an answer is bounded, however many conversations pass.
import { asContactId } from '@shared/model/ids'
import { PAGE_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { HttpError } from '../errors'
import { type Conversation, conversationSchema, isConversation, toConversation } from '../schemas/conversation'
import { dimensionOf, filterSchema, passAll, valuesIn } from '../schemas/predicates'
import { byConversation, conversationSearch, intervalOf, isLegs, type OfConversation } from './conversation-search'
import { type Routes, refusals } from './route'

const DETAILS_MAX = 100
const INTERVAL_MAX = 128
/** Conversations that are held for a page; of more, those of the page are read again. */
const KEPT_MAX = 20_000
const aggregationSchema = z.strictObject({
  type: z.literal('termFrequency'),
  dimension: z.string().max(64),
  size: z.number().int().min(1).max(PAGE_MAX).nullish(),
})
const aggregatedSchema = z.object({
  type: z.literal('termFrequency'),
  dimension: z.string(),
  count: z.number(),
  results: z.array(z.object({ value: z.string(), count: z.number() })),
})
/** Dimensions to group by, and groups of an answer: each conversation is in as many as it has values of all dimensions. */
const DIMENSIONS_MAX = 5
const GROUPS_MAX = 10_000

type Aggregation = z.infer<typeof aggregationSchema>

/** Counts how many conversations have each value of a dimension. */
function termFrequency({ dimension, size }: Aggregation, canonicalOf: (contactId: string) => string) {
  const counts = new Map<string, number>()
  let count = 0
  return {
    take(legs: OfConversation): void {
      count += 1
      for (const value of new Set(legs.flatMap((leg) => valuesIn(dimension, leg, canonicalOf))))
        counts.set(value, (counts.get(value) ?? 0) + 1)
    },
    /** The most frequent first. */
    result(): z.infer<typeof aggregatedSchema> {
      const results = [...counts].map(([value, number]) => ({ value, count: number }))
      results.sort((x, y) => y.count - x.count || (x.value < y.value ? -1 : 1))
      return { type: 'termFrequency', dimension, count, results: results.slice(0, size ?? 10) }
    },
  }
}

/** Every combination of one value from each list, one after the other; of an empty one none. */
function* combinations([list, ...others]: readonly (readonly string[])[]): Generator<(string | null)[]> {
  if (!list) yield []
  else
    for (const value of list.length > 0 ? list : [null]) for (const rest of combinations(others)) yield [value, ...rest]
}

/** A conversation that was found: which it is, and where it stands in the order asked for. */
interface Hit {
  conversationId: string
  key: string
}

/** By what conversations are put in order: their end, where they have one, or their beginning. */
const keyOf = ({ conversationStart, conversationEnd }: Conversation, orderBy: string | null | undefined) =>
  orderBy?.endsWith('End') ? (conversationEnd ?? conversationStart) : conversationStart

export const analyticsRoutes: Routes = (api, { engine }) => {
  const canonicalOf = (contactId: string) => engine.queries.canonicalId(asContactId(contactId))

  const search = conversationSearch(engine)

  api.post(
    '/api/v2/analytics/conversations/details/query',
    {
      config: { permission: 'externalContacts:conversation:viewAll' },
      schema: {
        summary: 'Conversations in an interval: of contacts, of people, by their ids, or all that began in it',
        tags: ['journey'],
        body: z.strictObject({
          interval: z.string().max(INTERVAL_MAX),
          segmentFilters: z.array(filterSchema).max(50).nullish(),
          conversationFilters: z.array(filterSchema).max(50).nullish(),
          order: z.enum(['asc', 'desc', 'unordered']).nullish(),
          orderBy: z.enum(['conversationStart', 'conversationEnd', 'segmentStart', 'segmentEnd']).nullish(),
          aggregations: z.array(aggregationSchema).max(10).nullish(),
          paging: z
            .strictObject({
              pageSize: z.number().int().min(1).max(DETAILS_MAX),
              pageNumber: z.number().int().min(1).max(100_000),
            })
            .nullish(),
        }),
        response: {
          200: z.object({
            conversations: z.array(conversationSchema).optional(),
            aggregations: z.array(aggregatedSchema).optional(),
            totalHits: z.number(),
          }),
          ...refusals,
        },
      },
    },
    async ({ body, caller: { queries } }) => {
      for (const { dimension } of body.aggregations ?? []) dimensionOf(dimension)
      const filters = [...(body.segmentFilters ?? []), ...(body.conversationFilters ?? [])]
      const { pageSize, pageNumber } = body.paging ?? { pageSize: 25, pageNumber: 1 }
      const page = { isDescending: body.order === 'desc', offset: pageSize * (pageNumber - 1), limit: pageSize }
      const isByEnd = body.orderBy?.endsWith('End') === true
      if (passAll(filters) && !body.aggregations && !isByEnd) {
        const { total, items } = await queries.conversationsBegun(intervalOf(body.interval), page)
        const conversations = items.map((legs) => legs.filter(isConversation)).filter(isLegs)
        return {
          ...(conversations.length > 0 ? { conversations: conversations.map(toConversation) } : {}),
          totalHits: total,
        }
      }
      const counted = (body.aggregations ?? []).map((one) => termFrequency(one, canonicalOf))
      const hits: Hit[] = []
      const kept = new Map<string, OfConversation>()
      for await (const slice of search.found(queries, filters, body.interval))
        for (const { whole: legs, passed } of slice) {
          for (const one of counted) one.take(passed)
          const conversationId = legs[0].conversationId || legs[0].id
          hits.push({ conversationId, key: keyOf(toConversation(legs), body.orderBy) })
          if (kept.size < KEPT_MAX) kept.set(conversationId, legs)
        }
      hits.sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0))
      if (page.isDescending) hits.reverse()
      const shown = hits.slice(page.offset, page.offset + page.limit).map(({ conversationId }) => conversationId)
      const unkept = await queries.conversationsById(shown.filter((id) => !kept.has(id)))
      for (const legs of byConversation(unkept.filter(isConversation))) kept.set(legs[0].conversationId, legs)
      const conversations = shown.flatMap((id) => {
        const legs = kept.get(id)
        return legs ? [toConversation(legs)] : []
      })
      return {
        ...(conversations.length > 0 ? { conversations } : {}),
        ...(body.aggregations ? { aggregations: counted.map((one) => one.result()) } : {}),
        totalHits: hits.length,
      }
    },
  )

  api.post(
    '/api/v2/analytics/conversations/aggregates/query',
    {
      config: { permission: 'externalContacts:conversation:viewAll' },
      schema: {
        summary: 'How many conversations there were, by contact, by person (canonicalExternalContactId) or otherwise',
        tags: ['journey'],
        body: z.strictObject({
          interval: z.string().max(INTERVAL_MAX),
          groupBy: z
            .array(z.string().max(64))
            .max(DIMENSIONS_MAX)
            .refine((names) => new Set(names).size === names.length, 'A dimension stands twice')
            .nullish(),
          filter: filterSchema.nullish(),
          metrics: z.array(z.literal('nConversations')).min(1).max(1),
        }),
        response: {
          200: z.object({
            results: z.array(
              z.object({
                group: z.record(z.string(), z.string()),
                data: z.array(
                  z.object({
                    interval: z.string(),
                    metrics: z.array(z.object({ metric: z.string(), stats: z.object({ count: z.number() }) })),
                  }),
                ),
              }),
            ),
          }),
          ...refusals,
        },
      },
    },
    async ({ body: { interval, groupBy, filter }, caller: { queries } }) => {
      const dimensions = groupBy ?? []
      for (const one of dimensions) dimensionOf(one)
      const groups = new Map<string, { values: (string | null)[]; count: number }>()
      for await (const slice of search.found(queries, filter ? [filter] : [], interval))
        for (const { passed } of slice) {
          const met = new Set<string>()
          for (const leg of passed)
            for (const values of combinations(dimensions.map((one) => valuesIn(one, leg, canonicalOf)))) {
              const key = JSON.stringify(values)
              if (met.has(key)) continue
              met.add(key)
              const group = groups.get(key) ?? { values, count: 0 }
              if (groups.size > GROUPS_MAX)
                throw new HttpError('malformed', `groupBy: more than ${GROUPS_MAX} groups. Ask for fewer.`, 'groupBy')
              group.count += 1
              groups.set(key, group)
            }
        }
      const results = [...groups]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { values, count }]) => ({
          group: Object.fromEntries(
            dimensions.flatMap((one, i) => (typeof values[i] === 'string' ? [[one, values[i]]] : [])),
          ),
          data: [{ interval, metrics: [{ metric: 'nConversations', stats: { count } }] }],
        }))
      return { results }
    },
  )
}
