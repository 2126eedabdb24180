// What a device remembers of sync beside the documents, in a small SQLite file: the server, how far it is, what was set
// aside, and what stands there in branches. Invariants: the state is durable when `save` returns, and with it whatever was set aside before; the file
// holds no password, and nothing of a document that is no longer set aside.

import { randomBytes } from 'node:crypto'
import type { SetAside } from '@shared/contract/sync'
import { deviceIdSchema, NO_STAMP, stampSchema } from '@shared/model/ids'
import { Subject } from 'rxjs'
import { z } from 'zod'
import type { Kind } from '../../engine/documents/kinds'
import { openSqlite, type SqliteDatabase } from '../../sqlite/database'

/**
 * The server generation is stored as `epoch`, the number of the replica marker as `mark`: the files of devices and the markers on
 * servers have had these names since the first version, and code uses them where it reads or writes either.
 */
const stateSchema = z.object({
  server: z.object({ url: z.string(), org: z.string(), ca: z.string().optional() }).nullable(),
  user: z.object({ name: z.string(), roles: z.array(z.string()) }).nullable(),
  /** They signed out: the device shows what it has, and none works with it unless its settings let them. */
  signedOut: z.boolean(),
  /** The password is kept nowhere: who opens the application next signs in. */
  forSession: z.boolean(),
  paused: z.boolean(),
  /** Raised whenever what we believe of the server's content is void: RxDB's bookkeeping starts anew with it. */
  epoch: z.number(),
  /** Where the feed goes on; null: from the beginning. Everything before is durable here. */
  since: z.string().nullable(),
  /** Raised with every exchange and written to the server as well: what a restored server does not remember (replica-marker.ts). */
  mark: z.number(),
  /** The mark was raised here, and perhaps not yet on the server. */
  markPending: z.boolean(),
  /** The process that raised it last, and under which device's name; null: an older version did. */
  markRun: z.string().nullable(),
  markDevice: deviceIdSchema.nullable(),
  /**
   * What marks are sealed with, so that none but this device's own are believed; and whether the server has had a sealed one.
   * It is there from the beginning: a copy of the folder knows the original's marks, whenever it was made.
   */
  markSecret: z
    .string()
    .nullable()
    .transform((secret) => secret ?? newSecret()),
  markSealed: z.boolean(),
  /** Whether the server may have lost something, and when everything is compared for it (doubt.ts); null: it never was. */
  doubt: z.object({ times: z.number(), at: z.number(), until: z.number(), open: z.boolean() }).nullable(),
  /** What a server remembers under the name of which this device is a copy, until it remembers a mark of this one. */
  formerMark: z
    .object({ deviceId: deviceIdSchema, epoch: z.number(), mark: z.number(), markPending: z.boolean() })
    .nullable(),
  /** The server refused the password that is kept: so often in a row, and when it may be tried again (ms). */
  refusal: z.object({ times: z.number(), at: z.number(), until: z.number(), message: z.string() }).nullable(),
  /** Per kind, the place of the last change that was stored here before the mark was raised; null: not known. */
  markedUpTo: z.record(z.string(), z.object({ id: z.string(), lwt: z.number() })).nullable(),
  /** The version of our documents that `since` was reached with. */
  protocol: z.number(),
  /** Whether what stood here before the first connection bears the name of the signed-in user. */
  adopted: z.boolean(),
  /** Epochs whose bookkeeping RxDB has yet to remove: it holds whole documents. */
  formerEpochs: z.array(z.number()),
  /** As which user, and under which rules, what was refused has been tried last; null: never. */
  triedAs: z.string().nullable(),
  firstSync: z.object({ done: z.number(), total: z.number() }).nullable(),
  firstSyncDone: z.boolean(),
  lastExchange: z.string().nullable(),
  /** Server clock minus ours, ms; null: never met a server. */
  clockOffset: z.number().nullable(),
  /** What the corrected clock of this device showed before it was set back, ms; null: it was not, or a server told the time since. */
  notBefore: z.number().nullable(),
  /** This device's stamps up to this one may have been sent (sent-stamps.ts); null: an older version did not note it. */
  sentStamp: stampSchema.nullable(),
  /** Per kind, RxDB's checkpoint of what was sent: to count what was not, while there is no connection. */
  sentUpTo: z.record(z.string(), z.object({ id: z.string(), lwt: z.number() })),
})
export type SyncState = z.infer<typeof stateSchema>

const newSecret = (): string => randomBytes(24).toString('base64url')

const FRESH: Omit<SyncState, 'markSecret'> = {
  server: null,
  user: null,
  signedOut: false,
  forSession: false,
  paused: false,
  epoch: 1,
  since: null,
  mark: 0,
  markPending: false,
  markRun: null,
  markDevice: null,
  markSealed: false,
  doubt: null,
  formerMark: null,
  refusal: null,
  markedUpTo: null,
  protocol: 0,
  adopted: false,
  formerEpochs: [],
  triedAs: null,
  firstSync: null,
  firstSyncDone: false,
  lastExchange: null,
  clockOffset: null,
  notBefore: null,
  sentStamp: NO_STAMP,
  sentUpTo: {},
}

export interface SyncFile {
  readonly state: Readonly<SyncState>
  /** Names what is done between opening and closing it. */
  readonly run: string
  save(change: Partial<SyncState>): void
  readonly setAside: SetAsideList
  readonly branched: DocumentList
  /** What one copy of the server alone was known to have, and is to be looked for again. */
  readonly sentAlone: DocumentList
  close(): void
}

/** Documents that this device has yet to look at; `branched`: those in branches that it could not bring together, too. */
export interface DocumentList {
  put(collection: Kind, documentId: string): void
  remove(collection: Kind, documentId: string): void
  list(limit: number): { collection: Kind; documentId: string }[]
}

/** What names an entry. */
export type AsideKey = Pick<SetAside, 'kind' | 'collection' | 'documentId'>

export interface SetAsideList {
  readonly changes$: Subject<void>
  put(entry: Omit<SetAside, 'id'>): void
  /** Forgets an entry, because it went through or was given up. */
  remove(kind: SetAside['kind'], collection: Kind, documentId: string): void
  has(kind: SetAside['kind'], collection: Kind, documentId: string): boolean
  get(id: string): SetAside | undefined
  /** Without their documents, oldest first. */
  keys(): AsideKey[]
  /** Newest first; of one kind or of both. */
  list(offset: number, limit: number, kind?: SetAside['kind']): { total: number; items: SetAside[] }
  /** How many, per collection. */
  counts(kind: SetAside['kind']): Map<string, number>
}

/** Opens the file, making it if it is missing. A state that an older version wrote is completed. */
export function openSyncFile(path: string): SyncFile {
  const db = openSqlite(path)
  // A commit waits for the disk only where it must: a page may set aside thousands of documents.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON')
  db.exec(`CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY CHECK (id = 1), value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS set_aside (
      kind TEXT NOT NULL, collection TEXT NOT NULL, document_id TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
      document TEXT NOT NULL, PRIMARY KEY (kind, collection, document_id)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS set_aside_at ON set_aside (at);
    CREATE TABLE IF NOT EXISTS branched (
      collection TEXT NOT NULL, document_id TEXT NOT NULL, PRIMARY KEY (collection, document_id)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sent_alone (
      collection TEXT NOT NULL, document_id TEXT NOT NULL, PRIMARY KEY (collection, document_id)
    ) WITHOUT ROWID`)
  const stored = db.prepare('SELECT value FROM state WHERE id = 1').get() as { value: string } | undefined
  let state: SyncState = {
    ...FRESH,
    markSecret: newSecret(),
    ...(stored ? { sentStamp: null, ...stateSchema.partial().parse(JSON.parse(stored.value)) } : {}),
  } as SyncState
  const write = db.prepare('INSERT OR REPLACE INTO state (id, value) VALUES (1, ?)')
  /** The log keeps old pages until it is started anew, and what is no longer set aside held documents. */
  let documentsGone = false
  const isNoted = stored !== undefined && JSON.parse(stored.value).markSecret === state.markSecret
  if (!isNoted) write.run(JSON.stringify(state))
  return {
    run: randomBytes(6).toString('hex'),
    get state() {
      return state
    },
    save(change) {
      const next = { ...state, ...change }
      db.exec('PRAGMA synchronous = FULL') // one log for all: what was set aside before is on the disk, too
      write.run(JSON.stringify(next))
      db.exec('PRAGMA synchronous = NORMAL')
      state = next
      if (documentsGone) db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      documentsGone = false
    },
    setAside: setAsideList(db, () => {
      documentsGone = true
    }),
    branched: documentList(db, 'branched'),
    sentAlone: documentList(db, 'sent_alone'),
    close: () => db.close(),
  }
}

function documentList(db: SqliteDatabase, table: 'branched' | 'sent_alone'): DocumentList {
  const put = db.prepare(`INSERT OR IGNORE INTO ${table} (collection, document_id) VALUES (?, ?)`)
  const remove = db.prepare(`DELETE FROM ${table} WHERE collection = ? AND document_id = ?`)
  const list = db.prepare(`SELECT collection, document_id AS documentId FROM ${table} LIMIT ?`)
  return {
    put: (collection, documentId) => void put.run(collection, documentId),
    remove: (collection, documentId) => void remove.run(collection, documentId),
    list: (limit) => list.all(limit) as unknown as ReturnType<DocumentList['list']>,
  }
}

interface Row {
  kind: SetAside['kind']
  collection: Kind
  document_id: string
  reason: string
  at: string
  document: string
}

function setAsideList(db: SqliteDatabase, onDocumentGone: () => void): SetAsideList {
  const changes$ = new Subject<void>()
  const put = db.prepare(
    'INSERT OR REPLACE INTO set_aside (kind, collection, document_id, reason, at, document) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const key = 'kind = ? AND collection = ? AND document_id = ?'
  const remove = db.prepare(`DELETE FROM set_aside WHERE ${key}`)
  const find = db.prepare(`SELECT * FROM set_aside WHERE ${key}`)
  const list = db.prepare(
    'SELECT * FROM set_aside WHERE ?1 IS NULL OR kind = ?1 ORDER BY at DESC, document_id LIMIT ?2 OFFSET ?3',
  )
  const total = db.prepare('SELECT count(*) AS n FROM set_aside WHERE ?1 IS NULL OR kind = ?1')
  const counts = db.prepare('SELECT collection, count(*) AS n FROM set_aside WHERE kind = ? GROUP BY collection')
  const view = (row: Row): SetAside => ({
    id: `${row.kind}:${row.collection}:${row.document_id}`,
    kind: row.kind,
    collection: row.collection,
    documentId: row.document_id,
    reason: row.reason,
    at: row.at,
    document: row.document,
  })
  // Asked for every document that travels, so it is answered from memory.
  const byAge = db.prepare('SELECT kind, collection, document_id AS documentId FROM set_aside ORDER BY at')
  const all = () => byAge.all() as unknown as AsideKey[]
  const idOf = ({ kind, collection, documentId }: AsideKey) => `${kind}:${collection}:${documentId}`
  const keys = new Set(all().map(idOf))
  return {
    changes$,
    put({ kind, collection, documentId, reason, at, document }) {
      put.run(kind, collection, documentId, reason, at, document)
      keys.add(idOf({ kind, collection, documentId }))
      changes$.next()
    },
    remove(kind, collection, documentId) {
      if (!keys.delete(idOf({ kind, collection, documentId }))) return
      remove.run(kind, collection, documentId)
      if (kind === 'unreadable') onDocumentGone()
      changes$.next()
    },
    has: (kind, collection, documentId) => keys.has(idOf({ kind, collection, documentId })),
    keys: all,
    get(id) {
      const [kind = '', collection = '', ...rest] = id.split(':')
      const row = find.get(kind, collection, rest.join(':')) as Row | undefined
      return row && view(row)
    },
    list: (offset, limit, kind) => ({
      total: (total.get(kind ?? null) as { n: number }).n,
      items: (list.all(kind ?? null, limit, offset) as unknown as Row[]).map(view),
    }),
    counts: (kind) =>
      new Map((counts.all(kind) as { collection: string; n: number }[]).map(({ collection, n }) => [collection, n])),
  }
}
