// A simulated device: the real engine and projections over a store in memory, with a disk that outlives crashes, a clock
// that may be wrong, and a connection. Invariant: a crash keeps exactly what was committed and noted on the disk before it;
// nothing that ran then goes on.
import { DatabaseSync } from 'node:sqlite'
import { filter, type Subscription } from 'rxjs'
import { createScratch } from '../../src-main/database/scratch'
import { createEngine, type Engine } from '../../src-main/engine'
import { type Clock, createClock } from '../../src-main/engine/documents/stamp'
import type { Change, DocumentStore } from '../../src-main/engine/ports'
import { openProjections, type Projections } from '../../src-main/projections'
import type { Remote } from '../../src-main/replication/couch/remote'
import { correctStamps } from '../../src-main/replication/exchange/adoption'
import { sentStamps } from '../../src-main/replication/exchange/sent-stamps'
import { openSyncFile, type SyncFile } from '../../src-main/replication/state/sync-file'
import type { Device } from '../support/device'
import { createMemoryStore, type MemoryStore } from '../support/memory-store'
import type { EventQueue } from './event-queue'
import { Link as Connection, type Link, type LinkOptions } from './link'
import { type Bookkeeping, freshBookkeeping } from './replicator'

/** When a device that is doomed dies: with the next commit of a command (before or after it), or the next step of sync. */
export type Doom = 'before commit' | 'after commit' | 'step of sync'

export interface DeviceOptions extends Omit<LinkOptions, 'device' | 'onDefect'> {
  id: string
  /** Wall clock minus true time. */
  skewMs: number
  onDefect(error: unknown): void
  /** Told of every commit of a command, once it is durable. */
  onCommit(changes: readonly Change[]): void
  log(what: string): void
}

let opened = 0

export class SimulatedDevice implements Device {
  readonly id: string
  readonly memory: MemoryStore = createMemoryStore()
  readonly disk: { books: Bookkeeping; file: SyncFile } = { books: freshBookkeeping(), file: openSyncFile(':memory:') }
  readonly store: DocumentStore
  readonly projections: string
  /** The device's corrected clock, as commands see it. */
  readonly time: { now: number }
  skewMs: number
  doom: Doom | undefined
  /** Whether a step of sync takes place between a command's decision and its commit. */
  raced = false
  link: Link | undefined
  #run: { engine: Engine; views: Projections; clock: Clock } | undefined
  /** Whether views hear of commits. */
  #hears = false
  #unsettled = false
  #crashed: (() => void) | undefined
  #closing: Promise<void> | undefined
  readonly #options: DeviceOptions
  readonly #keep: DatabaseSync
  readonly #subscription: Subscription

  constructor(options: DeviceOptions) {
    this.#options = options
    this.id = options.id
    this.skewMs = options.skewMs
    opened += 1
    // One database in memory with a name, so that views outlive a crash as their file does.
    this.projections = `file:/simulated-${opened}?vfs=memdb`
    this.#keep = new DatabaseSync(this.projections)
    const device = this
    this.time = {
      get now() {
        return device.now()
      },
      set now(_ms) {
        throw new Error('the time of a simulated device comes from the queue')
      },
    }
    const { store } = this.memory
    this.store = { ...store, commit: (changes) => this.#commit(changes) }
    this.#subscription = this.memory.feed.committed$.subscribe(() => {
      this.#unsettled = true
      void this.link?.wake('commit')
    })
  }

  get #queue(): EventQueue {
    return this.#options.network.queue
  }

  get #running() {
    if (!this.#run) throw new Error(`${this.id} is not running`)
    return this.#run
  }

  get engine(): Engine {
    return this.#running.engine
  }

  get views(): Projections {
    return this.#running.views
  }

  get running(): boolean {
    return this.#run !== undefined
  }

  /** The device's clock, corrected by the server's as far as it is known. */
  now(): number {
    return this.wall() + (this.disk.file.state.clockOffset ?? 0)
  }

  /** The device's clock as it is set. */
  wall(): number {
    return this.#queue.now + this.skewMs
  }

  /** Starts the application. */
  async start(): Promise<void> {
    const feed = {
      ...this.memory.feed,
      committed$: this.memory.feed.committed$.pipe(filter(() => this.#hears)),
    }
    this.#hears = true
    const views = await openProjections(this.projections, feed, this.#options.onDefect)
    const floor = views.latestStamp()
    const clock = createClock({ deviceId: this.id, now: () => this.now(), ...(floor ? { floor } : {}) })
    const settings = () => ({ defaultRegion: 'AU', retentionDays: 60 })
    this.#run = { views, clock, engine: createEngine({ store: this.store, views, clock, settings, createScratch }) }
    this.link = new Connection({ ...this.#options, device: this })
    await this.link.open()
  }

  /** Ends everything at once. */
  async crash(): Promise<void> {
    const { link } = this
    const views = this.#run?.views
    this.#hears = false
    this.doom = undefined
    this.raced = false
    this.link = undefined
    this.#run = undefined
    link?.kill()
    this.#queue.drop(this.id)
    this.#options.log('crashes')
    this.#crashed?.()
    this.#closing = views?.close()
    await this.#closing
  }

  /** Runs a command. @returns what it came to, or undefined when the device died meanwhile */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    const died = new Promise<undefined>((resolve) => {
      this.#crashed = () => resolve(undefined)
    })
    try {
      return await Promise.race([work(), died])
    } finally {
      this.#crashed = undefined
    }
  }

  /** A step of sync on the disk: whether the device lives to see its end. */
  survives(what: string): boolean {
    if (this.doom !== 'step of sync') return true
    this.#options.log(`dies before it could ${what}`)
    this.#queue.after(0, 'world', () => this.crash())
    this.link?.kill()
    return false
  }

  /** Learns the server's clock, and takes back stamps that its own made too late, as the product does. */
  async meetClock(
    serverMs: number,
    local: (what: string) => Promise<void>,
    remote: Pick<Remote, 'read'>,
  ): Promise<void> {
    await local('note the clock of the server')
    const { file } = this.disk
    const former = file.state.clockOffset ?? 0
    const clockOffset = serverMs - this.wall()
    const { engine, views, clock } = this.#running
    const moved = await correctStamps(
      {
        store: this.store,
        clock,
        alone: engine.alone,
        latestStamp: () => views.latestStamp(),
        setBack: (latest) => views.setBack(latest),
      },
      sentStamps(file, remote),
      serverMs,
      former - clockOffset,
    )
    file.save({ clockOffset })
    if (moved > 0) this.note(`takes ${moved} stamps back into the past`)
  }

  /** Brings views up to what was committed. */
  async settle(): Promise<void> {
    await this.#closing
    if (!this.#unsettled) return
    this.#unsettled = false
    await this.#run?.views.settle().catch(this.#options.onDefect)
  }

  note(what: string): void {
    this.#options.log(what)
  }

  restart(): Promise<void> {
    throw new Error('a simulated device is restarted by the simulation')
  }

  async close(): Promise<void> {
    this.link?.kill()
    this.#subscription.unsubscribe()
    await this.#run?.engine.idle()
    await this.#run?.views.close()
    this.disk.file.close()
    this.#keep.close()
  }

  async #commit(changes: readonly Change[]): Promise<void> {
    const never = new Promise<void>(() => undefined)
    if (this.doom === 'before commit') {
      await this.crash()
      return never
    }
    if (this.raced) {
      this.raced = false
      if (await this.#queue.nextLocal(this.id)) this.note('a step of sync comes in between')
    }
    const dies = this.doom === 'after commit'
    if (dies) this.#hears = false
    await this.memory.store.commit(changes)
    if (changes.length > 0) this.#options.onCommit(changes)
    if (!dies) return
    await this.crash()
    return never
  }
}
