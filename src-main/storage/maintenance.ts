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

/** Checks the structure of the whole file, however large, off the main thread. @throws `Corrupted` */
export async function quickCheckOnThread(path: string): Promise<void> {
  const [row] = await runOnThread(path, QUICK_CHECK)
  judgeQuickCheck(row?.['quick_check'], path)
}
