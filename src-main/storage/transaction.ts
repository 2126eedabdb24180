// A transaction over several collections of one file, held open over turns of the event loop by its owner.
// Invariants: its writes run one after the other, nothing of them is visible and no event goes out before the commit,
// and however it ends the queue of writers moves on.
import { randomUUID } from 'node:crypto'
import type { Connection } from './connection'
import { asStorageError, storageError } from './errors'
import { pauseIfDue, Slice } from './slices'
import type { StorageTransaction } from './types'
import { WriteQueue } from './write-queue'
import type { WriteTurn } from './write-turn'

const CONTEXT_PREFIX = 'storage-transaction:'

/** Whether a context was made by a transaction, open or ended: a write with it must never run on its own. */
export function isTransactionContext(context: string): boolean {
  return context.startsWith(CONTEXT_PREFIX)
}

type Surroundings = {
  readonly writer: Connection
  readonly sliceTime: number
  readonly idleTimeout: number
  wrote(bytes: number): void
  onEnd(committed: boolean): void
}

export class OpenTransaction implements StorageTransaction {
  readonly context = CONTEXT_PREFIX + randomUUID()
  readonly #around: Surroundings
  readonly #queue = new WriteQueue()
  readonly #actions: (() => void)[] = []
  #ended = false
  #failure: unknown
  #timer: NodeJS.Timeout

  constructor(around: Surroundings) {
    this.#around = around
    this.#timer = this.#startTimer()
  }

  #startTimer(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#failure = storageError(
        'Closed',
        `The transaction did nothing for ${this.#around.idleTimeout} ms and was rolled back`,
        this.#around.writer.path,
      )
      void this.rollback()
    }, this.#around.idleTimeout)
    // A forgotten transaction must not keep the process alive.
    timer.unref()
    return timer
  }

  #assertOpen(): void {
    if (this.#failure) throw this.#failure
    if (this.#ended) throw storageError('Closed', 'The transaction has ended', this.#around.writer.path)
  }

  /** Does one piece of writing work inside the transaction, after the pieces before it. */
  async join<Result>(work: (turn: WriteTurn) => Result | Promise<Result>): Promise<Result> {
    const turn = this.#queue.acquire()
    if (turn) await turn
    clearTimeout(this.#timer)
    try {
      const { writer, sliceTime, wrote } = this.#around
      const pause = pauseIfDue(sliceTime)
      if (pause) await pause
      this.#assertOpen()
      const afterCommit = (action: () => void): void => {
        this.#actions.push(action)
      }
      return await work({ writer, slice: new Slice(sliceTime), afterCommit, wrote })
    } catch (error) {
      // Half of a bulk may be written: nothing of this transaction may be committed any more.
      this.#failure ??= asStorageError(error, this.#around.writer.path)
      throw this.#failure
    } finally {
      this.#queue.release()
      if (!this.#ended) {
        clearTimeout(this.#timer)
        this.#timer = this.#startTimer()
      }
    }
  }

  async commit(): Promise<void> {
    const turn = this.#queue.acquire()
    if (turn) await turn
    try {
      // Writing the pages out is one piece that cannot be cut.
      const pause = pauseIfDue(this.#around.sliceTime / 2)
      if (pause) await pause
      this.#assertOpen()
      this.#around.writer.run('COMMIT')
    } catch (error) {
      this.#failure ??= asStorageError(error, this.#around.writer.path)
      this.#end(false)
      throw this.#failure
    } finally {
      this.#queue.release()
    }
    for (const action of this.#actions) action()
    this.#end(true)
  }

  async rollback(): Promise<void> {
    const turn = this.#queue.acquire()
    if (turn) await turn
    this.#end(false)
    this.#queue.release()
  }

  #end(committed: boolean): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    try {
      // After a full disk SQLite may have rolled back by itself.
      if (!committed && this.#around.writer.inTransaction) this.#around.writer.run('ROLLBACK')
    } finally {
      this.#around.onEnd(committed)
    }
  }
}
