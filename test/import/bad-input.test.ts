// Bad input, each with its exact message: nothing half imported, a row is in whole or in the report.
import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openDesk, refusal } from './support/desk'
import { MemoryPeople, nameOf } from './support/people'

const HEADER = 'First Name,Last Name,Email,Phone\n'
const rows = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => {
    const n = from + index
    return `Ann,Number${n},ann${n}@example.org,0412${String(n).padStart(6, '0')}\n`
  }).join('')

const refusedToOpen: [what: string, name: string, content: string | Uint8Array, code: string, message: string][] = [
  ['an empty file', 'empty.csv', '', 'no_rows', '“empty.csv” is empty.'],
  ['nothing but a byte order mark and blank lines', 'blank.csv', '\ufeff\n\n', 'no_rows', '“blank.csv” is empty.'],
  ['0 rows', 'header.csv', HEADER, 'no_rows', '“header.csv” has a header but no rows under it.'],
  [
    'prose',
    'letter.txt',
    'Dear Kate,\n\nit was good to see you, and the children, in Sydney.\nCome again.\n',
    'not_tabular',
    '“letter.txt” is not a table of people: it looks like plain text without columns. Export the people as CSV or vCard and open that file.',
  ],
  [
    'a web page',
    'people.html',
    '<!DOCTYPE html><table><tr><td>Kate</td></tr></table>',
    'not_tabular',
    '“people.html” is not a table of people: it looks like a web page (HTML). Export the people as CSV or vCard and open that file.',
  ],
  [
    'JSON',
    'people.json',
    '[{"name": "Kate", "phone": "0412345678"}]',
    'not_tabular',
    '“people.json” is not a table of people: it looks like a JSON file. Export the people as CSV or vCard and open that file.',
  ],
  [
    'an Excel workbook',
    'people.xlsx',
    Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 6, 0]), Buffer.alloc(22), Buffer.from('[Content_Types].xml')]),
    'not_tabular',
    '“people.xlsx” is not a table of people: it looks like an Excel workbook. Export the people as CSV or vCard and open that file.',
  ],
  [
    'a PNG image',
    'kate.png',
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]),
    'not_tabular',
    '“kate.png” is not a table of people: it looks like a PNG image. Export the people as CSV or vCard and open that file.',
  ],
  [
    'a PDF document',
    'people.pdf',
    '%PDF-1.7\n1 0 obj',
    'not_tabular',
    '“people.pdf” is not a table of people: it looks like a PDF document. Export the people as CSV or vCard and open that file.',
  ],
  [
    'other binary data, late in the file',
    'people.dat',
    Buffer.concat([Buffer.from(HEADER + rows(5000)), Buffer.from([1, 0, 2, 0, 0, 0, 3])]),
    'not_tabular',
    '“people.dat” is not a table of people: it looks like a binary file. Export the people as CSV or vCard and open that file.',
  ],
  [
    'UTF-16 cut in the middle of a character',
    'cut.csv',
    Buffer.from('\ufeffName,City\nKate,Bonn', 'utf16le').subarray(0, -1),
    'unknown_encoding',
    'The text encoding of “cut.csv” cannot be told: it is marked as UTF-16 LE but is not valid. Save it as “CSV UTF-8” and open it again.',
  ],
]

test.each(refusedToOpen)('%s is refused', async (_, name, content, code, message) => {
  const desk = openDesk()
  const path = desk.write(name, content)
  expect(await refusal(desk.jobs.open(path))).toMatchObject({ code, message })
})

test('a file that is not there, and a folder', async () => {
  const desk = openDesk()
  expect(await refusal(desk.jobs.open(`${desk.dir}/gone.csv`))).toEqual({
    code: 'file_not_found',
    message: 'There is no file “gone.csv”.',
  })
  const error = await refusal(desk.jobs.open(desk.dir))
  expect(error.code).toBe('file_unreadable')
  expect(error.message).toMatch(/^“scv-import-.*” is a folder or a device, not a file\.$/)
})

const encodings: [name: string, content: Uint8Array, encoding: string][] = [
  ['UTF-16 LE with mark', Buffer.from('\ufeffName;City\nZoë;Köln €\n', 'utf16le'), 'UTF-16 LE'],
  ['UTF-16 BE with mark', Buffer.from('\ufeffName;City\nZoë;Köln €\n', 'utf16le').swap16(), 'UTF-16 BE'],
  ['UTF-16 LE without mark', Buffer.from('Name;City\nZoë;Köln €\n', 'utf16le'), 'UTF-16 LE'],
  ['UTF-16 BE without mark', Buffer.from('Name;City\nZoë;Köln €\n', 'utf16le').swap16(), 'UTF-16 BE'],
  ['Windows-1252', Buffer.from('Name;City\nZo\xeb;K\xf6ln \x80\n', 'latin1'), 'Windows-1252'],
  [
    'Windows-1252 told only by its last row',
    Buffer.concat([
      Buffer.from('Name;City\n'),
      Buffer.from('Ann;Bonn\n'.repeat(20_000)),
      Buffer.from('Zo\xeb;K\xf6ln \x80\n', 'latin1'),
    ]),
    'Windows-1252',
  ],
  ['UTF-8', Buffer.from('Name;City\nZoë;Köln €\n'), 'UTF-8'],
  ['UTF-8 with mark', Buffer.from('\ufeffName;City\nZoë;Köln €\n'), 'UTF-8 with BOM'],
]
test.each([
  ['437 and 850', 'Name;City\nJ\x94rg M\x81ller;K\x94ln\nJos\x82 N\xa3\xa4ez;M\xa0laga\n'],
  ['850, few letters', 'Name;City\nJ\x94rg M\x81ller;Bonn\n'],
  ['852', 'Name;City\nWies\x88aw \xbd\xa2\x88kiewski;\x9d\xa2d\xab\n'],
])(
  'code page %s of DOS, which nothing here reads, is not taken for another encoding without a word',
  async (_, content) => {
    const desk = openDesk()
    const file = await desk.jobs.open(desk.write('people.csv', Buffer.from(content, 'latin1')))
    await desk.go(file, 'run')
    expect(await desk.lines(file)).toMatchObject([{ row: 0, code: 'uncertain_encoding' }])
  },
)

test('names of Mac Roman are no Shift JIS, whose characters never stand inside Latin words', async () => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const content = Buffer.from('First Name,Last Name,City\nFran\x8dois,Lef\x8fvre,Orl\x8eans\n', 'latin1')
  const file = await desk.jobs.open(desk.write('people.csv', content))
  expect(file.encoding).toBe('Mac Roman')
  await desk.go(file, 'run')
  expect(people.people[0]?.input).toMatchObject({ firstName: 'François', lastName: 'Lefèvre' })
})

test.each(encodings)('the text of %s is read right', async (_, content, encoding) => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const file = await desk.jobs.open(desk.write('people.csv', content))
  expect(file).toMatchObject({ encoding, separator: ';' })
  expect(file.columns.map(({ header }) => header)).toEqual(['Name', 'City'])
  expect((await desk.go(file, 'run')).phase).toBe('done')
  expect(people.people.at(-1)?.input).toEqual({ firstName: 'Zoë', address: { city: 'Köln €' } })
})

test('ragged rows, a broken quote, an endless cell: people are in, with a warning each; a row without values is a blank line', async () => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const content = [
    'First Name,Last Name,Email,Phone',
    'Kate,Burns,kate@example.org,0412345678',
    'Too,Few',
    'Far,Too,many@example.org,,surplus',
    '',
    'Trailing,Commas,trailing@example.org,,,,',
    `Big,${'x'.repeat(300_000)},,`,
    'Bob,"the "builder" man",,',
    ' , ,,',
    'Tall,5" Pipe,,',
    `Long,${'y'.repeat(257)},,`,
    'Joshua,Erceg,joshua@example.org,',
  ].join('\r\n')
  const file = await desk.jobs.open(desk.write('mixed.csv', content))
  const planned = await desk.go(file, 'plan')
  expect(people.people).toEqual([])
  const done = await desk.go(file, 'run')
  expect(done.counts).toEqual(planned.counts)
  expect(done.counts).toEqual({ rows: 9, creates: 9, updates: 0, unchanged: 0, rejects: 0, disputes: 0, warnings: 5 })
  expect(people.people.map(({ input }) => nameOf(input))).toEqual([
    'Kate Burns',
    'Too Few',
    'Far Too',
    'Trailing Commas',
    'Big',
    'Bob the "builder" man',
    'Tall 5" Pipe',
    'Long',
    'Joshua Erceg',
  ])
  expect(people.people[2]?.input.customFields).toEqual({ 'Extra cell 1': 'surplus' })
  expect(people.people[7]?.input.customFields).toEqual({ 'Last Name': 'y'.repeat(257) })
  expect(await desk.lines(file)).toMatchObject([
    {
      row: 2,
      kind: 'warning',
      code: 'ragged_row',
      message: 'The row has 2 cells where 4 are expected; those missing at its end were taken as empty.',
    },
    {
      row: 3,
      kind: 'warning',
      code: 'ragged_row',
      message:
        'The row has 5 cells where 4 are expected; those beyond the last column were kept as further details. Look whether the row is right.',
    },
    {
      row: 5,
      kind: 'warning',
      code: 'cell_too_long',
      message: 'A cell holds 300,000 characters; at most 100,000 are read. It was left out.',
      column: 'Last Name',
    },
    {
      row: 6,
      kind: 'warning',
      code: 'bad_quote',
      message:
        'A quote in line 8 is not closed where its cell ends; it was taken as a part of the text. Look whether the row is right.',
    },
    {
      row: 8,
      kind: 'warning',
      code: 'invalid_value',
      message: '“Last Name” does not fit (257 characters where at most 256 fit); it was kept as a further detail.',
      column: 'Last Name',
      value: `${'y'.repeat(200)}…`,
    },
  ])
})

test('an invalid phone is kept as typed, an invalid mail address is a detail, and both are reported', async () => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const content = `${HEADER}Kate,Burns,kate@@example,12 34\nNobody,,,\n,,nobody@,\n`
  const file = await desk.jobs.open(desk.write('values.csv', content))
  const done = await desk.go(file, 'run')
  expect(done.counts).toMatchObject({ rows: 3, creates: 2, rejects: 1, warnings: 1 })
  expect(people.people.map(({ input }) => input)).toEqual([
    {
      firstName: 'Kate',
      lastName: 'Burns',
      workPhone: { userInput: '12 34' },
      customFields: { Email: 'kate@@example' },
    },
    { firstName: 'Nobody' },
  ])
  expect([...people.claims.keys()]).toEqual([])
  expect(await desk.lines(file)).toEqual([
    {
      row: 1,
      kind: 'warning',
      code: 'invalid_phone',
      message: '“12 34” is not a valid phone number; it was kept as typed and identifies nobody.',
      column: 'Phone',
      value: '12 34',
    },
    {
      row: 1,
      kind: 'warning',
      code: 'invalid_email',
      message: '“kate@@example” is not an e-mail address; it was kept as a further detail.',
      column: 'Email',
      value: 'kate@@example',
    },
    {
      row: 3,
      kind: 'rejected',
      code: 'empty_row',
      message:
        '“nobody@” is not an e-mail address; it was kept as a further detail. Nothing else is known of this person.',
      column: 'Email',
      value: 'nobody@',
    },
  ])
})

const everyRow = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `Ann Number${from + index}`)

test('a quote that is never closed costs no row: it belongs to the text, and is told', async () => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const content = `${HEADER}${rows(450)}Jo,"Erceg,,\n${rows(30, 500)}`
  const file = await desk.jobs.open(desk.write('quote.csv', content))
  const done = await desk.go(file, 'run')
  expect(done).toMatchObject({ phase: 'done', counts: { rows: 481, creates: 481, warnings: 1 } })
  expect(people.people.map(({ input }) => nameOf(input))).toEqual([
    ...everyRow(1, 450),
    'Jo "Erceg',
    ...everyRow(500, 529),
  ])
  expect(await desk.lines(file)).toMatchObject([{ row: 451, kind: 'warning', code: 'bad_quote' }])
})

test.each([
  ['is told with its line', '"Eve","Free",,\n', 'Eve Free'],
  ['that closes at the end of a cell is told, too', 'Eve,Free 5",eve@example.org,0412345678\n', 'Eve Free 5"'],
])('a quote that would swallow rows until the next one %s, and swallows none', async (_, last, name) => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const content = `${HEADER}${rows(100)}Jo,"Erceg,jo@example.org,\n${rows(30, 500)}${last}`
  const file = await desk.jobs.open(desk.write('quote.csv', content))
  const done = await desk.go(file, 'run')
  expect(done.counts).toMatchObject({ rows: 132, creates: 132, rejects: 0 })
  expect(people.people.map(({ input }) => nameOf(input))).toEqual([
    ...everyRow(1, 100),
    'Jo "Erceg',
    ...everyRow(500, 529),
    name,
  ])
  expect(await desk.lines(file)).toMatchObject([{ row: 101, code: 'bad_quote' }])
})

test('the rest of a row whose beginning is lost does not take the next person in', async () => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const row = (who: string) => `${who},Doe,${who}@example.com,"${who} says ""hello""\nand more",${who}`
  const content = ['First Name,Last Name,Email,Notes,Customer number', '",ann', row('bob'), row('eva')].join('\r\n')
  await desk.go(await desk.jobs.open(desk.write('cut.csv', content)), 'run')
  expect(people.people.map(({ input: { firstName, workEmail } }) => [firstName, workEmail])).toEqual([
    ['"', undefined],
    ['bob', 'bob@example.com'],
    ['eva', 'eva@example.com'],
  ])
})

test('text of several lines stays one cell, also with quotes inside', async () => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const note = 'line one, and\nsays ""hi"" to\nall, of, us, here'
  const content = `First Name,Last Name,Email,Notes\nAnn,One,ann@example.org,"${note}"\nBob,Two,bob@example.org,"he said\n"no" and left"\n`
  await desk.go(await desk.jobs.open(desk.write('notes.csv', content)), 'run')
  expect(people.people.map((person) => person.note)).toEqual([
    'line one, and\nsays "hi" to\nall, of, us, here',
    'he said\n"no" and left',
  ])
})

test('a header with odd quotes, repeated names and lines above it', async () => {
  const desk = openDesk()
  const open = async (name: string, content: string) =>
    (await desk.jobs.open(desk.write(name, content))).columns.map(({ header }) => header)
  expect(await open('a.csv', 'Name,"The "best" mail",Phone\nKate,,\n')).toEqual(['Name', 'The "best" mail', 'Phone'])
  expect(await open('b.csv', 'Name,Email,Phone,email\nKate,k@example.org,,\n')).toEqual([
    'Name',
    'Email',
    'Phone',
    'email (2)',
  ])
  expect(await open('c.csv', 'My export\n\nof, today\nName;Email\nKate;k@example.org\n')).toEqual(['Name', 'Email'])
})

test('a file that vanishes midway', async () => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const path = desk.write('people.csv', HEADER + rows(5000))
  const file = await desk.jobs.open(path)
  people.beforeApply = (batch) => {
    if (batch === 2) rmSync(path)
  }
  const done = await desk.go(file, 'run')
  const count = people.people.length
  expect(count).toBeGreaterThanOrEqual(200)
  expect(count).toBeLessThan(5000)
  expect(done).toMatchObject({
    phase: 'failed',
    counts: { rows: count, creates: count },
    error: {
      code: 'file_not_found',
      message: `“people.csv” disappeared while it was read. The ${count} rows imported before that stay; the rest of the file was not imported.`,
    },
  })
})

test('a file that changes midway, or between dry run and run', async () => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const path = desk.write('people.csv', HEADER + rows(5000))
  const file = await desk.jobs.open(path)
  people.beforeApply = (batch) => {
    if (batch === 2) appendFileSync(path, rows(1, 6000))
  }
  const done = await desk.go(file, 'run')
  const count = people.people.length
  expect(done).toMatchObject({
    phase: 'failed',
    counts: { rows: count, creates: count },
    error: {
      code: 'file_unreadable',
      message: `“people.csv” changed while it was read. The ${count} rows imported before that stay; the rest of the file was not imported.`,
    },
  })

  const second = desk.write('second.csv', HEADER + rows(3))
  const again = await desk.jobs.open(second)
  expect((await desk.go(again, 'plan')).phase).toBe('planned')
  writeFileSync(second, HEADER + rows(2))
  expect((await desk.go(again, 'run')).error).toEqual({
    code: 'file_unreadable',
    message: '“second.csv” changed while it was read. Nothing was written.',
  })
})

test('cancel midway stops after the batch at work and tells what is in', async () => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const file = await desk.jobs.open(desk.write('people.csv', HEADER + rows(5000)))
  people.beforeApply = (batch) => {
    if (batch === 3) desk.jobs.cancel(file.importId)
  }
  const done = await desk.go(file, 'run')
  expect(done).toMatchObject({ phase: 'cancelled', dryRun: false, counts: { rows: 300, creates: 300 } })
  expect(done.progress).toBeLessThan(1)
  expect(done.error).toBeUndefined()
  expect(people.people.length).toBe(300)
  expect(people.ends.at(-1)).toMatchObject({ cancelled: true, counts: { creates: 300 } })
  people.beforeApply = () => {}
  expect((await desk.go(file, 'run')).counts).toMatchObject({ rows: 5000, creates: 4700, unchanged: 300 })
})
