// What replication needs of a CouchDB database, as a port: real HTTP, or a server inside a test, stand behind it.
// Invariant: an implementation judges every row of a write by itself, never compares or orders sequences, and throws only
// `RemoteError`s; a row that was not taken is an answer, not an exception.
import type { JSONValue } from '../../engine/documents/json'

/** A document as the server keeps it: `_id` is `{kind}:{id}`, the members are the document's without `id`. */
export type RemoteBody = Record<string, JSONValue | undefined>

/** The state of one document on the server. `body` is undefined for a tombstone. */
export interface RemoteDocument {
  id: string
  rev: string
  deleted: boolean
  body: RemoteBody | undefined
  /** Revisions of branches that lost, left by replication between servers. */
  conflicts?: string[]
  /** It is larger, or nests deeper, than this device reads: then without a body. */
  leftOut?: 'large' | 'deep'
  /** When it was read, ms (`dated.ts`). */
  asOf?: number
  /** Attachment stubs as the server gave them; they go back with every write. */
  attachments?: Record<string, JSONValue | undefined>
}

/** A document at a revision that the feed names. */
export interface Named {
  id: string
  rev: string
}

export interface ChangesPage {
  documents: RemoteDocument[]
  /** Changes whose revision could not be read yet: to be asked for again (`readAt`). The position may not pass them. */
  behind?: Named[]
  /** Opaque; where the next page starts. */
  since: string
  /** Changes after this page; as of when it was read. */
  pending: number
}

/** One row of a write. Without `rev` the document is new to the writer. */
export interface RemoteWrite {
  id: string
  rev?: string
  body: RemoteBody
  deleted?: boolean
  attachments?: Record<string, JSONValue | undefined>
}

/** What became of a row. `alone`: one copy has it (202), and the others not yet. `conflict`: another revision is there. `refused`: the server will not have it, and why. */
export type WriteOutcome =
  | { id: string; status: 'written'; rev: string; alone?: true }
  | { id: string; status: 'conflict' }
  | { id: string; status: 'refused'; reason: string; code: 'forbidden' | 'too_large' | 'invalid' }

export interface Remote {
  /**
   * How many copies of a document the server keeps. With more than one, what is read by key can be older than what the feed
   * has shown, or missing, for some seconds (Apache CouchDB 3.5 on three nodes, measured); absent: one.
   */
  readonly copies?: number
  /** Waits, ms, before the server is asked again; absent: by a timer. A server inside a test has a time of its own. */
  pause?(ms: number): Promise<void>
  /** A page of changes with their documents, from `since` (undefined: the beginning). Design documents are left out. */
  changes(since: string | undefined, limit: number): Promise<ChangesPage>
  /** Answers once something changed after `since`, or after about a minute: then with false. */
  awaitChange(since: string | undefined, signal: AbortSignal): Promise<boolean>
  /** Current documents and tombstones by id; what was never there is absent. */
  read(ids: readonly string[]): Promise<Map<string, RemoteDocument>>
  /** One revision of a document that is not the winning one. */
  readRevision(id: string, rev: string): Promise<RemoteDocument | undefined>
  /** Writes each row by itself; answers in the order of the rows. */
  write(rows: readonly RemoteWrite[]): Promise<WriteOutcome[]>
  /** A small document of this device's own, outside replication and validation (`_local/{id}`); undefined: none. */
  getLocal(id: string): Promise<RemoteBody | undefined>
  /** @throws RemoteError; `NoteNotTaken` where the server takes other writes, and this one not */
  putLocal(id: string, body: RemoteBody): Promise<void>
}

/** Why the server could not be used as a whole. */
export type RemoteErrorKind =
  | 'unreachable'
  | 'signed-out'
  | 'not-allowed'
  | 'no-database'
  | 'untrusted'
  | 'update-needed'
  | 'failed'
  | 'cancelled'

export class RemoteError extends Error {
  override readonly name = 'RemoteError'
  constructor(
    readonly kind: RemoteErrorKind,
    message: string,
    /** Milliseconds to wait, where the server asked for it (429, 503 with Retry-After). */
    readonly retryAfter?: number,
    /** It took the connection and said nothing. */
    readonly silent = false,
  ) {
    super(message)
  }
}

/** A document of this device's own that the server would not take, as where another writes it all the time. */
export class NoteNotTaken extends RemoteError {
  constructor(reason: string) {
    super('failed', `The server does not take what this device notes for itself: ${reason}`)
  }
}

/** What was asked for is not there yet on the copy that answered: other copies have it. Asking again later helps. */
export class LagError extends RemoteError {
  constructor() {
    super('failed', 'The server’s copies of a document do not agree yet.')
  }
}
