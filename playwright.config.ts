import { defineConfig } from '@playwright/test'

const FIRST = '**/first-minute.spec.ts'
const LAST = '**/responsiveness.spec.ts'

export default defineConfig({
  testDir: 'test/e2e',
  timeout: 60_000,
  expect: { timeout: 10_000 }, // a machine that has much else to do is slow, not wrong
  workers: 2, // by file; most of the time a test waits for its window
  // What measures has the machine to itself; the first minute leaves the sample for those after it.
  projects: [
    { name: 'first', testMatch: FIRST },
    { name: 'screens', testIgnore: [FIRST, LAST], dependencies: ['first'] },
    { name: 'last', testMatch: LAST, dependencies: ['screens'] },
  ],
  reporter: [['list']],
  outputDir: 'test-results',
  use: { trace: 'retain-on-failure' },
})
