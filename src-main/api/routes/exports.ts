// Exports of people and of notes, as the reference has them: asked for, looked after, fetched as CSV.
import { z } from 'zod'
import type { RequestedExport, RequestedKind } from '../../application/requested-exports'
import { HttpError } from '../errors'
import { idSchema, limitQuery, listSchema, readCursor, writeCursor } from '../schemas/common'
import { BASE } from '../schemas/contact'
import { HOME } from '../schemas/division'
import { askedBy, conditionsSchema, NOTE_FIELDS, PEOPLE_FIELDS } from '../schemas/export-filter'
import { originOf } from '../schemas/origin'
import { LOCAL, type Routes, refusals } from './route'

const VIEW = { permission: 'externalContacts:contact:view' } as const
const tags = ['exports']
const exportParams = z.object({ exportId: idSchema })
const cursorSchema = z.object({ after: z.string() })
const unread = z.unknown().optional()

const exportBody = z.strictObject({
  divisionIds: z.array(z.literal(HOME.id)).max(1).nullish(),
  queryConditions: conditionsSchema.nullish(),
  id: unread,
  createdBy: unread,
  dateCreated: unread,
  dateCompletion: unread,
  status: unread,
  downloadUrl: unread,
  resultRowCount: unread,
  selfUri: unread,
})
const exportSchema = z.object({
  id: z.string(),
  divisionIds: z.array(z.string()),
  createdBy: z.object({ id: z.string() }),
  dateCreated: z.string(),
  dateCompletion: z.string().optional(),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED']),
  downloadUrl: z.string().optional(),
  resultRowCount: z.number().optional(),
  queryConditions: z.unknown().optional(),
  selfUri: z.string(),
})
const exportAnswer = { 200: exportSchema, ...refusals }

const uriOf = (kind: RequestedKind) => `${BASE}/${kind}/exports`

function toExport(origin: string, one: RequestedExport): z.infer<typeof exportSchema> {
  const { id, kind, status, createdBy, createdAt, completedAt, lines, said } = one
  return {
    id,
    divisionIds: [HOME.id],
    createdBy: { id: createdBy },
    dateCreated: createdAt,
    ...(completedAt === undefined ? {} : { dateCompletion: completedAt }),
    status,
    ...(status === 'SUCCEEDED' ? { downloadUrl: `${origin}${LOCAL}/exports/${id}/file` } : {}),
    ...(lines === undefined ? {} : { resultRowCount: lines }),
    ...(said === undefined ? {} : { queryConditions: said }),
    selfUri: `${uriOf(kind)}/${id}`,
  }
}

export const exportRoutes: Routes = (api, { exports, tempFiles }) => {
  for (const kind of ['contacts', 'notes'] as const) {
    api.post(
      uriOf(kind),
      {
        config: VIEW,
        schema: {
          summary: `Export ${kind}: all, or those that conditions ask for`,
          tags,
          body: exportBody,
          response: exportAnswer,
        },
      },
      (request) => {
        const { queryConditions } = request.body
        const said = queryConditions ? { said: queryConditions } : {}
        if (kind === 'contacts') {
          const { keep, ...rest } = askedBy(queryConditions, PEOPLE_FIELDS)
          const wanted = { ...rest, ...said, ...(keep ? { people: keep } : {}) }
          return toExport(originOf(request), exports.begin(request.caller, kind, wanted))
        }
        const { keep, ...rest } = askedBy(queryConditions, NOTE_FIELDS)
        const wanted = { ...rest, ...said, ...(keep ? { notes: keep } : {}) }
        return toExport(originOf(request), exports.begin(request.caller, kind, wanted))
      },
    )

    api.get(
      uriOf(kind),
      {
        config: VIEW,
        schema: {
          summary: `The exports of ${kind} that were asked for since the application started, the latest first`,
          tags,
          querystring: z.object({
            divisionIds: listSchema,
            after: z.string().max(1024).optional(),
            pageSize: limitQuery(1, 100, 25),
          }),
          response: {
            200: z.object({ entities: z.array(exportSchema), nextUri: z.string().optional(), selfUri: z.string() }),
            ...refusals,
          },
        },
      },
      (request) => {
        const { after, pageSize } = request.query
        const all = exports.list(request.caller, kind)
        const from = after === undefined ? undefined : readCursor(after, cursorSchema, 'after').after
        const start = from === undefined ? 0 : all.findIndex(({ id }) => id === from) + 1
        if (from !== undefined && start === 0)
          throw new HttpError('malformed', 'after: that export is forgotten. Begin anew.', 'after')
        const page = all.slice(start, start + pageSize)
        const last = page.at(-1)
        const next = last && all.length > start + pageSize ? writeCursor({ after: last.id }) : undefined
        return {
          entities: page.map((one) => toExport(originOf(request), one)),
          ...(next
            ? { nextUri: `${uriOf(kind)}?${new URLSearchParams({ pageSize: String(pageSize), after: next })}` }
            : {}),
          selfUri: uriOf(kind),
        }
      },
    )

    api.get(
      `${uriOf(kind)}/:exportId`,
      {
        config: VIEW,
        schema: { summary: `How an export of ${kind} stands`, tags, params: exportParams, response: exportAnswer },
      },
      (request) => toExport(originOf(request), exports.get(request.caller, kind, request.params.exportId)),
    )
  }

  api.get(
    `${LOCAL}/exports/:exportId/file`,
    {
      config: VIEW,
      schema: {
        summary: 'The file of an export, as CSV',
        tags,
        params: exportParams,
        produces: ['text/csv'],
        response: { 200: z.unknown(), ...refusals },
      },
    },
    (request, reply) => {
      const { path, kind } = exports.pathOf(request.caller, request.params.exportId)
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${kind}.csv"`)
        .send(tempFiles.read(path))
    },
  )
}
