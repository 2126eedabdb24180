// A thread of its own for tasks that would hold up the event loop. It begins with the first task, carries them out in the
// order they are given, and does not keep the process alive while it has none.
// Invariant: every task ends, with its result or with an error: also when the thread ends before its time.
import { Worker } from 'node:worker_threads'
import { sqliteLibrary } from './binding'
import { sqliteKey } from './key'
import { type SlowStatement, tellIfSlow } from './slow-statements'

type Failure = { readonly message: string; readonly errcode?: number; readonly code?: string }
/** What the code of a thread answers to a message `{ id, task }`. */
type Answer<Result> = { readonly id: number; readonly result?: Result; readonly failure?: Failure }
/** What comes from a thread: answers, and in between statements that took long there. */
export type FromThread<Result> = Answer<Result> | { readonly slow: SlowStatement }
type Waiting<Result> = { resolve(result: Result): void; reject(error: unknown): void }

/** What of an error can be told to another thread. */
export function failureOf(error: unknown): Failure {
  const { message, errcode, code } = error as Failure
  return { message, ...(errcode === undefined ? {} : { errcode }), ...(code === undefined ? {} : { code }) }
}

/** What has the thread carry out a task; rejects with what the task threw, or when the thread ended. */
export interface Thread<Task, Result> {
  (task: Task): Promise<Result>
  /** Ends the thread, after the call to the system it is in; tasks under way reject. The next task begins another. */
  end(): void
}

/**
 * @param source the code of the thread, as text, so that it survives bundling and runs alike under a bundler, a test runner
 *   and Electron; it answers every message of its `parentPort` (`thread-tasks.ts`)
 * @param name as debuggers show it
 */
export function createThread<Task, Result>(source: string, name: string): Thread<Task, Result> {
  let thread: Worker | undefined
  let lastId = 0
  /** The key that the thread was begun with. */
  let key: string | undefined
  const waiting = new Map<number, Waiting<Result>>()

  function failAll(ended: Worker, error: unknown): void {
    // An error is followed by the exit; by then another thread may be at work.
    if (thread !== ended) return
    thread = undefined
    const failed = [...waiting.values()]
    waiting.clear()
    for (const { reject } of failed) reject(error)
  }

  function start(): Worker {
    key = sqliteKey()
    // No arguments of the parent: it may have been started with flags that a thread does not take.
    const started = new Worker(source, {
      eval: true,
      execArgv: [],
      name,
      workerData: { sqliteLibrary, sqliteKey: key },
    })
    started.on('message', (message: FromThread<Result>) => {
      if ('slow' in message) return tellIfSlow({ ...message.slow, thread: name })
      const { id, result, failure } = message
      const task = waiting.get(id)
      waiting.delete(id)
      if (waiting.size === 0) started.unref()
      if (failure) task?.reject(Object.assign(new Error(failure.message), failure))
      else task?.resolve(result as Result)
    })
    started.on('error', (error) => failAll(started, error))
    started.on('exit', () => failAll(started, new Error(`The thread ${name} ended`)))
    return started
  }

  const end = () => {
    const ended = thread
    if (!ended) return
    failAll(ended, new Error(`The thread ${name} was ended`))
    void ended.terminate()
  }
  const run = (task: Task): Promise<Result> => {
    if (key !== sqliteKey()) end() // it would open files under the former one
    const current = thread ?? start()
    thread = current
    current.ref()
    return new Promise((resolve, reject) => {
      lastId += 1
      waiting.set(lastId, { resolve, reject })
      current.postMessage({ id: lastId, task })
    })
  }
  return Object.assign(run, { end })
}
