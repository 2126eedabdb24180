// Dates, numbers and names of places in the user's own locale, and nothing hand-made about any of them.
// Invariant: a moment that cannot be read is shown as it came, never as "Invalid Date".

const formats = new Map<string, Intl.DateTimeFormat>()

function dateFormat(options: Intl.DateTimeFormatOptions, locale: string | undefined): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options])
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale, options)
  formats.set(key, made)
  return made
}

const shown = (moment: string | number, options: Intl.DateTimeFormatOptions, locale?: string): string => {
  const ms = typeof moment === 'number' ? moment : Date.parse(moment)
  return Number.isNaN(ms) ? String(moment) : dateFormat(options, locale).format(ms)
}

/** A day, e.g. `4 Feb 2026`. */
export const formatDay = (moment: string | number, locale?: string): string =>
  shown(moment, { dateStyle: 'medium' }, locale)

/** A day and a time, e.g. `4 Feb 2026, 14:03`. */
export const formatMoment = (moment: string | number, locale?: string): string =>
  shown(moment, { dateStyle: 'medium', timeStyle: 'short' }, locale)

/** From a day to a day, e.g. `4 Feb – 9 Mar 2026`; a single day once. */
export function formatDays(from: number, to: number, locale?: string): string {
  return dateFormat({ dateStyle: 'medium' }, locale).formatRange(Math.min(from, to), Math.max(from, to))
}

/** A label of a time axis. */
export const formatAxis = (moment: number, options: Intl.DateTimeFormatOptions, locale?: string): string =>
  shown(moment, options, locale)

const numbers = new Intl.NumberFormat()
export const formatNumber = (value: number): string => numbers.format(value)

const wholes = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })
/** A whole percentage of 0 to 100, as the reader's language writes it. */
export const formatPercent = (percent: number): string => wholes.format(percent / 100)

const chances = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })
/** A probability as people say it: never quite certain. */
export const formatChance = (probability: number): string =>
  chances.format(Math.min(0.999, Math.max(0.001, probability)))

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365.25 * 86_400_000],
  ['month', 30.44 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** A moment as seen from `now` (both in ms or RFC 3339), e.g. `3 days ago`, `in 12 days`, `now`. */
export function formatRelative(moment: string | number, now: number, locale?: string): string {
  const ms = typeof moment === 'number' ? moment : Date.parse(moment)
  if (Number.isNaN(ms)) return String(moment)
  const distance = ms - now
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  for (const [unit, size] of STEPS) {
    if (Math.abs(distance) >= size) return relative.format(Math.trunc(distance / size), unit)
  }
  return relative.format(0, 'second')
}

/** How long until a moment, in days and below a day in hours: months would be too coarse for a deadline. */
export function formatCountdown(moment: string, now: number, locale?: string): string {
  const distance = Date.parse(moment) - now
  if (Number.isNaN(distance)) return moment
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  if (distance <= 0) return relative.format(0, 'day')
  return distance < 86_400_000
    ? relative.format(Math.max(1, Math.floor(distance / 3_600_000)), 'hour')
    : relative.format(Math.round(distance / 86_400_000), 'day')
}

/** How long something took, e.g. `4 min 10 s`; the empty string when it has no end or ends before it starts. */
export function formatDuration(startedAt: string, endedAt: string | undefined): string {
  if (endedAt === undefined) return ''
  const seconds = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)
  if (Number.isNaN(seconds) || seconds < 0) return ''
  const unit = (value: number, name: 'hour' | 'minute' | 'second'): string =>
    new Intl.NumberFormat(undefined, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value)
  if (seconds < 60) return unit(seconds, 'second')
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return unit(minutes, 'minute')
  return [unit(Math.floor(minutes / 60), 'hour'), minutes % 60 ? unit(minutes % 60, 'minute') : ''].join(' ').trim()
}

/** A size in the largest unit that leaves at least one, e.g. `3.4 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3))
  return new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1000 ** step)
}

const regionNames = new Intl.DisplayNames(undefined, { type: 'region', fallback: 'code' })
/** What a region is called, e.g. `AU` → `Australia`; the code itself where there is no name. */
export function regionName(code: string): string {
  try {
    return regionNames.of(code) ?? code
  } catch {
    return code // Not a code that Intl accepts: then the code is all there is to show.
  }
}

/** The region that a locale is most likely used in, e.g. `en-AU` → `AU`, `de` → `DE`. */
export function likelyRegion(locale: string): string | undefined {
  try {
    return new Intl.Locale(locale).maximize().region
  } catch {
    return undefined // A locale that Intl cannot read says nothing about a region.
  }
}

/** A moment for `<input type="datetime-local">`, in local time to the minute. */
export function toLocalInput(ms: number): string {
  const date = new Date(ms)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** RFC 3339 of what `<input type="datetime-local">` holds, read as local time; undefined while it is incomplete. */
export function fromLocalInput(value: string): string | undefined {
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(value) ? new Date(value).getTime() : Number.NaN
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}
