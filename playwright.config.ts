import { defineConfig } from '@playwright/test'

const FIRST = '**/first-minute.spec.ts'
/** Begins beside it: it needs no sample, and takes longer. */
const BESIDE = '**/agents-day.spec.ts'
const LAST = '**/responsiveness.spec.ts'

export default defineConfig({
  testDir: 'test/e2e',
  timeout: 60_000,
  expect: { timeout: 10_000 }, // a machine that has much else to do is slow, not wrong
  workers: 2, // by file; most of the time a test waits for its window
  // Projects begin in this order: the first minute leaves the sample for those that come after it. What measures has the
  // machine to itself.
  projects: [
    { name: 'first', testMatch: FIRST },
    { name: 'beside', testMatch: BESIDE },
    { name: 'screens', testIgnore: [FIRST, BESIDE, LAST] },
    { name: 'last', testMatch: LAST, dependencies: ['first', 'beside', 'screens'] },
  ],
  reporter: [['list']],
  outputDir: 'test-results',
  use: { trace: 'retain-on-failure' },
})
