// What stamps from elsewhere do to a device's clock: they move it no further ahead than the server takes, so that nothing from
// outside keeps a device from being heard.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createClock,
  EARLIEST_MS,
  makeStamp,
  STAMP,
  STAMP_TOLERANCE_MS,
  stampMs,
} from '../../src-main/engine/documents/stamp'
import { asDeviceId, asStamp } from '../../src-shared/model/ids'

const NOW = 1_790_000_000_000
const HERE = 'devicehere'
const THERE = 'devicethere'.slice(0, 10)
const DAY = 86_400_000

describe('a clock', () => {
  test('follows no stamp beyond the bound, whatever it observes, and never goes back or repeats itself', () => {
    const moments = fc.oneof(
      fc.integer({ min: NOW - DAY, max: NOW + 3 * DAY }),
      fc.integer({ min: 0, max: 36 ** 9 - 1 }),
      fc.constant(36 ** 9 - 1),
      fc.constant(NOW + STAMP_TOLERANCE_MS),
    )
    const steps = fc.array(
      fc.tuple(moments, fc.constantFrom(0, 1, 36 ** 4 - 2, 36 ** 4 - 1), fc.nat(4), fc.integer({ min: -9, max: 1000 })),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(steps, (given) => {
        let wall = NOW
        let latest = NOW
        const clock = createClock({ deviceId: asDeviceId(HERE), now: () => wall })
        let last = ''
        for (const [ms, counter, ticks, passed] of given) {
          clock.observe(makeStamp(ms, counter, asDeviceId(THERE)))
          for (let i = 0; i <= ticks; i += 1) {
            const stamp = clock.tick()
            expect(stamp).toMatch(STAMP)
            expect(stamp > last).toBe(true)
            // A counter that runs over moves on by a millisecond.
            expect(stampMs(stamp)).toBeLessThanOrEqual(latest + STAMP_TOLERANCE_MS + 1)
            last = stamp
          }
          wall += passed
          latest = Math.max(latest, wall)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('follows what the server takes', () => {
    const clock = createClock({ deviceId: asDeviceId(HERE), now: () => NOW })
    const ahead = makeStamp(NOW + STAMP_TOLERANCE_MS, 7, asDeviceId(THERE))
    clock.observe(ahead)
    expect(clock.tick() > ahead).toBe(true)
  })

  test('that was set back goes on after what it made before', () => {
    const floor = makeStamp(NOW, 3, asDeviceId(HERE))
    const longAgo = () => NOW - 1000 * DAY
    const clock = createClock({ deviceId: asDeviceId(HERE), now: longAgo, floor, atLeast: () => NOW - 60_000 })
    expect(clock.tick() > floor).toBe(true)
    // Without knowing when it last worked, another's stamp a thousand days ahead is no reason to follow it; one's own is.
    expect(createClock({ deviceId: asDeviceId(HERE), now: longAgo, floor }).tick() > floor).toBe(true)
    expect(stampMs(createClock({ deviceId: asDeviceId(THERE), now: longAgo, floor }).tick())).toBe(longAgo())
    // Set back while it runs: what it showed is told before the first stamp, once, and the next run follows the stamps of this.
    let now = NOW
    const told: number[] = []
    const running = createClock({
      deviceId: asDeviceId(HERE),
      now: () => now,
      onSetBack: (furthest) => told.push(furthest),
    })
    const former = running.tick()
    now = longAgo()
    expect(running.tick() > former && running.tick() > former).toBe(true)
    expect(told).toEqual([NOW])
    // What a server corrected was wrong before.
    now = NOW
    running.tick()
    running.corrected()
    now = longAgo()
    expect([running.tick() > former, told]).toEqual([true, [NOW]])
    const next = createClock({
      deviceId: asDeviceId(THERE),
      now: longAgo,
      floor: running.tick(),
      atLeast: () => told[0] ?? 0,
    })
    expect(next.tick() > former).toBe(true)
  })

  test('that shows the year 1970 stamps nothing the server refuses, and keeps its order', () => {
    let wall = 1000
    const clock = createClock({ deviceId: asDeviceId(HERE), now: () => wall })
    const first = clock.tick()
    expect(stampMs(first)).toBe(EARLIEST_MS)
    wall += 5000
    const second = clock.tick()
    expect(second > first).toBe(true)
    wall = NOW
    expect(stampMs(clock.tick())).toBe(NOW)
  })

  test('is not moved by text that is no stamp', () => {
    const clock = createClock({ deviceId: asDeviceId(HERE), now: () => NOW })
    for (const text of ['', 'zzzzzzzzzzzzzzzzzzzzzzz', '~'.repeat(23), '0'.repeat(9), 'ZZZZZZZZZZZZZZZZZZZZZZZ'])
      clock.observe(asStamp(text))
    expect(stampMs(clock.tick())).toBe(NOW)
  })

  test('that was wrong is set back to what is left', () => {
    let wall = NOW + 400 * DAY
    const clock = createClock({ deviceId: asDeviceId(HERE), now: () => wall })
    clock.tick()
    wall = NOW
    clock.setBack(makeStamp(NOW + 400 * DAY, 0, asDeviceId(THERE)))
    expect(stampMs(clock.tick())).toBe(NOW)
  })
})
