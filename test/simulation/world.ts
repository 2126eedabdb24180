// One simulated world: some devices, a server, and everything that happens to them, from one seed. Rounds of work and
// trouble end in a quiet period, after which everything is compared.
// Invariant: all chance comes from the seed and all time from the queue, so that a seed tells one story.
import fc from 'fast-check'
import { stampMs } from '../../src-main/engine/documents/stamp'
import { latestStampIn } from '../../src-main/projections/rows/latest-stamp'
import type { RemoteBody } from '../../src-main/replication/couch/remote'
import { type Command, carryOut, type Draft, draft, emptyWorld, pointAt, remember } from '../engine/model/commands'
import { typedBy } from '../engine/model/compare'
import { START } from '../support/device'
import { ann } from '../support/engine'
import { type Draw, drawFrom } from '../support/exchange'
import { seedIds } from '../support/seeded-ids'
import { compareAll, type Findings, messageOf, nothingFound } from './compare'
import { type Backup, Couch, type Validator } from './couch'
import { SimulatedDevice } from './device'
import { EventQueue } from './event-queue'
import { strike } from './faults'
import { Ledger } from './ledger'
import { type Rules, THE_RULES } from './link'
import { Log } from './log'
import { CALM, Network } from './network'

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
}

export interface Story extends Findings {
  steps: number
  /** How often each kind of command was carried out (and refused), and each fault struck. */
  counts: Map<string, number>
  log: Log
}

/** Events in which a quiet period must come to rest. */
const QUIET_LIMIT = 60_000
/** One event in so many is followed by a fault. */
const FAULT_EVERY = 25

export class World {
  readonly draw: Draw
  readonly queue = new EventQueue(START)
  readonly server: Couch
  readonly network: Network
  readonly devices: SimulatedDevice[] = []
  readonly log = new Log()
  backups: Backup[] = []
  /** What the server refuses for a while, besides what it always does. */
  refusal: Validator | undefined
  /** Whether documents get deleted on the server in this world. */
  readonly deletions: boolean
  readonly #ledger = new Ledger()
  readonly #known = emptyWorld()
  readonly #drafts: Draft[]
  readonly #counts = new Map<string, number>()
  readonly #options: WorldOptions
  #drafted = 0
  #working = false
  #found = nothingFound()

  constructor(options: WorldOptions) {
    this.#options = options
    this.draw = drawFrom(options.seed)
    this.server = new Couch(this.draw)
    this.network = new Network(this.queue, this.server, this.draw)
    this.network.onEvent = (device, what) => this.say(device, what)
    this.server.validator = (id, body, client) => this.#liesInFuture(body) ?? this.refusal?.(id, body, client)
    this.deletions = this.draw(8) === 0
    this.#drafts = fc.sample(fc.noBias(draft), { seed: options.seed, numRuns: 200 + Math.ceil(options.work / 12) })
    this.queue.afterEach = async () => {
      for (const device of this.devices) await device.settle()
    }
  }

  say(who: string, what: string): void {
    this.log.add(this.queue.now, who, what)
  }

  /** As the design document does (`src-main/provision/validation`). */
  #liesInFuture(body: RemoteBody | undefined): ReturnType<Validator> {
    if (!body || stampMs(latestStampIn(body as never, '')) <= this.queue.now + DAY) return undefined
    return { code: 'forbidden', reason: 'it lies in the future: the clock of the device is wrong' }
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
    return this.#found.divergences + this.#found.violations + this.#found.lost > 0
  }

  async #open(): Promise<void> {
    const { devices, rules = THE_RULES } = this.#options
    const batch = [2, 7, 40][this.draw(3)] ?? 40
    for (let i = 0; i < devices; i += 1) {
      const id = `device${i.toString().padStart(4, '0')}`
      const device: SimulatedDevice = new SimulatedDevice({
        id,
        skewMs: i === 1 ? YEAR : this.draw(4 * HOUR) - 2 * HOUR,
        network: this.network,
        draw: this.draw,
        rules,
        batch,
        onDefect: (error) => this.#defect(id, error),
        onCommit: (changes) => this.#ledger.commit(id, changes),
        log: (what) => this.say(id, what),
      })
      this.devices.push(device)
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

  #defect(who: string, error: unknown): void {
    this.#found.violations += 1
    this.#found.sentences.push(`${who}: ${messageOf(error)}`)
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }

  /** Commands and faults until so many events have happened in all. */
  async #work(until: number): Promise<void> {
    this.#working = true
    for (const device of this.devices) this.#planCommand(device)
    while (this.queue.steps < until && !this.#failed) {
      await this.queue.next()
      if (this.draw(FAULT_EVERY) === 0) {
        this.queue.steps += 1
        this.#count(await strike(this))
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
    try {
      const outcome = await device.attempt(() => carryOut(device.engine, command))
      if (!outcome) return this.#count('interrupted by a crash')
      this.#count(`${command.kind}${outcome.code === undefined ? '' : ' refused'}`)
      this.say(device.id, `→ ${JSON.stringify(outcome)}`)
      remember(this.#known, one, command, outcome)
      this.#ledger.typed.push(...typedIn(command, outcome))
    } catch (error) {
      this.#defect(`${device.id} ${JSON.stringify(command)}`, error)
    }
  }

  /** What exists, as far as it has come to a device. */
  async #knownTo({ memory }: SimulatedDevice) {
    const { contacts, merges, interactions, count } = this.#known
    const there = async <T extends { id: string }>(
      kind: 'contacts' | 'merges' | 'interactions',
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
    network.startServer()
    this.refusal = undefined
    for (const device of this.devices) {
      network.partition(device.id, false)
      device.doom = undefined
      device.raced = false
    }
    for (let left = 12; left > 0 && !this.#failed; left -= 1) {
      for (const device of this.devices) {
        if (!device.running) this.#planStart(device)
        await device.link?.wake('network')
        await device.link?.wake('retry')
      }
      const end = queue.steps + QUIET_LIMIT
      while (queue.steps < end && !this.#failed) if (!(await queue.next())) break
      if (queue.steps >= end) return this.#defect('world', new Error('it never becomes quiet'))
      if (this.devices.some((device) => !device.running)) continue // it was about to crash when all became quiet
      const waiting = this.devices.filter((device) => !device.link?.idle)
      if (waiting.length > 0) return this.#defect(waiting.map(({ id }) => id).join(' '), new Error('sync stands still'))
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
    this.#defect('world', new Error(`never at rest: ${entries.join('; ') || 'erasures are never complete'}`))
  }

  async #completeErasures(): Promise<boolean> {
    let completed = 0
    for (const device of this.devices) {
      completed += (await device.engine.erasure.complete(ann)).length
      await this.queue.afterEach()
    }
    return completed > 0
  }

  async #compare(last: boolean): Promise<void> {
    const from = this.draw(this.devices.length)
    const turned = [...this.devices.slice(from), ...this.devices.slice(0, from)]
    const found = await compareAll(turned, this.server, this.#ledger, { deletions: this.deletions, views: last })
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
