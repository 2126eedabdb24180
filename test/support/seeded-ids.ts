// Ids of documents from a seed, so that a printed seed repeats a run to the letter: ids break ties.
// Only the source of randomness is replaced, as other tests replace the clock.
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

const genuine = crypto.randomUUID

/** From now on new ids are drawn from this seed. @returns puts the genuine source back */
export function seedIds(seed: number): () => void {
  let state = seed >>> 0 || 1
  const next = () => {
    // xorshift32 (Marsaglia 2003, "Xorshift RNGs")
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state.toString(16).padStart(8, '0')
  }
  let count = 0
  crypto.randomUUID = () => {
    count += 1
    const [a, b, c] = [next(), next(), next()]
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(0, 3)}-${count.toString(16).padStart(12, '0')}`
  }
  syncBuiltinESMExports()
  return () => {
    crypto.randomUUID = genuine
    syncBuiltinESMExports()
  }
}
