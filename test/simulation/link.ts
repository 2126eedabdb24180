// One device's connection with the server, from meeting it to the first failure: what the product's replication service
// does, without timers. Reading, judging, taking in and recognising the server are the product's own code.
// Invariant: what was believed of the server is forgotten before anything is exchanged with one that forgot us.

import { type AnyDocument, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import { Outstanding } from '../../src-main/replication/couch/outstanding'
import { LagError, type RemoteDocument, RemoteError } from '../../src-main/replication/couch/remote'
import { createLateRefusals, type LateRefusals } from '../../src-main/replication/exchange/late-refusals'
import { contentOf, type Deletable, type PushOutcome, type PushRow } from '../../src-main/replication/exchange/push'
import { createDeparture, writeWhatMayLeave } from '../../src-main/replication/exchange/sent-stamps'
import { isKnownServer, raiseMark } from '../../src-main/replication/state/replica-marker'
import { beginGeneration } from '../../src-main/replication/state/server-generation'
import { asDeviceId, NO_STAMP } from '../../src-shared/model/ids'
import { type Draw, shuffled } from '../support/exchange'
import type { SimulatedDevice } from './device'
import { Process, type Wake } from './event-queue'
import type { Network, SimulatedRemote } from './network'
import { freshBookkeeping, persistFromMaster, persistToMaster, type Surroundings } from './replicator'
import { Retrying } from './retrying'
import type { Rules } from './rules'

export interface LinkOptions {
  device: SimulatedDevice
  network: Network
  draw: Draw
  rules: Rules
  notesAreHarmed: boolean
  /** Documents sent or asked for at once. */
  batch: number
  /** A defect of the replication itself: anything but a server that cannot be used. */
  onDefect(error: unknown): void
  /** Told of each change that the server did not take. */
  onRefused(kind: Kind, id: string, reason: string): void
}

/** A document in which no branch was seen is looked at once more after so long. */
const BEHIND_MS = 10_000
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
  readonly #retrying: Retrying
  /** Branches that wait on the disk are to be looked at. */
  #branchesToo = true
  #attempts = 0
  #planned = false
  /** Where this connection stands in the feed; the stored place may be behind it. */
  #since: string | undefined
  /** Documents with branches that wait to be brought together, and whether that is planned. */
  readonly #branches = new Map<string, { kind: Kind; id: string }>()
  #tending = false
  /** Those of them that were looked at, and no branch was seen. */
  readonly #again = new Set<string>()
  /** How many are being brought together. */
  #tends = 0
  /** The latest stamp of all when those of this device were corrected. */
  #corrected = NO_STAMP
  /** What was refused since a wrong clock stamped it. */
  #late: LateRefusals | undefined
  /** Counts connections. */
  #count = 0
  upToDate = false
  closed = false

  constructor(options: LinkOptions) {
    this.#options = options
    const { device, network, rules } = options
    this.#retrying = new Retrying(device, network.queue, rules, () => this.wake('commit'))
  }

  /** Meets the server as soon as it can be reached. */
  open(): Promise<void> {
    return this.#begin()
  }

  /** Meets the server anew, as after something about it was found to have changed. */
  async restart(): Promise<void> {
    if (this.closed || this.#processes.size === 0) return
    this.#stop()
    await this.#begin()
  }

  /** Ends it without a word, as a crash does. */
  kill(): void {
    this.closed = true
    this.#stop()
  }

  /** The network is back, or something was committed, or what was refused shall be tried again. */
  async wake(why: 'network' | 'commit' | 'retry'): Promise<void> {
    if (this.closed) return
    if (why === 'retry') {
      this.#retrying.ask()
      this.#branchesToo = true
    }
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
    return this.#processes.size > 0 && this.#idle !== undefined && this.upToDate && !this.#tending && this.#tends === 0
  }

  async #begin(): Promise<void> {
    const { device, network } = this.#options
    if (this.closed || this.#processes.size > 0) return
    if (!network.reaches(device.id)) return this.#later()
    await this.#run((process, remote) => this.#meet(process, remote))
  }

  #run(body: (process: Process, remote: SimulatedRemote) => Promise<void>): Promise<void> {
    const { device, network, rules } = this.#options
    const process = new Process((error) => this.#failed(error))
    this.#processes.add(process)
    const readAt = () => (rules.boundsArrivals ? device.latestTime() : Number.POSITIVE_INFINITY)
    const remote = network.remoteFor(device.id, process, readAt)
    // Not before the stamps were corrected.
    let depart: ReturnType<typeof createDeparture> | undefined
    const departure = () =>
      createDeparture({
        file: device.disk.file,
        isOwn: (one) => device.isOwn(one),
        corrected: this.#corrected,
        now: () => device.wall(),
        offset: () => device.serverOffset(),
        ask: () => isKnownServer(this.#believed(remote), device.disk.file, asDeviceId(device.deviceId)),
        remote,
      })
    const marked: SimulatedRemote = {
      ...remote,
      write: async (rows) => {
        depart ??= departure()
        const held = await depart(rows)
        if (rules.flushesFirst) await device.store.flush() // what the server has, a power cut may not take from here
        const outcomes = await writeWhatMayLeave((leaving) => remote.write(leaving), rows, held)
        for (const outcome of outcomes)
          if (outcome.status === 'written' && outcome.alone) this.#retrying.noteAlone(outcome.id)
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
    this.#branches.clear()
    this.#again.clear()
    this.#tending = false
    this.#tends = 0
    this.#retrying.stop()
    this.#count += 1
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

  async #meet(process: Process, remote: SimulatedRemote): Promise<void> {
    const { device, rules, notesAreHarmed } = this.#options
    const local = this.#localOf(process)
    const { disk } = device
    await remote.getLocal('signing-in') // the first answer tells the time
    // Not while a command runs: taking stamps back waits for its end.
    this.#corrected = await device.prepare(this.#localOf(process, false), rules.sentStamps(disk.file, remote))
    const identity = {
      get deviceId() {
        return device.deviceId
      },
      renew: () => device.rename(),
    }
    const known = await rules.isSameServer(this.#believed(remote), disk.file, identity)
    const server = this.#options.network.serverOf(device.id)
    if (!known) {
      const names = [device.deviceId, disk.file.state.formerMark?.deviceId]
      const isOverwritten = names.filter((name) => server.wasWrittenOver(`scv-${name}`)).length > 0
      await local('forget what was believed of the server')
      disk.books = freshBookkeeping(device.journal)
      this.#fromServer = new WeakSet()
      beginGeneration(disk.file)
      device.note('the server is another: everything is compared again')
      const { era } = server
      if (era === device.era && !notesAreHarmed && !isOverwritten)
        this.#options.onDefect(new Error('everything is exchanged anew, and the server forgot nothing'))
      device.era = era
    }
    this.#since = disk.file.state.since ?? undefined
    await this.#mark(process, remote)
    this.#attempts = 0
    this.#retrying.begin()
    this.#branchesToo = true
    const { file } = disk
    const offset = () => device.serverOffset()
    this.#late = createLateRefusals({ file, isOwn: (one) => device.isOwn(one), now: () => device.wall(), offset })
    await this.#run((other, otherRemote) => this.#follow(other, otherRemote))
    await this.#send(process, remote)
  }

  /** The server as it is asked for marks. */
  #believed(remote: SimulatedRemote): SimulatedRemote {
    return this.#options.rules.doubtsCopies ? remote : { ...remote, copies: 1 }
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

  #surroundings(process: Process, remote: SimulatedRemote): Surroundings {
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
    remote: SimulatedRemote,
    kind: Kind,
    rows: readonly PushRow<Kind>[],
  ): Promise<Deletable<Kind>[]> {
    const { device, rules } = this.#options
    const { file } = device.disk
    const careful = !file.state.firstSyncDone && file.state.epoch > 1
    const outcome = await rules.push(remote, kind, rows, careful, device.user)
    await this.#notePush(process, remote, kind, outcome)
    return outcome.conflicts
  }

  async #notePush(
    process: Process,
    remote: SimulatedRemote,
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
      this.#late?.note(kind, contentOf(next))
      this.#meetAnewOnceDue()
      this.#retrying.plan()
      device.note(`${kind} ${next.id} was refused: ${reason}`)
      this.#options.onRefused(kind, next.id, reason)
      file.setAside.put({ kind: 'refused', collection: kind, documentId: next.id, reason, at, document: '' })
    }
  }

  /** As soon as nothing more is refused for its stamps, they are corrected. */
  #meetAnewOnceDue(): void {
    const { device, network } = this.#options
    const run = this.#count
    network.queue.after(2500, device.id, () => (run === this.#count && this.#late?.isDue ? this.restart() : undefined))
  }

  /** Raises the mark on both sides; one at a time. What was stored of the feed before it, the server knew at that time. */
  async #mark(process: Process, remote: SimulatedRemote): Promise<void> {
    const { device, network, rules } = this.#options
    const { file } = device.disk
    const local = this.#localOf(process)
    while (this.#marking) await process.wait<void>((wake) => void this.#waitingToMark.push(wake))
    this.#marking = true
    const since = this.#since
    if (since !== undefined && rules.flushesFirst) await device.store.flush() // a position may not be ahead of what it stands for
    await local('raise the mark')
    await raiseMark(this.#believed(remote), file, asDeviceId(device.deviceId), () =>
      since === undefined ? {} : { since },
    )
    this.#marking = false
    const next = this.#waitingToMark.shift()
    if (next) network.queue.after(0, device.id, () => next.resolve())
  }

  /** Sends local changes, until the connection ends. */
  async #send(process: Process, remote: SimulatedRemote): Promise<void> {
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
      if (this.#branchesToo) {
        this.#branchesToo = false
        for (const { collection, documentId } of disk.file.branched.list(-1)) this.#branched(collection, documentId)
      }
      if (await this.#retrying.run(remote)) sent = true
      if (sent) continue
      if (this.upToDate) disk.file.save({ firstSyncDone: true })
      await process.wait<void>((wake) => {
        this.#idle = wake
      })
    }
  }

  /** Takes in what changed on the server, until the connection ends. */
  async #follow(process: Process, remote: SimulatedRemote): Promise<void> {
    const { batch, rules, network, draw, device } = this.#options
    const { queue } = network
    const local = this.#localOf(process)
    const outstanding = new Outstanding()
    /** Places in the feed that are not reached yet: something before them cannot be read. */
    let waiting: { page: number; since: string }[] = []
    let since = this.#since
    let unmarked = 0
    for (let page = 1; ; page += 1) {
      const news = await remote.changes(since, batch)
      since = news.since
      if (rules.waitsForBehind) outstanding.add(news.behind ?? [], page, queue.now)
      if (rules.positionFirst) await this.#reached(since, local, true)
      outstanding.add(await this.#takeAll(process, remote, news.documents), page, queue.now)
      waiting.push({ page, since })
      do {
        const due = outstanding.due(queue.now)
        if (due.length > 0) {
          const found = await remote.readAt(due)
          const behind = await this.#takeAll(process, remote, [...found.values()])
          outstanding.read(due.filter(({ id }) => found.has(id) && !behind.some((one) => one.id === id)))
        }
        const oldest = outstanding.oldestPage ?? Number.POSITIVE_INFINITY
        const reached = waiting.filter((place) => place.page < oldest).at(-1)
        waiting = waiting.filter((place) => place.page >= oldest)
        if (reached) await this.#reached(reached.since, local, rules.positionFirst)
        if (news.pending > 0 || outstanding.size === 0) break
        await process.wait<void>((wake) => queue.after(100 + draw(900), device.id, () => wake.resolve()))
      } while (!(await this.#changed(remote, since)))
      if (news.documents.length > 0) unmarked += 1
      if (unmarked >= PAGES_A_MARK) {
        unmarked = 0
        await this.#mark(process, remote)
      }
      if (news.pending > 0 || outstanding.size > 0) continue
      this.upToDate = true
      await remote.awaitChange(since, new AbortController().signal)
      this.upToDate = false
    }
  }

  /** Whether there is more to read already. */
  async #changed(remote: SimulatedRemote, since: string): Promise<boolean> {
    return (await remote.changes(since, 1)).documents.length > 0
  }

  /** Takes documents in. @returns those of which a part cannot be read yet */
  async #takeAll(
    process: Process,
    remote: SimulatedRemote,
    documents: readonly RemoteDocument[],
  ): Promise<{ id: string; rev: string }[]> {
    const { device, draw, rules } = this.#options
    const { disk } = device
    const parts = new Map<Kind, Deletable<Kind>[]>()
    const behind: { id: string; rev: string }[] = []
    const context = {
      remote,
      setAside: disk.file.setAside,
      now: () => device.now(),
      onBranches: (kind: Kind, id: string) => this.#branched(kind, id),
    }
    for (const change of documents) {
      const taken = await rules.takeIn(change, context).catch((error: unknown) => {
        if (!(error instanceof LagError)) throw error
        behind.push({ id: change.id, rev: change.rev })
        return undefined
      })
      if (taken) parts.set(taken.kind, [...(parts.get(taken.kind) ?? []), taken.document as Deletable<Kind>])
    }
    for (const [kind, news] of shuffled([...parts], draw)) {
      // What is being sent is not believed sent yet: news made from it would be left as if it still had to be.
      if (this.#sending === kind && rules.waitsForSent)
        await process.wait<void>((wake) => void this.#waitingForSent.push(wake))
      const isAside = (id: string) => disk.file.setAside.has('refused', kind, id)
      const joined = await rules.notOlder(device.store, remote, kind, news, isAside)
      const more = await rules.sendMore(remote, kind, news, joined, device.user)
      await this.#notePush(process, remote, kind, more)
      await persistFromMaster(this.#surroundings(process, remote), kind, joined)
    }
    return behind
  }

  /** A document stands in several branches: they are brought together in the background, some time later. */
  #branched(kind: Kind, id: string): void {
    const { device, network, draw } = this.#options
    device.disk.file.branched.put(kind, id)
    this.#branches.set(`${kind}:${id}`, { kind, id })
    if (this.#tending) return
    this.#tending = true
    const run = this.#count
    network.queue.after(300 + draw(3000), device.id, () =>
      run === this.#count ? this.#run((_process, remote) => this.#tend(remote)) : undefined,
    )
  }

  async #tend(remote: SimulatedRemote): Promise<void> {
    const { device, rules } = this.#options
    const mayRemove = device.disk.file.state.user?.roles.includes('admin') ?? false
    const waiting = [...this.#branches]
    const again = new Set(this.#again)
    this.#branches.clear()
    this.#again.clear()
    this.#tending = false
    this.#tends += 1
    for (const [key, { kind, id }] of waiting)
      try {
        const { left, refused } = await rules.tendBranches(remote, kind, id, { user: device.user, mayRemove })
        if (refused || this.#branches.has(key)) continue
        if (left === 0 && (remote.copies ?? 1) > 1 && !again.has(key)) this.#lookAgain(key, kind, id)
        else device.disk.file.branched.remove(kind, id)
      } catch (error) {
        if (!(error instanceof LagError)) throw error
        this.#branched(kind, id)
      }
    this.#tends -= 1
  }

  /** No branch was seen, which a copy that is behind may be the reason for. */
  #lookAgain(key: string, kind: Kind, id: string): void {
    const { device, network } = this.#options
    const run = this.#count
    network.queue.after(BEHIND_MS, device.id, () => {
      if (run !== this.#count) return
      this.#again.add(key)
      this.#branched(kind, id)
    })
  }

  async #reached(since: string, local: (what: string) => Promise<void>, stored: boolean): Promise<void> {
    await local('note the place in the feed')
    this.#since = since
    if (stored) this.#options.device.disk.file.save({ since })
  }
}
