// RxDB's view of one collection: translates its interface into reads and writes of the file.
// Invariants: an acknowledged write is committed; events follow the commit and are shared by all instances of the
// collection in this process; close waits for the work that was accepted before it.
import {
  type BulkWriteRow,
  getPrimaryFieldOfPrimaryKey,
  now,
  type PreparedQuery,
  type RxDocumentData,
  type RxJsonSchema,
  type RxStorageBulkWriteResponse,
  type RxStorageCountResult,
  type RxStorageDefaultCheckpoint,
  type RxStorageInstance,
  type RxStorageInstanceCreationParams,
  type RxStorageQueryResult,
  type StringKeys,
} from 'rxdb'
import { readAttachment, readBlobs, writeWithAttachments } from './attachments'
import { BulkWrite, checkpointValues, type WriteResult } from './bulk-write'
import type { ChangeBulk, CollectionState, DatabaseFile } from './database-file'
import { DocumentTable, parseBody } from './document-table'
import { storageError } from './errors'
import { explain, type SqlQuery, selectCount, translateQuery } from './query-sql'
import { beginToLeave, releaseFile } from './registry'
import { firstStatement, parseRows, runCount, runQuery } from './run-query'
import { pauseIfDue, Slice } from './slices'
import { sortableText } from './sortable-text'
import type { StorageInstanceOptions, StorageSettings } from './types'
import type { WriteTurn } from './write-turn'

/** What RxDB calls the internals of an instance: the open file and the collection's place in it. */
export type SQLiteInternals = { readonly file: DatabaseFile; readonly collection: CollectionState }

/** Up to so many documents are fetched by id without a thought about pausing. */
const FETCH_AT_ONCE = 100
/** Documents that one step of a cleanup removes, in one short transaction. */
const CLEANUP_STEP = 200

type Changes<RxDocType> = ReturnType<RxStorageInstance<RxDocType, unknown, unknown>['changeStream']>

export class RxStorageInstanceSQLite<RxDocType>
  implements RxStorageInstance<RxDocType, SQLiteInternals, StorageInstanceOptions, RxStorageDefaultCheckpoint>
{
  readonly databaseName: string
  readonly collectionName: string
  readonly schema: Readonly<RxJsonSchema<RxDocumentData<RxDocType>>>
  readonly internals: SQLiteInternals
  readonly options: Readonly<StorageInstanceOptions>
  readonly #primaryPath: StringKeys<RxDocType>
  readonly #settings: StorageSettings
  readonly #file: DatabaseFile
  readonly #collection: CollectionState
  readonly #table: DocumentTable
  readonly #changesSql: string
  #running = 0
  #whenDone: (() => void)[] = []
  #closed: Promise<void> | undefined

  constructor(
    settings: StorageSettings,
    params: RxStorageInstanceCreationParams<RxDocType, StorageInstanceOptions>,
    internals: SQLiteInternals,
  ) {
    this.#settings = settings
    this.databaseName = params.databaseName
    this.collectionName = params.collectionName
    this.schema = params.schema
    this.options = params.options
    this.internals = internals
    this.#file = internals.file
    this.#collection = internals.collection
    this.#table = new DocumentTable(internals.collection.table, internals.collection.layout)
    this.#changesSql = `SELECT body, changed FROM ${internals.collection.table} WHERE (changed, id) > (?, ?) ORDER BY changed, id LIMIT ?`
    this.#primaryPath = getPrimaryFieldOfPrimaryKey(params.schema.primaryKey) as StringKeys<RxDocType>
  }

  #assertOpen(): void {
    if (this.#closed) throw storageError('Closed', `Collection "${this.collectionName}" is closed`, this.#file.path)
    if (this.#collection.removed) {
      throw storageError('Closed', `Collection "${this.collectionName}" was removed`, this.#file.path)
    }
  }

  /** Runs work that `close` has to wait for. Writes pause on their own, once they have their place in the queue. */
  async #tracked<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#assertOpen()
    this.#running++
    try {
      return await work()
    } finally {
      this.#running--
      if (this.#running === 0) for (const resolve of this.#whenDone.splice(0)) resolve()
    }
  }

  /** The same for reads, which let the event loop run first when the calls before them have used up its turn. */
  #paced<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#tracked(async () => {
      const pause = pauseIfDue(this.#file.sliceTime)
      if (pause) await pause
      return work()
    })
  }

  /**
   * Writes documents in one transaction, or as part of the StorageTransaction whose context is given.
   * @returns conflicts (409) and missing attachments (510), as RxDB defines them
   * @throws StorageError; nothing of this call is stored then
   */
  bulkWrite(rows: BulkWriteRow<RxDocType>[], context: string): Promise<RxStorageBulkWriteResponse<RxDocType>> {
    return this.#tracked(async () => {
      const hasAttachments = this.#collection.layout.hasAttachments
      const blobs = hasAttachments ? await readBlobs(rows) : new Map<Blob, Uint8Array>()
      const result = await this.#file.write(
        context,
        (turn): WriteResult<RxDocType> | Promise<WriteResult<RxDocType>> => {
          if (this.#collection.removed) this.#assertOpen()
          const timeOf = this.#collection.clock.forBulk()
          const written = hasAttachments
            ? writeWithAttachments(this, this.#table, this.#primaryPath, rows, blobs, context, timeOf, turn)
            : new BulkWrite<RxDocType>(this.#table, this.#primaryPath, rows, context, timeOf).run(turn)
          return written instanceof Promise
            ? written.then((late) => this.#announce(late, turn))
            : this.#announce(written, turn)
        },
      )
      return { error: result.errors }
    })
  }

  #announce(result: WriteResult<RxDocType>, turn: WriteTurn): WriteResult<RxDocType> {
    const { bulk } = result
    turn.afterCommit(() => {
      // One subject serves all instances of the collection, whatever they call its document type.
      if (bulk.events.length > 0) this.#collection.changes.next(bulk as unknown as ChangeBulk)
    })
    return result
  }

  /** Documents by primary key, in the order of the keys; unknown keys are skipped. */
  async findDocumentsById(ids: string[], withDeleted: boolean): Promise<RxDocumentData<RxDocType>[]> {
    const sql = withDeleted ? this.#table.selectBodySql : this.#table.selectLiveBodySql
    this.#assertOpen()
    const documents: RxDocumentData<RxDocType>[] = []
    // The usual few: all in this turn of the event loop, so there is nothing that close would have to wait for.
    if (ids.length <= FETCH_AT_ONCE && !pauseIfDue(this.#file.sliceTime)) {
      this.#file.read((reader) => {
        // One read transaction instead of one for each: taking a place at the log costs as much as finding a row.
        if (ids.length > 1) reader.run('BEGIN')
        try {
          const statement = reader.prepare(sql)
          for (const id of ids) {
            const row: unknown = statement.get(sortableText(id))
            if (Array.isArray(row)) documents.push(parseBody(row[0]))
          }
        } finally {
          if (reader.inTransaction) reader.run('COMMIT')
        }
      })
      return documents
    }
    return this.#paced(() =>
      this.#file.readSnapshot(async (reader, slice) => {
        for (const id of ids) {
          const row = reader.get(sql, sortableText(id))
          if (row) documents.push(parseBody(row[0]))
          if (slice.isOver) await slice.pause()
        }
        return documents
      }),
    )
  }

  query(prepared: PreparedQuery<RxDocType>): Promise<RxStorageQueryResult<RxDocType>> {
    return this.#paced(async () => ({
      documents: await runQuery(this.#file, this.schema, prepared, this.#translate(prepared), this.#collection.layout),
    }))
  }

  /** Counts in SQL; only where the selector needs RxDB's matcher are documents read, in a stream. */
  count(prepared: PreparedQuery<RxDocType>): Promise<RxStorageCountResult> {
    return this.#paced(async () => ({
      count: await runCount(this.#file, this.schema, prepared, this.#translate(prepared)),
      mode: 'fast' as const,
    }))
  }

  #translate(prepared: PreparedQuery<RxDocType>): SqlQuery {
    return translateQuery(prepared, this.#collection.table, this.#collection.layout)
  }

  /** For tests and diagnosis: SQLite's plan for a query (or for counting it), one line per step. */
  explain(prepared: PreparedQuery<RxDocType>, purpose: 'query' | 'count' = 'query'): string[] {
    const query = this.#translate(prepared)
    return this.#file.read((reader) =>
      explain(reader, purpose === 'count' ? selectCount(query) : firstStatement(query)),
    )
  }

  /** The same for `getChangedDocumentsSince`. */
  explainChanges(): string[] {
    const values = [...checkpointValues(undefined), 1]
    return this.#file.read((reader) => explain(reader, { sql: this.#changesSql, values }))
  }

  getAttachmentData(documentId: string, attachmentId: string, digest: string): Promise<Blob> {
    return this.#paced(async () => readAttachment(this.#file, this.#collection.table, documentId, attachmentId, digest))
  }

  /** Documents changed after the checkpoint, in the order (last write time, id); see ChangeClock for the time. */
  getChangedDocumentsSince(
    limit: number,
    checkpoint?: RxStorageDefaultCheckpoint,
  ): Promise<{ documents: RxDocumentData<RxDocType>[]; checkpoint: RxStorageDefaultCheckpoint }> {
    return this.#paced(async () => {
      const rows = this.#file.read((reader) => reader.all(this.#changesSql, ...checkpointValues(checkpoint), limit))
      const documents = await parseRows<RxDocumentData<RxDocType>>(rows, new Slice(this.#file.sliceTime))
      const last = documents[documents.length - 1]
      return {
        documents,
        checkpoint: last
          ? { id: String(last[this.#primaryPath as keyof typeof last]), lwt: Number(rows[rows.length - 1]?.[1]) }
          : (checkpoint ?? { id: '', lwt: 0 }),
      }
    })
  }

  /**
   * How many documents changed after the checkpoint; beyond RxDB's interface, for showing how much is left to send. Without
   * tombstones of what was never here: they came from elsewhere, and RxDB, which is told of no such write, passes them over
   * with the next change only.
   */
  countChangedDocumentsSince(checkpoint?: RxStorageDefaultCheckpoint): number {
    this.#assertOpen()
    const changed = `SELECT count(*) FROM ${this.#table.table} WHERE (changed, id) > (?1, ?2)`
    const sql = `SELECT (${changed}) - (${changed} AND deleted = 1 AND rev LIKE '1-%')`
    return Number(this.#file.read((reader) => reader.get(sql, ...checkpointValues(checkpoint)))?.[0] ?? 0)
  }

  /**
   * Living documents as they are stored, unparsed, in the order their rows were made; beyond RxDB's interface, for reading
   * all there is at the speed of the disk. What is written meanwhile may be in it or not.
   * @param after the row behind which to begin; 0: the first
   * @returns the last row looked at; undefined: there are no more
   */
  textsAfter(after: number, limit: number): Promise<{ texts: string[]; last: number | undefined }> {
    const sql = `SELECT rowid, body, deleted FROM ${this.#table.table} WHERE rowid > ? ORDER BY rowid LIMIT ?`
    return this.#paced(async () => {
      const rows = this.#file.read((reader) => reader.all(sql, after, limit))
      const living = rows.filter(([, , deleted]) => deleted === 0)
      return {
        texts: living.map(([, body]) => String(body)),
        last: rows.length < limit ? undefined : Number(rows.at(-1)?.[0]),
      }
    })
  }

  /** A checkpoint behind everything that is committed; beyond RxDB's interface. */
  get committedUpTo(): number {
    this.#assertOpen()
    const sql = `SELECT max(changed) FROM ${this.#table.table}`
    return Number(this.#file.read((reader) => reader.get(sql))?.[0] ?? 0)
  }

  /** The number of the last row made: about how many documents there are, at no cost; beyond RxDB's interface. */
  get lastRow(): number {
    this.#assertOpen()
    return Number(this.#file.read((reader) => reader.get(`SELECT max(rowid) FROM ${this.#table.table}`))?.[0] ?? 0)
  }

  /** The time of the last change, as checkpoints have it (`lwt`); beyond RxDB's interface. */
  get newestChange(): number {
    return this.#collection.clock.newest
  }

  changeStream(): Changes<RxDocType> {
    this.#assertOpen()
    return this.#collection.changes.asObservable() as unknown as Changes<RxDocType>
  }

  /** Purges documents deleted longer than `minimumDeletedTime` milliseconds ago, a few at a time. */
  cleanup(minimumDeletedTime: number): Promise<boolean> {
    return this.#tracked(async () => {
      const until = now() - minimumDeletedTime
      const purged = await this.#file.write('cleanup', ({ writer, wrote }) => {
        const count = this.#table.purge(writer, until, CLEANUP_STEP)
        wrote(count * 4096)
        return count
      })
      return purged < CLEANUP_STEP
    })
  }

  /** Removes the collection with all its documents, and closes this instance. */
  async remove(): Promise<void> {
    // A plain Error by RxDB's contract: it is a mistake of the caller, not a failure of the storage.
    if (this.#closed) throw new Error(`Collection "${this.collectionName}" is closed already`)
    this.#assertOpen()
    await this.#file.removeCollection(this.#collection)
    await this.close()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await beginToLeave(this.#file)
    if (this.#running > 0) await new Promise<void>((resolve) => this.#whenDone.push(resolve))
    await releaseFile(this.#file, this.#settings.folder)
  }
}
