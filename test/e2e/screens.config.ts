// Takes the reference pictures of every screen anew: node build/e2e.mjs -c test/e2e/screens.config.ts (after a build).
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  testMatch: 'screens.ts',
  timeout: 600_000,
  expect: { timeout: 60_000 },
  workers: 1,
  reporter: [['list']],
  outputDir: '../../test-results',
})
