// The other side of `createThread`: what a thread does, one task after the other.
// Invariant: every task is answered, and the owner of the thread hears of its slow statements before the answer.
import { subscribe } from 'node:diagnostics_channel'
import { parentPort } from 'node:worker_threads'
import { SLOW_STATEMENTS, type SlowStatement } from './slow-statements'
import { type FromThread, failureOf } from './thread'

/** Answers every message with what `runTask` makes of its task. Called once, by the code of the thread. */
export function answerTasks<Task, Result>(runTask: (task: Task) => Result): void {
  const tell = (message: FromThread<Result>) => parentPort?.postMessage(message)
  subscribe(SLOW_STATEMENTS, (slow) => tell({ slow: slow as SlowStatement }))
  parentPort?.on('message', ({ id, task }: { id: number; task: Task }) => {
    try {
      tell({ id, result: runTask(task) })
    } catch (error) {
      tell({ id, failure: failureOf(error) })
    }
  })
}
