// What a request says and its route does not read is refused: a writer who says it means something by it.
// Invariant: nothing is carried out of a request that was understood in part.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpError } from './errors'

const READING: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/** Whether requests of a method change something. */
export const isWriting = (method: string | undefined): boolean => method !== undefined && !READING.includes(method)

/** A body that came as JSON; forms and files are read by their routes. */
const isJson = (body: unknown): body is object =>
  body !== null &&
  typeof body === 'object' &&
  [Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(body))

/** Refuses members of a body, or query parameters of a write, on a route that takes none: `malformed`. */
export function refuseUnread(app: FastifyInstance): void {
  app.addHook('preHandler', (request, _reply, done) => {
    const unread = isWriting(request.method) ? unreadOf(request) : undefined
    if (unread === undefined) done()
    else done(new HttpError('malformed', `${unread.slice(0, 64)}: this route takes nothing of this name.`, unread))
  })
}

function unreadOf({ routeOptions: { schema }, body, query }: FastifyRequest): string | undefined {
  if (schema?.hide) return undefined
  if (!schema?.body && isJson(body)) {
    const [member] = Object.keys(body)
    if (member !== undefined) return member
  }
  return schema?.querystring ? undefined : Object.keys(query as object)[0]
}
