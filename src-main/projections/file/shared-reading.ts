// One read transaction for all that is read in a turn of the event loop: outside of one each statement takes and gives back
// locks on the file, two calls to the system, which cost as much as to find a row.
// Invariant: it never outlives its turn, so the log can be moved, and a writer ends it before it writes or commits.
import type { SqliteDatabase } from '../../sqlite/database'

export interface SharedReading {
  /** To be called before a read outside of a write transaction. */
  begin(): void
  /** To be called before anything that a transaction is in the way of. */
  end(): void
}

/** @param onError told when a transaction could not be ended; what was read is as it was */
export function shareReading(db: SqliteDatabase, onError: (error: unknown) => void): SharedReading {
  const begin = db.prepare('BEGIN')
  const commit = db.prepare('COMMIT')
  let turn: NodeJS.Immediate | undefined
  const end = () => {
    if (!turn) return
    clearImmediate(turn)
    turn = undefined
    if (!db.isOpen || !db.isTransaction) return // an error may have ended it
    try {
      commit.run()
    } catch (error) {
      onError(error)
    }
  }
  return {
    begin() {
      if (turn || db.isTransaction) return
      begin.run()
      turn = setImmediate(end)
    },
    end,
  }
}
