// JSON over HTTP to one CouchDB server: bounded connections, deadlines, a trusted certificate authority of one's own, and
// the server's clock. Invariant: whatever goes wrong on the way leaves as a `RemoteError`; answers of any status return.
import { setMaxListeners } from 'node:events'
import { Agent, request } from 'undici'
import { RemoteError } from './remote'

/** Requests under way at once, beside the one that waits for changes. */
const IN_FLIGHT = 6
const CONNECT_MS = 10_000
/** Longest silence: before the answer begins, and within it. A bulk write into a busy server takes seconds, not minutes. */
const SILENCE_MS = 120_000
/** What is sent has as long as the slowest line we serve needs for it; the answer is not expected before. */
const SLOWEST_BYTES_PER_MS = 8

export interface HttpAnswer {
  status: number
  json: unknown
  setCookie: readonly string[]
  retryAfter: number | undefined
  /** Size of the answer's body. */
  bytes: number
}

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'HEAD'
  path: string
  body?: string | undefined
  cookie?: string | undefined
  /** A revision we have already: answered by 304 without a body while it is the current one. */
  have?: string | undefined
  signal?: AbortSignal | undefined
  /** Gives up after so much silence; the default suits everything but waiting for changes. */
  answerMs?: number
}

export interface Http {
  call(call: HttpCall): Promise<HttpAnswer>
  close(): Promise<void>
}

/** What TLS says when a certificate is not trusted (Node, "X509 certificate error codes"). */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS_CERT/

/**
 * @param url origin (and path prefix) of the server
 * @param ca PEM certificates trusted beside nothing else; undefined: those of the system
 * @param onDate told, when an answer is here, of the moment (ms, by the server's clock) at which it was made, with the round
 *   trip in ms
 */
export function createHttp(options: {
  url: string
  ca?: string | undefined
  onDate?: (serverMs: number, roundTripMs: number) => void
}): Http {
  const connect = { timeout: CONNECT_MS, ...(options.ca ? { ca: options.ca } : {}) }
  const agent = new Agent({ connect, connections: IN_FLIGHT, pipelining: 1 })
  // Waiting for changes holds a connection for a minute: it must not take one from the work.
  const patient = new Agent({ connect, connections: 1, pipelining: 1 })
  const root = options.url.replace(/\/+$/, '')
  const closing = new AbortController()
  setMaxListeners(0, closing.signal) // every request under way listens

  return {
    async call({ method, path, body, cookie, have, signal, answerMs }) {
      const begun = performance.now()
      const silence = answerMs ?? SILENCE_MS
      try {
        const response = await request(`${root}${path}`, {
          method,
          dispatcher: answerMs === undefined ? agent : patient,
          headers: {
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(cookie === undefined ? {} : { cookie }),
            ...(have === undefined ? {} : { 'if-none-match': `"${have}"` }),
          },
          ...(body === undefined ? {} : { body }),
          signal: signal ? AbortSignal.any([closing.signal, signal]) : closing.signal,
          headersTimeout: silence + Math.ceil((body?.length ?? 0) / SLOWEST_BYTES_PER_MS),
          bodyTimeout: silence,
        })
        const { date } = response.headers
        if (typeof date === 'string' && Number.isFinite(Date.parse(date)))
          options.onDate?.(Date.parse(date), performance.now() - begun)
        const text = await response.body.text()
        return {
          status: response.statusCode,
          json: parse(text, response.statusCode),
          setCookie: [response.headers['set-cookie'] ?? []].flat(),
          retryAfter: retryAfterOf(response.headers['retry-after']),
          bytes: text.length,
        }
      } catch (error) {
        throw failure(error, signal?.aborted === true || closing.signal.aborted)
      }
    },
    async close() {
      closing.abort()
      await Promise.all([agent.destroy(), patient.destroy()])
    },
  }
}

function parse(text: string, status: number): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's error page is no CouchDB's answer, and half an answer is none.
    if (status >= 500) return undefined
    throw new RemoteError('failed', 'What answers there does not speak CouchDB’s language.')
  }
}

function retryAfterOf(header: string | string[] | undefined): number | undefined {
  const seconds = Number(Array.isArray(header) ? header[0] : header)
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined
}

function failure(error: unknown, cancelled: boolean): RemoteError {
  if (error instanceof RemoteError) return error
  if (cancelled) return new RemoteError('cancelled', 'The request was given up.')
  const codes = [error, (error as { cause?: unknown }).cause].map((one) =>
    String((one as { code?: unknown })?.code ?? ''),
  )
  if (codes.some((code) => UNTRUSTED.test(code) && !code.startsWith('UND_')))
    return new RemoteError(
      'untrusted',
      `The server’s certificate is not trusted (${codes.find((code) => code !== '')}).`,
    )
  const code = codes.find((one) => one !== '') ?? (error as Error).name
  return new RemoteError('unreachable', `The server does not answer (${code}).`)
}
