// Documents and answers as CouchDB writes them, checked as they arrive, and between them and the port's.
// Source: CouchDB 3.5 API reference, `/db/_changes`, `/db/_bulk_docs`, `/db/_all_docs`, `/db/_bulk_get`.
import { z } from 'zod'
import type { LeftOut } from './bounded-json'
import type { Named, RemoteBody, RemoteDocument, RemoteWrite } from './remote'

export const documentSchema = z.looseObject({
  _id: z.string(),
  _rev: z.string(),
  _deleted: z.boolean().optional(),
  _conflicts: z.array(z.string()).optional(),
  _attachments: z.record(z.string(), z.json()).optional(),
})
export const changesSchema = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      deleted: z.boolean().optional(),
      changes: z.array(z.object({ rev: z.string() })),
      doc: documentSchema.nullish(),
    }),
  ),
  last_seq: z.union([z.string(), z.number()]),
  pending: z.number().optional(),
})
export const readSchema = z.object({
  rows: z.array(
    z.object({
      key: z.string(),
      error: z.string().optional(),
      value: z.object({ rev: z.string(), deleted: z.boolean().optional() }).nullish(),
      doc: documentSchema.nullish(),
    }),
  ),
})
export const designSchema = z.object({
  _rev: z.string(),
  schema: z.object({ version: z.number(), minimum: z.number() }),
  organisation: z.string().optional(),
})
export const outcomesSchema = z.array(
  z.object({ id: z.string(), rev: z.string().optional(), error: z.string().optional(), reason: z.string().optional() }),
)

export const revisionsSchema = z.object({
  results: z.array(z.object({ id: z.string(), docs: z.array(z.object({ ok: documentSchema.optional() })) })),
})

export function documentOf(doc: z.infer<typeof documentSchema>): RemoteDocument {
  const { _id, _rev, _deleted, _conflicts, _attachments, ...members } = doc
  return {
    id: _id,
    rev: _rev,
    deleted: _deleted === true,
    body: _deleted === true ? undefined : (members as RemoteBody),
    ...(_conflicts && _conflicts.length > 0 ? { conflicts: _conflicts } : {}),
    ...(_attachments ? { attachments: _attachments } : {}),
  }
}

export function toCouch({ id, rev, body, deleted, attachments }: RemoteWrite): object {
  return {
    ...body,
    _id: id,
    ...(rev === undefined ? {} : { _rev: rev }),
    ...(deleted ? { _deleted: true } : {}),
    ...(attachments ? { _attachments: attachments } : {}),
  }
}

/** Which document, and at which revision, the beginning of a row names; undefined: none can be made out. */
export function namedIn({ head }: LeftOut): Named | undefined {
  const id = /"(?:id|key|_id)":"((?:[^"\\]|\\.)*)"/.exec(head)?.[1]
  const rev = /"_?rev":"([^"\\]+)"/.exec(head)?.[1]
  if (id === undefined || rev === undefined) return undefined
  try {
    return { id: z.string().parse(JSON.parse(`"${id}"`)), rev }
  } catch {
    return undefined
  }
}

/** A document that was too much to read. */
export const leftOutOf = (named: Named, why: LeftOut['why']): RemoteDocument => ({
  ...named,
  deleted: false,
  body: undefined,
  leftOut: why,
})
