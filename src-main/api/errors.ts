// From a refusal to an HTTP answer: one table, and the reference's error body.
// Invariant: every code of the product has a status; no stack and no foreign message leaves.
import { randomUUID } from 'node:crypto'
import { type ErrorBody, type ErrorCode, ScvError } from '@shared/errors'
import type { FastifyError } from 'fastify'
import { z } from 'zod'
import { fieldOfKey } from '../engine/documents/fields'
import { refusalOf } from '../engine/issues'

/** The one table. 400 malformed, 404 no such thing, 409 the state forbids it, 422 a value forbids it, 5xx not the caller's. */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_input: 422,
  invalid_email: 422,
  invalid_identifier: 422,
  empty_contact: 422,
  not_found: 404,
  deleted: 404,
  expired: 404,
  not_deleted: 409,
  erased: 404,
  identifier_held: 409,
  identifier_not_held: 409,
  already_there: 409,
  overlapping_changes: 409,
  already_curated: 409,
  merge_too_few: 422,
  merge_same_person: 409,
  merge_set_too_large: 422,
  merge_forbidden_pair: 409,
  merge_two_of_a_kind: 409,
  merge_choice_unknown: 422,
  merge_not_standing: 409,
  merge_not_latest: 409,
  undo_needs_assignment: 409,
  forbidden: 403,
  too_many: 422,
  too_large: 422,
  file_not_found: 422,
  file_unreadable: 422,
  not_tabular: 422,
  unknown_encoding: 422,
  no_rows: 422,
  duplicate_header: 422,
  no_columns_mapped: 422,
  unclosed_quote: 422,
  import_busy: 409,
  import_too_old: 409,
  export_busy: 409,
  cancelled: 409,
  conflict: 409,
  outdated: 409,
  folder_in_use: 503,
  key_needed: 503,
  wrong_key: 503,
  views_not_ready: 503,
  storage_full: 507,
  storage_corrupt: 503,
  storage_failed: 503,
  signed_out: 403,
  locked: 403,
  wrong_password: 403,
  not_connected: 409,
  sign_in_refused: 409,
  server_unreachable: 503,
  server_untrusted: 409,
  server_unusable: 409,
  no_keychain: 409,
  unsynced_work: 409,
  update_needed: 409,
  managed: 403,
  policy_invalid: 500,
  forbidden_sender: 403,
  internal: 500,
}

/** What only HTTP can be refused for. */
export const HTTP_REFUSALS = {
  malformed: { status: 400, message: 'The request is not well-formed.' },
  unauthenticated: { status: 401, message: 'This needs a valid token: Authorization: Bearer …' },
  foreign_host: { status: 403, message: 'This name of the host is not served here.' },
  foreign_origin: { status: 403, message: 'Requests from other web pages are refused.' },
  no_route: { status: 404, message: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, message: 'This address does not take this method; Allow says which it takes.' },
  timed_out: { status: 408, message: 'The request took too long to arrive.' },
  body_too_large: { status: 413, message: 'The body is larger than allowed.' },
  unsupported_media_type: { status: 415, message: 'The body must be application/json.' },
  headers_too_large: { status: 431, message: 'The headers are larger than allowed.' },
  too_many_requests: { status: 429, message: 'Too many requests. Try again after the time in Retry-After.' },
  closing: { status: 503, message: 'The application is closing.' },
} as const
export type HttpRefusal = keyof typeof HTTP_REFUSALS

/** A refusal that no command made. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  /** A property of its own: the framework writes to it. */
  statusCode: number
  constructor(
    readonly code: HttpRefusal,
    message: string = HTTP_REFUSALS[code].message,
    readonly field?: string,
  ) {
    super(message)
    this.statusCode = HTTP_REFUSALS[code].status
  }
}

/** Does something, and names the field of its refusal as the body of the request does. @param names by those of the engine */
export async function asNamed<T>(names: Readonly<Record<string, string>>, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    const field = error instanceof ScvError && error.field !== undefined ? names[error.field] : undefined
    if (!(error instanceof ScvError) || field === undefined) throw error
    throw new ScvError(error.code, error.message, { field, details: error.details })
  }
}

/** The reference's error body. */
export const errorBodySchema = z.object({
  message: z.string(),
  code: z.string(),
  status: z.number().int(),
  messageParams: z.record(z.string(), z.string()).optional(),
  contextId: z.string(),
  details: z.array(
    z.object({ errorCode: z.string().optional(), fieldName: z.string().optional(), entityId: z.string().optional() }),
  ),
  errors: z.array(z.unknown()),
})
export type HttpErrorBody = z.infer<typeof errorBodySchema>

/** The person that a refusal is about. */
function entityIn(details: ErrorBody['details']): string | undefined {
  if (!details) return undefined
  if ('holder' in details) return details.holder.id
  return 'contactId' in details ? details.contactId : undefined
}

function errorBody(
  { code, message, field, details }: Omit<ErrorBody, 'code'> & { code: string },
  status: number,
): HttpErrorBody {
  const entityId = entityIn(details)
  // Fields, and not which entry of a list: that would tell what stands there.
  const fields = details && 'fields' in details ? [...new Set(details.fields.map(fieldOfKey))] : []
  const detail = (fieldName: string | undefined) => ({
    errorCode: code,
    ...(fieldName === undefined ? {} : { fieldName }),
    ...(entityId === undefined ? {} : { entityId }),
  })
  const permission = details && 'permission' in details ? details.permission : undefined
  return {
    message,
    code,
    status,
    ...(permission === undefined ? {} : { messageParams: { permissions: permission } }),
    ...(fields.length === 0 ? {} : { messageParams: { fields: fields.join(', ') } }),
    contextId: randomUUID(),
    details:
      fields.length > 0
        ? fields.map((one) => detail(`${field}.${one}`))
        : field === undefined && entityId === undefined
          ? []
          : [detail(field)],
    errors: [],
  }
}

/** Codes of the framework, and what they mean here. */
const FRAMEWORK: Readonly<Record<string, HttpRefusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_REQ_FILE_TOO_LARGE: 'body_too_large',
  FST_PARTS_LIMIT: 'body_too_large',
  FST_FILES_LIMIT: 'body_too_large',
  FST_FIELDS_LIMIT: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported_media_type',
  FST_ERR_REOPENED_CLOSE_SERVER: 'closing',
}

/** Issues that say the shape is right and the value is not. */
const VALUE_ISSUES: ReadonlySet<string> = new Set([
  'too_big',
  'too_small',
  'invalid_format',
  'custom',
  'not_multiple_of',
])

/**
 * The answer to whatever was thrown.
 * @param onDefect told of what is no refusal
 */
export function toAnswer(error: unknown, onDefect: (error: unknown) => void): HttpErrorBody {
  if (error instanceof ScvError) {
    const status = HTTP_STATUS[error.code]
    if (status === 500) onDefect(error)
    return errorBody(error.toJSON(), status)
  }
  if (error instanceof HttpError)
    return errorBody(
      { code: error.code, message: error.message, ...(error.field ? { field: error.field } : {}) },
      error.statusCode,
    )
  const { code = '', statusCode = 500 } = error as Partial<FastifyError>
  const known = FRAMEWORK[code]
  if (known) return toAnswer(new HttpError(known), onDefect)
  if (statusCode >= 400 && statusCode < 500) return toAnswer(new HttpError('malformed'), onDefect)
  onDefect(error)
  return errorBody({ code: 'internal', message: 'Something unexpected went wrong; the log has more.' }, 500)
}

/**
 * What a schema objects to in a part of a request. A body of the right shape with a wrong value is 422; anything else is
 * malformed.
 */
export function invalidRequest(error: z.ZodError, part: string): Error {
  const refusal = refusalOf(error, part === 'body' ? 'The body' : 'The address')
  const byValue = part === 'body' && error.issues.every((issue) => VALUE_ISSUES.has(issue.code))
  return byValue ? refusal : new HttpError('malformed', refusal.message, refusal.field)
}
