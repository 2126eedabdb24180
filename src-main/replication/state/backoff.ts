// How long to wait before the next attempt: doubling, capped, with full jitter, so that a thousand devices that lost one
// server do not come back in one instant (Brooker, "Exponential Backoff And Jitter", 2015).

const FIRST_MS = 1000
const LONGEST_MS = 60_000

/**
 * @param failures attempts that failed in a row, from 1
 * @param random 0 to 1
 */
export function waitBefore(failures: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1))
  return Math.round(longest / 2 + (longest / 2) * random)
}
