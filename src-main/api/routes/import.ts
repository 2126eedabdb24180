// Importing a file of people over HTTP: it goes to disk first, then through the same desk as in the window.
// Invariant: the uploaded file is gone once its import has ended, whichever way.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ScvError } from '@shared/errors'
import {
  type ImportFile,
  importFileSchema,
  importOptionsSchema,
  importReportLineSchema,
  importStateSchema,
  importTargetSchema,
  importUndoSchema,
} from '@shared/model/import'
import type { FastifyRequest } from 'fastify'
import { filter, firstValueFrom } from 'rxjs'
import { z } from 'zod'
import { HttpError, invalidRequest } from '../errors'
import { flagOf, limitQuery } from '../schemas/common'
import { LOCAL, type Routes, refusals } from './route'

/** A file of people may be larger than other bodies. */
export const UPLOAD_MAX = 100 * 1024 * 1024
/** Imports whose report can still be read; older ones are forgotten. */
const KEPT = 20

const stateAnswer = z.object({ id: z.string(), state: importStateSchema })
/** What was made of the file: so that a caller sees where each column goes, and can say otherwise. */
const fileAnswer = importFileSchema.omit({ importId: true })
const startedAnswer = stateAnswer.extend({ file: fileAnswer })
const jobParams = z.object({ jobId: z.string().min(1).max(64) })
/** A field of the form, which a mapping of many columns may fill. */
export const FORM_FIELD_MAX = 64 * 1024
const fieldsSchema = importOptionsSchema.strict().extend({
  dryRun: z.enum(['true', 'false']).optional(),
  encoding: z.string().min(1).max(64).optional(),
  mapping: z.string().max(FORM_FIELD_MAX).optional(),
})
const mappingSchema = z.record(z.string(), importTargetSchema)

/**
 * The columns with the targets a caller chose: an object of header → target as JSON. Columns it does not name go where
 * they would have gone.
 */
function mapped(file: ImportFile, mapping: string | undefined): { header: string; target: string }[] {
  const columns = file.columns.map(({ header, target }) => ({ header, target }))
  if (mapping === undefined || mapping.trim() === '') return columns
  let given: unknown
  try {
    given = JSON.parse(mapping)
  } catch {
    throw new HttpError('malformed', '`mapping` is no JSON: send an object of header and target.', 'mapping')
  }
  const parsed = mappingSchema.safeParse(given)
  if (!parsed.success) throw new HttpError('malformed', '`mapping` is an object of header and target.', 'mapping')
  const wanted = new Map(Object.entries(parsed.data).map(([header, target]) => [header.trim().toLowerCase(), target]))
  const chosen = columns.map(({ header, target }) => {
    const key = header.toLowerCase()
    const own = wanted.get(key)
    wanted.delete(key)
    return { header, target: own ?? target }
  })
  const [unknown] = wanted.keys()
  if (unknown !== undefined)
    throw new ScvError(
      'invalid_input',
      `The file has no column “${unknown}”. It has ${columns.map(({ header }) => `“${header}”`).join(', ')}.`,
      {
        field: 'mapping',
      },
    )
  return chosen
}

export const importRoutes: Routes = (api, { importsFor, uploadDir, tempFiles, onDefect }) => {
  const kept: string[] = []

  /** The file on disk and the fields beside it. */
  async function receive(request: FastifyRequest, folder: string) {
    const fields: Record<string, unknown> = Object.create(null)
    let path: string | undefined
    for await (const part of request.parts()) {
      if (part.type === 'field') {
        if (part.fieldname in fields)
          throw new HttpError('malformed', 'This field stands twice in the form.', part.fieldname)
        fields[part.fieldname] = part.value
      } else if (path) throw new HttpError('malformed', 'Send one file at a time.', part.fieldname)
      else {
        const name = basename(part.filename.replaceAll('\\', '/'))
          .replace(/[^\p{L}\p{N}._ -]/gu, '_')
          .slice(-128)
        path = join(folder, /[^. ]/.test(name) ? name : 'people')
        await tempFiles.write(path, part.file)
        if (part.file.truncated) throw new HttpError('body_too_large')
      }
    }
    if (!path) throw new HttpError('malformed', 'There is no file in the form.', 'file')
    const parsed = fieldsSchema.safeParse(fields)
    if (!parsed.success) throw invalidRequest(parsed.error, 'body')
    const { dryRun, encoding, mapping, ...options } = parsed.data
    return { path, options, encoding, mapping, dryRun: flagOf(dryRun) }
  }

  async function begin(request: FastifyRequest, folder: string) {
    const { path, options, encoding, mapping, dryRun } = await receive(request, folder).catch((error: unknown) => {
      // The parser of forms throws plain errors; ours, the framework's and the disk's are told apart by what they carry.
      const known = error instanceof ScvError || error instanceof HttpError
      if (known || (error instanceof Error && ('statusCode' in error || 'syscall' in error))) throw error
      throw new HttpError('malformed', 'The form cannot be read.')
    })
    const desk = importsFor(request.caller)
    const file = await desk.open(path, encoding)
    const { importId } = file
    try {
      const columns = mapped(file, mapping)
      await desk[dryRun ? 'plan' : 'run'](importId, columns, options)
    } catch (error) {
      await desk.discard(importId)
      throw error
    }
    kept.push(importId)
    for (const old of kept.splice(0, kept.length - KEPT)) await desk.discard(old)
    return file
  }

  api.post(
    `${LOCAL}/import`,
    {
      config: { permission: 'externalContacts:import:add' },
      schema: {
        summary: 'Import people from a CSV or vCard file (multipart: file, onMatch, region, dryRun, encoding, mapping)',
        tags: ['import'],
        consumes: ['multipart/form-data'],
        response: { 202: startedAnswer, ...refusals },
      },
    },
    async (request, reply) => {
      if (!request.isMultipart()) throw new HttpError('unsupported_media_type', 'Send the file as multipart/form-data.')
      await mkdir(uploadDir, { recursive: true, mode: 0o700 })
      const folder = await mkdtemp(join(uploadDir, 'upload-'))
      const clear = () => rm(folder, { recursive: true, force: true })
      let opened: ImportFile
      try {
        opened = await begin(request, folder)
      } catch (error) {
        await clear()
        throw error
      }
      const desk = importsFor(request.caller)
      const { importId: id, ...file } = opened
      const ended = firstValueFrom(
        desk.state$(id).pipe(filter(({ phase }) => phase !== 'planning' && phase !== 'running' && phase !== 'opened')),
        { defaultValue: undefined },
      )
      void ended.then(clear).catch(onDefect)
      return reply.code(202).send({ id, state: await firstValueFrom(desk.state$(id)), file })
    },
  )
}

/** What there is to ask and tell of an import that was begun; these take JSON or nothing, as all other routes do. */
export const importJobRoutes: Routes = (api, { importsFor }) => {
  api.get(
    `${LOCAL}/import/:jobId`,
    {
      config: { permission: 'externalContacts:import:add' },
      schema: {
        summary: 'Progress and counts of an import, and a line for each row with a problem',
        tags: ['import'],
        params: jobParams,
        querystring: z.object({ offset: limitQuery(0, 1_000_000_000, 0), limit: limitQuery(1, 500, 100) }),
        response: {
          200: stateAnswer.extend({ report: z.object({ total: z.number(), lines: z.array(importReportLineSchema) }) }),
          ...refusals,
        },
      },
    },
    async ({ params: { jobId }, query, caller }) => {
      const desk = importsFor(caller)
      const state = await firstValueFrom(desk.state$(jobId))
      return { id: jobId, state, report: await desk.report(jobId, query) }
    },
  )

  api.post(
    `${LOCAL}/import/:jobId/cancel`,
    {
      config: { permission: 'externalContacts:import:add' },
      schema: {
        summary: 'Stop an import after the batch at work; what is in stays in',
        tags: ['import'],
        params: jobParams,
        response: { 200: stateAnswer, ...refusals },
      },
    },
    async ({ params: { jobId }, caller }) => {
      const desk = importsFor(caller)
      desk.cancel(jobId)
      return { id: jobId, state: await firstValueFrom(desk.state$(jobId)) }
    },
  )

  api.post(
    `${LOCAL}/import/:jobId/undo`,
    {
      config: { permission: 'externalContacts:import:add' },
      schema: {
        summary: 'Take an import back as a whole, within 30 days (by its job, or its importId in the audit trail)',
        tags: ['import'],
        params: jobParams,
        response: { 200: importUndoSchema, 202: importUndoSchema, ...refusals },
      },
    },
    async ({ params: { jobId }, caller }, reply) => {
      const undo = await importsFor(caller).undo(jobId)
      return reply.code(undo.done ? 200 : 202).send(undo)
    },
  )

  api.get(
    `${LOCAL}/import/:jobId/undo`,
    {
      config: { permission: 'externalContacts:import:add' },
      schema: {
        summary: 'How far the undoing of an import is, and what could not be taken back',
        tags: ['import'],
        params: jobParams,
        response: { 200: importUndoSchema, ...refusals },
      },
    },
    async ({ params: { jobId }, caller }) => firstValueFrom(importsFor(caller).undoState$(jobId)),
  )
}
