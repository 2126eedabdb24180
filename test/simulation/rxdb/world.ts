// A world of devices with RxDB on SQLite underneath, a thread each, and the same server, commands and faults as above RxDB.
// The seed drives commands and faults; threads run as the machine lets them, so a seed repeats what is done, not when.
// Invariant: after a quiet period all devices and the server are equal, every invariant holds and nothing was lost.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { sameJson } from '../../../src-main/engine/documents/canonical-json'
import { type AnyDocument, KINDS, type Kind } from '../../../src-main/engine/documents/kinds'
import { roleIn } from '../../../src-main/engine/roles'
import type { RemoteErrorKind, RemoteWrite } from '../../../src-main/replication/couch/remote'
import { type Draft, draft, emptyWorld, pointAt, remember } from '../../engine/model/commands'
import { typedBy } from '../../engine/model/compare'
import type { Content } from '../../engine/model/invariants'
import { START } from '../../support/device'
import { type Draw, drawFrom } from '../../support/exchange'
import { compareServer, type Findings, messageOf, nothingFound } from '../compare'
import { type Backup, Couch } from '../couch'
import { Ledger } from '../ledger'
import { judgeWrite, ORGANISATION, type Writer } from '../validation'
import type { DeviceData, FromDevice, Question, Questions, ToDevice } from './messages'

/** Milliseconds that pass in the world for one on the wall: half a minute is two months. */
const SPEED = 170_000
const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR
/** One step in so many is followed by a fault. */
const FAULT_EVERY = 30
const QUIET_MS = 120_000
/** Who works at every device. */
const ANN: Writer = { name: 'ann', roles: [roleIn(ORGANISATION, 'admin')] }

export interface RxWorldOptions {
  seed: number
  devices: number
  /** Steps of work before the quiet period: commands, requests the server served, faults. */
  work: number
  /** The program that a device's thread runs. */
  program: string | URL
}

export class RxWorld {
  readonly found: Findings = nothingFound()
  readonly counts = new Map<string, number>()
  steps = 0
  readonly #options: RxWorldOptions
  readonly #draw: Draw
  readonly #server: Couch
  readonly #ledger = new Ledger()
  readonly #known = emptyWorld()
  readonly #folder = mkdtempSync(join(tmpdir(), 'scv-simulated-'))
  readonly #devices: RemoteDevice[] = []
  readonly #begun = Date.now()
  #backups: Backup[] = []
  #down = false
  /** The kind of documents that are not taken for a while. */
  #refuses: Kind | undefined
  #generation = 0
  #trouble = false
  #waiting: { device: RemoteDevice; call: number; since: string | undefined }[] = []

  constructor(options: RxWorldOptions) {
    this.#options = options
    this.#draw = drawFrom(options.seed)
    this.#server = new Couch('server', this.#draw, () => this.#trueTime())
    this.#server.onChange = () => this.#tellWaiting()
    this.#server.judge = (next, former, writer, { security }) => {
      const reason = judgeWrite(next, former, writer, security, this.#trueTime())
      if (reason !== undefined) this.#defect('server', new Error(`${next._id}: ${reason}`))
      return this.#refuses !== undefined && next._id.startsWith(this.#refuses)
        ? { code: 'forbidden', reason: 'not allowed' }
        : undefined
    }
  }

  async play(): Promise<this> {
    try {
      for (let i = 0; i < this.#options.devices; i += 1) this.#devices.push(await this.#open(i))
      await this.#work()
      await this.#quiet()
      if (!this.#failed) await this.#compare()
    } finally {
      for (const device of this.#devices) await device.end()
      rmSync(this.#folder, { recursive: true, force: true })
    }
    return this
  }

  get #failed(): boolean {
    return this.found.divergences + this.found.violations + this.found.lost > 0
  }

  #defect(who: string, error: unknown): void {
    this.found.violations += 1
    this.found.sentences.push(`${who}: ${messageOf(error)}`)
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
  }

  async #open(i: number): Promise<RemoteDevice> {
    const id = `device${i.toString().padStart(4, '0')}`
    const folder = join(this.#folder, id)
    mkdirSync(folder, { recursive: true })
    const skewMs = i === 1 ? YEAR : this.#draw(4 * HOUR) - 2 * HOUR
    const data = { id, folder, begun: this.#begun, start: START, speed: SPEED, skewMs }
    const device = new RemoteDevice(this.#options.program, data, (message) => this.#heard(device, message))
    await device.begin(this.#draw(2 ** 30))
    return device
  }

  #trueTime(): number {
    return START + (Date.now() - this.#begun) * SPEED
  }

  #heard(device: RemoteDevice, message: FromDevice): void {
    if (message.type === 'defect') this.#defect(device.id, message.message)
    if (message.type === 'committed')
      this.#ledger.commit(
        device.id,
        message.documents.map(({ kind, document }) => ({ kind, previous: undefined, next: document }) as never),
      )
    if (message.type === 'call') this.#serve(device, message.call, message.method, message.given)
  }

  /** A request: it is answered, or fails in one of the ways in which requests fail. */
  #serve(device: RemoteDevice, call: number, method: string, given: unknown[]): void {
    const draw = this.#draw
    const life = device.life
    const fail = (kind: RemoteErrorKind, ms: number) =>
      setTimeout(() => device.tell(life, { type: 'failure', call, kind }), ms)
    if (this.#down || device.cut) return void fail('unreachable', 1)
    if (method === 'awaitChange') {
      this.#waiting.push({ device, call, since: given[0] as string | undefined })
      this.#tellWaiting()
      return
    }
    const generation = this.#generation
    const luck = this.#trouble ? draw(1000) : 1000
    const carryOut = () => {
      this.steps += 1
      return this.#carryOut(method, given)
    }
    if (luck < 15) return void fail('unreachable', 10) // lost on the way
    if (luck < 25) return void fail('failed', draw(5)) // the server is busy
    if (luck < 35) {
      fail('unreachable', 10)
      setTimeout(() => {
        if (generation === this.#generation && !this.#down) carryOut() // it arrives after the device gave up
      }, 20 + draw(200))
      return
    }
    setTimeout(() => {
      if (generation !== this.#generation || this.#down) return void fail('unreachable', 1)
      const first = carryOut()
      const answer = luck < 60 ? carryOut() : first // it arrives twice
      if (luck >= 60 && luck < 85) return void fail('unreachable', 10) // its answer is lost
      setTimeout(
        () =>
          generation === this.#generation && !device.cut
            ? device.tell(life, { type: 'answer', call, value: answer })
            : device.tell(life, { type: 'failure', call, kind: 'unreachable' }),
        draw(3),
      )
    }, draw(4))
  }

  #carryOut(method: string, given: unknown[]): unknown {
    const server = this.#server
    const [a, b] = given as [never, never]
    switch (method) {
      case 'changes':
        return server.changes(a, b)
      case 'read':
        return server.read(a)
      case 'readRevision':
        return server.readRevision(a, b)
      case 'write':
        return server.write(a as readonly RemoteWrite[], ANN)
      case 'getLocal':
        return server.getLocal(a)
      case 'putLocal':
        return server.putLocal(a, b)
      default:
        throw new Error(`the server knows no ${method}`)
    }
  }

  #tellWaiting(): void {
    const told = this.#waiting.filter(({ since }) => this.#server.changedSince(since))
    this.#waiting = this.#waiting.filter((one) => !told.includes(one))
    for (const { device, call } of told)
      setTimeout(() => device.tell(device.life, { type: 'answer', call, value: true }), this.#draw(3))
  }

  /** Connections break; whoever waits learns of it. */
  #breakConnections(of?: RemoteDevice): void {
    const concerned = this.#waiting.filter(({ device }) => !of || device === of)
    this.#waiting = this.#waiting.filter((one) => !concerned.includes(one))
    for (const { device, call } of concerned) device.tell(device.life, { type: 'failure', call, kind: 'unreachable' })
  }

  async #work(): Promise<void> {
    const { seed, work } = this.#options
    const drafts = fc.sample(fc.noBias(draft), { seed, numRuns: 400 })
    this.#trouble = true
    for (let i = 0; this.steps < work && !this.#failed; i += 1) {
      const device = this.#devices[this.#draw(this.#devices.length)]
      const one = drafts[i % drafts.length]
      if (device && one && !device.busy) void this.#command(device, one)
      if (this.#draw(FAULT_EVERY) === 0) await this.#strike()
      await delay(this.#draw(12))
    }
    this.#trouble = false
  }

  async #command(device: RemoteDevice, one: Draft): Promise<void> {
    const command = pointAt(one, this.#known, this.#trueTime())
    if (!command || command.kind === 'restart') return
    this.steps += 1
    try {
      const outcome = await device.ask('command', command)
      if (!outcome) return this.#count('interrupted by a crash')
      this.#count(`${command.kind}${outcome.code === undefined ? '' : ' refused'}`)
      remember(this.#known, one, command, outcome)
      this.#ledger.typed.push(...typedBy(command, outcome))
    } catch (error) {
      this.#defect(`${device.id} ${JSON.stringify(command)}`, error)
    }
  }

  async #strike(): Promise<void> {
    const draw = this.#draw
    const device = this.#devices[draw(this.#devices.length)]
    if (!device) return
    this.steps += 1
    const fault = ['partition', 'partition', 'crash', 'backup', 'restore', 'refusals', 'nodes lag', 'completing'][
      draw(8)
    ]
    this.#count(fault ?? '')
    if (fault === 'partition') {
      this.#cut(device, true)
      setTimeout(() => this.#cut(device, false), draw(2000))
    } else if (fault === 'crash') {
      await device.kill()
      this.#waiting = this.#waiting.filter((one) => one.device !== device)
      await device.begin(draw(2 ** 30))
    } else if (fault === 'backup') this.#backups = [this.#server.backup(), ...this.#backups].slice(0, 3)
    else if (fault === 'restore') {
      const backup = this.#backups[draw(4)]
      if (!backup && draw(4) > 0) return
      this.#down = true
      this.#generation += 1
      this.#server.restore(backup, draw(3) === 0 ? 'replicated' : 'files')
      this.#breakConnections()
      setTimeout(() => {
        this.#down = false
      }, 100)
    } else if (fault === 'refusals') {
      const kind = KINDS[draw(KINDS.length)]
      this.#refuses = kind
      setTimeout(() => {
        this.#refuses = undefined
      }, draw(2000))
    } else if (fault === 'nodes lag') {
      this.#server.lags = true
      setTimeout(() => {
        this.#server.lags = false
      }, draw(2000))
    } else await device.ask('complete', undefined).catch((error: unknown) => this.#defect(device.id, error))
  }

  #cut(device: RemoteDevice, cut: boolean): void {
    device.cut = cut
    if (cut) this.#breakConnections(device)
    device.tell(device.life, { type: 'network', there: !cut })
  }

  /** Until nobody has anything to do. */
  async #quiet(): Promise<void> {
    const until = Date.now() + QUIET_MS
    let calm = 0
    let reasons = ''
    while (calm < 3 && Date.now() < until && !this.#failed) {
      this.#down = false
      this.#refuses = undefined
      this.#server.lags = false
      for (const device of this.#devices) if (device.cut) this.#cut(device, false)
      await delay(80)
      const before = this.#server.changes(undefined, 1).pending
      const states = await Promise.all(this.#devices.map((device) => device.ask('state', undefined)))
      const aside = states.flatMap((state) => state?.aside ?? [])
      reasons = `${states.map((state) => (state?.idle ? 'idle' : 'busy')).join(' ')}; ${aside.join('; ')}`
      calm = aside.length === 0 && states.every((state) => state?.idle) ? calm + 1 : 0
      if (aside.length > 0) await Promise.all(this.#devices.map((device) => device.ask('retry', undefined)))
      if (calm < 3) continue
      let completed = 0
      for (const device of this.#devices) completed += (await device.ask('complete', undefined)) ?? 0
      if (completed > 0 || this.#server.changes(undefined, 1).pending !== before) calm = 0
    }
    if (calm < 3 && !this.#failed) this.#defect('world', new Error(`it never becomes quiet: ${reasons}`))
  }

  async #compare(): Promise<void> {
    const exports = await Promise.all(
      this.#devices.map(async (device) => (await device.ask('exported', undefined)) ?? []),
    )
    const [first = []] = exports
    for (const [i, lines] of exports.entries()) {
      if (sameJson(lines, first)) continue
      this.found.divergences += 1
      const differing = [
        ...lines.filter((line) => !first.includes(line)),
        ...first.filter((line) => !lines.includes(line)),
      ]
      this.found.sentences.push(`${this.#devices[i]?.id} differs:`, ...differing.slice(0, 4))
    }
    const content = contentOf(first)
    compareServer(this.#server, content, this.found)
    if (this.#failed) return
    for (const { sentence } of this.#ledger.missingFrom(content)) {
      this.found.lost += 1
      this.found.sentences.push(sentence)
    }
    const dumps = await Promise.all(this.#devices.map((device) => device.ask('dump', undefined)))
    for (const [i, one] of dumps.entries())
      if (!sameJson(one, dumps[0])) this.#defect(this.#devices[i]?.id ?? '', new Error('its views differ'))
    const device = this.#devices[this.#draw(this.#devices.length)]
    await device?.ask('check', this.#ledger.typed).catch((error: unknown) => this.#defect(device.id, error))
  }
}

/** The document that a line of an export holds; decisions have a kind of their own, which stands in for theirs. */
function documentIn(line: string): { kind: Kind; document: AnyDocument } {
  const { kind, ...document } = JSON.parse(line) as { kind: string; id: string }
  const known = KINDS.find((one) => one === kind)
  return known
    ? { kind: known, document: document as unknown as AnyDocument }
    : { kind: 'decisions', document: { ...document, kind } as unknown as AnyDocument }
}

function contentOf(lines: readonly string[]): Content {
  const content = Object.fromEntries(KINDS.map((kind) => [kind, new Map<string, AnyDocument>()]))
  for (const line of lines) {
    const { kind, document } = documentIn(line)
    content[kind]?.set(document.id, document)
  }
  return content as unknown as Content
}

/** A device's thread, as seen from here; it may die and begin again. */
class RemoteDevice {
  cut = false
  /** How often it began: what was meant for an earlier life does not reach the next. */
  life = 0
  #worker: Worker | undefined
  #questions = new Map<number, { what: Question; resolve(value: never): void; reject(error: unknown): void }>()
  #asked = 0
  readonly #program: string | URL
  readonly #data: Omit<DeviceData, 'seed'>
  readonly #heard: (message: FromDevice) => void

  constructor(program: string | URL, data: Omit<DeviceData, 'seed'>, heard: (message: FromDevice) => void) {
    this.#program = program
    this.#data = data
    this.#heard = heard
  }

  get id(): string {
    return this.#data.id
  }

  get busy(): boolean {
    return this.#worker === undefined || [...this.#questions.values()].some(({ what }) => what === 'command')
  }

  async begin(seed: number): Promise<void> {
    this.life += 1
    const worker = new Worker(this.#program, { workerData: { ...this.#data, seed } satisfies DeviceData })
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromDevice) => {
        if (message.type === 'ready') resolve()
        if (message.type === 'answered') this.#take(message.id)?.resolve(message.value as never)
        else if (message.type === 'refused') this.#take(message.id)?.reject(new Error(message.message))
        else if (worker === this.#worker || message.type === 'committed') this.#heard(message)
      })
      worker.on('error', (error) => {
        reject(error)
        this.#heard({ type: 'defect', message: messageOf(error) })
      })
      this.#worker = worker
    })
    this.tell(this.life, { type: 'network', there: !this.cut })
  }

  #take(id: number) {
    const question = this.#questions.get(id)
    this.#questions.delete(id)
    return question
  }

  /** @returns nothing when the device dies before it answers */
  ask<Q extends Question>(what: Q, ask: Questions[Q]['ask']): Promise<Questions[Q]['answer'] | undefined> {
    const worker = this.#worker
    if (!worker) return Promise.resolve(undefined)
    this.#asked += 1
    const id = this.#asked
    return new Promise((resolve, reject) => {
      this.#questions.set(id, { what, resolve: resolve as (value: never) => void, reject })
      worker.postMessage({ type: 'question', id, what, ask } satisfies ToDevice)
    })
  }

  tell(life: number, message: ToDevice): void {
    if (life === this.life) this.#worker?.postMessage(message)
  }

  /** Ends the thread wherever it is. */
  async kill(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
    for (const { resolve } of this.#questions.values()) resolve(undefined as never)
    this.#questions.clear()
  }

  async end(): Promise<void> {
    await Promise.race([this.ask('close', undefined).catch(() => undefined), delay(10_000)])
    await this.kill()
  }
}
