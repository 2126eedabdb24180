import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { TestOrder } from './build/test-order.mjs'
import { threadSource } from './build/thread-source.mjs'

const root = import.meta.dirname
/** Files that put something else in the place of a module, or of what modules find when they load: they need theirs alone. */
const alone = globSync('test/**/*.test.{ts,tsx}', { cwd: root }).filter((file) =>
  /vi\.(mock|hoisted)\(/.test(readFileSync(resolve(root, file), 'utf8')),
)

export default defineConfig({
  plugins: [threadSource()],
  resolve: { alias: { '@shared': resolve(root, 'src-shared') } },
  test: {
    environment: 'node',
    globalSetup: [resolve(root, 'test/support/bundles-folder.ts')],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 30_000,
    // Opening what a file needs, on a machine that is busy.
    hookTimeout: 30_000,
    // Processes, as the app has: SQLite and RxDB count what is open by process. More than cores, since tests of replication
    // wait more than they work.
    pool: 'forks',
    maxWorkers: 4,
    sequence: { sequencer: TestOrder },
    projects: [
      // A process keeps its modules from file to file: loading them took half of a run.
      { extends: true, test: { name: 'shared', include: ['test/**/*.test.{ts,tsx}'], exclude: alone, isolate: false } },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
})
