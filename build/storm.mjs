// Devices at work over a server while its nodes and they themselves are killed and paused; at the end all must show the same.
// Usage: npm run storm -- --couch URL [--minutes 15] [--devices 3] [--nodes 'COMMAND {do} {node}'] [--seed N]
// `--couch` names an administrator (http://admin:secret@host:port), or a balancer in front of several nodes. `--nodes` is a
// command that does something to a node: {do} is kill, back, pause or resume, {node} 1 to 3. Not a part of `npm test`.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    couch: { type: 'string' },
    minutes: { type: 'string', default: '15' },
    devices: { type: 'string', default: '3' },
    nodes: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
})
if (!values.couch) {
  console.error('usage: npm run storm -- --couch URL [--minutes 15] [--devices 3] [--nodes COMMAND] [--seed N]')
  process.exit(2)
}
const root = resolve(import.meta.dirname, '..')
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
    },
  },
)
process.exit(run.status ?? 1)
