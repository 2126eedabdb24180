// Devices that work apart and meet again: after exchanging everything, in any order, batching and repetition, they hold
// the same documents and show the same views, and every invariant holds on each of them.
// `SCV_MODEL_RUNS=300` is the long run; `SCV_SEED=… SCV_MODEL_RUNS=1` repeats a failure.
import { expect, test } from 'vitest'
import { triesOf } from '../../support/depth'
import { type MemoryDevice, openDevice, START } from '../../support/device'
import { drawFrom, exchange } from '../../support/exchange'
import { hunt, seedFromEnvironment } from '../../support/hunt'
import { seedIds } from '../../support/seeded-ids'
import { carryOut, type Draft, draftsWithSplits, emptyWorld, pointAt, remember, type World } from './commands'
import { typedBy } from './compare'
import { checkInvariants, checkNothingLost, dump, type TypedValue } from './invariants'

const RUNS = triesOf('SCV_MODEL_RUNS', 12)
const MINUTE = 60_000

/**
 * Clocks of the devices, compared with the true time. None is so slow that the others' stamps lie further ahead of it than
 * clocks follow: such a device sets aside what they wrote until a server has told it the time, so it edits nothing of it.
 */
const CLOCKS = [0, -20 * 60 * MINUTE, 7 * MINUTE]

async function exportOf(device: MemoryDevice): Promise<string> {
  const lines: string[] = []
  for await (const line of device.engine.queries.exportLines()) lines.push(line)
  return lines.join('\n')
}

async function carryOutAll(device: MemoryDevice, sequence: readonly Draft[], world: World, typed: TypedValue[]) {
  for (const draft of sequence) {
    device.time.now += draft.pauseMs
    const command = pointAt(draft, world, device.time.now)
    if (!command) continue
    if (command.kind === 'restart') await device.restart()
    const outcome = await carryOut(device.engine, command)
    remember(world, draft, command, outcome)
    typed.push(...typedBy(command, outcome))
  }
}

/** Which device carries a draft out, and in which of three stretches between exchanges. */
const shareOf = (sequence: readonly Draft[], devices: number, stretch: number, device: number) =>
  sequence.filter((draft, i) => Math.floor((i * 3) / sequence.length) === stretch && draft.place % devices === device)

async function playApart(sequence: readonly Draft[], seed: number): Promise<void> {
  const genuine = seedIds(seed)
  const draw = drawFrom(seed)
  const count = 2 + draw(2)
  const devices: MemoryDevice[] = []
  try {
    for (let i = 0; i < count; i += 1) {
      const device = await openDevice(`device000${i}`)
      device.time.now = START + (CLOCKS[i] ?? 0)
      devices.push(device)
    }
    const typed: TypedValue[] = []
    let world = emptyWorld()
    for (let stretch = 0; stretch < 3; stretch += 1) {
      const worlds = devices.map(() => structuredClone(world))
      for (const [i, device] of devices.entries())
        await carryOutAll(device, shareOf(sequence, count, stretch, i), worlds[i] ?? world, typed)
      // They meet at one moment, however long each was idle.
      const moment = Math.max(...devices.map(({ time }, i) => time.now - (CLOCKS[i] ?? 0)))
      for (const [i, { time }] of devices.entries()) time.now = moment + (CLOCKS[i] ?? 0)
      // While one device paused for days, days passed for all.
      const now = Math.max(...devices.map(({ time }, i) => time.now - (CLOCKS[i] ?? 0)))
      for (const [i, { time }] of devices.entries()) time.now = now + (CLOCKS[i] ?? 0)
      await exchange(devices, draw)
      const [first, ...others] = await Promise.all(devices.map(exportOf))
      for (const other of others) expect(other).toBe(first)
      world = {
        contacts: unique(worlds.flatMap((one) => one.contacts)),
        merges: unique(worlds.flatMap((one) => one.merges)),
        interactions: unique(worlds.flatMap((one) => one.interactions)),
        count: Math.max(...worlds.map((one) => one.count)),
      }
    }
    const views = await Promise.all(devices.map((device) => dump(device)))
    for (const view of views) expect(view).toEqual(views[0])
    for (const device of devices) {
      // Sets that grew apart may be larger together than one device would have allowed.
      const content = await checkInvariants(device, { largest: Number.POSITIVE_INFINITY })
      await checkNothingLost(device, content, typed)
    }
  } finally {
    for (const device of devices) await device.close()
    genuine()
  }
}

const unique = <T extends { id: string }>(things: readonly T[]): T[] => [
  ...new Map(things.map((thing) => [thing.id, thing])).values(),
]

test(
  'devices that worked apart show the same after meeting',
  async () => {
    const seed = seedFromEnvironment()
    const played = await hunt(draftsWithSplits(150), playApart, { runs: RUNS, seed })
    console.log(`${played} meetings from seed ${seed}`)
    expect(played).toBe(RUNS)
  },
  60_000 + RUNS * 20_000,
)
