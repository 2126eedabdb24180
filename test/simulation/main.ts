// `npm run simulate -- --seed S --devices N --steps M [--rxdb] [--world W]`: worlds, one after the other, until so many
// steps were taken; `--without "nodes lag,restore"`: without these faults. Exit status 0 only if all were equal and nothing was lost; the last line tells.
// `--mutants [part of a name]`: each mutant in its worlds, and the product in the same. With `--rxdb` each device is a thread with RxDB on SQLite (this file is what the thread runs, too).
import { isMainThread } from 'node:worker_threads'
import { simulateRxdb } from './rxdb/simulate'
import { simulate } from './simulate'
import { tryMutants } from './try-mutants'

const option = (name: string, otherwise: number): number => {
  const place = process.argv.indexOf(`--${name}`)
  const value = place < 0 ? otherwise : Number(process.argv[place + 1])
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} needs a whole number`)
  return value
}

if (isMainThread) {
  const place = process.argv.indexOf('--without')
  const without = (place < 0 ? undefined : process.argv[place + 1]) ?? ''
  const rxdb = process.argv.includes('--rxdb')
  const options = {
    seed: option('seed', Math.trunc(Math.random() * 2 ** 30)),
    devices: option('devices', 5),
    steps: option('steps', rxdb ? 20_000 : 100_000),
    weights: Object.fromEntries(without.split(',').map((fault) => [fault.trim(), 0])),
    ...(process.argv.includes('--world') ? { world: option('world', 0), alone: true } : {}),
    print: console.log,
  }
  const mutants = process.argv.indexOf('--mutants')
  if (mutants >= 0) {
    const next = process.argv[mutants + 1] ?? ''
    process.exit((await tryMutants(next.startsWith('--') ? '' : next, options)) ? 0 : 1)
  }
  const { ok, line } = rxdb
    ? await simulateRxdb({ ...options, program: new URL(import.meta.url) })
    : await simulate(options)
  console.log(line)
  process.exit(ok ? 0 : 1)
} else await import('./rxdb/device')
