// A simulated device: the real engine and projections over a store in memory, with a disk that outlives crashes, a clock
// that may be wrong, a user with the roles last known, and a connection. Invariant: a crash keeps exactly what was committed
// and noted on the disk before it, a power cut at least what was flushed; nothing that ran then goes on.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filter, type Subscription } from 'rxjs'
import { createScratch } from '../../src-main/database/scratch'
import { createEngine, type Engine } from '../../src-main/engine'
import { sameJson } from '../../src-main/engine/documents/canonical-json'
import type { Kind } from '../../src-main/engine/documents/kinds'
import type { Clock } from '../../src-main/engine/documents/stamp'
import { type Actor, owner, type Permission } from '../../src-main/engine/permissions'
import type { Change, DocumentStore } from '../../src-main/engine/ports'
import { permissionsOf, rolesIn } from '../../src-main/engine/roles'
import { openProjections, type Projections } from '../../src-main/projections'
import { correctStamps, type SentStamps, signAs, TOLERANCE_MS } from '../../src-main/replication/exchange/adoption'
import { setStoredPoisonAside } from '../../src-main/replication/exchange/stored-poison'
import type { ServerClock } from '../../src-main/replication/state/server-clock'
import { openSyncFile, type SyncFile } from '../../src-main/replication/state/sync-file'
import { asDeviceId, type DeviceId, NO_STAMP, type Stamp } from '../../src-shared/model/ids'
import type { Device } from '../support/device'
import { engineOf } from '../support/fleet'
import { createMemoryStore, type MemoryStore } from '../support/memory-store'
import type { EventQueue } from './event-queue'
import { Journal } from './journal'
import { Link as Connection, type Link, type LinkOptions } from './link'
import { type Bookkeeping, freshBookkeeping } from './replicator'
import { ORGANISATION } from './validation'

/** When a device that is doomed dies: with the next commit of a command (before or after it), or the next step of sync. */
export type Doom = 'before commit' | 'after commit' | 'step of sync'

export interface DeviceOptions extends Omit<LinkOptions, 'device' | 'onDefect'> {
  id: string
  /** Who works here. */
  user: string
  /** Wall clock minus true time. */
  skewMs: number
  /** It runs a newer version, whose documents have a member that this one does not know. */
  newer: boolean
  /** Its folder shows that it is a copy of another device's. */
  startsAsCopy: boolean
  /** Somebody writes over what devices note for themselves: they compare more often than a server forgets. */
  notesAreHarmed: boolean
  onDefect(error: unknown): void
  /** Told of every commit of a command, once it is durable. */
  onCommit(changes: readonly Change[]): void
  log(what: string): void
}

/** To whose documents a newer version adds something. */
const NEWER_KINDS: ReadonlySet<Kind> = new Set(['contacts', 'interactions', 'notes', 'merges'])

/** Who works at a device that was never connected. */
const OWNER = 'owner'

export class SimulatedDevice implements Device {
  readonly id: string
  readonly user: string
  /** The name that its stamps and marks bear; of a copied folder the same, until that is found out. */
  deviceId: DeviceId
  readonly formerNames: DeviceId[]
  readonly journal = new Journal()
  readonly memory: MemoryStore
  readonly disk: { books: Bookkeeping; file: SyncFile }
  readonly store: DocumentStore
  /** All that its user was ever allowed to do here. */
  readonly everAllowed = new Set<Permission>()
  readonly projections: string
  /** The device's corrected clock, as commands see it. */
  readonly time: { now: number }
  skewMs: number
  doom: Doom | undefined
  /** Whether a step of sync takes place between a command's decision and its commit. */
  raced = false
  link: Link | undefined
  /** Its clock was wrong by more than a day once, or that of the device that it is a copy of, and answers did not tell so. */
  wasLost = false
  /** What it holds was stamped by a clock that was wrong by more than a day. */
  readonly #heirOfWrong: boolean
  /** How often its server had forgotten things when this device last compared everything. */
  era: number
  #run: { engine: Engine; views: Projections; clock: Clock; serverClock: ServerClock } | undefined
  /** Whether views hear of commits. */
  #hears = false
  #unsettled = false
  #crashed: (() => void) | undefined
  #closing: Promise<void> | undefined
  /** Commits of commands that are not on the disk yet. */
  #unflushed: Change[] = []
  readonly #options: DeviceOptions
  readonly #file: SyncFile
  #starts = 0
  /** When it worked last, by its clock of then. */
  #workedAt = 0
  #names = 0
  /** Of its views, which outlive a crash. */
  readonly #folder: string
  readonly #subscription: Subscription

  /** @param original whose data folder this one is a copy of, as it stands on the disk */
  constructor(options: DeviceOptions, original?: SimulatedDevice) {
    this.#options = options
    this.id = options.id
    this.deviceId = original?.deviceId ?? asDeviceId(options.id)
    this.formerNames = [...(original?.formerNames ?? [])]
    if (options.startsAsCopy) this.#takeName()
    this.user = options.user
    this.skewMs = options.skewMs
    this.era = original?.era ?? 0
    this.#heirOfWrong = original !== undefined && (original.#heirOfWrong || Math.abs(original.skewMs) > 86_400_000)
    this.#folder = mkdtempSync(join(tmpdir(), 'scv-simulated-'))
    this.projections = join(this.#folder, 'views.sqlite')
    const written = { journal: this.journal, onFlush: () => this.#flushed() }
    this.memory = original?.memory.copy(written) ?? createMemoryStore(written)
    this.#file = openSyncFile(':memory:')
    this.disk = { books: freshBookkeeping(this.journal, original?.disk.books), file: this.#file }
    if (original) this.#takeOver(original.disk.file)
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

  #takeOver(file: SyncFile): void {
    this.#file.save(structuredClone(file.state))
    for (const entry of file.setAside.list(0, -1).items) this.#file.setAside.put(entry)
  }

  /** Another name for this device, since a copy of it bears the former one. */
  async rename(): Promise<void> {
    if (!this.#options.rules.renames) return
    const { engine, clock } = this.#running
    await engine.exclusively(async () => {
      this.#takeName()
      clock.rename(this.deviceId)
      this.#options.log(`is a copy, and goes on as ${this.deviceId}`)
    })
  }

  #takeName(): void {
    this.#names += 1
    this.formerNames.push(this.deviceId)
    this.deviceId = asDeviceId(`copy${this.id.slice(-4)}${this.#names.toString().padStart(2, '0')}`)
  }

  /** Whether it took a stamp, under whichever name. */
  isOwn(stamp: Stamp): boolean {
    return this.#running.clock.isOwn(stamp)
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

  /** Who works here: the user as last known, or the owner of a device that was never connected. */
  actor(): Actor {
    const { user } = this.disk.file.state
    const actor = user ? { id: user.name, permissions: permissionsOf(user.roles) } : owner(OWNER)
    for (const permission of actor.permissions) this.everAllowed.add(permission)
    return actor
  }

  /** The engine as the device's user has it. */
  get worker(): Engine {
    return engineOf(this.engine, this.actor())
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

  /** The user signs in before anything else happens here. */
  signIn(): void {
    const { name, roles } = this.#options.network.userOf(this.id)
    this.disk.file.save({ user: { name: name ?? '', roles: rolesIn(ORGANISATION, roles) }, adopted: true })
  }

  /** What an answer of the server tells of its clock: one that was set is corrected with a new connection. */
  heardDate(serverMs: number | undefined, roundTripMs: number): void {
    if (serverMs === undefined) {
      this.wasLost ||= this.#heirOfWrong || Math.abs(this.skewMs) > 86_400_000
      return
    }
    const clock = this.#run?.serverClock
    clock?.sample(serverMs, roundTripMs)
    const offset = clock?.offset()
    if (offset === undefined || Math.abs(offset - (this.disk.file.state.clockOffset ?? 0)) <= TOLERANCE_MS) return
    this.#queue.after(250, this.id, () => this.link?.restart())
  }

  /** The latest that it may be, as the product reads documents. */
  latestTime(): number {
    const { serverClock, clock } = this.#running
    return serverClock.latest(clock.furthest())
  }

  /** The server's clock minus this device's, as far as answers have told it. */
  serverOffset(): number | undefined {
    return this.#run?.serverClock.offset()
  }

  /** Starts the application. */
  async start(): Promise<void> {
    const feed = {
      ...this.memory.feed,
      committed$: this.memory.feed.committed$.pipe(filter(() => this.#hears)),
    }
    this.#hears = true
    this.#starts += 1
    // Each process has a number of its own.
    this.disk.file = Object.create(this.#file, { run: { value: `${this.id}-${this.#starts}` } }) as SyncFile
    const views = await openProjections(this.projections, feed, this.#options.onDefect)
    const floor = views.latestStamp()
    const { rules } = this.#options
    const clock = rules.clock({
      deviceId: this.deviceId,
      formerNames: this.formerNames,
      now: () => this.now(),
      atLeast: () => Math.max(this.#workedAt, this.wall(), this.disk.file.state.notBefore ?? 0),
      onSetBack: (notBefore) => this.disk.file.save({ notBefore }),
      ...(floor ? { floor } : {}),
    })
    const settings = () => ({ defaultRegion: 'AU', retentionDays: 60 })
    const serverClock = rules.serverClock({
      wall: () => this.wall(),
      steady: () => this.#queue.now,
      known: this.disk.file.state.clockOffset,
      workedAt: this.#workedAt,
    })
    this.#run = {
      views,
      clock,
      serverClock,
      engine: createEngine({
        store: this.store,
        views,
        clock,
        settings,
        createScratch: () => createScratch(this.#folder),
      }),
    }
    this.link = new Connection({ ...this.#options, device: this })
    await this.link.open()
  }

  /** Ends everything at once. */
  async crash(): Promise<void> {
    const { link } = this
    const views = this.#run?.views
    this.#workedAt = this.wall()
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

  /** The machine loses power: the application ends, and with it a part of what was not flushed. */
  async losePower(draw: (below: number) => number): Promise<void> {
    await this.crash()
    const count = draw(this.journal.length + 1)
    this.journal.takeBack(count)
    const left: Change[] = []
    for (const change of this.#unflushed) {
      const now = (await this.memory.store.get(change.kind, [change.next.id])).get(change.next.id)
      if (now && sameJson(now, change.next)) left.push(change)
    }
    this.#unflushed = left
    this.#options.log(`loses power, and the last ${count} writes`)
  }

  /** Derives the views from the documents again; those who ask meanwhile find what they found before. */
  async rebuild(): Promise<void> {
    const { engine, views } = this.#running
    const found = () => views.listPeople({ sort: 'lastName', descending: false, offset: 0, limit: 10_000 }).total
    const before = found()
    let done = false
    const rebuilt = engine
      .exclusively(() => this.#options.rules.rebuild(views))
      .finally(() => {
        done = true
      })
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve))
      const now = found()
      if (now !== before) {
        await rebuilt
        throw new Error(`while the views are derived anew, ${now} of ${before} people are found`)
      }
    }
    await rebuilt
    this.#options.log('derives its views anew')
  }

  #flushed(): void {
    this.journal.flush()
    if (this.#unflushed.length > 0) this.#options.onCommit(this.#unflushed)
    this.#unflushed = []
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

  /**
   * Learns who is signed in and what the server's clock shows, and makes ready what was not sent, as the product does.
   * @returns the latest stamp of all then
   */
  async prepare(local: (what: string) => Promise<void>, sent: SentStamps): Promise<Stamp> {
    const { name, roles } = this.#options.network.userOf(this.id)
    await local('note the user and the clock of the server')
    const { file } = this.disk
    const former = file.state.clockOffset ?? 0
    const clockOffset = this.#running.serverClock.offset() ?? former
    const { engine, views, clock } = this.#running
    const self = {
      store: this.store,
      clock,
      exclusively: engine.exclusively,
      latestStamp: () => views.latestStamp(),
      setBack: (latest: Stamp) => views.setBack(latest),
    }
    await setStoredPoisonAside(
      self,
      { purge: async (kind, ids) => this.memory.purge(kind, ids) },
      file.setAside,
      this.latestTime(),
    )
    const isTold = this.serverOffset() !== undefined
    const moved = isTold ? await correctStamps(self, sent, this.wall() + clockOffset, former - clockOffset) : 0
    if (moved > 0) this.note(`takes ${moved} stamps back into the past`)
    const latest = this.serverOffset() === undefined ? NO_STAMP : (views.latestStamp() ?? NO_STAMP)
    const user = { name: name ?? '', roles: rolesIn(ORGANISATION, roles) }
    file.save({ user, ...(isTold ? { clockOffset, notBefore: null } : {}) })
    if (isTold) clock.corrected()
    if (file.state.adopted) return latest
    await signAs(self, name ?? '')
    await this.store.flush()
    file.save({ adopted: true })
    return latest
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
    this.#file.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** How often it wrote what a newer version writes. */
  #newerWrites = 0

  #asNewer(change: Change): Change {
    if (!NEWER_KINDS.has(change.kind) || 'erased' in change.next) return change
    this.#newerWrites += 1
    const mood = `${this.#newerWrites.toString(36).padStart(6, '0')}${this.id}`
    return { ...change, next: Object.assign({ ...change.next }, { mood }) } as Change
  }

  async #commit(given: readonly Change[]): Promise<void> {
    const written = this.#options.rules.written(given)
    const changes = this.#options.newer ? written.map((change) => this.#asNewer(change)) : written
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
    this.#unflushed.push(...changes)
    if (!dies) return
    await this.crash()
    return never
  }
}
