import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { threadSource } from './build/thread-source.mjs'

export default defineConfig({
  plugins: [threadSource()],
  resolve: { alias: { '@shared': resolve(import.meta.dirname, 'src-shared') } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    environment: 'node',
    globalSetup: [resolve(import.meta.dirname, 'test/support/bundles-folder.ts')],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 30_000,
    // One process a file: each opens its own databases, and RxDB counts open collections per process.
    pool: 'forks',
    isolate: false,
    maxWorkers: 3,
  },
})
