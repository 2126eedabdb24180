// Every refusal of the product as data: a stable code, a sentence for a person, and the field at fault.
// Invariant: an error crosses process and network borders only as `ErrorBody`; no stack and no foreign message does.
import type { ErrorDetails } from './error-details'

/** Stable codes with what each means. Codes are part of the public interface: add, never rename. */
export const ERROR_CODES = {
  invalid_input: 'A value has the wrong shape; `field` says which',
  invalid_email: 'An e-mail address has invalid syntax',
  invalid_identifier: 'An identifier cannot be normalised to a key',
  empty_contact: 'A contact without any value would say nothing about anyone',
  not_found: 'No contact, interaction, merge or job has this id',
  deleted: 'The contact is in the bin; restore it first',
  expired: 'The contact aged out; promote it to keep it',
  not_deleted: 'The contact is not in the bin',
  erased: 'The contact was erased at the person’s request and cannot come back',
  identifier_held: 'Another contact holds this identifier; the first claim wins',
  identifier_not_held: 'The contact does not claim this identifier, so it cannot release it',
  already_there: 'A contact already holds one of the identifiers that were to be new',
  overlapping_changes: 'One request changes a field and a part of it, or one field twice',
  already_curated: 'The contact is already a curated one',
  merge_too_few: 'A merge needs 2 to 25 contacts',
  merge_same_person: 'All the ids given already belong to one person',
  merge_set_too_large: 'A merge set holds at most 52 contacts',
  merge_forbidden_pair: 'Someone recorded that two of these must never be merged',
  merge_two_of_a_kind: 'The older two-way merge joins neither two curated nor two ephemeral contacts',
  merge_choice_unknown: 'A field choice names a value that none of the contacts has',
  merge_not_standing: 'The merge was undone already',
  merge_not_latest: 'A later merge builds on this one; undo that one first',
  undo_needs_assignment: 'Edits made after the merge must be given to a member before it is undone',
  forbidden: 'The signed-in user lacks the permission named in `details.permission`',
  too_many: 'A list holds more entries than allowed',
  too_large: 'A record with its history is full; nothing long can be added to it',
  file_not_found: 'The file is gone or was never there',
  file_unreadable: 'The file cannot be read',
  not_tabular: 'The file is neither CSV nor vCard',
  unknown_encoding: 'The text encoding of the file cannot be told',
  no_rows: 'The file holds no data rows',
  duplicate_header: 'Two columns share one header',
  no_columns_mapped: 'No column is mapped to a field',
  unclosed_quote: 'A quoted cell is never closed',
  import_busy: 'Another import is running',
  import_too_old: 'An import can be undone as a whole for 30 days',
  export_busy: 'Another export is running',
  cancelled: 'The work was cancelled',
  conflict: 'Others kept changing the same records; try again',
  outdated: 'It was changed since it was read; read it again',
  folder_in_use: 'Another process has this data folder open',
  storage_full: 'The disk is full',
  storage_corrupt: 'A database file is damaged',
  key_needed: 'The data of this folder is encrypted; its key is needed to open it',
  wrong_key: 'The key does not open the data of this folder',
  storage_failed: 'The database could not be read or written',
  views_not_ready: 'Lists and search are being prepared from the records; try again in a moment',
  signed_out: 'No user is signed in; the device shows what it has and changes nothing',
  locked: 'The window is locked; unlock it first',
  wrong_password: 'This is not the password of the user who is signed in',
  not_connected: 'This device is not connected with a server',
  sign_in_refused: 'The server does not accept this user and password',
  server_unreachable: 'The server cannot be reached',
  server_untrusted: 'The certificate of the server is not trusted',
  server_unusable: 'What answers is no CouchDB, has no database of this organisation, or does not let this user in',
  no_keychain: 'The system has no keychain, and the user did not insist on keeping the password as plain text',
  unsynced_work: 'Changes of the former user were not sent yet; `details.count` says how many',
  update_needed: 'The organisation’s data needs a newer version of this application',
  managed: 'An administrator of this machine has fixed this; `field` says what',
  policy_invalid: 'The policy of this machine cannot be followed; `field` says which entry',
  forbidden_sender: 'A call came from a page that is not ours',
  internal: 'Something unexpected went wrong; the log has more',
} as const

export type ErrorCode = keyof typeof ERROR_CODES

/** What a refusal of a code may tell beside its sentence; `never` where that is nothing. */
export type DetailsOf<C extends ErrorCode> = C extends keyof ErrorDetails ? ErrorDetails[C] : never

/** An error as it travels: over IPC, over HTTP, into reports. */
export interface ErrorBody {
  code: ErrorCode
  /** A sentence a person understands. */
  message: string
  /** Path of the field at fault, e.g. `workEmail` or `contactIds.2`. */
  field?: string
  details?: DetailsOf<ErrorCode>
}

/** The one error class of the product. Anything else that is thrown is a defect and surfaces as `internal`. */
export class ScvError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'ScvError'
  readonly code: C
  readonly field: string | undefined
  readonly details: DetailsOf<C> | undefined

  constructor(code: C, message: string, more: { field?: string; details?: DetailsOf<C> | undefined } = {}) {
    super(message)
    this.code = code
    this.field = more.field
    this.details = more.details
  }

  /** As every class has it; declared, since `instanceof` would otherwise make its code and details `any`. */
  static override [Symbol.hasInstance](value: unknown): value is ScvError {
    return Function.prototype[Symbol.hasInstance].call(ScvError, value)
  }

  toJSON(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.field === undefined ? {} : { field: this.field }),
      ...(this.details === undefined ? {} : { details: this.details }),
    }
  }

  /** Rebuilds the error on the other side of a border. */
  static from(body: ErrorBody): ScvError {
    return new ScvError(body.code, body.message, {
      ...(body.field === undefined ? {} : { field: body.field }),
      ...(body.details === undefined ? {} : { details: body.details }),
    })
  }
}

/** What an error tells beside its sentence if it is the refusal of this code; undefined where it does not, or is another. */
export function detailsOf<C extends keyof ErrorDetails>(
  error: ScvError | undefined,
  code: C,
): ErrorDetails[C] | undefined {
  return error?.code === code ? (error as ScvError<C>).details : undefined
}
