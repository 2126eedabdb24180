// Devices at work over a server while its nodes and they themselves are killed and paused; at the end all must show the same.
// Usage: npm run storm -- --couch URL [--minutes 15] [--devices 3] [--nodes 'COMMAND {do} {node}'] [--seed N] [--former DIR]
// `--couch` names an administrator (http://admin:secret@host:port), or a balancer in front of several nodes. `--nodes` is a
// command that does something to a node: {do} is kill, back, pause or resume, {node} 1 to 3. `--former` is a checkout of an
// earlier version with its modules installed: every other device runs that one. Not a part of `npm test`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    couch: { type: 'string' },
    minutes: { type: 'string', default: '15' },
    devices: { type: 'string', default: '3' },
    nodes: { type: 'string', default: '' },
    former: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
})
if (!values.couch) {
  console.error(
    'usage: npm run storm -- --couch URL [--minutes 15] [--devices 3] [--nodes COMMAND] [--seed N] [--former DIR]',
  )
  process.exit(2)
}
const root = resolve(import.meta.dirname, '..')
const bundles = mkdtempSync(join(tmpdir(), 'scv-storm-'))
/** The device of an earlier version, as that version bundles it. */
let former = ''
if (values.former) {
  const { bundle } = await import(pathToFileURL(resolve(values.former, 'build/bundle.mjs')).href)
  former = await bundle(resolve(values.former, 'test/replication/support/device-process.ts'), bundles, 'former-device')
}
const run = spawnSync(
  process.execPath,
  [
    resolve(root, 'build/as-node.mjs'),
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'test/storm/vitest.config.ts',
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      COUCHDB_URL: values.couch,
      VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true',
      STORM_MINUTES: values.minutes,
      STORM_DEVICES: values.devices,
      STORM_NODES: values.nodes,
      STORM_SEED: values.seed,
      STORM_FORMER: former,
    },
  },
)
rmSync(bundles, { recursive: true, force: true })
process.exit(run.status ?? 1)
