// Every mutant in worlds made for it, one after the other until it is noticed, and the product in those same worlds.
// Invariant: a mutant counts as noticed only where the product is found to be right.
import { MUTANTS } from './mutants'
import { simulate } from './simulate'

/** In so many steps a mutant is noticed. */
const BOUND = 60_000
const DEVICES = 4

/** @returns after how many steps, and in which world, a mutant was noticed; undefined: never */
export async function notice(
  name: string,
  seed = 1,
  bound = BOUND,
): Promise<{ steps: number; world: number; what: string } | undefined> {
  const { rules, weights, world } = MUTANTS[name] ?? {}
  if (!rules || !weights || world === undefined) throw new Error(`there is no mutant ${name}`)
  const played = await simulate({ seed, devices: DEVICES, steps: bound, world, rules, weights, shorten: false })
  if (played.ok) return undefined
  return { steps: played.steps, world: played.world, what: played.story.sentences[0]?.split('\n')[0] ?? '' }
}

/**
 * @param named only those with this in their names
 * @returns whether all were noticed, and the product was right throughout
 */
export async function tryMutants(
  named: string,
  { seed, steps, print }: { seed: number; steps: number; print(line: string): void },
): Promise<boolean> {
  let good = true
  for (const [name, { weights }] of Object.entries(MUTANTS).filter(([one]) => one.includes(named))) {
    const noticed = await notice(name, seed, steps)
    const { world = 0, what } = noticed ?? {}
    const product = noticed
      ? await simulate({ seed, devices: DEVICES, steps: 1, world, alone: true, weights, shorten: false })
      : undefined
    good &&= noticed !== undefined && product?.ok === true
    const wrong =
      product?.ok === false
        ? `; BUT THE PRODUCT IS WRONG THERE: ${product.story.sentences.join(' ').slice(0, 300)}`
        : ''
    print(
      noticed
        ? `${name}: noticed after ${noticed.steps} steps, world ${world} (${what})${wrong}`
        : `${name}: NOT NOTICED`,
    )
  }
  return good
}
