// What all benches share: options, medians, and a table (or JSON) in which every number stands beside its floor.
// Invariant: ours and floor are measured in the same run, alternating, so that the ratio means something on any machine.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One measured line. `ratio` is ours / floor, both in `unit`; a row without a floor has 0 there and judges `ours` itself. */
export type BenchRow = {
  what: string
  ours: number
  floor: number
  ratio: number
  goal: string
  ok: boolean
  unit: string
}

/** A goal as it is written in the table: `≥ 0.7` or `≤ 2` for the ratio, `< 50` for the value itself; '' is no goal. */
export type Goal = '' | `≥ ${number}` | `≤ ${number}` | `< ${number}`

/** Whether a flag such as `--json` was given. */
export function flag(name: string): boolean {
  return process.argv.includes(`--${name}`)
}

/** The number after an option such as `--docs 100000`. */
export function numberOption(name: string, otherwise: number): number {
  const position = process.argv.indexOf(`--${name}`)
  if (position < 0) return otherwise
  const value = Number(process.argv[position + 1])
  if (!Number.isFinite(value)) throw new Error(`--${name} needs a number`)
  return value
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2
}

/** Milliseconds that some work takes, begun in a fresh turn of the event loop: nobody pays for the turn of another. */
export async function timed(work: () => unknown): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve))
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Makes a row and judges it. A floor of 0 is none: there is no ratio then, and a goal is for the value itself. */
export function row(what: string, unit: string, ours: number, floor: number, goal: Goal): BenchRow {
  return judge(what, unit, ours, floor, floor === 0 ? 0 : ours / floor, goal)
}

/**
 * Makes a row of rounds that alternated: medians, and the median of the ratios of neighbours, which a machine that is slower
 * for a minute does not shift.
 */
export function rowOfRounds(
  what: string,
  unit: string,
  ours: readonly number[],
  floors: readonly number[],
  goal: Goal,
): BenchRow {
  const ratios = ours.map((value, round) => value / (floors[round] ?? Number.NaN))
  return judge(what, unit, median(ours), median(floors), median(ratios), goal)
}

function judge(what: string, unit: string, ours: number, floor: number, ratio: number, goal: Goal): BenchRow {
  const [sign, limit] = goal.split(' ')
  const bound = Number(limit)
  const ok = sign === '≥' ? ratio >= bound : sign === '≤' ? ratio <= bound : sign === '<' ? ours < bound : true
  const round = (value: number): number => Number(value.toPrecision(4))
  return { what, ours: round(ours), floor: round(floor), ratio: round(ratio), goal, ok, unit }
}

/** Prints the rows as a table, or as a JSON array with `--json`; with `--strict` a missed goal makes the exit status 1. */
export function report(title: string, rows: readonly BenchRow[]): void {
  if (flag('json')) console.log(JSON.stringify(rows))
  else printTable(title, rows)
  if (flag('strict') && rows.some((line) => !line.ok)) process.exitCode = 1
}

function printTable(title: string, rows: readonly BenchRow[]): void {
  const show = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 })
  const lines = [
    ['what', 'ours', 'floor', 'unit', 'ratio', 'goal', ''],
    ...rows.map((line) => [
      line.what,
      show(line.ours),
      line.floor === 0 ? '–' : show(line.floor),
      line.unit,
      line.floor === 0 ? '–' : `${show(line.ratio)}×`,
      line.goal,
      line.goal === '' ? '' : line.ok ? 'ok' : 'MISSED',
    ]),
  ]
  const widths = lines[0]?.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0))) ?? []
  const isNumber = (i: number): boolean => i === 1 || i === 2 || i === 4
  console.log(`\n${title}`)
  for (const line of lines) {
    console.log(
      line
        .map((cell, i) => (isNumber(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
  }
}

/** A folder for the run, removed at the end of the process. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Watches for how long the event loop stands still; `stop` returns the longest pause in milliseconds. */
export function watchEventLoop(): { stop(): number } {
  let last = performance.now()
  let longest = 0
  let running = true
  const look = (): void => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (running) setImmediate(look)
  }
  setImmediate(look)
  return {
    stop() {
      running = false
      return Math.max(longest, performance.now() - last)
    },
  }
}

/** Whole numbers below a bound, the same in every run. */
export function randomSource(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    // Numerical Recipes' linear congruential generator; its upper bits are good enough to pick documents by.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
