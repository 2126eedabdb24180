// External sources: the systems that contacts have ids in, as the reference lists them.
// Invariant: contacts keep the ids they have in a source, whether it is listed or not.
import { ScvError } from '@shared/errors'
import type { ExternalSource } from '@shared/model/external-source'
import { IDENTIFIER_SOURCE_MAX, URL_MAX } from '@shared/model/limits'
import { z } from 'zod'
import type { Caller } from '../caller'
import { HttpError } from '../errors'
import { flagOf, flagSchema, idSchema, limitQuery, readCursor, writeCursor } from '../schemas/common'
import { BASE } from '../schemas/contact'
import { type Routes, refusals } from './route'

const SOURCES = `${BASE}/externalsources`
const VIEW = { permission: 'externalContacts:contact:view' } as const
const EDIT = { permission: 'externalContacts:settings:edit' } as const
const tags = ['external sources']

const sourceBody = z.strictObject({
  id: z.string().nullish(),
  name: z.string().trim().min(1).max(IDENTIFIER_SOURCE_MAX),
  active: z.boolean().nullish(),
  linkConfiguration: z.strictObject({ uriTemplate: z.string().max(URL_MAX) }).nullish(),
  selfUri: z.unknown().optional(),
})
const sourceSchema = z.object({
  id: z.string(),
  name: z.string(),
  active: z.boolean(),
  linkConfiguration: z.object({ uriTemplate: z.string() }).optional(),
  selfUri: z.string(),
})
const sourceParams = z.object({ externalSourceId: idSchema })
const sourceAnswer = { 200: sourceSchema, ...refusals }
const cursorSchema = z.object({ after: z.string() })

const toSource = ({ id, name, isActive, uriTemplate }: ExternalSource): z.infer<typeof sourceSchema> => ({
  id,
  name,
  active: isActive,
  ...(uriTemplate === undefined ? {} : { linkConfiguration: { uriTemplate } }),
  selfUri: `${SOURCES}/${id}`,
})

const fromBody = ({ name, active, linkConfiguration }: z.infer<typeof sourceBody>) => ({
  name,
  isActive: active ?? true,
  ...(linkConfiguration ? { uriTemplate: linkConfiguration.uriTemplate } : {}),
})

/** @throws ScvError `not_found` */
async function sourceOf(queries: Pick<Caller['queries'], 'externalSources'>, id: string) {
  const found = (await queries.externalSources()).find((source) => source.id === id)
  if (!found)
    throw new ScvError('not_found', 'There is no external source with this id.', { field: 'externalSourceId' })
  return toSource(found)
}

export const externalSourceRoutes: Routes = (api, { engine }) => {
  api.get(
    SOURCES,
    {
      config: VIEW,
      schema: {
        summary: 'The external sources, by name',
        tags,
        querystring: z.object({
          cursor: z.string().max(1024).optional(),
          limit: limitQuery(1, 200, 100),
          name: z.string().max(IDENTIFIER_SOURCE_MAX).optional(),
          active: flagSchema,
        }),
        response: {
          200: z.object({
            entities: z.array(sourceSchema),
            cursors: z.object({ after: z.string().optional() }),
            selfUri: z.string(),
          }),
          ...refusals,
        },
      },
    },
    async ({ query: { cursor, limit, name, active }, caller }) => {
      const all = await caller.queries.externalSources()
      const wanted = all.filter(
        (source) =>
          (name === undefined || source.name.toLowerCase().includes(name.toLowerCase())) &&
          (active === undefined || source.isActive === flagOf(active)),
      )
      // One that is gone meanwhile had its place by its name and id.
      const placeOf = (source: ExternalSource) => JSON.stringify([source.name, source.id])
      const after = cursor === undefined ? undefined : readCursor(cursor, cursorSchema, 'cursor').after
      const rest = after === undefined ? wanted : wanted.filter((source) => placeOf(source) > after)
      const page = rest.slice(0, limit)
      const last = page.at(-1)
      return {
        entities: page.map(toSource),
        cursors: last && rest.length > limit ? { after: writeCursor({ after: placeOf(last) }) } : {},
        selfUri: SOURCES,
      }
    },
  )

  api.post(
    SOURCES,
    { config: EDIT, schema: { summary: 'List an external source', tags, body: sourceBody, response: sourceAnswer } },
    async ({ body, caller }) => {
      if (body.id) throw new HttpError('malformed', 'The id of a source is made here: leave it out.', 'id')
      return sourceOf(engine.queries, await engine.sources.create(caller.actor(), fromBody(body)))
    },
  )

  api.get(
    `${SOURCES}/:externalSourceId`,
    {
      config: VIEW,
      schema: { summary: 'An external source', tags, params: sourceParams, response: sourceAnswer },
    },
    ({ params, caller }) => sourceOf(caller.queries, params.externalSourceId),
  )

  api.put(
    `${SOURCES}/:externalSourceId`,
    {
      config: EDIT,
      schema: {
        summary: 'Change an external source',
        tags,
        params: sourceParams,
        body: sourceBody,
        response: sourceAnswer,
      },
    },
    async ({ params: { externalSourceId: id }, body, caller }) => {
      if (body.id && body.id !== id)
        throw new HttpError('malformed', 'The id is another one than that of the address.', 'id')
      await engine.sources.update(caller.actor(), id, fromBody(body))
      return sourceOf(engine.queries, id)
    },
  )

  api.delete(
    `${SOURCES}/:externalSourceId`,
    {
      config: EDIT,
      schema: {
        summary: 'Take an external source off the list; contacts keep their ids in it',
        tags,
        params: sourceParams,
        response: { 200: z.object({}), ...refusals },
      },
    },
    async ({ params, caller }) => {
      await engine.sources.remove(caller.actor(), params.externalSourceId)
      return {}
    },
  )
}
