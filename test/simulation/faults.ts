// Everything that goes wrong, as one table: what may happen to a world, how often, and how it ends.
// Invariant: each fault draws from the world's one source of chance, and ends by itself or with the quiet period.

import type { RemoteBody } from '../../src-main/replication/couch/remote'
import { fromRemoteId, toRemoteBody } from '../../src-main/replication/couch/wire'
import { aheadOf } from '../../src-main/replication/exchange/sent-stamps'
import { ann } from '../support/engine'
import type { Backup } from './couch'
import type { SimulatedDevice } from './device'
import type { Weather } from './network'
import type { World } from './world'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Of a world's past, kept for restoring the server. */
const BACKUPS = 4

interface Fault {
  weight: number
  strike(world: World): Promise<void> | void
}

/** Short ones interrupt exchanges, long ones let devices work apart. */
function duration(world: World): number {
  const { draw } = world
  return [10 * SECOND, 10 * MINUTE, 8 * HOUR, 20 * DAY].map((longest) => draw(longest))[draw(4)] ?? 0
}

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
      device.skewMs = world.draw(4 * HOUR) - 2 * HOUR
      world.say(device.id, `its clock is wrong by ${device.skewMs} ms`)
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
      world.backups.unshift(world.server.backup())
      world.backups.length = Math.min(world.backups.length, BACKUPS)
      world.say('server', 'backup')
    },
  },
  restore: { weight: 2, strike: restore },
  refusals: {
    weight: 4,
    strike(world) {
      const { draw } = world
      const device = someone(world)?.id
      const kind = ['contacts', 'merges', 'notes', 'audit', 'identifiers'][draw(5)] ?? ''
      const size = 300 + draw(2000)
      world.refusal =
        draw(3) === 0
          ? (_id, body) =>
              body && JSON.stringify(body).length > size ? { code: 'too_large', reason: 'too large' } : undefined
          : (id, _body, client) =>
              client === device && id.startsWith(kind) ? { code: 'forbidden', reason: 'not allowed' } : undefined
      world.say('server', `refuses ${kind} of ${device}, or what is large`)
      world.queue.after(duration(world), 'world', async () => {
        world.refusal = undefined
        for (const one of world.devices) await one.link?.wake('retry')
      })
    },
  },
  branch: { weight: 8, strike: branch },
  'completing erasures': {
    weight: 3,
    async strike(world) {
      const device = someone(world)
      if (device?.running) await device.attempt(() => device.engine.erasure.complete(ann))
    },
  },
  deletion: {
    weight: 6,
    strike(world) {
      if (!world.deletions) return
      const all = world.server.all().filter((one) => !one.deleted)
      const one = all[world.draw(Math.max(1, all.length))]
      if (!one) return
      world.server.write([{ id: one.id, rev: one.rev, body: {}, deleted: true }], 'administrator')
      world.say('server', `somebody deletes ${one.id}`)
    },
  },
}

/** The server goes down and comes back with an earlier state, or with none. */
function restore(world: World): void {
  const { draw, network, server, queue } = world
  const luck = draw(10)
  const backup: Backup | undefined = luck === 0 ? undefined : world.backups[draw(Math.max(1, world.backups.length))]
  if (luck !== 0 && !backup) return
  network.stopServer()
  server.restore(backup, luck < 4 ? 'replicated' : 'files')
  world.say('server', luck === 0 ? 'is made anew' : `is restored, ${luck < 4 ? 'by replication' : 'from files'}`)
  queue.after(30 * SECOND + draw(10 * MINUTE), 'world', () => {
    network.startServer()
    world.say('server', 'starts')
  })
}

/**
 * Another server that devices also write to sends what it has: a version some device holds and might have sent, made from
 * an older one.
 */
async function branch(world: World): Promise<void> {
  const { draw, server } = world
  const all = server.all().filter((one) => !one.deleted)
  const target = all[draw(Math.max(1, all.length))]
  const place = target && fromRemoteId(target.id)
  const device = someone(world)
  if (!target || !place || !device) return
  const mine = (await device.memory.store.get(place.kind, [place.id])).get(place.id)
  if (!mine) return
  const parent = [undefined, ...server.ancestorsOf(target.id)][draw(3)]
  const body: RemoteBody = toRemoteBody(mine)
  if (aheadOf([{ id: target.id, body }], device.id, world.queue.now) > 0) return
  if (server.graft(target.id, parent, body)) world.say('server', `${target.id} gets a branch, as ${device.id} has it`)
}

const WEIGHTS = Object.entries(FAULTS).flatMap(([name, { weight }]) => Array.from({ length: weight }, () => name))

/** Lets something go wrong. @returns what */
export async function strike(world: World): Promise<string> {
  const name = WEIGHTS[world.draw(WEIGHTS.length)] ?? ''
  await FAULTS[name]?.strike(world)
  return name
}
