// Import jobs as the reference has them: one tries a file, waits, and imports when it is told to go on.
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ScvError } from '@shared/errors'
import { z } from 'zod'
import type { CsvJob } from '../../application/csv-imports'
import { HttpError } from '../errors'
import { idSchema, limitQuery, listSchema, readCursor, writeCursor } from '../schemas/common'
import { BASE } from '../schemas/contact'
import { divisionBody, divisionSchema, HOME } from '../schemas/division'
import { originOf } from '../schemas/origin'
import { LOCAL, type Routes, refusals } from './route'

const JOBS = `${BASE}/import/jobs`
const IMPORT = { permission: 'externalContacts:import:add' } as const
const tags = ['imports']
const jobParams = z.object({ jobId: idSchema })
const cursorSchema = z.object({ after: z.string() })
const JOB_STATUSES = ['Created', 'Running', 'Completed', 'Failed', 'Cancelled'] as const

const jobSchema = z.object({
  id: z.string(),
  status: z.enum(JOB_STATUSES),
  statusDetails: z.string().optional(),
  executionStep: z.enum(['Validating', 'Validated', 'Importing']).optional(),
  metadata: z.object({
    fileName: z.string(),
    dryRunFailedCount: z.number().optional(),
    dryRunSuccessCount: z.number().optional(),
    dryRunReportDownloadUrl: z.string().optional(),
    importFailedCount: z.number().optional(),
    importSuccessCount: z.number().optional(),
    importReportDownloadUrl: z.string().optional(),
  }),
  dateCreated: z.string(),
  division: divisionSchema,
  selfUri: z.string(),
  settings: z.object({ id: z.string(), selfUri: z.string() }),
})

type Counts = NonNullable<CsvJob['dry']>
const successes = ({ creates, updates, unchanged }: Counts) => creates + updates + unchanged

function toJob(origin: string, job: CsvJob): z.infer<typeof jobSchema> {
  const { id, status, statusDetails, step, fileName, settingsId, createdAt, dry, real } = job
  const report = `${origin}${LOCAL}/import/${id}/report`
  return {
    id,
    status,
    ...(statusDetails === undefined ? {} : { statusDetails }),
    ...(step === undefined ? {} : { executionStep: step }),
    metadata: {
      fileName,
      ...(dry ? { dryRunFailedCount: dry.rejects, dryRunSuccessCount: successes(dry) } : {}),
      // There is one report: that of what was done last.
      ...(dry && !real ? { dryRunReportDownloadUrl: report } : {}),
      ...(real
        ? { importFailedCount: real.rejects, importSuccessCount: successes(real), importReportDownloadUrl: report }
        : {}),
    },
    dateCreated: createdAt,
    division: HOME,
    selfUri: `${JOBS}/${id}`,
    settings: { id: settingsId, selfUri: `${BASE}/import/csv/settings/${settingsId}` },
  }
}

export const csvJobRoutes: Routes = (api, { csvImports }) => {
  api.post(
    `${BASE}/import/csv/jobs`,
    {
      config: IMPORT,
      schema: {
        summary: 'Begin an import of a file that was sent with its trial; it waits then to be told to go on',
        tags,
        body: z.strictObject({ uploadId: idSchema, settingsId: idSchema, division: divisionBody }),
        response: { 200: z.object({ job: z.object({ id: z.string(), selfUri: z.string() }) }), ...refusals },
      },
    },
    async ({ body, caller }) => {
      const id = await csvImports.for(caller).begin(body.uploadId, body.settingsId)
      return { job: { id, selfUri: `${JOBS}/${id}` } }
    },
  )

  api.post(
    JOBS,
    {
      config: IMPORT,
      schema: {
        summary: 'Refused: rows come in files here, and a job begins with one (`/import/csv/jobs`)',
        tags,
        body: z.strictObject({ settingsId: idSchema, division: divisionBody }),
        response: refusals,
      },
    },
    (): never => {
      throw new ScvError(
        'invalid_input',
        'A job begins with a file: send one, and begin its job at /import/csv/jobs.',
        {
          field: 'uploadId',
        },
      )
    },
  )

  api.put(
    `${JOBS}/:jobId`,
    {
      config: IMPORT,
      schema: {
        summary: 'Have a job go on after its trial, end, or be tried again after it failed',
        tags,
        params: jobParams,
        body: z.strictObject({ jobId: idSchema.nullish(), status: z.enum(['Continue', 'Cancel', 'Retry']) }),
        response: { 200: z.object({ jobId: z.string(), status: z.enum(JOB_STATUSES) }), ...refusals },
      },
    },
    async ({ params: { jobId }, body, caller }) => {
      if (body.jobId && body.jobId !== jobId)
        throw new HttpError('malformed', 'The id is another one than that of the address.', 'jobId')
      const { status } = await csvImports.for(caller).move(jobId, body.status)
      return { jobId, status }
    },
  )
}

/** How jobs stand, and what came of them. */
export const csvJobStateRoutes: Routes = (api, { csvImports, importsFor, uploadDir, tempFiles, onDefect }) => {
  api.get(
    JOBS,
    {
      config: IMPORT,
      schema: {
        summary: 'The import jobs that were begun since the application started',
        tags,
        querystring: z.object({
          expand: listSchema,
          after: z.string().max(1024).optional(),
          pageSize: limitQuery(1, 100, 25),
          sortOrder: z.enum(['Ascending', 'Descending']).default('Ascending'),
          jobStatus: z.enum(JOB_STATUSES).optional(),
        }),
        response: {
          200: z.object({
            entities: z.array(jobSchema),
            nextUri: z.string().optional(),
            cursors: z.object({ after: z.string().optional() }),
            selfUri: z.string(),
          }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { after, pageSize, sortOrder, jobStatus } = request.query
      const jobs = (await csvImports.for(request.caller).jobs()).filter(
        ({ status }) => jobStatus === undefined || status === jobStatus,
      )
      const all = sortOrder === 'Descending' ? jobs.reverse() : jobs
      const last = after === undefined ? undefined : readCursor(after, cursorSchema, 'after').after
      const start = last === undefined ? 0 : all.findIndex(({ id }) => id === last) + 1
      if (last !== undefined && start === 0)
        throw new HttpError('malformed', 'after: that job is forgotten. Begin anew.', 'after')
      const page = all.slice(start, start + pageSize)
      const end = page.at(-1)
      const next = end && all.length > start + pageSize ? writeCursor({ after: end.id }) : undefined
      return {
        entities: page.map((job) => toJob(originOf(request), job)),
        ...(next ? { nextUri: `${JOBS}?${new URLSearchParams({ pageSize: String(pageSize), after: next })}` } : {}),
        cursors: next ? { after: next } : {},
        selfUri: JOBS,
      }
    },
  )

  api.get(
    `${JOBS}/:jobId`,
    {
      config: IMPORT,
      schema: {
        summary: 'How an import job stands',
        tags,
        params: jobParams,
        querystring: z.object({ expand: listSchema }),
        response: { 200: jobSchema, ...refusals },
      },
    },
    async (request) => toJob(originOf(request), await csvImports.for(request.caller).job(request.params.jobId)),
  )

  api.get(
    `${LOCAL}/import/:jobId/report`,
    {
      config: IMPORT,
      schema: {
        summary: 'The report of an import, as CSV',
        tags,
        params: jobParams,
        produces: ['text/csv'],
        response: { 200: z.unknown(), ...refusals },
      },
    },
    async ({ params: { jobId }, caller }, reply) => {
      const path = join(uploadDir, `report-${randomUUID()}.csv`)
      await importsFor(caller).saveReport(jobId, path)
      const file = tempFiles.read(path)
      file.on('close', () => void rm(path, { force: true }).catch(onDefect))
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="import-report.csv"')
        .send(file)
    },
  )
}
