// How long a large made-up book takes: the first search, what a restart costs, and a person who is new or changed.
// Invariant: measured as the application does it, on the matcher's thread with its index on disk; processor time counts both threads.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { filter, firstValueFrom } from 'rxjs'
import { reopenBook } from '../../../src-main/duplicates/book'
import type { PersonRecord } from '../../../src-main/duplicates/record'
import { createMatching } from '../../../src-main/matching'
import { openIndexFile } from '../../../src-main/matching/index-file'
import { type BenchRow, type Goal, row, scratchFolder } from '../harness'
import { NO_CHANGES, sourceOf } from './book-source'
import { makeContactBook } from './contact-book'

interface Goals {
  scan: Goal
  memory: Goal
}
const GOALS: Goals = { scan: '< 6', memory: '< 300' }
const LARGE_GOALS: Goals = { scan: '< 60', memory: '< 600' }
/** From so many people on. */
const LARGE = 50_000
/** People who are new, and who are changed. */
const CHANGES = 500

const MB = 2 ** 20
const cpuSeconds = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}
/** Ms of processor time that this thread has used: what others do on the machine is not in it. */
const threadMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
/** The most that this thread works between two looks at it, which are so many ms apart while it is free. */
function watchThread(everyMs = 4): { stop(): number } {
  let [last, longest] = [threadMs(), 0]
  const timer = setInterval(() => {
    const now = threadMs()
    longest = Math.max(longest, now - last)
    last = now
  }, everyMs)
  return {
    stop() {
      clearInterval(timer)
      return longest
    },
  }
}
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function openMatcher(records: readonly PersonRecord[], path: string) {
  const onDefect = (error: unknown) => {
    throw error
  }
  const matching = createMatching(sourceOf(records), { path, feed: NO_CHANGES, onDefect })
  const ready = () => firstValueFrom(matching.state$.pipe(filter(({ phase }) => phase === 'ready')))
  return { matching, ready }
}

/** Begins, gives up half-way, and goes on: as a restart does. @returns ms until it was given up */
async function beginAndCancel(records: readonly PersonRecord[], path: string, afterMs: number): Promise<number> {
  const { matching } = openMatcher(records, path)
  matching.start()
  await wait(afterMs)
  const from = performance.now()
  matching.cancel()
  const took = performance.now() - from
  await matching.close()
  return took
}

const centile = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0

/** Ms of work that each of some people takes who are new, or changed: compared, clustered anew, and written. */
function changesOn(path: string, size: number): number[] {
  const index = openIndexFile(path)
  const known = index.records()
  const book = reopenBook(known, {}, index.kept())
  book.like({ id: '' }) // blocking is ready from here on
  const newcomers = makeContactBook(CHANGES, 8).map(({ record }) => record)
  const changed = newcomers.map((record, at) => ({ ...record, id: known[(at * 7919) % size]?.id ?? record.id }))
  const times = [...newcomers, ...changed].map((record) => {
    const from = threadMs()
    const { links } = book.put(record)
    index.change({ put: [record], remove: [], links, said: book.keep().said }, {})
    return threadMs() - from
  })
  index.close()
  return times
}

/** Measures a book of so many people. */
export async function scaleRows(size: number): Promise<BenchRow[]> {
  const goals = size >= LARGE ? LARGE_GOALS : GOALS
  const path = join(scratchFolder(), 'duplicates.sqlite')
  const records = makeContactBook(size, 7).map(({ record }) => record)
  const rows: BenchRow[] = []
  const add = (what: string, unit: string, value: number, goal: Goal) =>
    rows.push(row(`${size.toLocaleString('en')} people: ${what}`, unit, value, 0, goal))

  const first = openMatcher(records, path)
  const began = { at: performance.now(), cpu: process.cpuUsage(), memory: process.memoryUsage().rss }
  const pauses = watchThread()
  let most = 0
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 200)
  first.matching.start()
  const found = await first.ready()
  clearInterval(sampling)
  add('first search', 's', (performance.now() - began.at) / 1000, '')
  add('first search, of one core', 's', cpuSeconds(began.cpu), goals.scan)
  add('first search, longest pause of the main thread', 'ms', pauses.stop(), '< 50')
  add('first search, memory', 'MB', (most - began.memory) / MB, goals.memory)
  add('clusters', '', found.clusters.length, '')
  await first.matching.close()
  add('index on disk', 'MB', statSync(path).size / MB, '< 60')

  const again = { at: performance.now(), cpu: process.cpuUsage() }
  const second = openMatcher(records, path)
  second.matching.start()
  const reopened = await second.ready()
  add('after a restart, of one core', 's', cpuSeconds(again.cpu), '')
  add('after a restart, clusters', '', reopened.clusters.length, '')
  await second.matching.close()

  const times = changesOn(path, size)
  add('a new or changed person, p95', 'ms', centile(times, 0.95), '< 20')
  add('a new or changed person, p99', 'ms', centile(times, 0.99), '< 50')

  const other = join(scratchFolder(), 'duplicates.sqlite')
  add('giving up', 'ms', await beginAndCancel(records, other, Math.min(3000, size / 20)), '< 100')
  return rows
}
