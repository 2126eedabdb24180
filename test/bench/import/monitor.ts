// Watches the process while it works: how long the event loop stands still, and how much memory it takes.
// Invariant: what the bench itself does (collecting garbage, to see what is really kept) is not held against the product.
import { closeSync, openSync, readSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const MIB = 1024 * 1024
const SAMPLE_MS = 100

/** Standstills in milliseconds: by the clock, and of that what is left without waiting for a processor that others had. */
interface Standstills {
  longest: number
  /** Only one in a thousand is longer. */
  p999: number
  over50: number
  over100: number
}

interface Watched {
  clock: Standstills
  own: Standstills
  /** Of each standstill only what this thread worked: what a faster disk would not change. */
  worked: Standstills
  peakRssMiB: number
}

export interface Monitor {
  /** MiB of living objects, after everything dead was collected. */
  keptMiB(): number
  stop(): Watched
}

/**
 * How long this thread has been ready to run while others had the processor, in ms: the second number of `schedstat`
 * (Linux, Documentation/scheduler/sched-stats). Elsewhere there is no telling, and it stays 0.
 */
function queueClock(): { now(): number; close(): void } {
  if (process.platform !== 'linux') return { now: () => 0, close: () => undefined }
  const file = openSync('/proc/thread-self/schedstat', 'r')
  const buffer = Buffer.alloc(128)
  return {
    now() {
      const length = readSync(file, buffer, 0, buffer.length, 0)
      return Number(buffer.toString('latin1', 0, length).split(' ')[1]) / 1e6
    },
    close: () => closeSync(file),
  }
}

/** How long this thread has worked, in ms. */
function workedMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function summary(gaps: number[]): Standstills {
  gaps.sort((a, b) => a - b)
  return {
    longest: gaps.at(-1) ?? 0,
    p999: gaps[Math.floor(gaps.length * 0.999)] ?? 0,
    over50: gaps.filter((gap) => gap > 50).length,
    over100: gaps.filter((gap) => gap > 100).length,
  }
}

/** Starts watching, with a timer that wants to run each millisecond. */
export function watchProcess(): Monitor {
  const queue = queueClock()
  const clock: number[] = []
  const own: number[] = []
  const worked: number[] = []
  let last = performance.now()
  let lastQueued = queue.now()
  let lastWorked = workedMs()
  let peakRss = process.memoryUsage().rss
  let sampled = last
  const look = () => {
    const now = performance.now()
    const queued = queue.now()
    const work = workedMs()
    clock.push(now - last)
    own.push(Math.max(0, now - last - (queued - lastQueued)))
    worked.push(work - lastWorked)
    last = now
    lastQueued = queued
    lastWorked = work
    if (now - sampled < SAMPLE_MS) return
    sampled = now
    peakRss = Math.max(peakRss, process.memoryUsage.rss())
  }
  const timer = setInterval(look, 1)
  return {
    keptMiB() {
      look()
      collectGarbage()
      collectGarbage()
      const { heapUsed, external } = process.memoryUsage()
      last = performance.now()
      lastQueued = queue.now()
      lastWorked = workedMs()
      return (heapUsed + external) / MIB
    },
    stop() {
      look()
      clearInterval(timer)
      queue.close()
      return { clock: summary(clock), own: summary(own), worked: summary(worked), peakRssMiB: peakRss / MIB }
    },
  }
}
