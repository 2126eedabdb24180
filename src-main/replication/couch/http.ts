// JSON over HTTP to one CouchDB server: bounded connections, deadlines, budgets for what is answered, a trusted certificate
// authority of one's own, and the server's clock. Invariants: whatever goes wrong on the way leaves as a `RemoteError`; answers
// of any status return; none takes more memory than its budget, keeps the process busy at a stretch, or lasts for ever.
import { setMaxListeners } from 'node:events'
import type { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { Agent, type Dispatcher, request } from 'undici'
import { BoundedJson, type LeftOut } from './bounded-json'
import { RemoteError } from './remote'

/** Requests under way at once, beside the one that waits for changes. */
const IN_FLIGHT = 6
const CONNECT_MS = 10_000
/** Longest silence: before the answer begins, and within it. A bulk write into a busy server takes seconds, not minutes. */
const SILENCE_MS = 60_000
/**
 * The same for what may be asked twice: behind a balancer another node answers the second time, where the first one hangs.
 * The second time is longer, since a server can also be slow.
 */
const SILENCE_BEFORE_ASKING_AGAIN_MS = [10_000, 45_000] as const
/** What travels has as long as the slowest line we serve needs for it; and an answer that only drips comes to an end. */
const SLOWEST_BYTES_PER_MS = 8
const DRIP_MS = 60_000
/** How long the process may be busy with an answer before others have their turn. */
const TURN_MS = 8

/** The most that is read of an answer, unless the call says otherwise. Ours are far smaller: pages have 4 MB. */
const ANSWER_BYTES = 24 * 1024 * 1024
/** One document with what stands around it. CouchDB takes up to 8 MB; histories of thousands of edits have some 100 KB. */
const MEMBER_BYTES = 2 * 1024 * 1024
const MEMBERS = 20_000
/** Our documents nest about ten levels, CouchDB adds four. */
const DEPTH = 64
/** Longest wait that a server may ask for. */
const RETRY_AFTER_MS = 10 * 60_000

export interface HttpAnswer {
  status: number
  json: unknown
  setCookie: readonly string[]
  retryAfter: number | undefined
  /** Size of the answer's body, unpacked. */
  bytes: number
  /** Members of the answer's list that were over their budget: they are in `json` no more. */
  leftOut: readonly LeftOut[]
}

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'HEAD'
  path: string
  body?: string | undefined
  cookie?: string | undefined
  authorization?: string | undefined
  /** A revision we have already: answered by 304 without a body while it is the current one. */
  have?: string | undefined
  signal?: AbortSignal | undefined
  /** Gives up after so much silence; the default suits everything but waiting for changes. */
  answerMs?: number
  /** Asking twice does no harm, so after a while without an answer it is asked again, on another connection. */
  repeatable?: boolean
  /** The most members that the answer's list may have. */
  members?: number
  /** The most bytes that the answer may have. */
  bytes?: number
}

export interface Http {
  /** @throws RemoteError; `OverBudget` for an answer that is too much */
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
 * @param onSilence told that nothing answers, and that it is asked again elsewhere (true), and that it is over (false)
 */
export function createHttp(options: {
  url: string
  ca?: string | undefined
  onDate?: (serverMs: number, roundTripMs: number) => void
  onSilence?: (silent: boolean) => void
}): Http {
  const connect = { timeout: CONNECT_MS, ...(options.ca ? { ca: options.ca } : {}) }
  const agent = new Agent({ connect, connections: IN_FLIGHT, pipelining: 1 })
  // Waiting for changes holds a connection for a minute: it must not take one from the work.
  const patient = new Agent({ connect, connections: 1, pipelining: 1 })
  const root = options.url.replace(/\/+$/, '')
  const closing = new AbortController()
  setMaxListeners(0, closing.signal) // every request under way listens

  async function once(call: HttpCall, silence: number): Promise<HttpAnswer> {
    const {
      method,
      path,
      body,
      cookie,
      authorization,
      have,
      signal,
      answerMs,
      members = MEMBERS,
      bytes = ANSWER_BYTES,
    } = call
    const begun = performance.now()
    // Beyond the signals that end it, an answer that drips for ever does.
    const deadline = new AbortController()
    const ends = [closing.signal, deadline.signal, ...(signal ? [signal] : [])]
    const sending = Math.ceil((body?.length ?? 0) / SLOWEST_BYTES_PER_MS)
    let watch: NodeJS.Timeout | undefined
    try {
      const response = await request(`${root}${path}`, {
        method,
        dispatcher: answerMs === undefined ? agent : patient,
        headers: {
          accept: 'application/json',
          'accept-encoding': 'gzip', // CouchDB's proxies pack what is asked for packed: a fifth of the bytes
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(cookie === undefined ? {} : { cookie }),
          ...(authorization === undefined ? {} : { authorization }),
          ...(have === undefined ? {} : { 'if-none-match': `"${have}"` }),
        },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.any(ends),
        headersTimeout: silence + sending,
        bodyTimeout: silence,
      })
      const { date } = response.headers
      if (typeof date === 'string' && Number.isFinite(Date.parse(date)))
        options.onDate?.(Date.parse(date), performance.now() - begun)
      const json = new BoundedJson({ bytes, memberBytes: MEMBER_BYTES, members, depth: DEPTH })
      const answered = performance.now()
      const slack = answerMs ?? DRIP_MS
      watch = setInterval(() => {
        if (performance.now() - answered > slack + json.bytes / SLOWEST_BYTES_PER_MS) deadline.abort()
      }, 1000)
      return {
        status: response.statusCode,
        json: await read(response, json),
        setCookie: [response.headers['set-cookie'] ?? []].flat(),
        retryAfter: retryAfterOf(response.headers['retry-after']),
        bytes: json.bytes,
        leftOut: json.leftOut,
      }
    } catch (error) {
      if (deadline.signal.aborted) throw new RemoteError('unreachable', 'The server’s answer does not end.')
      throw failure(error, signal?.aborted === true || closing.signal.aborted)
    } finally {
      clearInterval(watch)
    }
  }

  return {
    async call(call) {
      if (!call.repeatable) return once(call, call.answerMs ?? SILENCE_MS)
      const [short, long] = SILENCE_BEFORE_ASKING_AGAIN_MS
      try {
        return await once(call, short)
      } catch (error) {
        if (!(error instanceof RemoteError && error.silent)) throw error
        options.onSilence?.(true)
        return once(call, long).finally(() => options.onSilence?.(false))
      }
    },
    async close() {
      closing.abort()
      await Promise.all([agent.destroy(), patient.destroy()])
    },
  }
}

/** Reads an answer as it arrives, in turns with everything else there is to do. @throws RemoteError */
async function read({ statusCode, headers, body }: Dispatcher.ResponseData, json: BoundedJson): Promise<unknown> {
  let unpacked: Readable = body
  if (headers['content-encoding'] === 'gzip') {
    const gunzip = createGunzip()
    body.on('error', (error) => gunzip.destroy(error))
    unpacked = body.pipe(gunzip)
  }
  try {
    let turn = performance.now()
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      json.push(chunk)
      if (performance.now() - turn < TURN_MS) continue
      await nextTurn()
      turn = performance.now()
    }
    return json.end()
  } catch (error) {
    body.destroy()
    if (!(error instanceof SyntaxError)) throw error
    // A proxy's error page is no CouchDB's answer, and half an answer is none.
    if (statusCode >= 500) return undefined
    throw new RemoteError('failed', 'What answers there does not speak CouchDB’s language.')
  }
}

function retryAfterOf(header: string | string[] | undefined): number | undefined {
  const seconds = Number(Array.isArray(header) ? header[0] : header)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, RETRY_AFTER_MS) : undefined
}

/** What undici says when a server keeps silent after it took the connection. */
const SILENT = /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/

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
  return new RemoteError('unreachable', `The server does not answer (${code}).`, undefined, SILENT.test(code))
}
