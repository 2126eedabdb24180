// The import desk: one at a time, followed live, reported, saved, mended and opened again, and leaving nothing behind.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ScvError } from '@shared/errors'
import { importFileSchema, importStateSchema } from '@shared/model/import'
import { expect, onTestFinished, test } from 'vitest'
import { FILL, openDesk, refusal } from './support/desk'
import { MemoryPeople, nameOf } from './support/people'

const HEADER = 'Name,Email,Phone\n'
const people = (count: number) =>
  Array.from({ length: count }, (_, n) => `Ann Number${n},ann${n}@example.org,\n`).join('')

test('what opening tells fits its schema', async () => {
  const desk = openDesk()
  const file = await desk.jobs.open(desk.write('people.csv', `\ufeffName;;E-Mail\nKate Burns;x;k@example.org\nJo;x;\n`))
  expect(importFileSchema.parse(file)).toEqual(file)
  expect(file).toMatchObject({ fileName: 'people.csv', format: 'custom', encoding: 'UTF-8 with BOM', separator: ';' })
  expect(file.columns).toEqual([
    { header: 'Name', target: 'fullName', samples: ['Kate Burns', 'Jo'] },
    { header: 'Column 2', target: 'custom', samples: ['x'] },
    { header: 'E-Mail', target: 'email', samples: ['k@example.org'] },
  ])
  expect(file.bytes).toBe(statSync(join(desk.dir, 'people.csv')).size)
})

test('no file stays open, whether a read ends early, fails or goes to the end', async () => {
  // Node closes a handle that was forgotten when it is collected, and warns.
  const warnings: Error[] = []
  const keep = (warning: Error) => warnings.push(warning)
  process.on('warning', keep)
  onTestFinished(() => {
    process.off('warning', keep)
  })
  const desk = openDesk()
  const file = await desk.jobs.open(desk.write('people.csv', HEADER + people(5000)))
  await desk.jobs.plan(file.importId, file.columns, FILL)
  desk.jobs.cancel(file.importId)
  await desk.jobs.settled(file.importId)
  await desk.go(file, 'run')
  await desk.go(await desk.jobs.open(desk.write('broken.csv', `${HEADER}${people(1000)}"open`)), 'plan')
  await desk.jobs.close()
  setFlagsFromString('--expose-gc')
  for (let turn = 0; turn < 5; turn++) {
    runInNewContext('gc')()
    await new Promise(setImmediate)
  }
  expect(warnings).toEqual([])
})

test('states follow the work and fit their schema', async () => {
  const desk = openDesk()
  const file = await desk.jobs.open(desk.write('people.csv', HEADER + people(3000)))
  const seen: string[] = []
  let last = -1
  let ended = false
  desk.jobs.state$(file.importId).subscribe({
    next: (state) => {
      importStateSchema.parse(state)
      if (seen.at(-1) !== state.phase) seen.push(state.phase)
      if (state.phase === 'running') {
        expect(state.counts.rows).toBeGreaterThanOrEqual(last)
        last = state.counts.rows
      }
    },
    complete: () => {
      ended = true
    },
  })
  const planned = await desk.go(file, 'plan')
  expect(planned.preview.length).toBe(20)
  expect(planned.preview[0]).toEqual({
    row: 1,
    verdict: 'create',
    displayName: 'Ann Number0',
    identifiers: ['ann0@example.org'],
  })
  await desk.go(file, 'run')
  await desk.jobs.discard(file.importId)
  expect(seen).toEqual(['opened', 'planning', 'planned', 'running', 'done'])
  expect(ended).toBe(true)
})

test('one import at a time', async () => {
  const desk = openDesk()
  const first = await desk.jobs.open(desk.write('first.csv', HEADER + people(2000)))
  const second = await desk.jobs.open(desk.write('second.csv', HEADER + people(2)))
  await desk.jobs.run(first.importId, first.columns, FILL)
  for (const file of [first, second])
    expect(await refusal(desk.jobs.plan(file.importId, file.columns, FILL))).toEqual({
      code: 'import_busy',
      message: 'Another import is running. Wait for its end or cancel it first.',
    })
  expect((await desk.jobs.settled(first.importId)).phase).toBe('done')
  expect((await desk.go(second, 'run')).phase).toBe('done')
})

test('refusals before the start leave the import as it was', async () => {
  const desk = openDesk()
  const file = await desk.jobs.open(desk.write('people.csv', HEADER + people(2)))
  const skipped = file.columns.map(({ header }) => ({ header, target: 'skip' }))
  expect((await refusal(desk.jobs.run(file.importId, skipped, FILL))).code).toBe('no_columns_mapped')
  expect(await refusal(desk.jobs.run(file.importId, file.columns, { onMatch: 'fill', region: 'ZZ' }))).toEqual({
    code: 'invalid_input',
    message: '“ZZ” is no region phone numbers are known for.',
    field: 'options.region',
  })
  expect(await desk.jobs.settled(file.importId)).toMatchObject({ phase: 'opened' })
  expect(await refusal(desk.jobs.run('nonesuch', [], FILL))).toEqual({
    code: 'not_found',
    message: 'This import is not open any more. Open the file again.',
  })
})

test('the region chosen for a file reads its national numbers', async () => {
  const memory = new MemoryPeople()
  const desk = openDesk(memory)
  const file = await desk.jobs.open(desk.write('people.csv', 'Name,Phone\nKate,020 7946 0018\n'))
  expect((await desk.go(file, 'plan')).counts.warnings).toBe(1)
  const done = await desk.go(file, 'run', { onMatch: 'fill', region: 'GB' })
  expect(done.counts.warnings).toBe(0)
  expect(done.preview[0]?.identifiers).toEqual(['+442079460018'])
  expect(memory.people[0]?.input.workPhone).toEqual({ userInput: '020 7946 0018', normalizationCountryCode: 'GB' })
})

test('a long report is read in pages, and its file is gone with the import', async () => {
  const desk = openDesk()
  const rows = Array.from({ length: 3456 }, (_, n) => `Ann ${n},not an address ${n},\n`).join('')
  const file = await desk.jobs.open(desk.write('people.csv', HEADER + rows))
  expect((await desk.go(file, 'plan')).reportLines).toBe(3456)
  for (const offset of [0, 99, 100, 1234, 3450]) {
    const { total, lines } = await desk.jobs.report(file.importId, { offset, limit: 10 })
    expect(total).toBe(3456)
    expect(lines.map(({ row }) => row)).toEqual(
      Array.from({ length: Math.min(10, 3456 - offset) }, (_, index) => offset + index + 1),
    )
  }
  expect((await desk.jobs.report(file.importId, { offset: 5000, limit: 10 })).lines).toEqual([])
  expect(readdirSync(desk.dir).sort()).toEqual([`import-${file.importId}.ndjson`, 'people.csv'])
  await desk.jobs.discard(file.importId)
  expect(readdirSync(desk.dir)).toEqual(['people.csv'])
  await desk.jobs.discard(file.importId)
})

test('a saved report can be mended and opened again', async () => {
  const memory = new MemoryPeople()
  const desk = openDesk(memory)
  const content =
    'Name,Email,Note\nKate Burns,,"two\nlines"\n,x@@,"a, ""b"""\nEve Free,e@example.org,"a, ""b""",extra\n'
  const file = await desk.jobs.open(desk.write('people.csv', content))
  expect((await desk.go(file, 'run')).counts).toMatchObject({ creates: 2, rejects: 1, warnings: 1 })
  const saved = join(desk.dir, 'report.csv')
  await desk.jobs.saveReport(file.importId, saved)
  const text = readFileSync(saved, 'utf8')
  expect(text).toBe(
    [
      '\ufeffReport row,Report kind,Report code,Report column,Report value,Report message,Name,Email,Note',
      '2,rejected,empty_row,Email,x@@,“x@@” is not an e-mail address; it was kept as a further detail. Nothing else is known of this person.,,x@@,"a, ""b"""',
      '3,warning,ragged_row,,,The row has 4 cells where 3 are expected; those beyond the last column were kept as further details. Look whether the row is right.,,,',
      '',
    ].join('\r\n'),
  )
  expect(existsSync(`${saved}.part`)).toBe(false)

  writeFileSync(saved, text.replace(',,x@@,', ',Jo Erceg,jo@example.org,'))
  const mended = await desk.jobs.open(saved)
  expect(mended.columns.filter(({ target }) => target !== 'skip').map(({ header }) => header)).toEqual([
    'Name',
    'Email',
    'Note',
  ])
  expect((await desk.go(mended, 'run')).counts).toMatchObject({ creates: 1, rejects: 1 })
  expect(memory.people.map(({ input }) => nameOf(input))).toEqual(['Kate Burns', 'Eve Free', 'Jo Erceg'])
  // Its own report does not grow a second set of the report's columns.
  await desk.jobs.saveReport(mended.importId, saved.replace('report', 'second'))
  expect(readFileSync(saved.replace('report', 'second'), 'utf8').split('\r\n')[0]).toBe(
    '\ufeffReport row,Report kind,Report code,Report column,Report value,Report message,Name,Email,Note',
  )
  expect(await refusal(desk.jobs.saveReport(file.importId, join(desk.dir, 'no/such/folder.csv')))).toEqual({
    code: 'file_unreadable',
    message: '“folder.csv” cannot be written (ENOENT).',
  })
})

test('when the engine cannot write, the batch is not in and the import says so', async () => {
  const memory = new MemoryPeople()
  const desk = openDesk(memory)
  const file = await desk.jobs.open(desk.write('people.csv', HEADER + people(1000)))
  memory.beforeApply = (batch) => {
    if (batch === 2) throw new ScvError('storage_full', 'The disk is full.')
  }
  expect(await desk.go(file, 'run')).toMatchObject({
    phase: 'failed',
    counts: { rows: 100, creates: 100 },
    error: {
      code: 'storage_full',
      message: 'The disk is full. The 100 rows imported before that stay; the rest of the file was not imported.',
    },
  })
  expect(memory.people.length).toBe(100)
  expect(memory.ends).toEqual([{ cancelled: true, counts: expect.objectContaining({ creates: 100 }) }])
})

test('a defect is no refusal: people read that something went wrong, the log gets the error', async () => {
  const memory = new MemoryPeople()
  const desk = openDesk(memory)
  const file = await desk.jobs.open(desk.write('people.csv', HEADER + people(3)))
  memory.beforeApply = () => {
    throw new TypeError('kaboom')
  }
  expect((await desk.go(file, 'run')).error).toEqual({
    code: 'internal',
    message: 'Something unexpected went wrong; the log has more. Nothing was written.',
  })
  expect(desk.defects.splice(0)).toEqual([new TypeError('kaboom')])
})

test('whenever it is cancelled, only whole batches are in', async () => {
  for (let turns = 0; turns < 30; turns++) {
    const memory = new MemoryPeople()
    const desk = openDesk(memory)
    const file = await desk.jobs.open(desk.write('people.csv', HEADER + people(2000)))
    await desk.jobs.run(file.importId, file.columns, FILL)
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    desk.jobs.cancel(file.importId)
    const { phase, counts } = await desk.jobs.settled(file.importId)
    expect(['cancelled', 'done']).toContain(phase) // the last ones may come too late
    expect(counts.rows % 100).toBe(0)
    expect(memory.people.length).toBe(counts.creates)
  }
})

test('cancelling a dry run, and discarding an import at work', async () => {
  const memory = new MemoryPeople()
  const desk = openDesk(memory)
  const file = await desk.jobs.open(desk.write('people.csv', HEADER + people(5000)))
  await desk.jobs.plan(file.importId, file.columns, FILL)
  desk.jobs.cancel(file.importId)
  const state = await desk.jobs.settled(file.importId)
  expect(state).toMatchObject({ phase: 'cancelled', dryRun: true })
  expect(state.counts.rows).toBeLessThan(5000)
  desk.jobs.cancel(file.importId)
  expect((await desk.jobs.settled(file.importId)).phase).toBe('cancelled')

  memory.beforeApply = (batch) => {
    if (batch === 2) void desk.jobs.discard(file.importId)
  }
  await desk.jobs.run(file.importId, file.columns, FILL)
  await desk.jobs.settled(file.importId)
  await desk.jobs.discard(file.importId)
  expect(memory.people.length).toBe(200)
  expect((await refusal(desk.jobs.report(file.importId, { offset: 0, limit: 1 }))).code).toBe('not_found')
  expect(readdirSync(desk.dir)).toEqual(['people.csv'])
})
