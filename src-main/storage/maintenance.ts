// Work on a database file that may take long and cannot be cut into slices, done on a thread of its own with a
// connection of its own: moving the write-ahead log into the file (checkpoint), and checking the file's structure.
// Invariant: no connection of this thread outlives its task, so closing a file only has to wait for running tasks.
import { createThread } from '../sqlite/thread'
import { storageError } from './errors'
import type { MaintenanceTask } from './maintenance-thread'
import THREAD_SOURCE from './maintenance-thread?thread'

const run = createThread<MaintenanceTask, readonly Record<string, unknown>[]>(THREAD_SOURCE, 'storage-maintenance')
const runOnThread = (path: string, sql: string) => run({ path, sql })

/** Moves what is committed from the write-ahead log into the file, without holding up readers or the writer. */
export async function checkpointOnThread(path: string): Promise<void> {
  await runOnThread(path, 'PRAGMA wal_checkpoint(PASSIVE)')
}

/** As `checkpointOnThread`, and cuts the log off. It stays if another reader still reads from it. */
export async function cutLogOnThread(path: string): Promise<void> {
  await runOnThread(path, 'PRAGMA wal_checkpoint(TRUNCATE)')
}

/** The statement that looks at the structure of every page; one row 'ok' when all is well. */
export const QUICK_CHECK = 'PRAGMA quick_check(1)'

/** Throws `Corrupted` when the rows of QUICK_CHECK tell of damage. */
export function judgeQuickCheck(finding: unknown, path: string): void {
  if (finding !== 'ok') throw storageError('Corrupted', `The database is damaged: ${String(finding)}`, path)
}

/** A check that goes on while the file is in use. */
export interface RunningCheck {
  /** Resolves when it is through, with whether it saw everything. @throws `Corrupted` */
  readonly done: Promise<boolean>
  /** Gives it up after the table it is at. */
  giveUp(): void
}

/** Begins to check the structure of a file, however large: table by table, on a thread that does nothing else. */
export function beginCheck(path: string): RunningCheck {
  const runOfCheck = createThread<MaintenanceTask, readonly Record<string, unknown>[]>(THREAD_SOURCE, 'storage-check')
  let isGivenUp = false

  async function check(): Promise<boolean> {
    try {
      const tables = await runOfCheck({ path, sql: TABLES })
      for (const { name } of tables) {
        if (isGivenUp) return false
        const [row] = await runOfCheck({ path, sql: `PRAGMA quick_check('${String(name)}')` })
        judgeQuickCheck(row?.['quick_check'], path)
      }
      return true
    } finally {
      runOfCheck.end()
    }
  }

  return {
    done: check(),
    giveUp() {
      isGivenUp = true
    },
  }
}

/** The schema first, as the others are found by it. */
const TABLES = `SELECT 'sqlite_schema' AS name UNION ALL SELECT name FROM sqlite_schema WHERE type = 'table'`
