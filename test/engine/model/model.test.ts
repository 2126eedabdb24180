// Random commands against the engine and against the model give equal answers, and the invariants hold at the end.
// `SCV_MODEL_RUNS=1000` is the long run; a failure prints its seed, and `SCV_SEED=… SCV_MODEL_RUNS=1` repeats it.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { triesOf } from '../../support/depth'
import { openDevice, START } from '../../support/device'
import { drawFrom } from '../../support/exchange'
import { hunt, seedFromEnvironment } from '../../support/hunt'
import { openRealDevice } from '../../support/real-device'
import { seedIds } from '../../support/seeded-ids'
import { drafts } from './commands'
import { play, type Tally } from './compare'
import { checkInvariants, checkLoad, checkNothingLost } from './invariants'
import { checkReversible } from './reversible'

const RUNS = triesOf('SCV_MODEL_RUNS', 16)

test(
  'random commands: the engine answers as the model does',
  async () => {
    const tally: Tally = new Map()
    const seed = seedFromEnvironment()
    let reversed = 0
    const played = await hunt(
      drafts(),
      async (sequence, ids) => {
        const genuine = seedIds(ids)
        const device = await openDevice()
        try {
          const { typed, model } = await play(device, sequence, { tally, commits: () => device.memory.commits() })
          const content = await checkInvariants(device)
          await checkLoad(device, device.memory.feed)
          await checkNothingLost(device, content, typed)
          if (await checkReversible(device, [...model.contacts.keys()], drawFrom(ids))) reversed += 1
        } finally {
          await device.close()
          genuine()
        }
      },
      { runs: RUNS, seed },
    )
    console.log(
      `${played} sequences from seed ${seed}, ${reversed} merges taken back: ${[...tally].map(([k, n]) => `${k} ${n.done}+${n.refused}`).join(', ')}`,
    )
    expect(played).toBe(RUNS)
    expect(RUNS < 10 || reversed > 0).toBe(true)
  },
  60_000 + RUNS * 20_000,
)

test(
  'the same on real databases, with restarts',
  async () => {
    const seed = seedFromEnvironment()
    const played = await hunt(
      drafts(80),
      async (sequence, ids) => {
        const genuine = seedIds(ids)
        const folder = mkdtempSync(join(tmpdir(), 'scv-model-'))
        const device = await openRealDevice(folder, START)
        try {
          const { typed } = await play(device, sequence)
          await device.restart()
          await checkNothingLost(device, await checkInvariants(device), typed)
        } finally {
          await device.close()
          genuine()
        }
      },
      { runs: Math.ceil(RUNS / 4), seed },
    )
    console.log(`${played} sequences on real databases from seed ${seed}`)
    expect(played).toBe(Math.ceil(RUNS / 4))
  },
  60_000 + RUNS * 20_000,
)
