// A process that is killed in the midst of a first search: the next one goes on where it was, and finds what one that was
// never killed finds.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { start } from '../storage/durability/children'
import { bundled } from '../support/bundled'

const PEOPLE = 400
const PAGE = 40
const place = mkdtempSync(join(tmpdir(), 'scv-search-kill-'))
let child = ''
beforeAll(async () => {
  child = await bundled('duplicates-child')
}, 120_000)
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Begins a search, or goes on with it. */
const search = (file: string, slowMs: number) => start(child, join(place, file), String(PEOPLE), String(slowMs))
const found = async (file: string) => {
  const line = await search(file, 0).says('found')
  const [read, clusters] = JSON.parse(line.slice('found '.length)) as [number, unknown[]]
  return { read, clusters }
}
const moment = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
/** How many people the index of a process held, by what it said last. */
const held = (lines: readonly string[]) =>
  Number(lines.findLast((line) => /^(reading|comparing)/.test(line))?.split(' ')[1])

test('killed while it reads and while it compares', { timeout: 180_000 }, async () => {
  const reading = search('killed', 10)
  await reading.says(`reading ${2 * PAGE}`)
  await moment()
  await reading.kill()
  const wasHeld = held(reading.lines)
  expect(wasHeld).toBeLessThan(PEOPLE)

  const comparing = search('killed', 0)
  await comparing.says('comparing')
  expect(Number(comparing.lines.find((line) => /^reading [1-9]/.test(line))?.split(' ')[1])).toBeGreaterThanOrEqual(
    wasHeld,
  )
  await moment()
  await comparing.kill()

  const again = await found('killed')
  expect(again.read).toBeLessThanOrEqual(PAGE) // all had been read by then
  expect(again.clusters.length).toBeGreaterThan(20)
  const never = await found('whole')
  expect(never.read).toBeGreaterThanOrEqual(PEOPLE)
  expect(again.clusters).toEqual(never.clusters)
})
