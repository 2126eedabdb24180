// Plays worlds until a number of events is reached or something is found wrong; then says so in a way that repeats it.
import { nothingFound } from './compare'
import type { Rules } from './link'
import { type Story, World } from './world'

export interface SimulateOptions {
  seed: number
  devices: number
  /** Events in all: commands, requests and answers, steps on a disk, faults. */
  steps: number
  /** Play this world alone. */
  world?: number
  /** Begin with this one. */
  from?: number
  rules?: Rules
  print?: (line: string) => void
  /** Looks for a shorter story when something is wrong. */
  shorten?: boolean
}

export interface Simulated {
  ok: boolean
  /** steps=… devices=… seed=… divergences=… violations=… lost=… */
  line: string
  story: Pick<Story, 'divergences' | 'violations' | 'lost' | 'sentences'>
  steps: number
  counts: Map<string, number>
  /** The last world that was played. */
  world: number
}

/** Events of work in one world, before its quiet periods. */
const WORK = 3000

const bad = ({ divergences, violations, lost }: Pick<Story, 'divergences' | 'violations' | 'lost'>) =>
  divergences + violations + lost > 0

/** @returns also when something is wrong: the caller decides what that means */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const { seed, devices, steps: wanted, rules, print = () => undefined, shorten = true } = options
  const counts = new Map<string, number>()
  const begun = performance.now()
  let steps = 0
  let story: Simulated['story'] = nothingFound()
  let world = options.world ?? options.from ?? 0
  const play = (work: number) =>
    new World({ seed: seedOf(seed, world), devices, work, ...(rules ? { rules } : {}) }).play()
  for (; steps < wanted; world += 1) {
    const told = await play(WORK)
    steps += told.steps
    for (const [what, n] of told.counts) counts.set(what, (counts.get(what) ?? 0) + n)
    story = told
    if (bad(told)) {
      tell(shorten ? await shortest(told, play) : { ...told, work: WORK }, print)
      print(`Again: npm run simulate -- --seed ${seed} --devices ${devices} --world ${world}`)
    }
    if (bad(told) || options.world !== undefined) break
    if (world % 100 === 99) print(`${steps} steps, ${Math.round((performance.now() - begun) / 1000)} s`)
  }
  return { ...tally({ steps, devices, seed, found: story, counts, print }), world }
}

/** The last lines: what was done, and what came of it. */
export function tally({
  steps,
  devices,
  seed,
  found,
  counts,
  print,
}: Pick<Simulated, 'steps' | 'counts'> & {
  devices: number
  seed: number
  found: Simulated['story']
  print: (line: string) => void
}): Omit<Simulated, 'world'> {
  const told = [...counts].sort().map(([what, n]) => `${what} ${n}`)
  print(told.join(', '))
  const { divergences, violations, lost } = found
  return {
    ok: !bad(found),
    line: `steps=${steps} devices=${devices} seed=${seed} divergences=${divergences} violations=${violations} lost=${lost}`,
    story: found,
    steps,
    counts,
  }
}

/** Each world has a seed of its own (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number Generators"). */
export function seedOf(seed: number, world: number): number {
  let z = (seed + Math.imul(world + 1, 0x9e3779b9)) | 0
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
  return (z ^ (z >>> 16)) >>> 0
}

/** The same world with less work before the quiet period, as little as still shows something wrong. */
async function shortest(told: Story, play: (work: number) => Promise<Story>): Promise<Story & { work: number }> {
  let best = told
  let works = WORK
  for (let step = WORK / 2; step >= 1; step /= 2) {
    const tried = await play(Math.round(works - step))
    if (!bad(tried)) continue
    best = tried
    works -= step
  }
  return { ...best, work: Math.round(works) }
}

function tell({ sentences, ids, log, steps, work }: Story & { work: number }, print: (line: string) => void): void {
  print(`Found after ${steps} events, of ${work} events of work:`)
  for (const sentence of sentences.slice(0, 12)) print(`  ${sentence.slice(0, 2000)}`)
  print('What happened to it:')
  for (const line of log.about(ids.slice(0, 1), 60)) print(`  ${line.slice(0, 600)}`)
}
