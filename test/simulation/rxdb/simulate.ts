// Plays worlds with RxDB underneath until so many steps were taken or something is found wrong.
import { nothingFound } from '../compare'
import { type Simulated, type SimulateOptions, seedOf, tally } from '../simulate'
import { RxWorld } from './world'

/** Steps of work in one world. */
const WORK = 2500

/** @param options `program`: what a device's thread runs */
export async function simulateRxdb(
  options: Omit<SimulateOptions, 'rules' | 'shorten'> & { program: string | URL },
): Promise<Simulated> {
  const { seed, devices, steps: wanted, program, print = () => undefined } = options
  const counts = new Map<string, number>()
  let steps = 0
  let found = nothingFound()
  let ok = true
  let world = options.world ?? 0
  for (; steps < wanted && ok; world += 1) {
    const played = await new RxWorld({
      seed: seedOf(seed, world),
      devices,
      work: Math.min(WORK, wanted - steps),
      program,
    }).play()
    steps += played.steps
    for (const [what, n] of played.counts) counts.set(what, (counts.get(what) ?? 0) + n)
    found = played.found
    ok = found.divergences + found.violations + found.lost === 0
    if (!ok) {
      for (const sentence of found.sentences.slice(0, 12)) print(`  ${sentence.slice(0, 2000)}`)
      print(
        `Again (what is done, not when): npm run simulate -- --rxdb --seed ${seed} --devices ${devices} --world ${world}`,
      )
    }
    if (options.world !== undefined) break
  }
  return { ...tally({ steps, devices, seed, found, counts, print }), world }
}
