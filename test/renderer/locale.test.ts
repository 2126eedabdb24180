// Dates, countdowns and local times as the screens show them.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatBytes,
  formatCountdown,
  formatDay,
  formatDuration,
  formatRelative,
  fromLocalInput,
  likelyRegion,
  regionName,
  toLocalInput,
} from '../../src-renderer/format/locale'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const DAY = 86_400_000
const at = (days: number): string => new Date(NOW + days * DAY).toISOString()

describe('dates', () => {
  test('follow the locale', () => {
    expect(formatDay('2026-02-04T12:00:00Z', 'en-GB')).toBe('4 Feb 2026')
    expect(formatDay('2026-02-04T12:00:00Z', 'de')).toBe('04.02.2026')
  })

  test('a moment that cannot be read is shown as it came', () => {
    expect(formatDay('soon', 'en')).toBe('soon')
    expect(formatRelative('soon', NOW, 'en')).toBe('soon')
    expect(formatCountdown('soon', NOW, 'en')).toBe('soon')
  })

  test('relative times use the largest unit that is full', () => {
    expect(formatRelative(at(-3), NOW, 'en')).toBe('3 days ago')
    expect(formatRelative(NOW - 30_000, NOW, 'en')).toBe('now')
    expect(formatRelative(NOW - 5 * 60_000, NOW, 'en')).toBe('5 minutes ago')
    expect(formatRelative(at(-400), NOW, 'en')).toBe('last year')
  })

  test('a countdown stays in days, however long, and in hours on the last', () => {
    expect(formatCountdown(at(59.9), NOW, 'en')).toBe('in 60 days')
    expect(formatCountdown(at(1), NOW, 'en')).toBe('tomorrow')
    expect(formatCountdown(at(0.5), NOW, 'en')).toBe('in 12 hours')
    expect(formatCountdown(at(0.001), NOW, 'en')).toBe('in 1 hour')
    expect(formatCountdown(at(-1), NOW, 'en')).toBe('today')
  })
})

describe('local date and time inputs', () => {
  test('what is shown is read back as the same minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2090, 0) }), (ms) => {
        const minute = Math.floor(ms / 60_000) * 60_000
        const back = Date.parse(fromLocalInput(toLocalInput(minute)) ?? '')
        // The hour that a change of the clocks repeats is one text for two moments.
        expect([0, 3_600_000, -3_600_000, 1_800_000, -1_800_000]).toContain(back - minute)
      }),
    )
  })

  test('an incomplete value is nothing', () => {
    expect(fromLocalInput('')).toBeUndefined()
    expect(fromLocalInput('2026-02-04')).toBeUndefined()
    expect(fromLocalInput('2026-13-04T10:00')).toBeUndefined()
  })
})

describe('sizes, spans and places', () => {
  test('a span without an end, or that ends before it starts, is not shown', () => {
    expect(formatDuration(at(0), undefined)).toBe('')
    expect(formatDuration(at(0), at(-1))).toBe('')
    expect(formatDuration(at(0), new Date(NOW + 42_000).toISOString())).toMatch(/^42\s/)
  })

  test('sizes use the largest unit that leaves at least one', () => {
    expect(formatBytes(0)).toMatch(/^0 /)
    expect(formatBytes(999)).toMatch(/^999 /)
    expect(formatBytes(3_400_000)).toMatch(/^3[.,]4\sMB$/)
  })

  test('a code without a name stays a code', () => {
    expect(regionName('AU')).not.toBe('AU')
    expect(regionName('not a code')).toBe('not a code')
    expect(likelyRegion('en-AU')).toBe('AU')
    expect(likelyRegion('de')).toBe('DE')
    expect(likelyRegion('?')).toBeUndefined()
  })
})
