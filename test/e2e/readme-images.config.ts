// Takes the README's pictures anew: node build/e2e.mjs -c test/e2e/readme-images.config.ts (after a build).
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  testMatch: 'readme-images.ts',
  timeout: 180_000,
  workers: 1,
  reporter: [['list']],
  outputDir: '../../test-results',
})
