import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'test/e2e',
  timeout: 60_000,
  workers: 1, // each test has the app, and the machine's two cores, to itself
  reporter: [['list']],
  outputDir: 'test-results',
  use: { trace: 'retain-on-failure' },
})
