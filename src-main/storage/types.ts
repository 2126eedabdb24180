// The public shapes of the storage: what it is told, and what it hands out besides RxDB's own interfaces.

/** What `getRxStorageSQLite` needs to know. */
export type StorageSettings = {
  /** Folder of the database files; made when missing. One process at a time may use it. */
  readonly folder: string
  /**
   * How hard a commit waits for the disk. `FULL` (default): an acknowledged write survives a power cut. `NORMAL`: it
   * survives the death of the process, but a power cut may take the last writes back. `OFF`: for throw-away tests only.
   */
  readonly synchronous?: 'FULL' | 'NORMAL' | 'OFF'
  /**
   * Bulk writes, told by their context, that need not wait for the disk: what they write can be had again, as documents
   * that a replication pulls. They survive the death of the process, and are never durable without what was written
   * before them; `flush` waits for them.
   */
  readonly relaxed?: (context: string) => boolean
  /** Further pragmas for the writing connection, name to value, set before the first statement. */
  readonly pragmas?: Readonly<Record<string, string | number>>
  /** Milliseconds after which a transaction that does nothing is rolled back. Default 60,000. */
  readonly transactionIdleTimeout?: number
  /** Milliseconds of work after which a call lets the event loop run. Default 8. */
  readonly sliceTime?: number
}

/**
 * Several bulk writes, over any collections of one database, as one unit. Pass `context` as the second argument of
 * `bulkWrite`: that write joins. All other writes to the file wait until `commit` or `rollback`, so always end it
 * (`try … commit … catch … rollback`); one left idle is rolled back after `transactionIdleTimeout`.
 */
export type StorageTransaction = {
  readonly context: string
  /**
   * Commits all writes, durably unless the transaction is relaxed, then emits their events in order. Rejects, with all
   * undone, when the disk refuses.
   */
  commit(): Promise<void>
  /** Undoes all writes; no event is emitted. Harmless after the end of the transaction. */
  rollback(): Promise<void>
}

/** `options` of createStorageInstance; there are none per collection. */
export type StorageInstanceOptions = Record<string, never>
