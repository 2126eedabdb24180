// How long a device waits between hearing that something changed and reading it. Every change wakes every device that waits,
// so at 20 writes a second a thousand devices would ask 20,000 times a second for one document each: instead each lets some
// gather, the more the busier the organisation is, and at a moment of its own.
// Invariants: in a quiet organisation a change is read at once; however busy, none waits longer than `LONGEST_MS`, unless the
// server itself is slower than that.

/** The rate is that of about so long. */
const REMEMBERED_MS = 10_000
/** Below, in changes a second, everything is read at once. */
const QUIET = 1
/** Waited for each change a second: 20 of them make four seconds. */
const MS_PER_RATE = 200
const LONGEST_MS = 4000
/** A server that takes long has much to do: it is asked at most this part of the time. */
const SHARE = 4
const SLOWEST_MS = 20_000

export class Waking {
  #rate = 0
  #at: number | undefined
  #took = 0

  /** Changes a second, as seen lately. */
  get rate(): number {
    return this.#rate
  }

  /** So busy that there is no need to wait for the next change: there will be some. */
  get busy(): boolean {
    return this.#rate > 2 * QUIET
  }

  /** A page was read: so many changes, at this moment, ms, after so long. */
  read(changes: number, now: number, tookMs: number): void {
    this.#took = tookMs
    const since = this.#at
    this.#at = now
    if (since === undefined) return // the first page holds what gathered before
    const seconds = Math.max(0.02, (now - since) / 1000)
    const weight = 1 - Math.exp((-seconds * 1000) / REMEMBERED_MS)
    this.#rate += (changes / seconds - this.#rate) * weight
  }

  /** @param random 0 to 1 */
  waitMs(random: number): number {
    if (this.#rate < QUIET) return 0
    const longest = Math.min(SLOWEST_MS, Math.max(Math.min(LONGEST_MS, this.#rate * MS_PER_RATE), this.#took * SHARE))
    return longest / 2 + (longest / 2) * random
  }
}
