// One device's connection with the server, from meeting it to the first failure: what the product's replication service
// does, without timers. Reading, judging, taking in and recognising the server are the product's own code.
// Invariant: what was believed of the server is forgotten before anything is exchanged with one that forgot us.
import { ScvError } from '@shared/errors'
import { type AnyDocument, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import { type Remote, RemoteError } from '../../src-main/replication/couch/remote'
import { notOlder, sendMore, takeIn } from '../../src-main/replication/exchange/incoming'
import { type Deletable, type PushOutcome, type PushRow, push } from '../../src-main/replication/exchange/push'
import { createDeparture } from '../../src-main/replication/exchange/sent-stamps'
import { retryAside } from '../../src-main/replication/exchange/set-aside'
import { beginEpoch, isKnownServer, raiseMark } from '../../src-main/replication/state/server-generation'
import { type Draw, shuffled } from '../support/exchange'
import type { SimulatedDevice } from './device'
import { Process, type Wake } from './event-queue'
import type { Network } from './network'
import {
  freshBookkeeping,
  persistFromMaster,
  persistToMaster,
  type Resolve,
  resolveByJoin,
  type Surroundings,
} from './replicator'

/** The parts that tests replace by broken ones, to see that the simulation notices. */
export interface Rules {
  resolve: Resolve
  push: typeof push
  takeIn: typeof takeIn
  notOlder: typeof notOlder
  sendMore: typeof sendMore
  isKnownServer: typeof isKnownServer
  /** News replace local changes that were not sent yet. */
  overwritesUnsent: boolean
  /** News of a kind wait until what is being sent of it was noted as sent. */
  waitsForSent: boolean
  /** A position is stored before what stands before it. */
  positionFirst: boolean
  /** The mark is raised once per connection instead of with everything that was sent. */
  marksSeldom: boolean
}

export const THE_RULES: Rules = {
  resolve: resolveByJoin,
  push,
  takeIn,
  notOlder,
  sendMore,
  isKnownServer,
  overwritesUnsent: false,
  waitsForSent: true,
  positionFirst: false,
  marksSeldom: false,
}

export interface LinkOptions {
  device: SimulatedDevice
  network: Network
  draw: Draw
  rules: Rules
  /** Documents sent or asked for at once. */
  batch: number
  /** A defect of the replication itself: anything but a server that cannot be used. */
  onDefect(error: unknown): void
}

/** Pages of news after which the mark is raised, at the latest. */
const PAGES_A_MARK = 3

export class Link {
  readonly #options: LinkOptions
  readonly #processes = new Set<Process>()
  /** Waits for local changes. */
  #idle: Wake<void> | undefined
  #marking = false
  #waitingToMark: Wake<void>[] = []
  /** The kind being sent, and who waits for the end of that. */
  #sending: Kind | undefined
  #waitingForSent: Wake<void>[] = []
  /** Documents that came from the server while this application runs: RxDB does not send its own writes. */
  #fromServer = new WeakSet<AnyDocument>()
  #retries = true
  #attempts = 0
  #planned = false
  /** Where this connection stands in the feed; the stored place may be behind it. */
  #since: string | undefined
  upToDate = false
  closed = false

  constructor(options: LinkOptions) {
    this.#options = options
  }

  /** Meets the server as soon as it can be reached. */
  open(): Promise<void> {
    return this.#begin()
  }

  /** Ends it without a word, as a crash does. */
  kill(): void {
    this.closed = true
    this.#stop()
  }

  /** The network is back, or something was committed, or what was refused shall be tried again. */
  async wake(why: 'network' | 'commit' | 'retry'): Promise<void> {
    if (this.closed) return
    if (why === 'retry') this.#retries = true
    if (why === 'network') {
      if (this.#processes.size === 0) await this.#begin()
      return
    }
    const idle = this.#idle
    this.#idle = undefined
    if (idle) this.#options.network.queue.after(0, this.#options.device.id, () => idle.resolve())
  }

  /** Whether nothing is under way: everything was sent, and it waits for news. */
  get idle(): boolean {
    return this.#processes.size > 0 && this.#idle !== undefined && this.upToDate
  }

  async #begin(): Promise<void> {
    const { device, network } = this.#options
    if (this.closed || this.#processes.size > 0) return
    if (!network.reaches(device.id)) return this.#later()
    await this.#run((process, remote) => this.#meet(process, remote))
  }

  #run(body: (process: Process, remote: Remote) => Promise<void>): Promise<void> {
    const { device, network, rules } = this.#options
    const process = new Process((error) => this.#failed(error))
    this.#processes.add(process)
    const remote = network.remoteFor(device.id, process)
    const depart = createDeparture({
      file: device.disk.file,
      deviceId: device.id,
      now: () => device.wall(),
      offset: () => network.queue.now - device.wall(),
      ask: async () => undefined,
    })
    const marked: Remote = {
      ...remote,
      write: async (rows) => {
        await depart(rows)
        const outcomes = await remote.write(rows)
        // Before anybody believes that the server has it: a server that forgets it will have forgotten the mark.
        if (!rules.marksSeldom && outcomes.some(({ status }) => status === 'written')) await this.#mark(process, remote)
        return outcomes
      },
    }
    return process.start(() => body(process, marked))
  }

  #stop(): void {
    for (const process of this.#processes) process.kill()
    this.#processes.clear()
    this.#idle = undefined
    this.#marking = false
    this.#waitingToMark = []
    this.#sending = undefined
    this.#waitingForSent = []
    this.upToDate = false
    this.#options.network.forget(this.#options.device.id)
  }

  #failed(error: unknown): void {
    if (this.closed) return
    if (!(error instanceof RemoteError)) this.#options.onDefect(error)
    this.#stop()
    this.#later()
  }

  /** Cut off, it waits to be told; otherwise it tries again by itself, each time later. */
  #later(): void {
    const { device, network, draw } = this.#options
    if (network.isCut(device.id) || this.#planned) return
    this.#attempts += 1
    this.#planned = true
    network.queue.after(500 + draw(1000 * 2 ** Math.min(this.#attempts, 7)), device.id, () => {
      this.#planned = false
      return this.#begin()
    })
  }

  async #meet(process: Process, remote: Remote): Promise<void> {
    const { device, network, rules } = this.#options
    const local = this.#localOf(process)
    const { disk } = device
    const known = await rules.isKnownServer(remote, disk.file, device.id)
    // Not while a command runs: taking stamps back waits for its end.
    await device.meetClock(network.queue.now, this.#localOf(process, false), remote)
    if (!known) {
      await local('forget what was believed of the server')
      disk.books = freshBookkeeping()
      this.#fromServer = new WeakSet()
      beginEpoch(disk.file)
      device.note('the server is another: everything is compared again')
    }
    this.#since = disk.file.state.since ?? undefined
    await this.#mark(process, remote)
    this.#attempts = 0
    this.#retries = true
    await this.#run((other, otherRemote) => this.#follow(other, otherRemote))
    await this.#send(process, remote)
  }

  /** A step on the disk of the device: it takes a moment, in which other things may happen, the end included. */
  #localOf(process: Process, duringCommands = true): (what: string) => Promise<void> {
    const { device, network, draw } = this.#options
    return (what) =>
      process.wait<void>((wake) => {
        network.queue.after(
          draw(40),
          device.id,
          () => (device.survives(what) ? wake.resolve() : undefined),
          duringCommands,
        )
      })
  }

  #surroundings(process: Process, remote: Remote): Surroundings {
    const { device, rules } = this.#options
    return {
      memory: device.memory,
      books: device.disk.books,
      fromServer: this.#fromServer,
      local: this.#localOf(process),
      send: (kind, rows) => this.#push(process, remote, kind, rows),
      resolve: rules.resolve,
      note: (what) => device.note(what),
      overwritesUnsent: rules.overwritesUnsent,
    }
  }

  async #push(
    process: Process,
    remote: Remote,
    kind: Kind,
    rows: readonly PushRow<Kind>[],
  ): Promise<Deletable<Kind>[]> {
    const { device, rules } = this.#options
    const { file } = device.disk
    const careful = !file.state.firstSyncDone && file.state.epoch > 1
    const outcome = await rules.push(remote, kind, rows, careful)
    await this.#notePush(process, remote, kind, outcome)
    return outcome.conflicts
  }

  async #notePush(
    process: Process,
    remote: Remote,
    kind: Kind,
    { refused, sent, found }: PushOutcome<Kind>,
  ): Promise<void> {
    if (refused.length + sent.length === 0) return
    const { device, network, rules } = this.#options
    if (found && !rules.marksSeldom) await this.#mark(process, remote)
    const { file } = device.disk
    await this.#localOf(process)('note what was refused')
    for (const id of sent) file.setAside.remove('refused', kind, id)
    const at = new Date(network.queue.now).toISOString()
    for (const { next, reason } of refused) {
      device.note(`${kind} ${next.id} was refused: ${reason}`)
      file.setAside.put({ kind: 'refused', collection: kind, documentId: next.id, reason, at, document: '' })
    }
  }

  /** Raises the mark on both sides; one at a time. What was stored of the feed before it, the server knew at that time. */
  async #mark(process: Process, remote: Remote): Promise<void> {
    const { device, network } = this.#options
    const { file } = device.disk
    const local = this.#localOf(process)
    while (this.#marking) await process.wait<void>((wake) => void this.#waitingToMark.push(wake))
    this.#marking = true
    const since = this.#since
    await local('raise the mark')
    await raiseMark(remote, file, device.id, () => (since === undefined ? {} : { since }))
    this.#marking = false
    const next = this.#waitingToMark.shift()
    if (next) network.queue.after(0, device.id, () => next.resolve())
  }

  /** Sends local changes, until the connection ends. */
  async #send(process: Process, remote: Remote): Promise<void> {
    const { device, draw, batch, network } = this.#options
    const { memory, disk } = device
    for (;;) {
      let sent = false
      for (const kind of shuffled(KINDS, draw)) {
        const page = await memory.feed.since(kind, disk.books.sentUpTo.get(kind), batch)
        if (page.changes.length === 0) continue
        sent = true
        const ids = page.changes.map(({ id }) => id)
        this.#sending = kind
        await persistToMaster(this.#surroundings(process, remote), kind, ids, page.checkpoint)
        this.#sending = undefined
        for (const wake of this.#waitingForSent.splice(0)) network.queue.after(0, device.id, () => wake.resolve())
      }
      if (this.#retries) {
        this.#retries = false
        sent = true
        for (const entry of disk.file.setAside.list(0, -1).items)
          await retryAside(remote, device.store, disk.file.setAside, entry, () => network.queue.now).catch((error) => {
            if (!(error instanceof ScvError) || error.code !== 'conflict') throw error
            this.#retries = true // the document changed meanwhile: again, as it is now
          })
      }
      if (sent) continue
      if (this.upToDate) disk.file.save({ firstSyncDone: true })
      await process.wait<void>((wake) => {
        this.#idle = wake
      })
    }
  }

  /** Takes in what changed on the server, until the connection ends. */
  async #follow(process: Process, remote: Remote): Promise<void> {
    const { device, draw, batch, rules } = this.#options
    const { disk } = device
    const local = this.#localOf(process)
    let unmarked = 0
    for (;;) {
      const page = await remote.changes(this.#since, batch)
      const parts = new Map<Kind, Deletable<Kind>[]>()
      const context = { remote, setAside: disk.file.setAside, now: () => device.now() }
      for (const change of page.documents) {
        const taken = await rules.takeIn(change, context)
        if (taken) parts.set(taken.kind, [...(parts.get(taken.kind) ?? []), taken.document as Deletable<Kind>])
      }
      if (rules.positionFirst) await this.#reached(page.since, local, true)
      for (const [kind, documents] of shuffled([...parts], draw)) {
        // What is being sent is not believed sent yet: news made from it would be left as if it still had to be.
        if (this.#sending === kind && rules.waitsForSent)
          await process.wait<void>((wake) => void this.#waitingForSent.push(wake))
        const news = await rules.notOlder(device.store, remote, kind, documents)
        await this.#notePush(process, remote, kind, await rules.sendMore(remote, kind, documents, news))
        await persistFromMaster(this.#surroundings(process, remote), kind, news)
      }
      await this.#reached(page.since, local, rules.positionFirst)
      if (page.documents.length > 0) unmarked += 1
      if (unmarked >= PAGES_A_MARK) {
        unmarked = 0
        await this.#mark(process, remote)
      }
      if (page.pending > 0) continue
      this.upToDate = true
      await remote.awaitChange(this.#since, new AbortController().signal)
      this.upToDate = false
    }
  }

  async #reached(since: string, local: (what: string) => Promise<void>, stored: boolean): Promise<void> {
    await local('note the place in the feed')
    this.#since = since
    if (stored) this.#options.device.disk.file.save({ since })
  }
}
