// Runs the benches of test/bench, each bundled and started in Electron's own Node, and prints their tables.
// Usage: node build/bench.mjs [name…] [--help] [--json] [--record] [--strict] [further options of the bench]
// With --json the output is one array of {what, ours, floor, ratio, goal, ok, unit} over all benches that ran; --record appends
// it to docs/performance-history.json, with the commit, the moment, the machine and its load.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { displayFor } from './machine.mjs'

const folder = resolve(import.meta.dirname, '../test/bench')
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace(/\.bench\.ts$/, ''))
const args = process.argv.slice(2)
// Names come first; what follows the first option belongs to the benches.
const firstOption = args.findIndex((arg) => arg.startsWith('--'))
const names = firstOption < 0 ? args : args.slice(0, firstOption)
const record = args.includes('--record')
const options = (firstOption < 0 ? [] : args.slice(firstOption)).filter((option) => option !== '--record')
if (record && !options.includes('--json')) options.push('--json')
const unknown = names.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}; there are: ${known.join(', ')}`)
  process.exit(2)
}
if (options.includes('--help')) {
  // What a bench measures and which options it has stands at the head of its file.
  for (const name of names.length > 0 ? names : known) {
    const lines = readFileSync(resolve(folder, `${name}.bench.ts`), 'utf8').split('\n')
    const head = lines.slice(
      0,
      lines.findIndex((line) => !line.startsWith('//')),
    )
    console.log([name, ...head.map((line) => line.replace('//', ' ')), ''].join('\n'))
  }
  process.exit()
}
const json = options.includes('--json')
/** What else the machine does, so that a number that is off can be judged later. */
const load = Number((loadavg()[0] ?? 0).toFixed(1))
const rows = []
let status = 0
for (const name of names.length > 0 ? names : known) {
  const script = [resolve(import.meta.dirname, 'run-ts.mjs'), resolve(folder, `${name}.bench.ts`), ...options]
  const env = { ...process.env }
  const [command, ...rest] = [...(name === 'ui' ? displayFor(env) : []), process.execPath, ...script]
  const run = spawnSync(command, rest, {
    env,
    stdio: ['inherit', json ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (run.error) console.error(run.error.message)
  status ||= run.status ?? 1
  if (json && run.stdout) rows.push(...JSON.parse(run.stdout))
}
if (json) console.log(JSON.stringify(rows, null, 2))
if (record && rows.length > 0) {
  const history = resolve(import.meta.dirname, '../docs/performance-history.json')
  const entries = existsSync(history) ? JSON.parse(readFileSync(history, 'utf8')) : []
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim()
  const machine = { cores: cpus().length, processor: cpus()[0]?.model, memory: totalmem(), load }
  entries.push({ at: new Date().toISOString(), commit, machine, options, rows })
  // A line each, so that a run adds one.
  writeFileSync(history, `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`)
}
process.exit(status)
