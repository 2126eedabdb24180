// Work on a database file that may take long and cannot be cut into slices, done on a thread of its own with a
// connection of its own: moving the write-ahead log into the file (checkpoint), and checking the file's structure.
// Invariant: no connection of this thread outlives its task, so closing a file only has to wait for running tasks.
import { Worker } from 'node:worker_threads'
import { storageError } from './errors'

// Text, not a module, so that it survives bundling and runs alike under a bundler, a test runner and Electron.
const THREAD_SOURCE = `
const { parentPort } = require('node:worker_threads')
const { DatabaseSync } = require('node:sqlite')
parentPort.on('message', ({ id, path, sql }) => {
  let database
  try {
    database = new DatabaseSync(path, { timeout: 2000 })
    const rows = database.prepare(sql).all()
    database.close()
    parentPort.postMessage({ id, rows })
  } catch (error) {
    if (database) database.close()
    parentPort.postMessage({ id, failure: { message: error.message, errcode: error.errcode, code: error.code } })
  }
})
`

type Answer = {
  readonly id: number
  readonly rows?: readonly Record<string, unknown>[]
  readonly failure?: { readonly message: string; readonly errcode?: number; readonly code?: string }
}
type Task = { resolve(rows: readonly Record<string, unknown>[]): void; reject(error: unknown): void }

let thread: Worker | undefined
let lastId = 0
const tasks = new Map<number, Task>()

function failAll(ended: Worker, error: unknown): void {
  // An error is followed by the exit; by then another thread may be at work.
  if (thread !== ended) return
  thread = undefined
  const failed = [...tasks.values()]
  tasks.clear()
  for (const task of failed) task.reject(error)
}

function startThread(): Worker {
  // No arguments of the parent: it may have been started with flags that a thread does not take.
  const started = new Worker(THREAD_SOURCE, { eval: true, execArgv: [], name: 'storage-maintenance' })
  started.on('message', ({ id, rows, failure }: Answer) => {
    const task = tasks.get(id)
    tasks.delete(id)
    if (tasks.size === 0) started.unref()
    if (failure) task?.reject(Object.assign(new Error(failure.message), failure))
    else task?.resolve(rows ?? [])
  })
  started.on('error', (error) => failAll(started, error))
  started.on('exit', () => failAll(started, new Error('The maintenance thread of the storage ended')))
  return started
}

function runOnThread(path: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  thread ??= startThread()
  const current = thread
  // Keeps the process alive while a task runs, and only then.
  current.ref()
  return new Promise((resolve, reject) => {
    lastId++
    tasks.set(lastId, { resolve, reject })
    current.postMessage({ id: lastId, path, sql })
  })
}

/** Moves what is committed from the write-ahead log into the file, without holding up readers or the writer. */
export async function checkpointOnThread(path: string): Promise<void> {
  await runOnThread(path, 'PRAGMA wal_checkpoint(PASSIVE)')
}

/** As `checkpointOnThread`, and cuts the log off. It stays if somebody else still reads from it. */
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
