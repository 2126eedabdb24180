// Files beyond any measure: each limit holds before the parsing, is told with its row, and costs nothing else of the file.
// Times are those the thread worked; memory is what is held at once.
import { once } from 'node:events'
import { createWriteStream, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ContactInput } from '@shared/model/contact'
import { expect, test, vi } from 'vitest'
import type { ContactImporter, RowVerdict } from '../../src-main/engine/import-port'
import { openDesk } from './support/desk'

/** Work is bounded by what the thread worked; by the clock a busy machine may take many times that. */
vi.setConfig({ testTimeout: 120_000 })

const MEGABYTE = 2 ** 20

/** Takes rows and keeps the last few. */
function collector() {
  const people: ContactInput[] = []
  const importer: ContactImporter = {
    begin: () => ({
      plan: async () => [],
      apply: async (drafts) =>
        drafts.map(({ row, input }): RowVerdict => {
          if (people.length < 10) people.push(input)
          return { row, verdict: 'create', displayName: '', disputes: [], keptExisting: [], unfit: [] }
        }),
      end: async () => undefined,
    }),
  }
  return { people, importer }
}

const workedMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Writes a file piece by piece and imports it. @returns what became of it, what it cost, and the longest time without a turn */
async function importing(name: string, pieces: Iterable<string>, meanwhile?: (cancel: () => void) => void) {
  const { people, importer } = collector()
  const desk = openDesk(importer)
  const path = join(desk.dir, name)
  const out = createWriteStream(path)
  for (const piece of pieces) if (!out.write(piece)) await once(out, 'drain')
  out.end()
  await once(out, 'finish')
  const before = process.memoryUsage.rss()
  let most = 0
  let longest = 0
  let turn = workedMs()
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss() - before)
    longest = Math.max(longest, workedMs() - turn)
    turn = workedMs()
  }, 5)
  const started = workedMs()
  const file = await desk.jobs.open(path)
  await desk.jobs.run(file.importId, file.columns, { onMatch: 'fill' })
  meanwhile?.(() => desk.jobs.cancel(file.importId))
  const state = await desk.jobs.settled(file.importId)
  clearInterval(watch)
  return {
    state,
    people,
    lines: await desk.lines(file),
    worked: workedMs() - started,
    most: most / MEGABYTE,
    longest,
    desk,
    file,
  }
}

const HEADER = 'First Name,Last Name,Email\n'
const ANN = 'Ann,One,ann@example.org\n'
function* repeated(text: string, times: number, block = 1000): Generator<string> {
  for (let left = times; left > 0; left -= block) yield text.repeat(Math.min(block, left))
}

test('a card of 32,000 properties: the first thousand are read, in no time', async () => {
  const { state, people, lines, worked, longest } = await importing('a.vcf', [
    'BEGIN:VCARD\nVERSION:3.0\nFN:Ann One\n',
    ...repeated('item1.TEL:0412345678\n', 32_000),
    'END:VCARD\nBEGIN:VCARD\nFN:Bob Two\nEND:VCARD\n',
  ])
  expect(state).toMatchObject({ phase: 'done', counts: { rows: 2, creates: 2, warnings: 1 } })
  expect(people.map(({ firstName }) => firstName)).toEqual(['Ann', 'Bob'])
  expect(lines).toMatchObject([
    { row: 1, code: 'too_many_values' },
    { row: 1, code: 'too_many_values' },
  ])
  expect(worked).toBeLessThan(3000)
  expect(longest).toBeLessThan(1500)
})

test('9 MB of different numbers in one card', async () => {
  function* numbers() {
    const block = (from: number) =>
      Array.from({ length: 1000 }, (_, n) => `TEL:0412${String(from + n).padStart(6, '0')}\n`)
    for (let from = 0; from < 450_000; from += 1000) yield block(from).join('')
  }
  const { state, worked } = await importing('a.vcf', ['BEGIN:VCARD\nFN:Ann One\n', ...numbers(), 'END:VCARD\n'])
  expect(state).toMatchObject({ phase: 'done', counts: { rows: 1, creates: 1 } })
  expect(worked).toBeLessThan(8000)
})

test('a row of 20 MB is refused; those around it are in, and memory is not filled', async () => {
  const { state, people, lines, worked, most } = await importing('a.csv', [
    HEADER,
    ANN,
    ...repeated('x,', 10_000_000, 100_000),
    '\n',
    ANN.replace('Ann', 'Bob'),
  ])
  expect(state).toMatchObject({ phase: 'done', counts: { rows: 3, creates: 2, rejects: 1 } })
  expect(people.map(({ firstName }) => firstName)).toEqual(['Ann', 'Bob'])
  expect(lines).toMatchObject([{ row: 2, kind: 'rejected', code: 'row_too_long' }])
  expect(most).toBeLessThan(250)
  expect(worked).toBeLessThan(5000)
})

test('a row of too many cells is refused alone', async () => {
  const { lines, state } = await importing('a.csv', [HEADER, `${','.repeat(20_000)}\n`, ANN])
  expect(state.counts).toMatchObject({ rows: 2, creates: 1, rejects: 1 })
  expect(lines).toMatchObject([{ row: 1, code: 'row_too_long', message: expect.stringContaining('10,000 cells') }])
})

test('5 million blank lines are no rows', async () => {
  const { state, worked } = await importing('a.csv', [HEADER, ...repeated('\n', 5_000_000, 1_000_000), ANN])
  expect(state.counts).toMatchObject({ rows: 1, creates: 1 })
  expect(worked).toBeLessThan(4000)
})

test('an import is cancelled in the middle of a long stretch without a row', async () => {
  const { state } = await importing('a.csv', [HEADER, ...repeated('\n', 5_000_000, 1_000_000), ANN], (cancel) =>
    setTimeout(cancel, 20),
  )
  expect(state.phase).toBe('cancelled')
  expect(state.progress).toBeLessThan(1)
})

test('a report has at most 100,000 lines, and says how many more there would be', async () => {
  const header = `First Name,${Array.from({ length: 26 }, (_, n) => `E-mail ${n + 1} - Value`).join(',')}\n`
  const { state, lines, desk, file } = await importing('a.csv', [header, ...repeated(`Bob${',x'.repeat(26)}\n`, 5000)])
  expect(state).toMatchObject({ phase: 'done', counts: { rows: 5000, creates: 5000 } })
  expect(state.reportLines).toBeLessThanOrEqual(101_300)
  const last = await desk.jobs.report(file.importId, { offset: state.reportLines - 1, limit: 1 })
  expect(last.lines).toMatchObject([{ row: 0, code: 'more_lines', message: expect.stringContaining('30,000') }])
  expect(lines).toHaveLength(500)
  const saved = join(desk.dir, 'report.csv')
  await desk.jobs.saveReport(file.importId, saved)
  expect(statSync(saved).size).toBeLessThan(64 * MEGABYTE)
})

test('details of one person are bounded, in number and in length', async () => {
  const header = Array.from({ length: 900 }, (_, n) => `Thing ${n}`).join(',')
  const { state, people, lines } = await importing('a.csv', [
    `First Name,${header}\n`,
    `Ann,${Array.from({ length: 900 }, (_, n) => `value ${n}`).join(',')}\n`,
    `Bob,${'y'.repeat(90_000)},b${',c'.repeat(898)}\n`,
  ])
  expect(state.counts).toMatchObject({ rows: 2, creates: 2, warnings: 2 })
  expect(Object.keys(people[0]?.customFields ?? {})).toHaveLength(300)
  expect(JSON.stringify(people[1]).length).toBeLessThan(300_000)
  expect(lines.every(({ code }) => code === 'too_many_values')).toBe(true)
})

test('agents within agents, ten thousand deep', async () => {
  const { state, worked } = await importing('a.vcf', [
    'BEGIN:VCARD\nFN:Ann One\n',
    ...repeated('AGENT:\nBEGIN:VCARD\nFN:Agent\n', 10_000),
    ...repeated('END:VCARD\n', 10_001),
  ])
  expect(state.phase).toBe('done')
  expect(worked).toBeLessThan(5000)
})

test('a picture of 40 MB is not collected, folded or on one line', async () => {
  const { state, people, lines, most } = await importing('a.vcf', [
    'BEGIN:VCARD\nFN:Ann One\nPHOTO;ENCODING=b:',
    ...repeated('A'.repeat(1000), 20_000, 100),
    '\nEND:VCARD\nBEGIN:VCARD\nFN:Bob Two\nPHOTO;ENCODING=b:A\n',
    ...repeated(` ${'A'.repeat(74)}\n`, 260_000),
    'END:VCARD\n',
  ])
  expect(state.counts).toMatchObject({ rows: 2, creates: 2, rejects: 0 })
  expect(people.map(({ firstName }) => firstName)).toEqual(['Ann', 'Bob'])
  expect(lines).toMatchObject([{ row: 0, code: 'property_left_out' }])
  expect(most).toBeLessThan(250)
})
