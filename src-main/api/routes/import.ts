// Importing a file of people over HTTP: it goes to disk first, then through the same desk as in the window.
// Invariant: the uploaded file is gone once its import has ended, whichever way.
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ScvError } from '@shared/errors'
import { importOptionsSchema, importReportLineSchema, importStateSchema } from '@shared/model/import'
import type { FastifyRequest } from 'fastify'
import { filter, firstValueFrom } from 'rxjs'
import { z } from 'zod'
import { HttpError, invalidRequest } from '../errors'
import { flagOf, limitQuery } from '../schemas/common'
import { LOCAL } from './local'
import { type Routes, refusals } from './route'

/** A file of people may be larger than other bodies. */
export const UPLOAD_MAX = 100 * 1024 * 1024
/** Imports whose report can still be read; older ones are forgotten. */
const KEPT = 20

const stateAnswer = z.object({ id: z.string(), state: importStateSchema })
const fieldsSchema = importOptionsSchema.extend({ dryRun: z.enum(['true', 'false']).optional() })

export const importRoutes: Routes = (api, { importsFor, uploadDir, onDefect }) => {
  const kept: string[] = []

  /** The file on disk and the fields beside it. */
  async function receive(request: FastifyRequest, folder: string) {
    const fields: Record<string, unknown> = {}
    let path: string | undefined
    for await (const part of request.parts()) {
      if (part.type === 'field') fields[part.fieldname] = part.value
      else if (path) throw new HttpError('malformed', 'Send one file at a time.', part.fieldname)
      else {
        const name = basename(part.filename.replaceAll('\\', '/'))
          .replace(/[^\p{L}\p{N}._ -]/gu, '_')
          .slice(-128)
        path = join(folder, /[^. ]/.test(name) ? name : 'people')
        await pipeline(part.file, createWriteStream(path, { mode: 0o600 }))
        if (part.file.truncated) throw new HttpError('body_too_large')
      }
    }
    if (!path) throw new HttpError('malformed', 'There is no file in the form.', 'file')
    const parsed = fieldsSchema.safeParse(fields)
    if (!parsed.success) throw invalidRequest(parsed.error, 'body')
    const { dryRun, ...options } = parsed.data
    return { path, options, dryRun: flagOf(dryRun) }
  }

  async function begin(request: FastifyRequest, folder: string) {
    const { path, options, dryRun } = await receive(request, folder).catch((error: unknown) => {
      // The parser of forms throws plain errors; ours, the framework's and the disk's are told apart by what they carry.
      const known = error instanceof ScvError || error instanceof HttpError
      if (known || (error instanceof Error && ('statusCode' in error || 'syscall' in error))) throw error
      throw new HttpError('malformed', 'The form cannot be read.')
    })
    const desk = importsFor(request.caller)
    const file = await desk.open(path)
    const { importId } = file
    const columns = file.columns.map(({ header, target }) => ({ header, target }))
    try {
      await desk[dryRun ? 'plan' : 'run'](importId, columns, options)
    } catch (error) {
      await desk.discard(importId)
      throw error
    }
    kept.push(importId)
    for (const old of kept.splice(0, kept.length - KEPT)) await desk.discard(old)
    return importId
  }

  api.post(
    `${LOCAL}/import`,
    {
      config: { permission: 'externalContacts:import:add' },
      schema: {
        summary: 'Import people from a CSV or vCard file (multipart: file, onMatch, region, dryRun)',
        tags: ['import'],
        consumes: ['multipart/form-data'],
        response: { 202: stateAnswer, ...refusals },
      },
    },
    async (request, reply) => {
      if (!request.isMultipart()) throw new HttpError('unsupported_media_type', 'Send the file as multipart/form-data.')
      await mkdir(uploadDir, { recursive: true, mode: 0o700 })
      const folder = await mkdtemp(join(uploadDir, 'upload-'))
      const clear = () => rm(folder, { recursive: true, force: true })
      let id: string
      try {
        id = await begin(request, folder)
      } catch (error) {
        await clear()
        throw error
      }
      const desk = importsFor(request.caller)
      const ended = firstValueFrom(
        desk.state$(id).pipe(filter(({ phase }) => phase !== 'planning' && phase !== 'running' && phase !== 'opened')),
        { defaultValue: undefined },
      )
      void ended.then(clear).catch(onDefect)
      return reply.code(202).send({ id, state: await firstValueFrom(desk.state$(id)) })
    },
  )

  api.get(
    `${LOCAL}/import/:jobId`,
    {
      config: { permission: 'externalContacts:import:add' },
      schema: {
        summary: 'Progress and counts of an import, and a line for each row with a problem',
        tags: ['import'],
        params: z.object({ jobId: z.string().min(1).max(64) }),
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
}
