// The server's clock, as its answers tell it: an HTTP date has whole seconds and travelled half a round trip.
// Invariant: a clock that is right within the noise of this measurement is left alone.

/** Differences below this are noise of the measurement: whole seconds, and the way there and back. */
const NOISE_MS = 2000
/** Samples kept: the one with the shortest way is the best. */
const SAMPLES = 8

export interface ServerClock {
  /** Takes an answer's date. */
  sample(serverMs: number, sentAt: number, roundTripMs: number): void
  /** Server clock minus ours in ms, 0 when they agree; undefined before the first answer. */
  offset(): number | undefined
  /** The server's time in ms, by a clock that nobody sets; undefined before the first answer. */
  now(): number | undefined
}

export function createServerClock(): ServerClock {
  let samples: { offset: number; roundTripMs: number }[] = []
  let last: { serverMs: number; at: number } | undefined
  return {
    sample(serverMs, sentAt, roundTripMs) {
      // Half a second, because the date's fraction was cut off.
      const offset = serverMs + 500 - (sentAt + roundTripMs / 2)
      last = { serverMs: serverMs + 500 + roundTripMs / 2, at: performance.now() }
      const former = samples[0]
      // Our clock was set meanwhile: what was measured before counts no more.
      if (former && Math.abs(former.offset - offset) > NOISE_MS + roundTripMs) samples = []
      samples = [...samples, { offset, roundTripMs }].slice(-SAMPLES)
    },
    now: () => last && last.serverMs + performance.now() - last.at,
    offset() {
      const best = [...samples].sort((a, b) => a.roundTripMs - b.roundTripMs)[0]
      if (!best) return undefined
      return Math.abs(best.offset) < NOISE_MS ? 0 : Math.round(best.offset)
    },
  }
}
