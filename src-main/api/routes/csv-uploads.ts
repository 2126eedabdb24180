// Sending a file to be imported, as the reference does it: it is announced, sent to an address of its own, and looked at.
// Invariant: a file can be sent by a caller alone that knows its key, once.
import type { Readable } from 'node:stream'
import { ScvError } from '@shared/errors'
import { z } from 'zod'
import type { CsvUploadDetails } from '../../application/csv-imports'
import { idSchema } from '../schemas/common'
import { BASE } from '../schemas/contact'
import { originOf } from '../schemas/origin'
import { UPLOAD_MAX } from './import'
import { LOCAL, type Routes, refusals } from './route'

const UPLOADS = `${BASE}/import/csv/uploads`
const IMPORT = { permission: 'externalContacts:import:add' } as const
const tags = ['imports']
const uploadParams = z.object({ uploadId: idSchema })

/** What can be wrong with a file as a whole. */
function validated({ file, fault }: CsvUploadDetails) {
  return {
    separatorValid: fault?.code !== 'not_tabular',
    fileEncodingValid: file !== undefined || fault?.code !== 'unknown_encoding',
    errors: fault ? [{ lineNumber: 1, message: fault.message }] : [],
  }
}

export const csvUploadRoutes: Routes = (api, { csvImports }) => {
  api.post(
    UPLOADS,
    {
      config: IMPORT,
      schema: {
        summary: 'Announce a file; it is sent with PUT to the address that this answers',
        tags,
        body: z.strictObject({
          fileName: z.string().max(256).nullish(),
          fileSize: z.number().int().min(1),
        }),
        response: {
          200: z.object({
            uploadId: z.string(),
            uploadUrl: z.string(),
            uploadHeaders: z.array(z.object({ name: z.string(), value: z.string() })),
          }),
          ...refusals,
        },
      },
    },
    (request) => {
      const { fileName, fileSize } = request.body
      if (fileSize > UPLOAD_MAX)
        throw new ScvError('too_large', `A file has at most ${UPLOAD_MAX} bytes.`, { field: 'fileSize' })
      const { id, key } = csvImports.announce({ name: fileName ?? undefined, bytes: fileSize })
      return {
        uploadId: id,
        uploadUrl: `${originOf(request)}${LOCAL}/uploads/${id}?key=${key}`,
        uploadHeaders: [{ name: 'Content-Type', value: 'text/csv' }],
      }
    },
  )

  api.get(
    `${UPLOADS}/:uploadId/details`,
    {
      config: IMPORT,
      schema: {
        summary: 'Whether a file that was sent can be read',
        tags,
        params: uploadParams,
        response: {
          200: z.object({
            uploadId: z.string(),
            fileName: z.string(),
            validationResult: z.object({
              separatorValid: z.boolean(),
              fileEncodingValid: z.boolean(),
              errors: z.array(z.object({ lineNumber: z.number(), message: z.string() })),
            }),
          }),
          ...refusals,
        },
      },
    },
    async ({ params, caller }) => {
      const details = await csvImports.for(caller).details(params.uploadId)
      return { uploadId: details.id, fileName: details.fileName, validationResult: validated(details) }
    },
  )

  api.get(
    `${UPLOADS}/:uploadId/preview`,
    {
      config: IMPORT,
      schema: {
        summary: 'The header and the first rows of a file that was sent',
        tags,
        params: uploadParams,
        response: {
          200: z.object({
            uploadId: z.string(),
            headers: z.array(z.string()),
            entries: z.array(z.array(z.string())),
          }),
          ...refusals,
        },
      },
    },
    async ({ params: { uploadId }, caller }) => {
      const { headers, rows } = await csvImports.for(caller).preview(uploadId)
      return { uploadId, headers, entries: rows }
    },
  )
}

/** Where a file that was announced is sent to: the key in its address stands for the caller, as the reference has it. */
export const csvFileRoutes: Routes = (api, { csvImports }) => {
  api.put(
    `${LOCAL}/uploads/:uploadId`,
    {
      bodyLimit: UPLOAD_MAX,
      config: { open: true },
      schema: {
        summary: 'Send a file that was announced; its key is in the address that was given',
        tags,
        params: uploadParams,
        querystring: z.object({ key: z.string().max(128) }),
        response: { 200: z.object({}), ...refusals },
      },
    },
    async ({ params: { uploadId }, query: { key }, body, raw }) => {
      await csvImports.receive(uploadId, key, (body as Readable | undefined) ?? raw)
      return {}
    },
  )
}
