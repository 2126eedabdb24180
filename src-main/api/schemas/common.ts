// Pieces of requests that many routes share: ids, paging, expansion.
import { contactIdSchema } from '@shared/model/ids'
import { ID_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { HttpError } from '../errors'

export const idSchema = z.string().min(1).max(ID_MAX)
export const contactIdInput = contactIdSchema.min(1).max(ID_MAX)
export const contactParams = z.object({ contactId: contactIdInput })

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
/** A list in an address: repeated, or with commas, as clients do. */
export const listSchema = z.union([z.string().max(1024), z.array(z.string().max(1024)).max(50)]).optional()
export const flagSchema = z.enum(['true', 'false', 'True', 'False']).optional()

export const listOf = (value: string | string[] | undefined): string[] =>
  (value === undefined ? [] : Array.isArray(value) ? value : [value]).flatMap((one) => one.split(','))
export const flagOf = (value: string | undefined): boolean => value?.toLowerCase() === 'true'

/** First records that pages reach (reference: "limited to fetching first 1,000 records"). */
export const RECORDS_MAX = 1000
export const PAGE_SIZE = 20
export const PAGE_SIZE_MAX = 100
export const pageQuery = z.object({
  pageSize: whole(1, PAGE_SIZE_MAX).default(PAGE_SIZE),
  pageNumber: whole(1, RECORDS_MAX).default(1),
})
export const limitQuery = (min: number, max: number, otherwise: number) => whole(min, max).default(otherwise)

/** @throws HttpError `malformed` past the first 1,000 records */
export function offsetOf({ pageSize, pageNumber }: { pageSize: number; pageNumber: number }): number {
  if (pageSize * pageNumber > RECORDS_MAX)
    throw new HttpError('malformed', `pageSize × pageNumber: at most ${RECORDS_MAX}.`, 'pageNumber')
  return pageSize * (pageNumber - 1)
}

const uri = z.string().optional()
/** The paging members of a listing. */
export const listingSchema = <T extends z.ZodType>(entity: T) =>
  z.object({
    entities: z.array(entity),
    pageSize: z.number(),
    pageNumber: z.number(),
    total: z.number(),
    pageCount: z.number(),
    partialResults: z.boolean().optional(),
    selfUri: uri,
    firstUri: uri,
    nextUri: uri,
    previousUri: uri,
    lastUri: uri,
  })

/** A listing with the addresses of its pages. `path` is the address without its query. */
export function listing<T>(
  entities: T[],
  total: number,
  page: { pageSize: number; pageNumber: number },
  path: string,
  rest: Readonly<Record<string, string | undefined>> = {},
) {
  const { pageSize, pageNumber } = page
  const pageCount = Math.min(Math.ceil(total / pageSize), Math.floor(RECORDS_MAX / pageSize))
  const uriOf = (n: number) => {
    const query = new URLSearchParams({ pageSize: String(pageSize), pageNumber: String(n) })
    for (const [key, value] of Object.entries(rest)) if (value !== undefined) query.set(key, value)
    return `${path}?${query}`
  }
  return {
    entities,
    pageSize,
    pageNumber,
    total,
    pageCount,
    selfUri: uriOf(pageNumber),
    firstUri: uriOf(1),
    lastUri: uriOf(Math.max(1, pageCount)),
    ...(pageNumber < pageCount ? { nextUri: uriOf(pageNumber + 1) } : {}),
    ...(pageNumber > 1 ? { previousUri: uriOf(pageNumber - 1) } : {}),
  }
}

/** An opaque cursor that says where to go on. */
export const writeCursor = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url')

/** @throws HttpError `malformed` for what is no cursor of ours */
export function readCursor<T extends z.ZodType>(text: string, schema: T, field: string): z.infer<T> {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  } catch {
    throw new HttpError('malformed', `${field} is not a cursor that was given here.`, field)
  }
}
