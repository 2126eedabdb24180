// What a request says and its route does not read is refused: a writer who says it means something by it.
// Invariant: nothing is carried out of a request that was understood in part.
import type { FastifyRequest } from 'fastify'
import { HttpError } from './errors'

const READING: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/** Whether requests of a method change something. */
export const isWriting = (method: string | undefined): boolean => method !== undefined && !READING.includes(method)

/** A body that came as JSON; forms and files are read by their routes. */
const isJson = (body: unknown): body is object =>
  body !== null &&
  typeof body === 'object' &&
  [Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(body))

/** @throws HttpError `malformed` for members, or query parameters of a write, on a route that takes none */
export async function refuseUnread(request: FastifyRequest): Promise<void> {
  const { schema } = request.routeOptions
  if (!isWriting(request.method) || schema?.hide) return
  const [unread] = isJson(request.body) && !schema?.body ? Object.keys(request.body) : []
  if (unread !== undefined)
    throw new HttpError('malformed', `${unread.slice(0, 64)}: this route takes no body.`, unread)
  const [unasked] = schema?.querystring ? [] : Object.keys(request.query as object)
  if (unasked !== undefined)
    throw new HttpError('malformed', `${unasked.slice(0, 64)}: this route takes no such parameter.`, unasked)
}
