// How long to wait before the next attempt: doubling, capped, with full jitter, so that a thousand devices that lost one
// server do not come back in one instant (Brooker, "Exponential Backoff And Jitter", 2015).

const FIRST_MS = 1000
const LONGEST_MS = 60_000
/** The longest that a server may ask for: timers have an end (2³¹ ms), and so has a server's trouble. */
const ASKED_MS = 600_000

/**
 * @param failures attempts that failed in a row, from 1
 * @param random 0 to 1
 * @param asked what the server asked for, ms
 */
export function waitBefore(failures: number, random: number, asked = 0): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1))
  const wait = Math.round(longest / 2 + (longest / 2) * random)
  return Math.max(wait, Math.min(asked, ASKED_MS) || 0)
}
