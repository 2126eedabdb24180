// One simulated world: some devices and those who work at them, a server or two, and everything that happens to them, from
// one seed. Rounds of work and trouble end in a quiet period, after which everything is compared.
// Invariant: all chance comes from the seed and all time from the queue, so that a seed tells one story.
import fc from 'fast-check'
import type { AnyDocument, IdOf, Kind } from '../../src-main/engine/documents/kinds'
import { STAMP_TOLERANCE_MS } from '../../src-main/engine/documents/stamp'
import { checkDocument, stampsAfter } from '../../src-main/engine/documents/validate'
import type { Change } from '../../src-main/engine/ports'
import { ROLES } from '../../src-main/engine/roles'
import type { RemoteDocument } from '../../src-main/replication/couch/remote'
import { fromRemoteBody, fromRemoteId, remoteId } from '../../src-main/replication/couch/wire'
import { HELD_BACK } from '../../src-main/replication/exchange/in-its-time'
import {
  type Command,
  carryOut,
  type Draft,
  draftWithSplits,
  emptyWorld,
  pointAt,
  remember,
} from '../engine/model/commands'
import { typedBy } from '../engine/model/compare'
import { SEARCH_TURNS } from '../engine/model/invariants'
import { typedFields } from '../engine/model/universe'
import { START } from '../support/device'
import { ann } from '../support/engine'
import { type Draw, drawFrom } from '../support/exchange'
import { seedIds } from '../support/seeded-ids'
import { compareAll, type Findings, isBad, messageOf, nothingFound } from './compare'
import { type Backup, Couch, type Judge } from './couch'
import { SimulatedDevice } from './device'
import { EventQueue } from './event-queue'
import { Faults } from './faults'
import { mend, type TakenWrite } from './hostile'
import { Ledger } from './ledger'
import { Log } from './log'
import { CALM, Network } from './network'
import { quietLimit } from './quiet'
import { type Rules, THE_RULES } from './rules'
import { ServerReplication } from './servers'
import { Staff } from './staff'
import type { Judged, Writer } from './validation'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

export interface WorldOptions {
  seed: number
  devices: number
  /** Events before the quiet period, over all rounds. */
  work: number
  rules?: Rules
  /** How often faults happen that are to be more frequent than usual, or absent (0), by name (`faults.ts`). */
  weights?: Readonly<Record<string, number>>
}

export interface Story extends Findings {
  steps: number
  /** How often each kind of command was carried out (and refused), and each fault struck. */
  counts: Map<string, number>
  log: Log
}

/** One event in so many is followed by a fault. */
const FAULT_EVERY = 25
/** Writes remembered, for those who tamper. */
const TAKEN = 40
/** What a device puts in front of the server's reason. */
const BROUGHT_BACK = 'It was deleted on the server meanwhile, and cannot be brought back: '
const NAMES = ['ann', 'bob', 'cleo', 'dan', 'eve', 'finn', 'gus']

export class World {
  readonly draw: Draw
  readonly queue = new EventQueue(START)
  readonly servers: readonly Couch[]
  readonly replication: ServerReplication
  readonly network: Network
  readonly staff = new Staff()
  readonly devices: SimulatedDevice[] = []
  readonly log = new Log()
  readonly backups: { server: Couch; backup: Backup }[] = []
  /** Documents that were poisoned and are not known to be mended. */
  readonly poisoned = new Set<string>()
  /** Some of what servers took last from devices. */
  readonly taken: TakenWrite[] = []
  /** What servers refuse for a while, besides what the rules refuse. */
  refusal: Judge | undefined
  /** Whether documents get deleted on the server in this world. */
  readonly deletions: boolean
  /** Whether a member of the organisation writes over what devices note for themselves in this world. */
  readonly notesAreHarmed: boolean
  /** Whether some devices run a newer version in this world, whose documents have members of their own. */
  readonly #hasNewer: boolean
  /** Refusals that nobody who wrote is to blame for: user, document and reason → what it was. */
  readonly #excuses = new Map<string, string>()
  /** Documents that were taken by a server whose clock was far ahead. */
  readonly #letIn = new Set<string>()
  /** Devices that were told the time by a server whose clock was wrong by more than half a day. */
  readonly #misled = new Set<SimulatedDevice>()
  readonly #ledger = new Ledger()
  readonly #known = emptyWorld()
  readonly #drafts: Draft[]
  readonly #counts = new Map<string, number>()
  readonly #options: WorldOptions
  readonly #faults: Faults
  /** Documents sent or asked for at once. */
  #batch = 1
  #drafted = 0
  #working = false
  #found = nothingFound()

  constructor(options: WorldOptions) {
    this.#options = options
    this.draw = drawFrom(options.seed)
    this.#faults = new Faults(options.weights)
    const trueTime = () => this.queue.now
    const names = this.draw(3) === 0 && this.#faults.has('servers apart') ? ['north', 'south'] : ['server']
    const copies = this.#drawCopies()
    this.servers = names.map((name) => new Couch(name, this.draw, trueTime, copies))
    this.network = new Network(this.queue, this.servers, this.draw)
    this.replication = new ServerReplication(this.servers, this.queue, this.draw, (one) => this.network.isUp(one))
    this.network.onEvent = (device, what) => this.say(device, what)
    for (const server of this.servers) {
      server.later = (ms, task) => this.queue.after(ms, 'server', task)
      server.judge = (next, former, writer, at) => this.#judge(next, former, writer, at)
      const tellDevices = server.onChange
      server.onChange = () => {
        tellDevices()
        this.replication.wake()
      }
    }
    this.deletions = this.draw(8) === 0 || this.#faults.isFrequent('deletion')
    this.notesAreHarmed = this.draw(4) === 0 && this.#faults.has('a note is harmed')
    this.#hasNewer = this.draw(3) === 0 && this.#faults.has('newer versions')
    this.#drafts = fc.sample(fc.noBias(draftWithSplits), {
      seed: options.seed,
      numRuns: 200 + Math.ceil(options.work / 12),
    })
    this.queue.afterEach = async () => {
      for (const device of this.devices) await device.settle()
    }
  }

  /** Of each document; more than one wherever much is to happen to nodes. */
  #drawCopies(): number {
    const faults = ['nodes lag', 'a node’s clock', 'a copy is lost']
    if (faults.some((name) => this.#faults.isFrequent(name))) return 3
    return this.draw(2) === 0 && faults.some((name) => this.#faults.has(name)) ? 3 : 1
  }

  get judge() {
    return (this.#options.rules ?? THE_RULES).judge
  }

  say(who: string, what: string): void {
    this.log.add(this.queue.now, who, what)
  }

  #judge(...[next, former, writer, server]: Parameters<Judge>): ReturnType<Judge> {
    const trouble = this.refusal?.(next, former, writer, server)
    const reason = this.judge(next, former, writer, server.security, server.now()) ?? trouble?.reason
    if (reason === undefined) {
      if (server.skewMs > DAY / 2 && this.#liesAhead(next)) this.#letIn.add(next._id)
      this.#remember(next, former, writer)
      return undefined
    }
    const excuse = reason === trouble?.reason ? 'refused in trouble' : this.#excuseFor(next._id, writer, reason, server)
    if (excuse !== undefined) this.#excuses.set(`${writer.name} ${next._id} ${reason}`, excuse)
    return { code: 'forbidden', ...trouble, reason }
  }

  /** Whether there is something in it that a right clock would not have let in. */
  #liesAhead(next: Judged): boolean {
    const place = fromRemoteId(next._id)
    if (!place) return false
    const document = fromRemoteBody(place.id, next) as never
    return stampsAfter(place.kind, document, this.queue.now + STAMP_TOLERANCE_MS).length > 0
  }

  #remember(next: Judged, former: Judged | null, writer: Writer): void {
    const place = fromRemoteId(next._id)
    if (!place || next._deleted || writer.roles.includes('_admin')) return
    const document = (one: Judged) => fromRemoteBody(place.id, one) as unknown as AnyDocument
    const one = { kind: place.kind, next: document(next), former: former ? document(former) : undefined, writer }
    this.taken[this.draw(TAKEN)] = one
  }

  /** Why a refusal is no fault of whoever wrote it, if there is a reason. */
  #excuseFor(id: string, { name }: Writer, reason: string, server: Couch): string | undefined {
    const may = this.staff.may(name ?? '')
    const allowed = this.devices.flatMap((device) => (device.user === name ? [...device.everAllowed] : []))
    // A server that tells no time, and a device with a clock that is wrong by years: it is corrected once it can be.
    const isLost = this.devices.some((device) => device.user === name && device.wasLost)
    if (isLost && /lies in the future/.test(reason)) return 'refused for want of a clock'
    if (Math.abs(server.skewMs) > DAY / 2 && /lies in the future/.test(reason)) return 'refused by a clock that leapt'
    // The device goes by what such a clock told it, and believes that it was put right only after a while.
    const isMisled = this.devices.some((device) => device.user === name && this.#isMisled(device))
    if (isMisled && /lies in the future/.test(reason)) return 'refused by a clock that followed one that leapt'
    // It was taken by a clock that leapt, and was forgotten since: what was sent is sent again as it was.
    if (this.#letIn.has(id) && /lies in the future/.test(reason)) return 'refused by a clock that had leapt'
    if (allowed.some((one) => !may.has(one)) && /needs the permission/.test(reason)) return 'refused after a demotion'
    // What others wrote, and was deleted there for good since: it waits until they bring it back themselves.
    if (this.deletions && /bears the name of somebody/.test(reason)) return 'refused after a deletion'
    return undefined
  }

  /** Whether it goes by what a server with a wrong clock told it. */
  #isMisled(device: SimulatedDevice): boolean {
    return this.#misled.has(device) && Math.abs(device.now() - this.queue.now) > DAY / 2
  }

  /** Every write of a device is honest: what is refused must have a reason outside of it. */
  #refused(device: SimulatedDevice, kind: Kind, id: string, reason: string): void {
    const isUnreadable = /form that cannot be read/.test(reason)
    if (reason === HELD_BACK) {
      this.#count('held back')
      return
    }
    const isWrong = Math.abs(device.skewMs) > DAY || this.#isMisled(device)
    const excuse =
      isUnreadable && (isWrong || this.poisoned.has(remoteId(kind, id)))
        ? 'set aside as poisoned'
        : this.#excuses.get(`${device.user} ${remoteId(kind, id)} ${reason.replace(BROUGHT_BACK, '')}`)
    if (excuse !== undefined) {
      this.#count(excuse)
      return
    }
    this.#found.refused += 1
    this.#found.ids.push(id)
    this.#found.sentences.push(`${device.id} (${this.staff.roles(device.user)}): ${kind} ${id}: ${reason}`)
  }

  /** A document is about to be deleted for good. */
  forgive({ id, body }: RemoteDocument): void {
    const place = fromRemoteId(id)
    if (!place || !body) return
    const checked = checkDocument(place.kind, fromRemoteBody(place.id, body))
    if (checked.ok) this.#ledger.forgive(place.kind, place.id, checked.document as AnyDocument)
  }

  /** Plays the world to its end, or to the first finding. */
  async play(): Promise<Story> {
    const genuine = seedIds(this.#options.seed)
    const { work } = this.#options
    try {
      await this.#open()
      const rounds = 1 + this.draw(3)
      for (let round = 1; round <= rounds && !this.#failed; round += 1) {
        await this.#work((work * round) / rounds)
        await this.#quiet()
        if (!this.#failed) await this.#compare(round === rounds)
        this.queue.now += this.draw(45 * DAY)
      }
    } finally {
      for (const device of this.devices) await device.close()
      genuine()
    }
    return { ...this.#found, steps: this.queue.steps, counts: this.#counts, log: this.log }
  }

  get #failed(): boolean {
    return isBad(this.#found)
  }

  async #open(): Promise<void> {
    const { devices } = this.#options
    const batch = [2, 7, 40][this.draw(3)] ?? 40
    this.#batch = batch
    for (let i = 0; i < devices; i += 1) {
      const device = this.#make(i, this.#hire(i), batch)
      const { id } = device
      // A device that was never connected is its owner's, who may do everything: what an administrator can send.
      if (!this.staff.roles(device.user).includes('admin')) device.signIn()
      // Most have worked for a while before they meet the server for the first time.
      if (this.draw(3) > 0) {
        this.network.partition(id, true)
        this.queue.after(this.draw(2 * HOUR), 'world', async () => {
          this.network.partition(id, false)
          await device.link?.wake('network')
        })
      }
      await device.start()
    }
  }

  #make(i: number, user: string, batch: number, original?: SimulatedDevice): SimulatedDevice {
    const { rules = THE_RULES } = this.#options
    const id = `device${i.toString().padStart(4, '0')}`
    const options = {
      id,
      user,
      newer: this.#hasNewer && i % 2 === 1,
      notesAreHarmed: this.notesAreHarmed,
      startsAsCopy: original !== undefined && rules.renames && this.draw(2) === 0,
      skewMs: i === 1 ? YEAR : this.draw(4 * HOUR) - 2 * HOUR,
      network: this.network,
      draw: this.draw,
      rules,
      batch,
      onDefect: (error: unknown) => this.defect(id, error),
      onCommit: (changes: readonly Change[]) => this.#ledger.commit(id, changes),
      onRefused: (kind: Kind, documentId: string, reason: string) => this.#refused(device, kind, documentId, reason),
      log: (what: string) => this.say(id, what),
    }
    const device: SimulatedDevice = new SimulatedDevice(options, original)
    this.devices.push(device)
    this.network.post(id, {
      server: original ? this.network.serverOf(original.id) : (this.servers[i % this.servers.length] as Couch),
      user: () => this.staff.writer(user),
      onDate: (serverMs, roundTripMs) => {
        if (Math.abs(this.network.serverOf(id).skewMs) > DAY / 2) this.#misled.add(device)
        device.heardDate(serverMs, roundTripMs)
      },
    })
    return device
  }

  /** Somebody copies a data folder to another machine, and both go on. */
  async copy(original: SimulatedDevice): Promise<void> {
    const device = this.#make(this.devices.length, original.user, 7, original)
    this.say(device.id, `is a copy of ${original.id}`)
    await device.start()
    if (this.#working) this.#planCommand(device)
  }

  /** Who works at a device: an administrator at the first, and now and then somebody who works at another one, too. */
  #hire(i: number): string {
    const { names } = this.staff
    if (i > 1 && this.draw(4) === 0) return names[this.draw(names.length)] ?? ''
    const name = NAMES[i % NAMES.length] ?? ''
    if (!names.includes(name)) this.staff.add(name, i === 0 ? 'admin' : (ROLES[this.draw(ROLES.length)] ?? 'agent'))
    return name
  }

  defect(who: string, error: unknown): void {
    this.#found.violations += 1
    this.#found.sentences.push(`${who}: ${messageOf(error)}`)
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }

  /** Commands and faults until so many events have happened in all. */
  async #work(until: number): Promise<void> {
    this.#working = true
    for (const server of this.servers) server.security = {}
    for (const device of this.devices) this.#planCommand(device)
    while (this.queue.steps < until && !this.#failed) {
      await this.queue.next()
      if (this.draw(FAULT_EVERY) === 0) {
        this.queue.steps += 1
        await this.#faults
          .strike(this)
          .then((fault) => this.#count(fault))
          .catch((error: unknown) => this.defect('world', error))
        await this.queue.afterEach()
      }
      for (const device of this.devices) if (!device.running) this.#planStart(device)
    }
    this.#working = false
  }

  readonly #starting = new Set<SimulatedDevice>()

  #planStart(device: SimulatedDevice): void {
    if (this.#starting.has(device)) return
    this.#starting.add(device)
    this.queue.after(this.draw(2) === 0 ? 0 : this.draw(10 * MINUTE), 'world', async () => {
      this.#starting.delete(device)
      this.say(device.id, 'starts')
      await device.start()
      if (this.#working) this.#planCommand(device)
    })
  }

  #pause(): number {
    const luck = this.draw(100)
    if (luck < 70) return this.draw(3 * SECOND)
    if (luck < 95) return this.draw(2 * MINUTE)
    return luck < 99 ? this.draw(8 * HOUR) : this.draw(25 * DAY)
  }

  #planCommand(device: SimulatedDevice): void {
    this.queue.after(this.#pause(), device.id, async () => {
      if (!this.#working) return
      await this.#command(device)
      if (device.running) this.#planCommand(device)
    })
  }

  async #command(device: SimulatedDevice): Promise<void> {
    const one = this.#drafts[this.#drafted % this.#drafts.length]
    this.#drafted += 1
    const command = one && pointAt(one, await this.#knownTo(device), device.now())
    if (!one || !command) return
    if (command.kind === 'restart') return device.crash()
    this.say(device.id, JSON.stringify(command))
    const { raced } = device
    try {
      const outcome = await device.attempt(() => carryOut(device.worker, command))
      if (!outcome) return this.#count('interrupted by a crash')
      this.#count(`${command.kind}${outcome.code === undefined ? '' : ' refused'}`)
      this.say(device.id, `→ ${JSON.stringify(outcome)}`)
      remember(this.#known, one, command, outcome)
      this.#ledger.typed.push(...typedIn(command, outcome))
      if (!raced && outcome.code === undefined) await this.#seesOwnEdit(device, command)
    } catch (error) {
      this.defect(`${device.id} ${JSON.stringify(command)}`, error)
    }
  }

  /** What somebody has just written stands where they wrote it. */
  async #seesOwnEdit(device: SimulatedDevice, command: Command): Promise<void> {
    if (command.kind !== 'update' || !device.running) return
    await device.settle()
    const shown: Record<string, string> = typedFields((await device.engine.queries.person(command.id)).fields)
    for (const [field, text] of Object.entries(command.typed.fields))
      if ((shown[field] ?? null) !== text)
        throw new Error(`${field} was written as ${text}, and is ${shown[field]} at once`)
  }

  /** What exists, as far as it has come to a device. */
  async #knownTo({ memory }: SimulatedDevice) {
    const { contacts, merges, interactions, count } = this.#known
    const there = async <K extends 'contacts' | 'merges' | 'interactions', T extends { id: IdOf<K> }>(
      kind: K,
      things: readonly T[],
    ) => {
      const found = await memory.store.get(
        kind,
        things.map((thing) => thing.id),
      )
      return things.filter((thing) => found.has(thing.id))
    }
    return {
      contacts: await there('contacts', contacts),
      merges: await there('merges', merges),
      interactions: await there('interactions', interactions),
      count,
    }
  }

  /** No trouble any more: everybody runs, is connected and allowed, until nobody has anything to do. */
  async #quiet(): Promise<void> {
    this.say('world', 'quiet')
    const { network, queue } = this
    network.weather = CALM
    this.refusal = undefined
    this.staff.restore()
    this.replication.cut = false
    let readable = queue.now
    for (const server of this.servers) {
      network.startServer(server)
      server.lags = false
      server.skewMs = 0
      server.nodeSkewMs = 0
      server.tellsDate = true
      readable = Math.max(readable, mend(server, queue.now))
      // What was deleted there for good, or lost with a backup, may come back from whoever has it.
      if (this.deletions) server.security = { scv: { recovering: true } }
    }
    for (const device of this.devices) {
      network.partition(device.id, false)
      // A clock that is wrong by days is believed to be so only after a while: people have set it by now.
      if (Math.abs(device.skewMs) > DAY) device.skewMs = this.draw(4 * HOUR) - 2 * HOUR
      device.doom = undefined
      device.raced = false
    }
    // Nothing is done until devices read what mending has left to its time.
    await this.#until(readable)
    for (let left = 12; left > 0 && !this.#failed; left -= 1) {
      for (const device of this.devices) {
        if (!device.running) this.#planStart(device)
        await device.link?.wake('network')
        await device.link?.wake('retry')
      }
      const end = queue.steps + quietLimit(this.servers, this.devices.length, this.#batch)
      while (queue.steps < end && !this.#failed) if (!(await queue.next())) break
      if (this.#failed) return
      if (queue.steps >= end) return this.defect('world', new Error('it never becomes quiet'))
      if (this.devices.some((device) => !device.running)) continue // it was about to crash when all became quiet
      const waiting = this.devices.filter((device) => !device.link?.idle)
      if (waiting.length > 0) return this.defect(waiting.map(({ id }) => id).join(' '), new Error('sync stands still'))
      if (!this.replication.settled) {
        this.replication.wake()
        continue
      }
      if (this.devices.some((device) => device.disk.file.setAside.list(0, 1).total > 0)) continue
      if (!(await this.#completeErasures())) return
    }
    if (this.#failed) return
    const left = this.devices.flatMap(({ id, disk }) =>
      disk.file.setAside.list(0, 9).items.map((entry) => ({ device: id, entry })),
    )
    this.#found.ids.push(...left.map(({ entry }) => entry.documentId))
    const entries = left.map(
      ({ device, entry }) => `${device}: ${entry.collection} ${entry.documentId}: ${entry.reason}`,
    )
    this.defect('world', new Error(`never at rest: ${entries.join('; ') || 'erasures are never complete'}`))
  }

  /** Lets time pass, and what is planned happen. */
  async #until(moment: number): Promise<void> {
    this.queue.after(moment - this.queue.now, 'world', () => undefined)
    while (this.queue.now < moment && !this.#failed) await this.queue.next()
  }

  async #completeErasures(): Promise<boolean> {
    let completed = 0
    for (const device of this.devices) {
      if (device.actor().permissions.has('externalContacts:identity:erase'))
        completed += (await device.worker.erasure.complete(ann)).length
      await this.queue.afterEach()
    }
    return completed > 0
  }

  async #compare(last: boolean): Promise<void> {
    const from = this.draw(this.devices.length)
    const turned = [...this.devices.slice(from), ...this.devices.slice(0, from)]
    const found = await compareAll(turned, this.servers, this.#ledger, {
      deletions: this.deletions,
      views: last,
      turn: this.draw(SEARCH_TURNS),
    })
    this.#found = found
  }
}

/** What was typed in a command that was carried out, the rows of an import that made someone included. */
function typedIn(command: Command, outcome: Parameters<typeof typedBy>[1]) {
  if (command.kind !== 'import') return typedBy(command, outcome)
  return command.rows.flatMap((typed, i) => {
    const row = outcome.rows?.[i]
    return row?.created && row.id !== undefined ? typedBy({ kind: 'create', typed }, { id: row.id }) : []
  })
}
