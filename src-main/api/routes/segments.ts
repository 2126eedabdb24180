// Segments as the reference manages them, and who is in which.
// Invariant: a segment that is taken back is told of with no person any more.
import { ScvError } from '@shared/errors'
import { SEGMENTS_ASSIGNED_MAX, SEGMENTS_MAX } from '@shared/model/limits'
import { z } from 'zod'
import type { Caller } from '../caller'
import { HttpError } from '../errors'
import {
  contactParams,
  flagOf,
  flagSchema,
  idSchema,
  limitQuery,
  listing,
  listingSchema,
  listOf,
  listSchema,
  offsetOf,
  PAGE_SIZE_MAX,
  pageQuery,
} from '../schemas/common'
import { BASE } from '../schemas/contact'
import {
  assignmentSchema,
  fromSegmentBody,
  patchedSegment,
  SEGMENTS,
  segmentBody,
  segmentPatchBody,
  segmentSchema,
  toAssignment,
  toSegment,
} from '../schemas/segment'
import { type Routes, refusals } from './route'

const VIEW = { permission: 'externalContacts:contact:view' } as const
const DEFINE = { permission: 'externalContacts:settings:edit' } as const
const tags = ['segments']
const ASSIGNMENTS = `${BASE}/contacts/:contactId/journey/segments`
const ASSIGNMENTS_MAX = 500
const SORTED_BY = ['displayName', 'createdDate', 'modifiedDate', 'isActive', 'version'] as const
const QUERIED = ['displayName', 'description'] as const

const segmentParams = z.object({ segmentId: idSchema })
const segmentAnswer = { 200: segmentSchema, ...refusals }
const refsSchema = z.strictObject({ segments: z.array(z.strictObject({ id: idSchema })) })

type Answered = z.infer<typeof segmentSchema>

/** @throws HttpError `malformed` for what segments cannot be sorted by */
function sorted(all: Answered[], sortBy: string | undefined): Answered[] {
  const orders = listOf(sortBy).map((word) => {
    const field = SORTED_BY.find((one) => one === word.replace(/^-/, ''))
    if (!field) throw new HttpError('malformed', `sortBy: one of ${SORTED_BY.join(', ')}.`, 'sortBy')
    return { field, sign: word.startsWith('-') ? -1 : 1 }
  })
  return all.sort((a, b) => {
    for (const { field, sign } of orders) if (a[field] !== b[field]) return a[field] < b[field] ? -sign : sign
    return 0
  })
}

/** Those that a word stands in. @throws HttpError `malformed` for a word without a field, or fields that have none */
function queried(all: Answered[], fields: readonly string[], value: string | undefined): Answered[] {
  if (fields.length > 0 !== (value !== undefined))
    throw new HttpError('malformed', 'queryFields and queryValue are given together.', 'queryFields')
  const wanted = fields.map((name) => {
    const field = QUERIED.find((one) => one === name)
    if (!field) throw new HttpError('malformed', `queryFields: of ${QUERIED.join(', ')}.`, 'queryFields')
    return field
  })
  if (value === undefined) return all
  return all.filter((one) => wanted.some((field) => one[field]?.toLowerCase().includes(value.toLowerCase())))
}

/** @throws ScvError `not_found` */
async function segmentOf(queries: Pick<Caller['queries'], 'segments'>, segmentId: string) {
  const found = (await queries.segments()).find(({ id }) => id === segmentId)
  if (!found) throw new ScvError('not_found', 'There is no segment with this id.', { field: 'segmentId' })
  return found
}

export const segmentRoutes: Routes = (api, { engine }) => {
  api.get(
    SEGMENTS,
    {
      config: VIEW,
      schema: {
        summary: 'The segments',
        tags,
        querystring: pageQuery.extend({
          pageSize: limitQuery(1, PAGE_SIZE_MAX, 25),
          sortBy: z.string().max(256).optional(),
          isActive: flagSchema,
          segmentIds: listSchema,
          queryFields: listSchema,
          queryValue: z.string().max(256).optional(),
        }),
        response: { 200: listingSchema(segmentSchema), ...refusals },
      },
    },
    async ({ query: { sortBy, isActive, segmentIds, queryFields, queryValue, ...page }, caller }) => {
      const offset = offsetOf(page)
      const all = (await caller.queries.segments()).map(toSegment)
      const named = new Set(listOf(segmentIds))
      const found = sorted(queried(all, listOf(queryFields), queryValue), sortBy).filter(
        (one) =>
          (isActive === undefined || one.isActive === flagOf(isActive)) && (named.size === 0 || named.has(one.id)),
      )
      if (named.size > 0) return listing(found, found.length, { pageSize: SEGMENTS_MAX, pageNumber: 1 }, SEGMENTS)
      const shown = found.slice(offset, offset + page.pageSize)
      return listing(shown, found.length, page, SEGMENTS, {
        sortBy,
        isActive,
        queryValue,
        queryFields: listOf(queryFields).join() || undefined,
      })
    },
  )

  api.post(
    SEGMENTS,
    { config: DEFINE, schema: { summary: 'Name a segment', tags, body: segmentBody, response: segmentAnswer } },
    async ({ body, caller }) => {
      const id = await engine.segments.create(caller.actor(), fromSegmentBody(body))
      return toSegment(await segmentOf(engine.queries, id))
    },
  )

  api.get(
    `${SEGMENTS}/:segmentId`,
    { config: VIEW, schema: { summary: 'A segment', tags, params: segmentParams, response: segmentAnswer } },
    async ({ params, caller }) => toSegment(await segmentOf(caller.queries, params.segmentId)),
  )

  api.patch(
    `${SEGMENTS}/:segmentId`,
    {
      config: DEFINE,
      schema: {
        summary: 'Change a segment; `version` is the one that was read',
        tags,
        params: segmentParams,
        body: segmentPatchBody,
        response: segmentAnswer,
      },
    },
    async ({ params: { segmentId }, body, caller }) => {
      const changed = patchedSegment(body, await segmentOf(engine.queries, segmentId))
      await engine.segments.update(caller.actor(), segmentId, changed, body.version ?? undefined)
      return toSegment(await segmentOf(engine.queries, segmentId))
    },
  )

  api.delete(
    `${SEGMENTS}/:segmentId`,
    {
      config: DEFINE,
      schema: {
        summary: 'Take a segment back; no person is in it any more',
        tags,
        params: segmentParams,
        response: { 200: z.object({}), ...refusals },
      },
    },
    async ({ params, caller }) => {
      await engine.segments.remove(caller.actor(), params.segmentId)
      return {}
    },
  )
}

/** Who is in which segment. */
export const segmentAssignmentRoutes: Routes = (api, { engine, now }) => {
  api.get(
    ASSIGNMENTS,
    {
      config: VIEW,
      schema: {
        summary: 'The segments that a contact is in, or with `includeMerged` its merge set, the latest first',
        tags,
        params: contactParams,
        querystring: z.object({ includeMerged: flagSchema, limit: limitQuery(1, ASSIGNMENTS_MAX, 25) }),
        response: { 200: z.object({ entities: z.array(assignmentSchema) }), ...refusals },
      },
    },
    async ({ params: { contactId }, query: { includeMerged, limit }, caller: { queries } }) => {
      const known = new Set((await queries.segments()).map(({ id }) => id))
      const all = queries.segmentsOf(contactId, { wholeSet: flagOf(includeMerged), now: now() })
      return {
        entities: all
          .filter(({ segmentId }) => known.has(segmentId))
          .slice(0, limit)
          .map(toAssignment),
      }
    },
  )

  api.post(
    ASSIGNMENTS,
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: {
        summary: 'Put a person into up to 10 segments, or on for as long again, or take them out of some',
        tags,
        params: contactParams,
        body: z.strictObject({ assign: refsSchema.nullish(), unassign: refsSchema.nullish() }),
        response: {
          200: z.object({
            unprocessedItems: z.object({
              count: z.number(),
              assign: z.object({ segments: z.array(z.object({ id: z.string() })) }),
              unassign: z.object({ segments: z.array(z.object({ id: z.string() })) }),
            }),
          }),
          ...refusals,
        },
      },
    },
    async ({ params: { contactId }, body, caller }) => {
      const into = (body.assign?.segments ?? []).map(({ id }) => id)
      const outOf = (body.unassign?.segments ?? []).map(({ id }) => id)
      const all = [...into, ...outOf]
      if (all.length === 0 || all.length > SEGMENTS_ASSIGNED_MAX)
        throw new HttpError('malformed', `Name 1 to ${SEGMENTS_ASSIGNED_MAX} segments.`, 'assign.segments')
      if (new Set(all).size < all.length)
        throw new HttpError('malformed', 'A segment stands there twice.', 'assign.segments')
      const unknown = await engine.segments.assign(caller.actor(), contactId, { into, outOf })
      const segments = unknown.map((id) => ({ id }))
      return { unprocessedItems: { count: segments.length, assign: { segments }, unassign: { segments: [] } } }
    },
  )
}
