// Calls of one database: what every answer of it is checked for.
// Invariant: a connection counts as broken once, however many requests were under way; an answer that CouchDB would not
// give is no answer.
import type { z } from 'zod'
import { OverBudget } from './bounded-json'
import type { HttpAnswer } from './http'
import type { Pace } from './pace'
import { RemoteError } from './remote'
import { reasonOf, type Session, unexpected } from './session'

interface CallOptions {
  /** A body: an object, or text that is JSON already. */
  body?: unknown
  text?: string
  /** The revision that is known, for a 304. */
  have?: string | undefined
  signal?: AbortSignal
  /** How long the answer may take, of a call that waits for something to happen. */
  answerMs?: number
  /** A POST that may be sent twice. */
  repeatable?: boolean
  /** How many members and bytes the answer may have. */
  members?: number
  bytes?: number
}

export interface DatabaseCalls {
  /** @throws RemoteError */
  call(method: 'GET' | 'POST' | 'PUT', path: string, options?: CallOptions): Promise<HttpAnswer>
  /** The content of an answer that must be one. @throws RemoteError */
  read<T>(schema: z.ZodType<T>, answer: HttpAnswer): T
}

/** @param database its name on the server */
export function databaseCalls(session: Session, database: string, pace: Pace): DatabaseCalls {
  const base = `/${encodeURIComponent(database)}`
  let broken = false
  return {
    async call(method, path, options = {}) {
      const { body: json, text, ...rest } = options
      const body = json === undefined ? text : JSON.stringify(json)
      const repeatable = rest.answerMs === undefined && (method === 'GET' || rest.repeatable === true)
      const request = { method, path: base + path, body, ...rest, repeatable }
      if (rest.answerMs !== undefined) return session.call(request) // waiting carries nothing
      return session.call(request).catch((error: unknown) => {
        if (!broken && error instanceof RemoteError && error.kind === 'unreachable') pace.broke()
        broken ||= !(error instanceof OverBudget)
        throw error
      })
    },
    read(schema, answer) {
      if (answer.status === 403)
        throw new RemoteError('not-allowed', reasonOf(answer) ?? 'You are not allowed to use this database.')
      if (answer.status === 404) throw new RemoteError('no-database', reasonOf(answer) ?? 'There is no such database.')
      if (answer.status < 200 || answer.status > 299) throw unexpected(answer)
      const parsed = schema.safeParse(answer.json)
      if (!parsed.success) throw new RemoteError('failed', 'The server answers what CouchDB would not.')
      return parsed.data
    },
  }
}

/** CouchDB says 404 both for a document and for the database; the stand-in's words differ. */
export const isNoDatabase = (answer: HttpAnswer): boolean => /database|no_db_file/i.test(reasonOf(answer) ?? '')
