// Runs a Node script in Electron's own Node, so that tests and tools meet the same Node and SQLite as the app.
import { spawnSync } from 'node:child_process'
import electron from 'electron'

const run = spawnSync(electron, process.argv.slice(2), {
  stdio: 'inherit',
  env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
})
if (run.error) console.error(run.error.message)
process.exit(run.status ?? 1)
