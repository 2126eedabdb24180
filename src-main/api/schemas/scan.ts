// Walks through all of a kind, page by page, with a cursor that is good for a day (reference).
import { z } from 'zod'
import { HttpError } from '../errors'
import { limitQuery, readCursor, writeCursor } from './common'
import { HOME } from './division'

const CURSOR_MS = 24 * 3_600_000

export const scanQuery = z.object({
  limit: limitQuery(10, 200, 100),
  cursor: z.string().max(1024).optional(),
  divisionId: z.literal(HOME.id).optional(),
})

export const scanAnswer = <T extends z.ZodType>(entity: T) =>
  z.object({
    entities: z.array(entity),
    cursors: z.object({ after: z.string().optional() }),
    nextUri: z.string().optional(),
    selfUri: z.string(),
  })

/**
 * Where to go on.
 * @param first where a walk begins
 * @throws HttpError `malformed` for what is no cursor, or one of more than a day ago
 */
export function scanCursor<T extends z.ZodType<{ at: number }>>(
  text: string | undefined,
  schema: T,
  first: z.infer<T>,
  now: number,
): z.infer<T> {
  const from = text ? readCursor(text, schema, 'cursor') : first
  if (now - from.at > CURSOR_MS)
    throw new HttpError('malformed', 'This cursor is older than 24 hours. Begin the scan again.', 'cursor')
  return from
}

/** A page. @param next where the next one begins; undefined: this is the last */
export function scanPage<E>(
  path: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  entities: E[],
  next: object | undefined,
) {
  const after = next && writeCursor(next)
  const uri = (at: string | undefined) =>
    `${path}?${new URLSearchParams({ limit: String(limit), ...(at ? { cursor: at } : {}) })}`
  return { entities, cursors: after ? { after } : {}, ...(after ? { nextUri: uri(after) } : {}), selfUri: uri(cursor) }
}
