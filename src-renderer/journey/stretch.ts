// Stretches of time, and how one comes from another: zooming, moving, choosing days. Moments in ms.
// Invariant: a stretch never leaves the whole it is part of, and never becomes shorter than can be told apart.
import type { JourneyMark } from '@shared/model/views'

export interface Stretch {
  from: number
  to: number
}

const MINUTE = 60_000
export const DAY = 86_400_000
/** Shorter than this nothing more comes to light. */
export const SHORTEST = 10 * MINUTE

/** The stretch that a journey is drawn on: its span with some room at both ends, so that no mark sticks to the edge. */
export function wholeOf(span: Stretch): Stretch {
  const room = Math.max((span.to - span.from) * 0.02, span.from === span.to ? DAY / 2 : 30 * MINUTE)
  return { from: Math.floor(span.from - room), to: Math.ceil(span.to + room) }
}

/** Brings a stretch into the whole: as long as it was where it fits, else the whole. */
export function within(stretch: Stretch, whole: Stretch): Stretch {
  const length = Math.max(stretch.to - stretch.from, SHORTEST)
  if (length >= whole.to - whole.from) return whole
  const from = Math.round(Math.min(Math.max(stretch.from, whole.from), whole.to - length))
  return { from, to: Math.round(from + length) }
}

/** Makes a stretch longer or shorter, with one moment staying where it is. `factor` below 1 comes closer. */
export function zoomed({ from, to }: Stretch, factor: number, around: number, whole: Stretch): Stretch {
  const longest = whole.to - whole.from
  const length = Math.min(longest, Math.max(SHORTEST, (to - from) * factor))
  const part = to === from ? 0.5 : (around - from) / (to - from)
  return within({ from: around - part * length, to: around + (1 - part) * length }, whole)
}

/** Moves a stretch by a part of its length: -1 is one length back. */
export function moved({ from, to }: Stretch, part: number, whole: Stretch): Stretch {
  const by = (to - from) * part
  return within({ from: from + by, to: to + by }, whole)
}

/** A stretch as it is remembered: null when it is the whole, so that what arrives later is shown, too. */
export function orAll(stretch: Stretch, whole: Stretch): Stretch | null {
  return stretch.from <= whole.from && stretch.to >= whole.to ? null : stretch
}

/** The stretch that a mark of several interactions opens into. */
export function around({ first, last }: Pick<JourneyMark, 'first' | 'last'>, whole: Stretch): Stretch {
  const room = Math.max((last - first) * 0.2, SHORTEST / 2)
  return within({ from: first - room, to: last + room }, whole)
}

/** Local midnight that begins a day of `<input type="date">`; undefined while the day is incomplete. */
export function dayStart(value: string): number | undefined {
  const [, year, month, day] = /^(\d{4,6})-(\d{2})-(\d{2})$/.exec(value) ?? []
  if (year === undefined) return undefined
  const ms = new Date(Number(year), Number(month) - 1, Number(day)).getTime()
  return Number.isNaN(ms) ? undefined : ms
}

/** The local day of a moment, as `<input type="date">` holds it. */
export function dayOf(ms: number): string {
  const date = new Date(ms)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The day after one that begins at `start`, which with daylight saving is not always 24 hours away. */
export function nextDay(start: number): number {
  const date = new Date(start)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime()
}

/** How moments are written on an axis whose labels lie `step` ms apart. */
export function axisFormat(step: number): Intl.DateTimeFormatOptions {
  if (step < DAY) return { hour: '2-digit', minute: '2-digit' }
  if (step < 27 * DAY) return { day: 'numeric', month: 'short' }
  if (step < 360 * DAY) return { month: 'short', year: 'numeric' }
  return { year: 'numeric' }
}
