// Everything that goes wrong, as one table: what may happen to a world, how often, and how it ends.
// Invariant: each fault draws from the world's one source of chance, and ends by itself or with the quiet period.

import { ann } from '../support/engine'
import { type Couch, SERVER_ADMIN } from './couch'
import type { SimulatedDevice } from './device'
import { forge, mend, poison, tamper, trespass, writeOdd } from './hostile'
import type { Weather } from './network'
import type { World } from './world'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** Of a world's past, kept for restoring the server. */
const BACKUPS = 4

/** Devices in a world, copies included. */
const COPIES_MOST = 6

interface Fault {
  weight: number
  strike(world: World): Promise<void> | void
}

/** Short ones interrupt exchanges, long ones let devices work apart. */
function duration(world: World): number {
  const { draw } = world
  return [10 * SECOND, 10 * MINUTE, 8 * HOUR, 20 * DAY].map((longest) => draw(longest))[draw(4)] ?? 0
}

/** Some time either way, minutes as likely as years. */
function wrongBy({ draw }: World, longest: readonly number[]): number {
  const most = longest[draw(longest.length)] ?? 0
  return draw(1 + most / SECOND) * SECOND * (draw(2) === 0 ? 1 : -1)
}

const oneOf = ({ servers, draw }: World): Couch => servers[draw(servers.length)] as Couch
const someone = ({ devices, draw }: World): SimulatedDevice | undefined => devices[draw(devices.length)]

export const FAULTS: Readonly<Record<string, Fault>> = {
  partition: {
    weight: 12,
    strike(world) {
      const device = someone(world)
      if (!device || world.network.isCut(device.id)) return
      world.network.partition(device.id, true)
      world.say(device.id, 'partition')
      world.queue.after(duration(world), 'world', async () => {
        world.network.partition(device.id, false)
        world.say(device.id, 'partition ends')
        await device.link?.wake('network')
      })
    },
  },
  crash: {
    weight: 5,
    async strike(world) {
      const device = someone(world)
      if (device?.running) await device.crash()
    },
  },
  'death in a step of sync': {
    weight: 5,
    strike(world) {
      const device = someone(world)
      if (device) device.doom = 'step of sync'
    },
  },
  'death at a commit': {
    weight: 4,
    strike(world) {
      const device = someone(world)
      if (device) device.doom = world.draw(2) === 0 ? 'before commit' : 'after commit'
    },
  },
  race: {
    weight: 15,
    strike(world) {
      const device = someone(world)
      if (device) device.raced = true
    },
  },
  'clock set': {
    weight: 3,
    strike(world) {
      const device = someone(world)
      if (!device) return
      device.skewMs = wrongBy(world, [0, 10 * MINUTE, 4 * HOUR, 20 * DAY, 3 * YEAR])
      world.say(device.id, `its clock is wrong by ${device.skewMs} ms`)
    },
  },
  'server clock': {
    weight: 5,
    strike(world) {
      const server = oneOf(world)
      // Steps of hours, as often as they like; a leap by years is put right before anything follows it.
      const leaps = world.draw(8) === 0
      server.skewMs = wrongBy(world, leaps ? [2 * YEAR] : [5 * MINUTE, 5 * MINUTE, 2 * HOUR, 11 * HOUR])
      server.tellsDate = world.draw(5) > 0
      world.say(server.name, `its clock is wrong by ${server.skewMs} ms`)
      world.queue.after(leaps ? world.draw(5 * MINUTE) : duration(world), 'world', () => {
        server.skewMs = 0
        server.tellsDate = true
        world.say(server.name, 'its clock is put right')
      })
    },
  },
  'a node’s clock': {
    weight: 2,
    strike(world) {
      const server = oneOf(world)
      if (server.copies === 1) return
      server.nodeSkewMs = wrongBy(world, [5 * MINUTE, 2 * HOUR])
      world.say(server.name, `the clock of one of its nodes is wrong by ${server.nodeSkewMs} ms`)
      world.queue.after(duration(world), 'world', () => {
        server.nodeSkewMs = 0
      })
    },
  },
  'copied folder': {
    weight: 1,
    async strike(world) {
      const device = someone(world)
      if (!device?.running || world.devices.length > COPIES_MOST || world.draw(3) > 0) return
      await world.copy(device)
    },
  },
  'power cut': {
    weight: 5,
    async strike(world) {
      const device = someone(world)
      if (device?.running) await device.losePower(world.draw)
    },
  },
  rebuild: {
    weight: 3,
    async strike(world) {
      const device = someone(world)
      if (device?.running) await device.rebuild()
    },
  },
  weather: {
    weight: 6,
    strike(world) {
      const { draw } = world
      const some = (): number => (draw(3) === 0 ? draw(120) : draw(12))
      const weather: Weather = {
        lostRequest: some(),
        lostAnswer: some(),
        twice: some(),
        late: some(),
        busy: some(),
        slow: draw(300),
      }
      world.network.weather = weather
    },
  },
  backup: {
    weight: 5,
    strike(world) {
      const server = oneOf(world)
      world.backups.unshift({ server, backup: server.backup() })
      world.backups.length = Math.min(world.backups.length, BACKUPS)
      world.say(server.name, 'backup')
    },
  },
  restore: { weight: 2, strike: restore },
  refusals: {
    weight: 4,
    strike(world) {
      const { draw } = world
      const user = someone(world)?.user
      const kind = ['contacts', 'merges', 'notes', 'audit', 'identifiers'][draw(5)] ?? ''
      const size = 300 + draw(2000)
      world.refusal =
        draw(3) === 0
          ? (next) => (JSON.stringify(next).length > size ? { code: 'too_large', reason: 'too large' } : undefined)
          : (next, _former, writer) =>
              writer.name === user && next._id.startsWith(kind)
                ? { code: 'forbidden', reason: 'not allowed' }
                : undefined
      world.say('server', `refuses ${kind} of ${user}, or what is large`)
      world.queue.after(duration(world), 'world', async () => {
        world.refusal = undefined
        for (const one of world.devices) await one.link?.wake('retry')
      })
    },
  },
  'nodes lag': {
    weight: 6,
    strike(world) {
      const server = oneOf(world)
      if (server.copies === 1) return
      server.lags = true
      world.say(server.name, 'its nodes lag')
      world.queue.after(duration(world), 'world', () => {
        server.lags = false
      })
    },
  },
  'a copy is lost': {
    weight: 2,
    strike(world) {
      const server = oneOf(world)
      const lost = server.lags ? server.loseAlone() : 0
      if (lost > 0) world.say(server.name, `a node is lost for good, which alone had ${lost} documents`)
    },
  },
  'servers apart': {
    weight: 6,
    strike(world) {
      if (world.servers.length < 2) return
      world.replication.cut = true
      world.say('servers', 'nothing passes between them')
      world.queue.after(duration(world), 'world', () => {
        world.replication.cut = false
        world.replication.wake()
      })
    },
  },
  'role changed': {
    weight: 4,
    strike(world) {
      const { staff, draw, queue } = world
      const name = staff.names[1 + draw(Math.max(1, staff.names.length - 1))]
      if (name === undefined) return
      const role = staff.change(name, draw)
      world.say('administrator', `makes ${name} ${role}`)
      for (const device of world.devices)
        if (device.user === name) queue.after(draw(10 * MINUTE), 'world', () => device.link?.restart())
    },
  },
  poison: {
    weight: 3,
    strike(world) {
      const server = oneOf(world)
      const id = poison(server, world.draw, world.staff.names)
      if (id === undefined) return
      world.poisoned.add(id)
      world.say(server.name, `${id} is poisoned`)
    },
  },
  'an odd document': {
    weight: 1,
    strike(world) {
      const server = oneOf(world)
      const id = writeOdd(server, world.draw)
      if (id !== undefined) world.say(server.name, `an administrator writes ${id}`)
    },
  },
  mending: {
    weight: 1,
    strike(world) {
      for (const server of world.servers) mend(server, world.queue.now)
      world.say('administrator', 'mends what lies in the future')
    },
  },
  forgery: {
    weight: 6,
    strike(world) {
      const { staff, draw, taken } = world
      const insiders = staff.names.filter((name) => !staff.roles(name).includes('admin'))
      const name = insiders[draw(Math.max(1, insiders.length))]
      const server = oneOf(world)
      const found = name === undefined ? [] : forge(server, staff.writer(name), draw)
      const one = taken[draw(Math.max(1, taken.length))]
      // While a backup is made good, the rules let others bring back what people wrote.
      if (one && !server.security.scv?.recovering)
        found.push(...tamper(one, server, draw, world.judge), ...trespass(one, server, world.judge))
      for (const what of found) world.defect(server.name, new Error(what))
    },
  },
  'a note is harmed': {
    weight: 2,
    strike(world) {
      if (!world.notesAreHarmed) return
      const server = oneOf(world)
      const id = server.harmLocal()
      if (id !== undefined) world.say(server.name, `a member writes over the note ${id}`)
    },
  },
  /** Nothing strikes: some devices write members that others do not know. */
  'newer versions': { weight: 1, strike: () => undefined },
  'completing erasures': {
    weight: 3,
    async strike(world) {
      const device = someone(world)
      if (device?.running && device.actor().permissions.has('externalContacts:identity:erase'))
        await device.attempt(() => device.worker.erasure.complete(ann))
    },
  },
  deletion: {
    weight: 6,
    strike(world) {
      if (!world.deletions) return
      const server = oneOf(world)
      const all = server.all().filter((one) => !one.deleted)
      const one = all[world.draw(Math.max(1, all.length))]
      if (!one) return
      world.forgive(one)
      server.write([{ id: one.id, rev: one.rev, body: {}, deleted: true }], SERVER_ADMIN)
      world.say(server.name, `an administrator deletes ${one.id}`)
    },
  },
}

/**
 * A server goes down and comes back with an earlier state, or with none; its administrator lets devices bring back what it
 * lost, whichever user wrote it.
 */
function restore(world: World): void {
  const { draw, network, queue } = world
  const luck = draw(10)
  const { server, backup } =
    luck === 0
      ? { server: oneOf(world), backup: undefined }
      : (world.backups[draw(Math.max(1, world.backups.length))] ?? {})
  if (!server) return
  network.stopServer(server)
  server.restore(backup, luck < 4 ? 'replicated' : 'files')
  for (const one of world.servers) one.security = { scv: { recovering: true } }
  world.say(server.name, luck === 0 ? 'is made anew' : `is restored, ${luck < 4 ? 'by replication' : 'from files'}`)
  queue.after(30 * SECOND + draw(10 * MINUTE), 'world', () => {
    network.startServer(server)
    world.say(server.name, 'starts')
  })
}

/** What goes wrong in one world, and how often. */
export class Faults {
  readonly #names: readonly string[]

  /** @param weights of those that happen more often than usual, or never */
  constructor(weights: Readonly<Record<string, number>> = {}) {
    this.#names = Object.entries(FAULTS).flatMap(([name, { weight }]) =>
      Array.from({ length: weights[name] ?? weight }, () => name),
    )
  }

  has(name: string): boolean {
    return this.#names.includes(name)
  }

  /** Whether it happens much more often than usual. */
  isFrequent(name: string): boolean {
    return this.#names.filter((one) => one === name).length > 20
  }

  /** Lets something go wrong. @returns what */
  async strike(world: World): Promise<string> {
    const name = this.#names[world.draw(this.#names.length)] ?? ''
    await FAULTS[name]?.strike(world)
    return name
  }
}
