// Bundles one TypeScript entry with the product's aliases and runs it in Electron's own Node: for benches, soaks and
// headless commands, which are written in TypeScript like everything else and must meet the app's Node and SQLite.
// Usage: node build/run-ts.mjs ENTRY [args…]
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import electron from 'electron'
import { bundle } from './bundle.mjs'
import { V8_FLAGS } from './machine.mjs'

const [entry, ...args] = process.argv.slice(2)
if (!entry) {
  console.error('usage: node build/run-ts.mjs ENTRY [args…]')
  process.exit(2)
}
const root = resolve(import.meta.dirname, '..')
const name = relative(root, resolve(entry))
  .replace(/\.tsx?$/, '')
  .replace(/[^\w-]+/g, '.')
// One folder a run: several parts have a main.ts, and several of one may start at the same time.
const outDir = resolve(root, 'out/run', `${name}-${process.pid}`)
process.on('exit', () => rmSync(outDir, { recursive: true, force: true }))
const script = await bundle(entry, outDir, name)
const run = spawn(electron, [...V8_FLAGS, script, ...args], {
  stdio: 'inherit',
  env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
})
// What is sent to this process is meant for the one that does the work; it decides how to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => run.kill(signal))
// npm does not pass signals on through its shell: without a parent nobody is left who could stop the program.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) run.kill('SIGTERM')
}, 1000).unref()
run.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
run.on('exit', (code) => process.exit(code ?? 1))
