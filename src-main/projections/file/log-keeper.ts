// Keeps the write-ahead log of the projections short without holding up the event loop: moving the log into the file
// waits for the disk, which can take a tenth of a second and more, so it is done on the maintenance thread.
// Invariant: the log cannot outgrow the disk: a writer that is far ahead waits, without blocking the process, until it is
// moved; and no caller closes the file while it is being moved.
import type { SqliteDatabase } from '../../sqlite/database'
import { checkpointOnThread, waitingInLog } from '../../storage'

/**
 * Length of the log from which it is moved in the background, and from which writers wait for that, in bytes. Little at a
 * time: a commit of the documents waits for whatever the disk is busy with (import of 100,000: longest 75 ms instead of 104).
 */
const MOVE_FROM = 4 * 1024 * 1024
const WAIT_FROM = 64 * 1024 * 1024
/** Length to which a log is cut that was longer once: writing over what is there is cheaper than making a file grow. */
const KEPT = WAIT_FROM

/** A log without a write for so many ms is moved, whatever its length: it is looked through at every read. */
const REST_MS = 1000

export interface LogKeeper {
  /** To be awaited before a transaction: moves the log if it has grown, and once writing has come to rest. Rarely waits. */
  makeRoom(): Promise<void>
  /** Waits for a move under way; none begins by itself before the next transaction. */
  settle(): Promise<void>
}

/**
 * @param path of the database, or `:memory:`, which has no log
 * @param onError told when a log could not be moved: nothing is lost by it, and the next one tries again
 */
export function keepLog(db: SqliteDatabase, path: string, onError: (error: unknown) => void): LogKeeper {
  db.exec(`PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${KEPT}`)
  // A database in memory has none.
  const hasLog = db.prepare('PRAGMA journal_mode').get()?.['journal_mode'] === 'wal'
  let moving: Promise<void> | undefined
  let resting: NodeJS.Timeout | undefined
  const move = () => {
    moving ??= checkpointOnThread(path)
      .catch(onError)
      .finally(() => {
        moving = undefined
      })
    return moving
  }
  return {
    async makeRoom() {
      if (!hasLog) return
      clearTimeout(resting)
      resting = setTimeout(move, REST_MS)
      const waiting = waitingInLog(path)
      if (waiting > WAIT_FROM) await move()
      else if (waiting > MOVE_FROM) void move()
    },
    async settle() {
      clearTimeout(resting)
      await moving
    },
  }
}
