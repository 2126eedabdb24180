// Stamps: hybrid logical clock readings (Kulkarni et al. 2014) as strings that sort as they happened.
// Invariants: string order is stamp order; two stamps are equal only if one device made them in one command. No stamp from
// elsewhere moves a device's clock further ahead than `STAMP_TOLERANCE_MS`, and none is made before `EARLIEST_MS`.

import { asDeviceId, asStamp, type DeviceId, type Stamp } from '@shared/model/ids'

// `{ms, 9 digits base 36}{counter, 4 digits base 36}{device id, 10 characters}`: 23 characters.
const MS_DIGITS = 9
const COUNTER_DIGITS = 4
const COUNTER_LIMIT = 36 ** COUNTER_DIGITS
export const DEVICE_ID = /^[a-z0-9]{10}$/
export const STAMP = /^[a-z0-9]{23}$/

/** Whether a value read from elsewhere has the form of a stamp. */
export const isStamp = (value: unknown): value is Stamp => typeof value === 'string' && STAMP.test(value)

/**
 * How far ahead a stamp may be: the server refuses what is later, and clocks follow no further. So what a clock makes after
 * the latest stamp that the server took, the server takes as well; and one stamp poisons no organisation.
 */
export const STAMP_TOLERANCE_MS = 86_400_000
/**
 * No stamp is earlier: a clock that shows less is wrong, as one whose battery is empty. The server refuses such stamps, since
 * where the earliest counts (who claimed first, who recorded first) one from the beginning of time would always stand.
 */
export const EARLIEST_MS = Date.UTC(2020, 0)
/** Less is the noise of clocks that are kept right. */
const SET_BACK_MS = 60_000
/** What is so far ahead cannot have passed a server's validation, whichever node's clock judged: it is set aside. */
export const SET_ASIDE_AHEAD_MS = STAMP_TOLERANCE_MS + 3_600_000
/**
 * What an administrator mends is further ahead: nearer stamps devices may have taken in from a server whose clock was fast by
 * hours, and say again over what was mended. Those come right by themselves, once time has come so near.
 */
export const MENDED_AHEAD_MS = SET_ASIDE_AHEAD_MS + 12 * 3_600_000

/** Milliseconds since the epoch at which a stamp was taken, by the corrected clock of its device. */
export function stampMs(stamp: Stamp): number {
  return Number.parseInt(stamp.slice(0, MS_DIGITS), 36)
}

const stampCounter = (stamp: Stamp): number => Number.parseInt(stamp.slice(MS_DIGITS, MS_DIGITS + COUNTER_DIGITS), 36)

/** The device that took a stamp. */
export function stampDevice(stamp: Stamp): DeviceId {
  return asDeviceId(stamp.slice(MS_DIGITS + COUNTER_DIGITS))
}

/** The moment of a stamp in RFC 3339. */
export function stampMoment(stamp: Stamp): string {
  return new Date(stampMs(stamp)).toISOString()
}

/** @param deviceId 10 characters of `a-z0-9` */
export function makeStamp(ms: number, counter: number, deviceId: DeviceId): Stamp {
  return asStamp(
    ms.toString(36).padStart(MS_DIGITS, '0') + counter.toString(36).padStart(COUNTER_DIGITS, '0') + deviceId,
  )
}

/** The next stamp that a device can take after another one. */
export function stampAfter(stamp: Stamp, deviceId: DeviceId): Stamp {
  const counter = stampCounter(stamp) + 1
  return counter < COUNTER_LIMIT
    ? makeStamp(stampMs(stamp), counter, deviceId)
    : makeStamp(stampMs(stamp) + 1, 0, deviceId)
}

/** The later of two stamps. */
export function laterStamp(a: Stamp, b: Stamp): Stamp {
  return a > b ? a : b
}

/** A device's clock: never goes back, and never lags behind what it has seen. */
export interface Clock {
  readonly deviceId: DeviceId
  /** Whether this device took a stamp, under whichever name. */
  isOwn(stamp: Stamp): boolean
  /** A new stamp, later than every stamp taken or observed before. */
  tick(): Stamp
  /** Takes note of a stamp from elsewhere, unless it is too far ahead to be one that an honest device made. */
  observe(stamp: Stamp): void
  /** Milliseconds since the epoch, corrected. */
  now(): number
  /** The latest it ever was by this device: a clock that was set back does not make what is known to be past the future. */
  furthest(): number
  /** Takes another name: a copy of this device bears the former one. Not while a command runs. */
  rename(deviceId: DeviceId): void
  /** A server told how wrong it was: that it shows less from now on is no setting back. */
  corrected(): void
  /** Forgets what was taken and observed after `latest`: for a clock that was found to be wrong. */
  setBack(latest: Stamp | undefined): void
}

/**
 * @param now wall clock in ms since the epoch, already corrected by the server's where that is known
 * @param floor the latest stamp of an earlier run, so that a clock set back does not rewrite history
 * @param atLeast a moment, ms, that it certainly is, such as when the device last worked: stamps are measured by that where
 *   the clock lags behind it
 * @param onSetBack told before the first stamp by a clock that shows an earlier time than it did, and what it showed: for the
 *   next run, which would not follow the stamps of this one
 */
export function createClock(options: {
  deviceId: DeviceId
  /** What this device was called before. */
  formerNames?: readonly DeviceId[]
  now: () => number
  floor?: Stamp
  atLeast?: () => number
  onSetBack?: (furthest: number) => void
}): Clock {
  const { now, atLeast = () => 0, onSetBack } = options
  let { deviceId } = options
  const names = new Set([deviceId, ...(options.formerNames ?? [])])
  let ms = 0
  let counter = 0
  /** The latest that was shown, and of that what was reported. */
  let shown = 0
  let reported = 0
  const look = () => {
    const moment = now()
    if (moment > shown) shown = moment
    else if (shown - moment > SET_BACK_MS && shown > reported) {
      reported = shown
      onSetBack?.(shown)
    }
  }
  /** The latest it ever was by this clock, which may be set back at any time. */
  let reached = 0
  const furthest = () => {
    look()
    for (const moment of [now(), atLeast()]) if (moment > reached) reached = moment
    return reached
  }
  const observe = (stamp: Stamp) => {
    const seen = stampMs(stamp)
    furthest()
    if (!STAMP.test(stamp) || seen > reached + STAMP_TOLERANCE_MS) return
    follow(stamp)
  }
  const follow = (stamp: Stamp) => {
    const seen = stampMs(stamp)
    const seenCounter = stampCounter(stamp)
    if (seen > ms) {
      ms = seen
      counter = seenCounter
    } else if (seen === ms && seenCounter > counter) counter = seenCounter
  }
  // What this device stamped itself it goes on after, whatever its clock was: a claim of today outlives a release of before.
  if (options.floor) names.has(stampDevice(options.floor)) ? follow(options.floor) : observe(options.floor)
  return {
    get deviceId() {
      return deviceId
    },
    now,
    furthest,
    observe,
    isOwn: (stamp) => names.has(stampDevice(stamp)),
    rename(next) {
      deviceId = next
      names.add(next)
    },
    corrected() {
      shown = 0
      reported = 0
    },
    setBack(latest) {
      ms = 0
      counter = 0
      reached = 0
      if (latest) observe(latest)
    },
    tick() {
      look()
      const wall = Math.max(Math.floor(now()), EARLIEST_MS)
      if (wall > ms) {
        ms = wall
        counter = 0
      } else {
        counter += 1
        if (counter >= COUNTER_LIMIT) {
          ms += 1
          counter = 0
        }
      }
      return makeStamp(ms, counter, deviceId)
    },
  }
}
