// Runs the end-to-end tests on the built app: on the display there is, else under Xvfb, else with offscreen windows.
// Building is the caller's business. Arguments go to Playwright.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import electron from 'electron'
import { displayFor, sandboxHindrance } from './machine.mjs'

const hindrance = sandboxHindrance(join(dirname(electron), 'chrome-sandbox'))
if (hindrance) {
  console.error(hindrance)
  process.exit(1)
}

const env = { ...process.env }
delete env.ELECTRON_RUN_AS_NODE // it would turn the app under test into plain Node
const args = ['node_modules/@playwright/test/cli.js', 'test', ...process.argv.slice(2)]
const [command, ...rest] = [...displayFor(env), process.execPath, ...args]
const run = spawnSync(command, rest, { stdio: 'inherit', env })
if (run.error) console.error(run.error.message)
process.exit(run.status ?? 1)
