// Laws of reading tables: whatever a program writes by RFC 4180, in any encoding, separator and line break, comes back.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isKnownHeader } from '../../src-main/import/columns/formats'
import { detectDialect } from '../../src-main/import/table/separator'
import { readTable } from '../../src-main/import/table/table'
import { detectEncoding } from '../../src-main/import/text/decode'
import { identifyFile } from '../../src-main/import/text/source'
import { openDesk } from './support/desk'

const ENCODINGS = ['UTF-8', 'UTF-8 with BOM', 'UTF-16 LE', 'UTF-16 BE', 'Windows-1252'] as const
type Encoding = (typeof ENCODINGS)[number]
const encode: Record<Encoding, (text: string) => Buffer> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with BOM': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16 LE': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16 BE': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  'Windows-1252': (text) => Buffer.from(text, 'latin1'),
}

async function readBack(path: string, separator: string) {
  const text = await detectEncoding(await identifyFile(path))
  const rows: string[][] = []
  for await (const { cells, problem, remarks } of readTable(text, { separator, skip: 0 })) {
    expect([problem, ...remarks]).toEqual([undefined])
    rows.push(cells)
  }
  return { rows, encoding: text.encoding }
}

const separators = [',', ';', '\t', '|', ':', '^', '~', '#']

test('a table of any cells comes back as it was written', async () => {
  const desk = openDesk()
  const anyText = fc.string({
    unit: fc.constantFrom(...'abz 0;,|\t:"\'\n\r=^~#éß€Ж漢😀'.split(/(?:)/u), '""', '\r\n', ' ::: '),
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 5 }).chain((width) =>
        fc.record({
          table: fc.array(fc.array(anyText, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
          header: fc.constant(Array.from({ length: width }, (_, index) => `Column ${index}`)),
        }),
      ),
      fc.constantFrom(...separators),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.constantFrom<Encoding>('UTF-8', 'UTF-8 with BOM', 'UTF-16 LE', 'UTF-16 BE'),
      fc.boolean(),
      fc.boolean(),
      async ({ table: any, header }, separator, lineBreak, encoding, quoteAll, lastBreak) => {
        const cell = (value: string) =>
          quoteAll || /["\r\n]/.test(value) || value.includes(separator) ? `"${value.replaceAll('"', '""')}"` : value
        // A row without any value would be a blank line.
        const table = any.map((row) => [...row.slice(0, -1), `${row.at(-1)}z`])
        const written = [header, ...table].map((row) => row.map(cell).join(separator)).join(lineBreak)
        const path = desk.write('table.csv', encode[encoding](written + (lastBreak ? lineBreak : '')))
        const { rows, encoding: found } = await readBack(path, separator)
        expect(found).toBe(encoding)
        expect(rows).toEqual([header, ...table])
      },
    ),
    { numRuns: 300 },
  )
})

test('Windows-1252 text comes back', async () => {
  const desk = openDesk()
  const word = fc.constantFrom(
    'Müller',
    'José',
    'Weiß',
    'Ångström',
    'Núñez',
    'Zoë',
    'Lefèvre',
    'Søren',
    'João',
    'Ann',
    '£50',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 20 }), async (parts) => {
      const rows = [['Zoë', 'Weiß'], ...parts]
      const written = rows.map((row) => row.map((value) => `"${value}"`).join(';')).join('\n')
      const back = await readBack(desk.write('table.csv', encode['Windows-1252'](written)), ';')
      expect(back).toEqual({ rows, encoding: 'Windows-1252' })
    }),
    { numRuns: 50 },
  )
})

test('the separator is found in any table of people', () => {
  const value = fc.string({ unit: fc.constantFrom(...'abc 12;,|:.@"'), maxLength: 10 })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 10 }),
      fc.constantFrom(',', ';', '\t', '|', '^', ':'),
      fc.boolean(),
      (rows, separator, known) => {
        const header = known ? ['Vorname', 'Nachname', 'E-Mail'] : ['alpha one', 'beta two', 'gamma three']
        const written = [header, ...rows]
          .map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator))
          .join('\r\n')
        expect(detectDialect(written, true, isKnownHeader)).toEqual({ separator, skip: 0 })
      },
    ),
    { numRuns: 300 },
  )
})

test.each([
  ['sep=;\nName,first;City,home\nKate;Bonn\n', { separator: ';', skip: 6 }],
  ['sep=\t\r\nName\tCity\r\n', { separator: '\t', skip: 7 }],
  ['a;;b\n1;;2\n3;;4\n', { separator: ';', skip: 0 }],
  ['a||b\n1||2\n', { separator: '|', skip: 0 }],
  ['Name;Note\nKate;one, two\nJo;three, four, five\nEve;six\n', { separator: ';', skip: 0 }],
  ['email\nkate@example.org\n', { separator: ',', skip: 0 }],
  ['anything\nelse\n', undefined],
])('separator of %j', (text, expected) => {
  expect(detectDialect(text, true, isKnownHeader)).toEqual(expected)
})

test('a sep= line is no header, and lines are still counted from the first', async () => {
  const desk = openDesk()
  const file = await desk.jobs.open(desk.write('excel.csv', 'sep=|\r\nName|Phone\r\nKate|0412345678\r\nJo|"open\r\n'))
  expect(file).toMatchObject({ separator: '|', columns: [{ header: 'Name' }, { header: 'Phone' }] })
  await desk.go(file, 'run')
  expect((await desk.lines(file))[0]?.message).toMatch(/^A quote in line 4 is not closed/)
})
