import { defineConfig } from '@playwright/test'

/** What measures, and so must have the machine to itself. */
const ALONE = ['**/responsiveness.spec.ts', '**/first-minute.spec.ts']

export default defineConfig({
  testDir: 'test/e2e',
  timeout: 60_000,
  expect: { timeout: 10_000 }, // a machine that has much else to do is slow, not wrong
  workers: 2, // by file; most of the time a test waits for its window
  projects: [
    { name: 'screens', testIgnore: ALONE },
    { name: 'alone', testMatch: ALONE, dependencies: ['screens'], workers: 1 },
  ],
  reporter: [['list']],
  outputDir: 'test-results',
  use: { trace: 'retain-on-failure' },
})
