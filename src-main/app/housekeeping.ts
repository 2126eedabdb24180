// What the application does by itself now and then: age auto-created contacts out, and finish erasures.
import type { Engine } from '../engine'
import type { Actor } from '../engine/permissions'

/** After the start, when the first screens are up. */
const FIRST_MS = 30_000
const EVERY_MS = 6 * 3_600_000

/**
 * Starts the rounds; each is a command like any other, on the audit trail.
 * @param onDefect told of a round that failed; the next one comes all the same
 * @returns a function that stops them
 */
export function keepHouse(engine: Engine, actor: () => Actor, onDefect: (error: unknown) => void): () => void {
  const round = async () => {
    await engine.erasure.complete(actor())
    await engine.retention.run(actor())
  }
  const run = () => void round().catch(onDefect)
  const first = setTimeout(run, FIRST_MS)
  const every = setInterval(run, EVERY_MS)
  return () => {
    clearTimeout(first)
    clearInterval(every)
  }
}
