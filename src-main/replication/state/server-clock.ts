// The server's clock, as its answers tell it: an HTTP date has whole seconds, travelled half a round trip, and is that of
// whichever node answered. Invariant: one strange answer moves nothing: nodes may differ, and the middle of what they say
// counts; a leap by more than a day counts only where this device's own clock explains it, or once it lasts.

/** Differences below this are noise of the measurement: whole seconds, and the way there and back. */
const NOISE_MS = 2000
/** Answers of which the middle counts. */
const SAMPLES = 9
const DAY_MS = 86_400_000
/** No clock that shows an earlier time is right: this was written later. */
const EARLIEST = Date.UTC(2026, 0)
/** No server is so far ahead of a device whose clock shows a possible time. */
const ABSURD_MS = 400 * DAY_MS
/** A leap that lasts so long is the time. */
const LASTING_MS = 600_000
/** How well two leaps have to agree to be one. */
const AGREE_MS = 60_000

export interface ServerClockOptions {
  /** Wall clock of this device, ms: may be set at any time. */
  wall(): number
  /** A clock that is never set, ms; it may stand still while the computer sleeps. */
  steady?(): number
  /** Server clock minus ours, ms, as believed by an earlier run; null: never met a server. */
  known: number | null
  /** When this device worked last before this run, by its wall clock of then, ms. */
  workedAt?: number
}

export interface ServerClock {
  /** Takes the date of an answer that is just here. */
  sample(serverMs: number, roundTripMs: number): void
  /**
   * The latest that it may be, ms. Where answers tell what the server's clock shows, that counts, and not a clock of ours that
   * is ahead of it; but no less than what was once the time by both, or a server set back would make of all that others wrote
   * a thing of the future. Where they do not tell: by our clock, or the furthest it ever was.
   */
  latest(furthest: number): number
  /** Server clock minus ours in ms, 0 when they agree; undefined until an answer tells it for certain, also after our clock was set. */
  offset(): number | undefined
}

export function createServerClock(options: ServerClockOptions): ServerClock {
  const { wall, steady = () => performance.now(), known, workedAt } = options
  /** Server clock minus the steady one. */
  let samples: number[] = []
  /** Wall clock minus the steady one, when last looked at, and by how much that ever changed. */
  let gap = wall() - steady()
  let stepped = 0
  let believed = known
  /** Whether `believed` was measured by this run. */
  let measured = false
  let leap: { offset: number; since: number } | undefined
  /** It was that late once, ms: by a clock of ours that was corrected by a server's. */
  let confirmed = known === null || workedAt === undefined ? 0 : workedAt + known

  /** Our clock was set, or slept, since: what was measured before counts no more. */
  function look(): void {
    const now = wall() - steady()
    if (Math.abs(now - gap) <= NOISE_MS) return
    stepped += now - gap
    gap = now
    samples = []
  }

  function isBelievable(offset: number): boolean {
    if (believed === null || Math.abs(offset - believed) <= DAY_MS || wall() < EARLIEST) return true
    // Our own clock was set by so much, and the server's may have been by hours at the same time.
    if (Math.abs(offset - believed + stepped) <= DAY_MS) return true
    // What an earlier run knew is void where by that it would be earlier than it was then: our clock was set since.
    if (!measured && wall() + believed < confirmed - DAY_MS) return true
    // Before this run our clock may have been set ahead: an earlier stamp does no harm, a later one is refused.
    if (!measured && offset < believed) return true
    if (!leap || Math.abs(leap.offset - offset) > AGREE_MS) leap = { offset, since: steady() }
    return steady() - leap.since >= LASTING_MS
  }

  /** A leap that is not believed says nothing; how far our own clock was set meanwhile is known all the same. */
  const standing = () => (believed ?? 0) - (leap && measured ? stepped : 0)

  return {
    sample(serverMs, roundTripMs) {
      look()
      if (serverMs < EARLIEST || (wall() >= EARLIEST && serverMs - wall() > ABSURD_MS)) return
      // Half a second, because the date's fraction was cut off.
      samples = [...samples, serverMs + 500 + roundTripMs / 2 - steady()].slice(-SAMPLES)
      const offset = middle(samples) - (wall() - steady())
      if (!isBelievable(offset)) return
      believed = offset
      measured = true
      stepped = 0
      leap = undefined
      confirmed = Math.max(confirmed, wall() + offset)
    },
    latest(furthest) {
      look()
      const corrected = wall() + standing()
      if (samples.length === 0) return Math.max(wall(), corrected, furthest)
      const told = middle(samples) + steady()
      return measured ? Math.max(corrected, told, confirmed) : Math.max(wall(), corrected, told, furthest)
    },
    offset() {
      look()
      // A leap that may be one of our own clock, set while nothing ran: until it is believed, or over, nothing is known.
      if (believed === null || samples.length === 0 || (leap && !measured)) return undefined
      return Math.abs(standing()) < NOISE_MS ? 0 : Math.round(standing())
    },
  }
}

/** The lower of the two in the middle where there are two: ahead of the server is worse than behind. */
function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] ?? 0
}
