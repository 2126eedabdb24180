// The transaction that views are written in. It stays open over several batches: a commit costs as much for one document as
// for fifty (every page touched is written to the log), and a reader reads through the same connection, which sees
// what is not committed yet. Only the search index is told of it after the commit.
// Invariant: rows and checkpoints are committed together; what a crash takes is caught up with from the documents.
import type { SqliteDatabase } from '../../sqlite/database'
import type { SharedReading } from './shared-reading'

/** A transaction is committed this long after its first write, whatever it holds. */
const COMMIT_AFTER_MS = 100
/** Documents in one transaction: as many as a commit writes without being felt, on this machine. */
const DOCUMENTS_MIN = 32
const DOCUMENTS_MAX = 1024

export interface ViewTransaction {
  readonly isOpen: boolean
  /** Whether a caller waits for what it holds: until its end. */
  awaited: boolean
  /** Writes so many documents, in the open transaction or a new one. @throws what `write` throws; all is rolled back then */
  write<T>(documents: number, write: () => T): T
  /** Makes what was written durable, and leaves no transaction open. @throws when it cannot be; it is rolled back then */
  commit(): void
}

export interface TransactionOptions {
  /** What is read outside of it, through the same connection. */
  reading: Pick<SharedReading, 'end'>
  /** A commit that takes longer, in ms, makes the next transactions smaller. */
  longMs: number
  /** Writes what has waited for the end of the transaction. */
  beforeCommit(): void
  /** What was written is in the file. @param awaited whether a caller waits for it */
  onCommitted(awaited: boolean): void
  /** What was written since the last commit is gone, whatever the reason. */
  onLost(): void
  /** A commit failed that no caller waited for. */
  onError(error: unknown): void
}

export function createTransaction(db: SqliteDatabase, options: TransactionOptions): ViewTransaction {
  const { reading, longMs, beforeCommit, onCommitted, onLost, onError } = options
  let written = 0
  let limit = DOCUMENTS_MIN
  let timer: NodeJS.Timeout | undefined

  function ended(): void {
    clearTimeout(timer)
    timer = undefined
    transaction.awaited = false
  }

  function rollback(): void {
    if (!timer) return
    ended()
    onLost()
    if (db.isTransaction) db.exec('ROLLBACK')
  }

  const transaction: ViewTransaction = {
    awaited: false,
    get isOpen() {
      return timer !== undefined
    },
    write(documents, write) {
      if (!timer) {
        reading.end()
        db.exec('BEGIN')
        written = 0
        timer = setTimeout(() => {
          try {
            transaction.commit()
          } catch (error) {
            onError(error)
          }
        }, COMMIT_AFTER_MS)
      }
      try {
        const result = write()
        written += documents
        if (written >= limit) transaction.commit()
        return result
      } catch (error) {
        rollback()
        throw error
      }
    },
    commit() {
      reading.end()
      if (!timer) return
      const begun = performance.now()
      try {
        beforeCommit()
        db.exec('COMMIT')
      } catch (error) {
        rollback()
        throw error
      }
      const { awaited } = transaction
      ended()
      const took = performance.now() - begun
      if (took > longMs) limit = Math.max(DOCUMENTS_MIN, limit >> 1)
      else if (took < longMs / 2) limit = Math.min(DOCUMENTS_MAX, limit + (limit >> 2))
      onCommitted(awaited)
    },
  }
  return transaction
}
