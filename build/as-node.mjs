// Runs a Node script in Electron's own Node, so that tests and tools meet the same Node and SQLite as the app.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import electron from 'electron'

const run = spawnSync(electron, process.argv.slice(2), {
  stdio: 'inherit',
  env: {
    // A device in a process of its own compiles six megabytes: a sixth of its start, saved from the second one on.
    NODE_COMPILE_CACHE: resolve(import.meta.dirname, '../node_modules/.cache/compiled'),
    ...process.env,
    ELECTRON_RUN_AS_NODE: '1',
  },
})
if (run.error) console.error(run.error.message)
process.exit(run.status ?? 1)
