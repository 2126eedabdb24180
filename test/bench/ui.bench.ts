// The real app at the size of a large organisation, as its user feels it: from a keystroke until its results are painted,
// whether the window ever stands still while one types, and how soon a long journey can be read.
// Invariant: a look-up that does not show whom it must, or a journey without a mark, fails the bench.
// Needs a built app (`npm run build`). Options: --people N (100000), --interactions N (10000), --names N (40), --json, --strict.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { launch } from '../e2e/launch'
import { LookupPage } from '../e2e/pages/lookup'
import { type BenchRow, median, numberOption, report, row, scratchFolder } from './harness'
import { seedFolder } from './ui/seed'

/** Between two keystrokes of a fast typist: 120 words a minute. */
const KEY_MS = 100
const JOURNEYS = 7

interface Watch {
  /** Milliseconds from each keystroke to the frame in which its results stood. */
  keys: number[]
  /** Milliseconds of every task of the window over 50 ms. */
  longTasks: number[]
}
type Watching = typeof globalThis & { watch: Watch }

/** Runs in the page: notes for each key that changes the field when its results were painted. */
function watchTyping(): void {
  const watch: Watch = { keys: [], longTasks: [] }
  Object.assign(globalThis, { watch })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) watch.longTasks.push(entry.duration)
  }).observe({ type: 'longtask' })
  const field = document.querySelector<HTMLInputElement>('input[role="combobox"]')
  field?.addEventListener('keydown', ({ timeStamp, key }) => {
    if (key.length !== 1) return
    const look = (): void => {
      // The frame after the one that found them there is the one that shows them.
      if (document.querySelector('[aria-label="Looking up"]') === null)
        requestAnimationFrame(() => watch.keys.push(performance.now() - timeStamp))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

/** Milliseconds from a click until the journey of whoever is on screen can be read: lanes drawn, rows there. */
function openJourney(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const button = document.querySelector<HTMLElement>('[role="option"]')
    const begun = performance.now()
    button?.click()
    return new Promise<number>((done, fail) => {
      const look = (): void => {
        const lanes = document.querySelectorAll('.scv-journey path[d^="M"]').length
        const rows = document.querySelectorAll('[aria-label="Interactions"] [role="listitem"] p').length
        if (lanes > 0 && rows > 0) requestAnimationFrame(() => done(performance.now() - begun))
        else if (performance.now() - begun > 20_000) fail(new Error('no journey within 20 s'))
        else requestAnimationFrame(look)
      }
      look()
    })
  })
}

const percentile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN

if (!existsSync(resolve('out/main/index.js'))) throw new Error('The app is not built: npm run build')
const people = numberOption('people', 100_000)
const interactions = numberOption('interactions', 10_000)
const userData = scratchFolder()
const seeded = await seedFolder(userData, people, interactions)
const rows: BenchRow[] = []
const running = await launch(userData, { motion: true })
try {
  const { page } = running
  const lookup = new LookupPage(page)
  await lookup.field.waitFor({ timeout: 60_000 })
  await page.waitForTimeout(2_000) // what starting leaves behind

  await page.evaluate(watchTyping)
  for (const name of seeded.names.slice(0, numberOption('names', 40))) {
    await lookup.field.focus()
    for (const letter of name) {
      const begun = performance.now()
      await page.keyboard.press(letter === ' ' ? 'Space' : letter)
      await page.waitForTimeout(Math.max(0, KEY_MS - (performance.now() - begun)))
    }
    await lookup.hits.filter({ hasText: name }).first().waitFor()
    await page.keyboard.press('Escape')
  }
  const { keys, longTasks } = await page.evaluate(() => (globalThis as Watching).watch)
  rows.push(row(`keystroke to results painted, p95 of ${keys.length}`, 'ms', percentile(keys, 0.95), 0, '< 100'))
  rows.push(row('the same, median', 'ms', median(keys), 0, ''))
  rows.push(row('longest task of the window while typing', 'ms', Math.max(0, ...longTasks), 0, '< 100'))

  const times: number[] = []
  for (let turn = 0; turn < JOURNEYS; turn++) {
    await lookup.type(seeded.traveller.name)
    await lookup.hits.filter({ hasText: seeded.traveller.name }).first().waitFor()
    times.push(await openJourney(page))
    await page.keyboard.press('Escape')
  }
  rows.push(
    row(`journey of ${interactions} interactions, first picture and rows, first time`, 'ms', times[0] ?? 0, 0, '< 500'),
  )
  rows.push(row('the same, slowest of the others', 'ms', Math.max(...times.slice(1)), 0, '< 500'))
} finally {
  await running.close()
}
report(`The window, with ${people.toLocaleString('en')} people`, rows)
