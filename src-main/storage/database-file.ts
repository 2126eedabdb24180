// One open database file: its writing connection, its readers, the queue of its writers and its collections.
// Invariants: a write is one SQLite transaction; events go out after its commit, in commit order; readers never see
// uncommitted rows, because they have connections of their own (WAL snapshots), but for what is about to be written while
// nothing is, and so never wait for a writer either.
import { rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { EventBulk, RxDocumentData, RxStorageChangeEvent, RxStorageDefaultCheckpoint } from 'rxdb'
import { Subject } from 'rxjs'
import { createTable, dropTable, findTable, isEmpty, prepareCatalog } from './catalog'
import { ChangeClock } from './change-clock'
import { Connection } from './connection'
import { asStorageError, isCorruption, storageError } from './errors'
import { checkFile, inspectFile, markInUse, removeStamp, writeStamp } from './integrity'
import type { Layout } from './layout'
import { checkpointOnThread, cutLogOnThread, type RunningCheck } from './maintenance'
import { ReaderPool } from './reader-pool'
import { pauseIfDue, Slice } from './slices'
import { isTransactionContext, OpenTransaction } from './transaction'
import type { StorageSettings, StorageTransaction } from './types'
import { WriteQueue } from './write-queue'
import type { WriteTurn } from './write-turn'

/** What a bulk write of a collection tells the world. */
export type ChangeBulk = EventBulk<RxStorageChangeEvent<RxDocumentData<unknown>>, RxStorageDefaultCheckpoint>

/** A collection of an open file, shared by all its instances in this process. */
export type CollectionState = {
  readonly name: string
  readonly version: number
  readonly table: string
  readonly layout: Layout
  readonly changes: Subject<ChangeBulk>
  readonly clock: ChangeClock
  removed: boolean
}

/** Log size, estimated, from which it is moved into the file in the background. */
const CHECKPOINT_BYTES = 4 * 1024 * 1024
/** Log size from which writers wait for that, so that the log cannot outgrow the disk. */
const BACKPRESSURE_BYTES = 128 * 1024 * 1024
/** A commit writes at least some pages of table and indexes, however small the document. */
const COMMIT_BYTES = 16 * 1024
const DEFAULT_SLICE_MS = 8
const DEFAULT_IDLE_TIMEOUT_MS = 60_000

export class DatabaseFile {
  readonly path: string
  readonly readers: ReaderPool
  readonly sliceTime: number
  readonly #writer: Connection
  readonly #queue = new WriteQueue()
  readonly #idleTimeout: number
  readonly #synchronous: 'FULL' | 'NORMAL' | 'OFF'
  readonly #relaxed: (context: string) => boolean
  readonly #collections = new Map<string, CollectionState>()
  #transaction: OpenTransaction | undefined
  #isRelaxed = false
  /** Commits that did not wait for the disk, and how many of them are there. */
  #relaxedCommits = 0
  #flushed = 0
  #uncheckpointed = 0
  #checkpoint: Promise<void> | undefined
  /** Resolves with whether the file is known to be sound; undefined: it was when it was opened. */
  #check: { seen: Promise<boolean>; giveUp(): void } | undefined
  #log: Promise<FileHandle> | undefined
  #flush: Promise<void> | undefined
  #nextFlush: Promise<void> | undefined
  #failure: unknown

  private constructor(writer: Connection, settings: StorageSettings) {
    this.path = writer.path
    this.#writer = writer
    this.sliceTime = settings.sliceTime ?? DEFAULT_SLICE_MS
    this.#idleTimeout = settings.transactionIdleTimeout ?? DEFAULT_IDLE_TIMEOUT_MS
    this.#synchronous = settings.synchronous ?? 'FULL'
    this.#relaxed = (context) => settings.relaxed?.(context) ?? false
    this.readers = new ReaderPool(writer.path)
  }

  /**
   * Opens or makes the file, checking it on the way (see integrity.ts).
   * @throws StorageError `Corrupted`, `Incompatible`, `Readonly`, `Full` or `Io`
   */
  static async open(path: string, settings: StorageSettings): Promise<DatabaseFile> {
    let writer: Connection | undefined
    try {
      const state = inspectFile(path, (settings.synchronous ?? 'FULL') === 'FULL')
      const check = checkFile(path, state)
      writer = new Connection(path, {
        readOnly: false,
        pragmas: {
          journal_mode: 'WAL',
          // FULL waits for the disk at every commit: "acknowledged" then means that it survives a power cut. NORMAL,
          // which a relaxed write has, waits at checkpoints only; who needs to know calls `flush`, which waits on
          // another thread.
          synchronous: settings.synchronous ?? 'FULL',
          // Checkpoints take as long as the log is large, so they run on a thread of their own.
          wal_autocheckpoint: 0,
          // A log that was moved is written over, which is cheaper than to let it grow anew; but what was erased may stand
          // in it until then, so it is kept short.
          journal_size_limit: CHECKPOINT_BYTES,
          // Small on purpose: dirty pages beyond it go to the log while the write is still in its slices, so that the
          // commit, which cannot be cut, has fewer left to write. In total it takes the same time.
          cache_size: -4_000,
          temp_store: 'MEMORY',
          ...settings.pragmas,
        },
      })
      prepareCatalog(writer)
      markInUse(path)
      const file = new DatabaseFile(writer, settings)
      file.#watch(check)
      return file
    } catch (error) {
      writer?.close()
      throw asStorageError(error, path)
    }
  }

  /** A check that is not through yet, by whose findings the file is not used any more. */
  #watch(check: RunningCheck | undefined): void {
    if (!check) return
    const seen = check.done.catch((error: unknown) => {
      this.#failure = asStorageError(error, this.path)
      return false
    })
    this.#check = { seen, giveUp: check.giveUp }
  }

  /** Throws when a check in the background has found the file damaged. */
  assertSound(): void {
    if (this.#failure) throw this.#failure
  }

  /**
   * Does writing work as one transaction, or as part of the open one when `context` says so. Stays synchronous when
   * no other writer writes and the work fits one slice.
   * @throws StorageError; everything the work wrote is undone then
   */
  async write<Result>(context: string, work: (turn: WriteTurn) => Result | Promise<Result>): Promise<Result> {
    const transaction = this.#transaction
    if (transaction?.context === context) return transaction.join(work)
    if (isTransactionContext(context)) throw storageError('Closed', 'The transaction has ended', this.path)
    const turn = this.#queue.acquire()
    if (turn) await turn
    try {
      // Only now: a write that paused before it has its place in the queue would be overtaken.
      const pause = pauseIfDue(this.sliceTime)
      if (pause) await pause
      this.assertSound()
      if (this.#uncheckpointed > BACKPRESSURE_BYTES) await this.#checkpointNow()
      const actions: (() => void)[] = []
      const slice = new Slice(this.sliceTime)
      this.#relax(this.#relaxed(context))
      this.#writer.run('BEGIN IMMEDIATE')
      const pending = work({
        writer: this.#writer,
        slice,
        afterCommit: (action) => actions.push(action),
        wrote: (bytes) => {
          this.#uncheckpointed += bytes
        },
      })
      const result = pending instanceof Promise ? await pending : pending
      // Writing the pages out is one piece that cannot be cut.
      if (slice.isHalfGone) await slice.pause()
      this.#writer.run('COMMIT')
      for (const action of actions) action()
      this.#afterCommit()
      return result
    } catch (error) {
      // After a full disk SQLite may have rolled back by itself.
      if (this.#writer.inTransaction) this.#writer.run('ROLLBACK')
      throw asStorageError(error, this.path)
    } finally {
      this.#queue.release()
    }
  }

  /** Says whether the next transaction need not wait for the disk. */
  #relax(relaxed: boolean): void {
    if (this.#synchronous !== 'FULL' || relaxed === this.#isRelaxed) return
    this.#writer.run(`PRAGMA synchronous = ${relaxed ? 'NORMAL' : 'FULL'}`)
    this.#isRelaxed = relaxed
  }

  /**
   * Waits, without standing still, until everything committed so far survives a power cut: also what was relaxed. Those
   * who come while the disk is busy wait together for its next turn.
   * @throws StorageError `Io`, `Full`
   */
  flush(): Promise<void> {
    if (this.#synchronous === 'OFF' || this.#flushed === this.#relaxedCommits) return Promise.resolve()
    if (this.#flush) {
      const again = () => {
        this.#nextFlush = undefined
        return this.flush()
      }
      this.#nextFlush ??= this.#flush.then(again, again)
      return this.#nextFlush
    }
    this.#flush = this.#syncLog().finally(() => {
      this.#flush = undefined
    })
    return this.#flush
  }

  async #syncLog(): Promise<void> {
    this.assertSound()
    const upTo = this.#relaxedCommits
    try {
      // The log holds whatever has not reached the file yet; what has was synced on its way. It is one file from the
      // opening to the close.
      this.#log ??= openLog(this.path).catch((error: unknown) => {
        this.#log = undefined
        throw error
      })
      await (await this.#log).datasync()
      this.#flushed = upTo
    } catch (error) {
      throw asStorageError(error, this.path)
    }
  }

  /** Reads the last committed state with a connection that is this call's alone, within this turn of the event loop. */
  read<Result>(work: (reader: Connection) => Result): Result {
    this.assertSound()
    const reader = this.readers.acquire()
    try {
      return work(reader)
    } catch (error) {
      throw asStorageError(error, this.path)
    } finally {
      this.readers.release(reader)
    }
  }

  /** As `read`, for reads that may pause: each statement sees the state of its start, and no other caller uses the reader. */
  async readPausing<Result>(work: (reader: Connection, slice: Slice) => Promise<Result>): Promise<Result> {
    this.assertSound()
    const reader = this.readers.acquire()
    try {
      return await work(reader, new Slice(this.sliceTime))
    } catch (error) {
      throw asStorageError(error, this.path)
    } finally {
      this.readers.release(reader)
    }
  }

  /** As `readPausing`, with one state for all statements, the one at the first. */
  readSnapshot<Result>(work: (reader: Connection, slice: Slice) => Promise<Result>): Promise<Result> {
    return this.readPausing(async (reader, slice) => {
      reader.run('BEGIN')
      try {
        return await work(reader, slice)
      } finally {
        if (reader.inTransaction) reader.run('COMMIT')
      }
    })
  }

  /**
   * Opens a transaction over all collections of the file, after the writes that are queued already.
   * @param relaxed whether its commit need not wait for the disk
   */
  async beginTransaction(relaxed: boolean): Promise<StorageTransaction> {
    const turn = this.#queue.acquire()
    if (turn) await turn
    try {
      this.assertSound()
      this.#relax(relaxed)
      this.#writer.run('BEGIN IMMEDIATE')
    } catch (error) {
      this.#queue.release()
      throw asStorageError(error, this.path)
    }
    const transaction = new OpenTransaction({
      writer: this.#writer,
      sliceTime: this.sliceTime,
      idleTimeout: this.#idleTimeout,
      wrote: (bytes) => {
        this.#uncheckpointed += bytes
      },
      onEnd: (committed) => {
        this.#transaction = undefined
        if (committed) this.#afterCommit()
        this.#queue.release()
      },
    })
    this.#transaction = transaction
    return transaction
  }

  /** The collection's table, made now if it is new. */
  async openCollection(name: string, version: number, layout: Layout): Promise<CollectionState> {
    const key = `${version} ${name}`
    const find = (connection: Connection): CollectionState | undefined => {
      const shared = this.#collections.get(key)
      if (shared) {
        if (shared.layout.fingerprint === layout.fingerprint) return shared
        throw storageError('Incompatible', `Collection "${name}" is open with a different schema`, this.path)
      }
      const table = findTable(connection, name, version, layout)
      if (table === undefined) return undefined
      const newest = Number(connection.get(`SELECT max(changed) FROM ${table}`)?.[0])
      const state = newState({ name, version, table, layout }, newest)
      this.#collections.set(key, state)
      return state
    }
    const existing = this.read(find)
    if (existing) return existing
    return this.write('open collection', ({ writer, afterCommit }) => {
      // It may have been made while this call waited for its turn.
      const made = find(writer)
      if (made) return made
      const table = createTable(writer, name, version, layout)
      const state = newState({ name, version, table, layout }, 0)
      afterCommit(() => this.#collections.set(key, state))
      return state
    })
  }

  /** Removes a collection with all its documents; every instance of it is dead afterwards. */
  removeCollection(state: CollectionState): Promise<void> {
    return this.write('remove collection', ({ writer, afterCommit }) => {
      if (state.removed) throw storageError('Closed', `Collection "${state.name}" was removed`, this.path)
      dropTable(writer, state.name, state.version, state.table, state.layout)
      afterCommit(() => {
        state.removed = true
        this.#collections.delete(`${state.version} ${state.name}`)
      })
    })
  }

  #afterCommit(): void {
    if (this.#isRelaxed || this.#synchronous !== 'FULL') this.#relaxedCommits++
    this.#uncheckpointed += COMMIT_BYTES
    if (this.#uncheckpointed > CHECKPOINT_BYTES && !this.#checkpoint) void this.#checkpointNow()
  }

  #checkpointNow(): Promise<void> {
    if (this.#checkpoint) return this.#checkpoint
    this.#uncheckpointed = 0
    this.#checkpoint = checkpointOnThread(this.path)
      .catch((error: unknown) => {
        // A checkpoint that fails loses nothing: the log keeps everything and the next one tries again. Damage is told.
        const typed = asStorageError(error, this.path)
        if (isCorruption(typed)) this.#failure = typed
      })
      .finally(() => {
        this.#checkpoint = undefined
      })
    return this.#checkpoint
  }

  /**
   * Moves the whole log into the file and cuts it off, so that what was written over is left nowhere. Waits for running
   * writes; a reader that reads over several turns just then keeps the log until it is written over.
   * @throws StorageError
   */
  async cutLog(): Promise<void> {
    const turn = this.#queue.acquire()
    if (turn) await turn
    try {
      this.assertSound()
      await this.#checkpoint
      await cutLogOnThread(this.path)
      this.#uncheckpointed = 0
    } catch (error) {
      throw asStorageError(error, this.path)
    } finally {
      this.#queue.release()
    }
  }

  /** Rolls back a transaction that is still open, so that writes waiting behind it can finish. */
  async abandonTransaction(): Promise<void> {
    await this.#transaction?.rollback()
  }

  /**
   * Waits for running work, moves the log into the file and closes it; removes a file without any collection.
   * Call when the last instance is closed.
   */
  async close(): Promise<void> {
    await this.abandonTransaction()
    const turn = this.#queue.acquire()
    if (turn) await turn
    this.#check?.giveUp()
    const isSeen = (await this.#check?.seen) ?? true
    await this.#checkpointNow()
    await this.readers.close()
    try {
      await (this.#nextFlush ?? this.#flush)?.catch(() => undefined) // its caller is told
      await (await this.#log)?.close()
      const remove = this.#failure === undefined && isEmpty(this.#writer)
      this.#writer.close()
      if (remove) for (const suffix of ['.clean', '-wal', '-shm', '']) rmSync(this.path + suffix, { force: true })
      else if (!isSeen) removeStamp(this.path)
      else if (this.#failure === undefined) writeStamp(this.path)
    } catch (error) {
      throw asStorageError(error, this.path)
    }
  }
}

/** Opens the log to wait for the disk. That it exists has to be on the disk, too; Windows sees to that by itself. */
async function openLog(path: string): Promise<FileHandle> {
  const log = await open(`${path}-wal`, 'r+')
  if (process.platform === 'win32') return log
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
  return log
}

function newState(
  facts: Pick<CollectionState, 'name' | 'version' | 'table' | 'layout'>,
  newestChange: number,
): CollectionState {
  return { ...facts, clock: new ChangeClock(newestChange), changes: new Subject(), removed: false }
}
