// Comparing plain values by what they say as JSON, with a readable difference. Works outside the test runner, too: the
// programs that check a folder after a crash use it.
import { deepStrictEqual } from 'node:assert'
import { canonicalJson } from '../../src-main/engine/documents/canonical-json'

/** @throws AssertionError when the two do not say the same */
export function same(actual: unknown, expected: unknown, about = ''): void {
  const [a, b] = [canonicalJson(actual), canonicalJson(expected)]
  if (a === b) return
  try {
    deepStrictEqual(JSON.parse(a), JSON.parse(b))
  } catch (error) {
    throw new Error(`${about}\n${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** @throws Error with the sentence when something that must hold does not */
export function must(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(`Does not hold: ${sentence}`)
}
