// The reading connections of one file. A call that finishes within one turn of the event loop always gets the same
// connection; one that pauses keeps its connection, so its snapshot is neither disturbed nor forced on anyone else.
import { Connection } from './connection'
import { storageError } from './errors'

/** Idle connections kept for later; a burst of long reads may open more for a while. */
const MAX_IDLE = 4
/** Page cache in KiB: for the connection that serves nearly all reads, and for the others. */
const FIRST_CACHE = 64_000
const OTHER_CACHE = 8_000

export class ReaderPool {
  readonly #path: string
  readonly #idle: Connection[] = []
  readonly #whenIdle: (() => void)[] = []
  #busy = 0
  #closed = false

  constructor(path: string) {
    this.#path = path
  }

  /** A connection for this call alone; give it back with `release`. */
  acquire(): Connection {
    if (this.#closed) throw storageError('Closed', 'The database file is closed', this.#path)
    const connection =
      this.#idle.pop() ??
      new Connection(this.#path, {
        readOnly: true,
        pragmas: { cache_size: this.#busy === 0 ? -FIRST_CACHE : -OTHER_CACHE, temp_store: 'MEMORY' },
      })
    this.#busy++
    return connection
  }

  release(connection: Connection): void {
    this.#busy--
    if (this.#closed || this.#idle.length >= MAX_IDLE) connection.close()
    else this.#idle.push(connection)
    if (this.#busy === 0) for (const resolve of this.#whenIdle.splice(0)) resolve()
  }

  /** Waits for the reads that are running, then closes every connection. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#busy > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
    for (const connection of this.#idle.splice(0)) connection.close()
  }
}
