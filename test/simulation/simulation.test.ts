// Sync, simulated: devices with the real engine, a server with CouchDB's rules, and everything that goes wrong; afterwards
// all are equal and nothing is lost. `SCV_SEED` repeats a run; `npm run simulate` is the same, as long as one likes.
// Mutants show that it would notice; `SCV_MUTANTS=all` tries every one, as `npm run simulate -- --mutants` does.
import { describe, expect, test } from 'vitest'
import { MUTANTS } from './mutants'
import { seedOf, simulate } from './simulate'
import { notice } from './try-mutants'
import { World } from './world'

const STEPS = 3_000
const DEVICES = 5

test(`${STEPS} steps over ${DEVICES} devices`, async () => {
  const told: string[] = []
  const seed = Number(process.env['SCV_SEED'] ?? 5)
  const { ok, line } = await simulate({ seed, devices: DEVICES, steps: STEPS, print: (text) => told.push(text) })
  if (!ok) console.error(told.join('\n'))
  console.log(line)
  expect(line).toMatch(/ divergences=0 violations=0 refused=0 lost=0$/)
}, 600_000)

test('a seed tells the same story every time', async () => {
  const tell = async () => {
    const { log, steps } = await new World({ seed: seedOf(7, 3), devices: 4, work: 300 }).play()
    return { steps, lines: log.about([], Number.POSITIVE_INFINITY) }
  }
  const first = await tell()
  expect(first.lines.length).toBeGreaterThan(100)
  expect(await tell()).toEqual(first)
}, 120_000)

describe('is noticed:', () => {
  const all = process.env['SCV_MUTANTS'] === 'all'
  for (const [name, mutant] of Object.entries(MUTANTS).filter(([, { always }]) => all || always))
    test(name, async () => {
      const noticed = await notice(name)
      console.log(`${name}: noticed after ${noticed?.steps} steps, in world ${noticed?.world} of ${mutant.world}`)
      expect(noticed).toBeDefined()
    }, 600_000)
})
