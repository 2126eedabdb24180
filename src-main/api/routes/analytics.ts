// The reference's conversation detail query, for the one rule that matters here: predicates on externalContactId, ORed
// over a merge set, find every interaction of a person.
import type { InteractionView } from '@shared/model/views'
import { z } from 'zod'
import { HttpError } from '../errors'
import { conversationSchema, toConversation } from '../schemas/journey'
import { type Routes, refusals } from './route'

const PAGE_MAX = 100
const predicateSchema = z.object({
  type: z.string().max(32).nullish(),
  dimension: z.string().max(64).nullish(),
  operator: z.enum(['matches', 'exists', 'notExists']).nullish(),
  value: z.string().max(1024).nullish(),
})
type Predicate = z.infer<typeof predicateSchema>
const clauseSchema = z.object({ type: z.enum(['and', 'or']), predicates: z.array(predicateSchema).max(200) })
const filterSchema = z.object({
  type: z.enum(['and', 'or']),
  clauses: z.array(clauseSchema).max(50).nullish(),
  predicates: z.array(predicateSchema).max(200).nullish(),
})
type Filter = z.infer<typeof filterSchema>

/** Dimensions that can be asked for: what an interaction has there. */
const DIMENSIONS: Readonly<Record<string, (view: InteractionView) => string | undefined>> = {
  externalContactId: ({ contactId }) => contactId ?? undefined,
  conversationId: ({ conversationId }) => conversationId,
  mediaType: ({ channel }) => channel,
  direction: ({ direction }) => direction,
  originatingDirection: ({ direction }) => direction,
  queueId: ({ queue }) => queue,
  userId: ({ agent }) => agent,
  wrapUpCode: ({ wrapUp }) => wrapUp,
}

function dimensionOf({ dimension }: Predicate) {
  const read = Object.hasOwn(DIMENSIONS, dimension ?? '') ? DIMENSIONS[dimension ?? ''] : undefined
  if (!read)
    throw new HttpError(
      'malformed',
      `“${dimension}” is no dimension known here; there are: ${Object.keys(DIMENSIONS).join(', ')}.`,
    )
  return read
}

function holds(predicate: Predicate, view: InteractionView): boolean {
  const found = dimensionOf(predicate)(view)
  if (predicate.operator === 'exists') return found !== undefined
  if (predicate.operator === 'notExists') return found === undefined
  return found === (predicate.value ?? undefined)
}

function passes({ type, clauses, predicates }: Filter, view: InteractionView): boolean {
  const answers = [
    ...(predicates ?? []).map((one) => holds(one, view)),
    ...(clauses ?? []).map((clause) => passes({ type: clause.type, predicates: clause.predicates }, view)),
  ]
  return answers.length === 0 || (type === 'and' ? answers.every(Boolean) : answers.some(Boolean))
}

/** Every contact id the filters name: only interactions of these can pass. */
function contactIds(filters: readonly Filter[]): string[] {
  const predicates = filters.flatMap((filter) => [
    ...(filter.predicates ?? []),
    ...(filter.clauses ?? []).flatMap((clause) => clause.predicates),
  ])
  for (const predicate of predicates) dimensionOf(predicate)
  const named = predicates.filter(
    ({ dimension, operator }) => dimension === 'externalContactId' && (operator ?? 'matches') === 'matches',
  )
  return [...new Set(named.flatMap(({ value }) => value ?? []))]
}

function intervalOf(text: string): [number, number] {
  const [from, to] = text
    .split('/')
    .map((one) => Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(one) || one.length <= 10 ? one : `${one}Z`))
  if (from === undefined || to === undefined || !(from <= to))
    throw new HttpError('malformed', 'interval: write it as 2026-06-01T00:00:00Z/2026-07-01T00:00:00Z.', 'interval')
  return [from, to]
}

export const analyticsRoutes: Routes = (api) => {
  api.post(
    '/api/v2/analytics/conversations/details/query',
    {
      config: { permission: 'externalContacts:conversation:viewAll' },
      schema: {
        summary: 'Conversations of contacts in an interval',
        tags: ['journey'],
        body: z.object({
          interval: z.string().max(128),
          segmentFilters: z.array(filterSchema).max(50).nullish(),
          conversationFilters: z.array(filterSchema).max(50).nullish(),
          order: z.enum(['asc', 'desc', 'unordered']).nullish(),
          orderBy: z.enum(['conversationStart', 'conversationEnd', 'segmentStart', 'segmentEnd']).nullish(),
          paging: z
            .object({
              pageSize: z.number().int().min(1).max(PAGE_MAX),
              pageNumber: z.number().int().min(1).max(100_000),
            })
            .nullish(),
        }),
        response: {
          200: z.object({ conversations: z.array(conversationSchema).optional(), totalHits: z.number() }),
          ...refusals,
        },
      },
    },
    async ({ body, caller: { queries } }) => {
      const filters = [...(body.segmentFilters ?? []), ...(body.conversationFilters ?? [])]
      const ids = contactIds(filters)
      if (ids.length === 0)
        throw new HttpError(
          'malformed',
          'Name the contacts: a predicate on externalContactId is needed here.',
          'segmentFilters',
        )
      const found = (await queries.conversations(ids, ...intervalOf(body.interval))).filter((view) =>
        filters.every((filter) => passes(filter, view)),
      )
      const byConversation = Map.groupBy(found, ({ conversationId, id }) => conversationId || id)
      const conversations = [...byConversation.values()].map((views) =>
        toConversation(views as [InteractionView, ...InteractionView[]]),
      )
      const ends = body.orderBy?.endsWith('End') === true
      const key = (one: (typeof conversations)[number]) =>
        ends ? (one.conversationEnd ?? one.conversationStart) : one.conversationStart
      conversations.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
      if (body.order === 'desc') conversations.reverse()
      const { pageSize, pageNumber } = body.paging ?? { pageSize: 25, pageNumber: 1 }
      const page = conversations.slice(pageSize * (pageNumber - 1), pageSize * pageNumber)
      return { ...(page.length > 0 ? { conversations: page } : {}), totalHits: conversations.length }
    },
  )
}
