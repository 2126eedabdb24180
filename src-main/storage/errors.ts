// What can go wrong with a database file, as one error class with a kind that callers can switch on.
// Every failure of SQLite or of the file system leaves this folder as a StorageError: its message says in plain words
// what happened and what to do, and the original error stays attached as the cause.

/**
 * - `Corrupted`: the file is damaged or is no database; restore it from a backup or remove it and sync again.
 * - `Locked`: another process (or thread) has the folder open.
 * - `Full`: no space left on the disk; the write was undone, later writes work once there is space.
 * - `Readonly`: the file or folder cannot be written.
 * - `Io`: reading or writing the disk failed.
 * - `Closed`: the instance, the storage or the transaction is closed already.
 * - `Incompatible`: the file was made by a newer version, or the same schema version with other indexes.
 * - `Unknown`: any other answer of SQLite.
 */
export type StorageErrorKind =
  | 'Corrupted'
  | 'Locked'
  | 'Full'
  | 'Readonly'
  | 'Io'
  | 'Closed'
  | 'Incompatible'
  | 'Unknown'

/** An error of the storage; `path` names the file or folder it is about. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly kind: StorageErrorKind
  readonly path: string

  constructor(kind: StorageErrorKind, message: string, path: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
    this.path = path
  }
}

// Primary result codes, https://www.sqlite.org/rescode.html; the low byte of an extended code is the primary one.
const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const SQLITE_READONLY = 8
const SQLITE_IOERR = 10
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26

function kindOfCode(code: number): StorageErrorKind {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return 'Locked'
    case SQLITE_READONLY:
      return 'Readonly'
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return 'Io'
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return 'Corrupted'
    case SQLITE_FULL:
      return 'Full'
    default:
      return 'Unknown'
  }
}

function kindOfErrno(code: string): StorageErrorKind {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Full'
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'Readonly'
    default:
      return 'Io'
  }
}

const ADVICE: Record<StorageErrorKind, string> = {
  Corrupted:
    'The file is damaged. Close the application, keep a copy of the file, then restore a backup or remove it so that it is filled again from the server.',
  Locked: 'Another process is using it. Close that one first.',
  Full: 'There is no space left on the disk. The write was undone; free some space and try again.',
  Readonly: 'It cannot be written. Check the permissions of the file and its folder.',
  Io: 'Reading or writing the disk failed. Check the disk and the permissions, then try again.',
  Closed: 'It is closed already.',
  Incompatible: 'It was written with another layout. Use the version that wrote it, or raise the schema version.',
  Unknown: 'SQLite refused the operation.',
}

/** Puts kind, plain words and advice together; used wherever this folder finds a fault by itself. */
export function storageError(kind: StorageErrorKind, what: string, path: string, options?: ErrorOptions): StorageError {
  return new StorageError(kind, `${what} (${path}). ${ADVICE[kind]}`, path, options)
}

/**
 * Turns whatever SQLite or the file system threw into a StorageError; anything else (a bug, a matcher's TypeError)
 * comes back as it is.
 */
export function asStorageError(error: unknown, path: string): unknown {
  if (error instanceof StorageError || !(error instanceof Error)) return error
  const { code, errcode } = error as Error & { code?: unknown; errcode?: unknown }
  if (typeof errcode === 'number') {
    return storageError(kindOfCode(errcode), `The database answered "${error.message}"`, path, { cause: error })
  }
  if (typeof code === 'string' && 'syscall' in error) {
    return storageError(kindOfErrno(code), `The file system answered "${error.message}"`, path, { cause: error })
  }
  return error
}

/** Whether an error says that the file itself cannot be trusted any more. */
export function isCorruption(error: unknown): boolean {
  return error instanceof StorageError && error.kind === 'Corrupted'
}
