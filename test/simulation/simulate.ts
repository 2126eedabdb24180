// Plays worlds until a number of events is reached or something is found wrong; then says so in a way that repeats it.
import { type Findings, isBad, nothingFound } from './compare'
import type { Rules } from './rules'
import { type Story, World, type WorldOptions } from './world'

export interface SimulateOptions {
  seed: number
  devices: number
  /** Events in all: commands, requests and answers, steps on a disk, faults. */
  steps: number
  /** Begin with this world; `alone`: and end with it. */
  world?: number
  alone?: boolean
  rules?: Rules
  weights?: WorldOptions['weights']
  print?: (line: string) => void
  /** Looks for a shorter story when something is wrong. */
  shorten?: boolean
}

export interface Simulated {
  ok: boolean
  /** steps=… devices=… seed=… divergences=… violations=… refused=… lost=… */
  line: string
  story: Findings
  steps: number
  counts: Map<string, number>
  /** The last world that was played. */
  world: number
}

/** Events of work in a world, before its quiet periods: many small ones, as sets of merged people grow with the work. */
const WORKS = [400, 800, 800, 1600, 3000]

/** @returns also when something is wrong: the caller decides what that means */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const { seed, devices, steps: wanted, rules, weights = {}, print = () => undefined, shorten = true } = options
  const counts = new Map<string, number>()
  const begun = performance.now()
  let steps = 0
  let story: Simulated['story'] = nothingFound()
  let world = options.world ?? 0
  const play = (work: number) =>
    new World({ seed: seedOf(seed, world), devices, work, weights, ...(rules ? { rules } : {}) }).play()
  for (; steps < wanted; world += 1) {
    const work = WORKS[world % WORKS.length] ?? 0
    const told = await play(work)
    steps += told.steps
    for (const [what, n] of told.counts) counts.set(what, (counts.get(what) ?? 0) + n)
    story = told
    if (isBad(told)) {
      tell(shorten ? await shortest(told, work, play) : { ...told, work }, print)
      print(`Again: npm run simulate -- --seed ${seed} --devices ${devices} --world ${world}`)
    }
    if (isBad(told) || options.alone) break
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
  const { divergences, violations, refused, lost } = found
  return {
    ok: !isBad(found),
    line: `steps=${steps} devices=${devices} seed=${seed} divergences=${divergences} violations=${violations} refused=${refused} lost=${lost}`,
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
async function shortest(
  told: Story,
  work: number,
  play: (work: number) => Promise<Story>,
): Promise<Story & { work: number }> {
  let best = told
  let works = work
  for (let step = work / 2; step >= 1; step /= 2) {
    const tried = await play(Math.round(works - step))
    if (!isBad(tried)) continue
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
