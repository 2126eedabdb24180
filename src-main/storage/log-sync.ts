// Waits for the disk without holding up the process. SQLite itself would do it inside COMMIT (synchronous FULL), on the
// main thread, for as long as the disk takes: tens of milliseconds after a large write, far more on a slow or busy disk.
// Here SQLite only writes its log (synchronous NORMAL, which keeps the file whole through a power cut), and the log is
// synced by the thread pool before the write is acknowledged.
// Invariant: what was committed before a call of `sync` is on the disk when its promise resolves. Writes that come while
// one sync is running share the next.
import { close, fdatasync, open } from 'node:fs'
import { promisify } from 'node:util'

const openFile = promisify(open)
const syncFile = promisify(fdatasync)
const closeFile = promisify(close)

export class LogSync {
  readonly #path: string
  #file: number | undefined
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(databasePath: string) {
    this.#path = `${databasePath}-wal`
  }

  /** @throws the error of the file system; what was committed is then stored, but may not survive a power cut */
  sync(): Promise<void> {
    if (!this.#running) return this.#start()
    this.#next ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    )
    return this.#next
  }

  /** The last sync that was asked for and has not ended, if any. */
  get underWay(): Promise<void> | undefined {
    return this.#next ?? this.#running
  }

  #start(): Promise<void> {
    this.#next = undefined
    this.#running = this.#syncNow().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #syncNow(): Promise<void> {
    // The log exists from the first commit on and stays the same file until the database is closed.
    this.#file ??= await openFile(this.#path, 'r+')
    await syncFile(this.#file)
  }

  /** Call when nothing is being written any more and before the database is closed, which removes the log. */
  async close(): Promise<void> {
    await this.#running
    if (this.#file !== undefined) await closeFile(this.#file)
    this.#file = undefined
  }
}
