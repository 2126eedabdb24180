// The reference's conversation queries, for the one rule that matters here: predicates on externalContactId, ORed over a merge
// set, find every interaction of a person; canonicalExternalContactId means the whole set by any of its ids.
// Invariant: only conversations are in these answers; web and app sessions have a permission of their own.
import { asContactId } from '@shared/model/ids'
import { PAGE_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { HttpError } from '../errors'
import {
  type Conversation,
  type Conversed,
  conversationSchema,
  isConversation,
  toConversation,
} from '../schemas/conversation'
import { checkFilters, dimensionOf, type Filter, filterSchema, namedIn, passes, valuesIn } from '../schemas/predicates'
import { type Routes, refusals } from './route'

const DETAILS_MAX = 100
const INTERVAL_MAX = 128
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
const GROUPS_MAX = 10

function intervalOf(text: string): [number, number] {
  const [from, to] = text
    .split('/')
    .map((one) => Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(one) || one.length <= 10 ? one : `${one}Z`))
  if (from === undefined || to === undefined || !(from <= to))
    throw new HttpError('malformed', 'interval: write it as 2026-06-01T00:00:00Z/2026-07-01T00:00:00Z.', 'interval')
  return [from, to]
}

type OfConversation = [Conversed, ...Conversed[]]

/** Interactions gathered by their conversation. */
const byConversation = (views: readonly Conversed[]): OfConversation[] =>
  [...Map.groupBy(views, ({ conversationId, id }) => conversationId || id).values()] as OfConversation[]

/** How many conversations have each value of a dimension, the most frequent first. */
function termFrequency(
  conversations: readonly OfConversation[],
  { dimension, size }: z.infer<typeof aggregationSchema>,
  canonicalOf: (contactId: string) => string,
): z.infer<typeof aggregatedSchema> {
  const counts = new Map<string, number>()
  for (const views of conversations)
    for (const value of new Set(views.flatMap((view) => valuesIn(dimension, view, canonicalOf))))
      counts.set(value, (counts.get(value) ?? 0) + 1)
  const results = [...counts].map(([value, count]) => ({ value, count }))
  results.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return { type: 'termFrequency', dimension, count: conversations.length, results: results.slice(0, size ?? 10) }
}

/** Every combination of one value from each list. */
const combinations = (lists: readonly (readonly string[])[]): string[][] =>
  lists.reduce<string[][]>((all, list) => all.flatMap((one) => list.map((value) => [...one, value])), [[]])

function inOrder(
  conversations: Conversation[],
  orderBy: string | null | undefined,
  isDescending: boolean,
): Conversation[] {
  const key = ({ conversationStart, conversationEnd }: Conversation) =>
    orderBy?.endsWith('End') ? (conversationEnd ?? conversationStart) : conversationStart
  const sorted = conversations.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  return isDescending ? sorted.reverse() : sorted
}

export const analyticsRoutes: Routes = (api, { engine }) => {
  const canonicalOf = (contactId: string) => engine.queries.canonicalId(asContactId(contactId))

  /** Conversations of the contacts that filters name, as far as they pass. */
  async function found(
    queries: { conversations: typeof engine.queries.conversations },
    filters: readonly Filter[],
    interval: string,
    field: string,
  ): Promise<Conversed[]> {
    checkFilters(filters)
    const ids = new Set([
      ...namedIn(filters, 'externalContactId').map(asContactId),
      ...namedIn(filters, 'canonicalExternalContactId').flatMap((id) => engine.queries.setMembers(asContactId(id))),
    ])
    if (ids.size === 0)
      throw new HttpError(
        'malformed',
        'Name the contacts: a predicate on externalContactId or canonicalExternalContactId is needed here.',
        field,
      )
    const views = (await queries.conversations([...ids], ...intervalOf(interval))).filter(isConversation)
    return views.filter((view) => filters.every((filter) => passes(filter, view, canonicalOf)))
  }

  api.post(
    '/api/v2/analytics/conversations/details/query',
    {
      config: { permission: 'externalContacts:conversation:viewAll' },
      schema: {
        summary: 'Conversations of contacts in an interval',
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
      const all = byConversation(await found(queries, filters, body.interval, 'segmentFilters'))
      const conversations = inOrder(all.map(toConversation), body.orderBy, body.order === 'desc')
      const { pageSize, pageNumber } = body.paging ?? { pageSize: 25, pageNumber: 1 }
      const page = conversations.slice(pageSize * (pageNumber - 1), pageSize * pageNumber)
      return {
        ...(page.length > 0 ? { conversations: page } : {}),
        ...(body.aggregations
          ? { aggregations: body.aggregations.map((one) => termFrequency(all, one, canonicalOf)) }
          : {}),
        totalHits: conversations.length,
      }
    },
  )

  api.post(
    '/api/v2/analytics/conversations/aggregates/query',
    {
      config: { permission: 'externalContacts:conversation:viewAll' },
      schema: {
        summary: 'How many conversations contacts had, by contact, by person (canonicalExternalContactId) or otherwise',
        tags: ['journey'],
        body: z.strictObject({
          interval: z.string().max(INTERVAL_MAX),
          groupBy: z.array(z.string().max(64)).max(GROUPS_MAX).nullish(),
          filter: filterSchema,
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
      const groups = new Map<string, { values: string[]; conversations: Set<string> }>()
      for (const view of await found(queries, [filter], interval, 'filter'))
        for (const values of combinations(dimensions.map((one) => valuesIn(one, view, canonicalOf)))) {
          const key = JSON.stringify(values)
          const group = groups.get(key) ?? { values, conversations: new Set() }
          group.conversations.add(view.conversationId)
          groups.set(key, group)
        }
      const results = [...groups]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { values, conversations }]) => ({
          group: Object.fromEntries(dimensions.map((one, i) => [one, values[i] ?? ''])),
          data: [{ interval, metrics: [{ metric: 'nConversations', stats: { count: conversations.size } }] }],
        }))
      return { results }
    },
  )
}
