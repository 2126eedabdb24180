// Plays random sequences until one fails, then makes the failing one short by leaving parts out (Zeller and Hildebrandt
// 2002, "Simplifying and Isolating Failure-Inducing Input"). Long sequences of commands shrink far better this way than
// element by element, and a seed alone repeats a sequence.
import fc from 'fast-check'

export interface HuntOptions {
  /** How many sequences: a number, not a time, so that a run is the same on every machine. */
  runs: number
  /** Seed of the first sequence; the others follow by one. */
  seed: number
  /** Seconds to spend on making a failure short. */
  shrinkSeconds?: number
}

/**
 * @param play throws when a sequence shows a fault
 * @returns how many sequences were played
 * @throws Error with the seed, the short sequence and the fault it shows
 */
export async function hunt<T>(
  sequences: fc.Arbitrary<T[]>,
  play: (sequence: T[], seed: number) => Promise<void>,
  { runs, seed: first, shrinkSeconds = 20 }: HuntOptions,
): Promise<number> {
  let played = 0
  for (let i = 0; i < runs; i += 1) {
    const seed = first + i
    const [sequence = []] = fc.sample(fc.noBias(sequences), { seed, numRuns: 1 })
    const fault = await faultOf(() => play(sequence, seed))
    if (fault) {
      const short = await shortened(sequence, (part) => faultOf(() => play(part, seed)), shrinkSeconds)
      const shown = (await faultOf(() => play(short, seed))) ?? fault
      const listed = short.map((item) => JSON.stringify(item)).join('\n')
      throw new Error(
        `SCV_SEED=${seed} shows, of ${sequence.length}, in ${short.length} steps:\n${listed}\n${shown.message}`,
        {
          cause: shown,
        },
      )
    }
    played += 1
  }
  return played
}

async function faultOf(run: () => Promise<void>): Promise<Error | undefined> {
  try {
    await run()
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function shortened<T>(
  sequence: readonly T[],
  fails: (part: T[]) => Promise<Error | undefined>,
  seconds: number,
): Promise<T[]> {
  const begun = performance.now()
  let short = [...sequence]
  let size = Math.ceil(short.length / 2)
  for (;;) {
    let leftOut = false
    // From the end: what comes after the fault can go at once.
    for (let end = short.length; end > 0; end -= size) {
      if (performance.now() - begun > seconds * 1000) return short
      const part = [...short.slice(0, Math.max(0, end - size)), ...short.slice(end)]
      if (!(await fails(part))) continue
      short = part
      leftOut = true
    }
    if (size === 1 && !leftOut) return short
    size = Math.max(1, Math.floor(size / 2))
  }
}

/** A seed of this moment, unless one is asked for. */
export function seedFromEnvironment(): number {
  return Number(process.env['SCV_SEED'] ?? Math.trunc(Math.random() * 2 ** 30))
}
