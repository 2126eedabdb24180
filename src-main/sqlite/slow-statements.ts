// Which statements hold up the process: what takes longer than a frame or two is published, the log listens.
// Invariant: what is published is a statement's text, never its values; without a listener nothing is measured.
import { channel } from 'node:diagnostics_channel'

/** Where they are published: a `SlowStatement` each. */
export const SLOW_STATEMENTS = 'scv.slow-statement'

export interface SlowStatement {
  readonly sql: string
  readonly ms: number
  /** The thread that it ran on, where that was another one than this. */
  readonly thread?: string
}

const SLOW_MS = 40
const slow = channel(SLOW_STATEMENTS)

/** Publishes a statement if it took long. */
export function tellIfSlow(statement: SlowStatement): void {
  if (statement.ms > SLOW_MS && slow.hasSubscribers) slow.publish(statement)
}

/** Runs a statement to its end. */
export function timed<T>(sql: string, run: () => T): T {
  if (!slow.hasSubscribers) return run()
  const start = performance.now()
  try {
    return run()
  } finally {
    tellIfSlow({ sql, ms: performance.now() - start })
  }
}

/** The rows of a statement, each step of which is measured by itself: between two steps the caller may let others work. */
export function timedRows<T>(sql: string, rows: IterableIterator<T>): IterableIterator<T> {
  return slow.hasSubscribers ? measured(sql, rows) : rows
}

function* measured<T>(sql: string, rows: IterableIterator<T>): IterableIterator<T> {
  try {
    for (;;) {
      const { done, value } = timed(sql, () => rows.next())
      if (done) return
      yield value
    }
  } finally {
    rows.return?.() // a reader that stops early: the statement must not stay open
  }
}
