// An RxStorage for RxDB 17 on SQLite. See README.md in this folder for the file
// layout, the translation of queries and what is guaranteed. Nothing in this folder depends on the rest of the product.
import {
  ensureRxStorageInstanceParamsAreCorrect,
  RXDB_VERSION,
  type RxStorage,
  type RxStorageInstanceCreationParams,
} from 'rxdb'
import { storageError } from './errors'
import { RxStorageInstanceSQLite, type SQLiteInternals } from './instance'
import { layoutOf } from './layout'
import { acquireFile, beginToLeave, fileNameOf, openFileOf, releaseFile } from './registry'
import type { StorageInstanceOptions, StorageSettings, StorageTransaction } from './types'

export { createThread, type Thread } from '../sqlite/thread'
export { StorageError } from './errors'
export { RxStorageInstanceSQLite } from './instance'
export { checkpointOnThread } from './maintenance'
export type { StorageSettings } from './types'
export { waitingInLog } from './write-ahead-log'

/** The storage: RxDB's interface, and transactions over collections. */
export interface RxStorageSQLite extends RxStorage<SQLiteInternals, StorageInstanceOptions> {
  createStorageInstance<RxDocType>(
    params: RxStorageInstanceCreationParams<RxDocType, StorageInstanceOptions>,
  ): Promise<RxStorageInstanceSQLite<RxDocType>>
  /**
   * Starts a transaction over all collections of an open database, after the writes that wait already. Hand its
   * `context` to `bulkWrite` (RxDB passes it through: `collection.storageInstance.bulkWrite(rows, context)`). Reads see
   * the last committed state throughout; conflicts are judged against the transaction's own writes. Do not open or
   * remove collections, and do not write with another context, while waiting inside it: those wait for its end.
   * @param options `relaxed`: the commit need not wait for the disk; `flush` does
   * @throws StorageError `Closed` when no collection of the database is open
   */
  beginTransaction(databaseName: string, options?: { relaxed?: boolean }): Promise<StorageTransaction>
  /**
   * Waits until everything committed so far survives a power cut, relaxed writes included.
   * @throws StorageError `Closed`, `Io`, `Full`
   */
  flush(databaseName: string): Promise<void>
  /**
   * Cuts off the log, so that what was written over is left nowhere; it stays while a reader reads from it.
   * @throws StorageError `Closed`, `Io`, `Full`
   */
  cutLog(databaseName: string): Promise<void>
  /** Name of a database's file within the folder. */
  fileNameOf(databaseName: string): string
}

/**
 * Makes the storage for `createRxDatabase({ storage })`. Each RxDB database becomes one file in `settings.folder`; the
 * folder is locked for this process while any of them is open.
 * Failures are StorageErrors: opening rejects with `Locked`, `Corrupted`, `Incompatible`, `Readonly` or `Io`; a write
 * that the disk refuses rejects with `Full` or `Io`, is undone, and later writes work.
 */
export function getRxStorageSQLite(settings: StorageSettings): RxStorageSQLite {
  return {
    name: 'sqlite',
    rxdbVersion: RXDB_VERSION,
    async createStorageInstance<RxDocType>(
      params: RxStorageInstanceCreationParams<RxDocType, StorageInstanceOptions>,
    ): Promise<RxStorageInstanceSQLite<RxDocType>> {
      ensureRxStorageInstanceParamsAreCorrect(params)
      const file = await acquireFile(settings, params.databaseName)
      try {
        const collection = await file.openCollection(
          params.collectionName,
          params.schema.version,
          layoutOf(params.schema),
        )
        return new RxStorageInstanceSQLite<RxDocType>(settings, params, { file, collection })
      } catch (error) {
        await beginToLeave(file)
        await releaseFile(file, settings.folder)
        throw error
      }
    },
    async beginTransaction(databaseName, { relaxed = false } = {}) {
      const file = await openFileOf(settings, databaseName)
      if (!file) throw storageError('Closed', `Database "${databaseName}" is not open`, settings.folder)
      return file.beginTransaction(relaxed)
    },
    async flush(databaseName) {
      const file = await openFileOf(settings, databaseName)
      if (!file) throw storageError('Closed', `Database "${databaseName}" is not open`, settings.folder)
      await file.flush()
    },
    async cutLog(databaseName) {
      const file = await openFileOf(settings, databaseName)
      if (!file) throw storageError('Closed', `Database "${databaseName}" is not open`, settings.folder)
      await file.cutLog()
    },
    fileNameOf,
  }
}
