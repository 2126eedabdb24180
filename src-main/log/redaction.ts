// What may be written about a failure or a fact: the one rule of redaction.
// Invariant: nothing is written but what is known to be no data. Messages never are: they hold what was typed. Of an error
// there remain its kind, its codes and the places in our code; of a fact, numbers, ids and codes.
import { constants } from 'node:os'
import { windowContract } from '@shared/contract'
import { ERROR_CODES } from '@shared/errors'
import type { RemoteErrorKind } from '../replication/couch/remote'
import type { StorageErrorKind } from '../storage/errors'

export interface SafeError {
  kind: string
  code?: string
  /** SQLite's own number. */
  errcode?: number
  status?: number
  /** `file:line:column`, innermost first. */
  at?: string[]
  cause?: SafeError
}

export type Fact = string | number | boolean | undefined

/** Kinds of errors as code names them. A name is a property like any other, and may have been set to anything. */
const KINDS: ReadonlySet<string> = new Set([
  'AbortError',
  'AggregateError',
  'DOMException',
  'Error',
  'FastifyError',
  'HttpError',
  'ProvisionError',
  'RangeError',
  'ReferenceError',
  'RemoteError',
  'RxError',
  'RxTypeError',
  'ScvError',
  'SqliteError',
  'StorageError',
  'SuppressedError',
  'SyntaxError',
  'TimeoutError',
  'TypeError',
  'URIError',
  'UsageError',
  'ZodError',
])
/** Codes of the system, as Node names them. */
const SYSTEM: ReadonlySet<string> = new Set([...Object.keys(constants.errno), 'EAI_AGAIN', 'EAI_FAIL', 'ENOTFOUND'])
/** Codes of Node, its HTTP client, the HTTP framework, SQLite, RxDB, and the storage's kinds. */
const CODE = /^(?:(?:ERR|FST|SQLITE|UND|CERT|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)_[A-Z_]{2,60}|[A-Z]{1,4}\d{1,3})$/
/** Kinds of the storage's and of replication's errors. */
const OUR_KINDS = {
  Corrupted: true,
  Locked: true,
  Full: true,
  Readonly: true,
  Io: true,
  Closed: true,
  Incompatible: true,
  Unknown: true,
  unreachable: true,
  'signed-out': true,
  'not-allowed': true,
  'no-database': true,
  untrusted: true,
  'update-needed': true,
  failed: true,
  cancelled: true,
} satisfies Record<StorageErrorKind | RemoteErrorKind, true>
/** CouchDB's word for what it refused. */
const COUCH_ERRORS: ReadonlySet<string> = new Set([
  'bad_request',
  'conflict',
  'file_exists',
  'forbidden',
  'illegal_docid',
  'not_found',
  'too_large',
  'unauthorized',
  'unknown_error',
])
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/
const FRAME = /^\s+at (?:.*[\s(/\\]|file:)?([\w.-]+\.[cm]?[jt]sx?:\d+:\d+)\)?$/
const FRAMES_MAX = 12
const CAUSES_MAX = 4
const STATEMENT_MAX = 600

const isCode = (value: unknown): value is string =>
  typeof value === 'string' &&
  (CODE.test(value) ||
    SYSTEM.has(value) ||
    Object.hasOwn(ERROR_CODES, value) ||
    Object.hasOwn(OUR_KINDS, value) ||
    COUCH_ERRORS.has(value))

/** An error without anything that could be data. */
export function safeError(error: unknown, depth = 0): SafeError {
  if (typeof error !== 'object' || error === null) return { kind: `thrown ${typeof error}` }
  const it = error as Record<string, unknown>
  const name = typeof it['name'] === 'string' && KINDS.has(it['name']) ? it['name'] : 'Error'
  const code = [it['code'], it['kind'], it['error']].find(isCode)
  const [errcode, status] = [it['errcode'], it['statusCode'] ?? it['status']]
  const at = framesOf(it)
  const cause = it['cause']
  return {
    kind: name,
    ...(code === undefined ? {} : { code }),
    ...(typeof errcode === 'number' ? { errcode } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(at.length === 0 ? {} : { at }),
    ...(cause === undefined || depth >= CAUSES_MAX ? {} : { cause: safeError(cause, depth + 1) }),
  }
}

/** The places of a stack; what comes before them is the message, however many lines it has. */
function framesOf({ stack, message }: Record<string, unknown>): string[] {
  if (typeof stack !== 'string') return []
  const text = typeof message === 'string' && message !== '' ? stack.split(message).slice(1).join('') : stack
  return text
    .split('\n')
    .flatMap((line) => FRAME.exec(line)?.[1] ?? [])
    .slice(0, FRAMES_MAX)
}

/** A fact: numbers and truths as they are; of texts only codes, ids and the names of our own calls. */
export function safeFact(value: Fact): Fact {
  if (typeof value !== 'string') return value
  return isCode(value) || UUID.test(value) || Object.hasOwn(windowContract, value) ? value : '…'
}

/** A statement without its values: literals are left out, parameters were never in it. */
export function safeStatement(sql: string): string {
  return sql
    .replace(/'(?:[^']|'')*'/g, '?')
    .replace(/\b\d[\d.]*\b/g, '?')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, STATEMENT_MAX)
}
