// Broken files: real structures with random damage. Whatever the damage, the import ends in time, without a defect, and never
// puts two people into one. `npm run fuzz:import` tries 20,000; the run of all tests a fixed few.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ScvError } from '@shared/errors'
import type { ContactInput } from '@shared/model/contact'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ContactImporter, RowVerdict } from '../../src-main/engine/import-port'
import { triesOf } from '../support/depth'
import { openDesk } from './support/desk'

const RUNS = triesOf('IMPORT_FUZZ', 240)
/** Of one small file; most take a few. */
const LONGEST_MS = 5000

const FOLDER = join(import.meta.dirname, '../fixtures/real-world')
const real = readdirSync(FOLDER)
  .filter((name) => /\.(csv|vcf)$/.test(name))
  .map((name) => ({ name, bytes: readFileSync(join(FOLDER, name)) }))

/** People whose every value bears their mark, so that a value on the wrong person shows. */
const mark = (n: number) => `q${String.fromCharCode(97 + n)}${String.fromCharCode(97 + n)}q`
const MARK = /q([a-d])\1q/g
const card = (n: number) =>
  [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:${mark(n)}last;${mark(n)}first;;;`,
    `FN:${mark(n)}first ${mark(n)}last`,
    `EMAIL:${mark(n)}@example.com`,
    `item1.URL:https://example.com/${mark(n)}`,
    'item1.X-ABLabel:Blog',
    `NOTE;ENCODING=QUOTED-PRINTABLE:${mark(n)}=20note=`,
    `=20${mark(n)}`,
    `ORG:${mark(n)} Ltd`,
    ` ${mark(n)}`,
    `UID:${mark(n)}`,
    'END:VCARD',
  ].join('\r\n')
const row = (n: number) =>
  [`${mark(n)}first`, `${mark(n)}last`, `${mark(n)}@example.com`, `"${mark(n)} note, ""x""\n${mark(n)}"`, mark(n)].join(
    ',',
  )
const EVERYBODY = [0, 1, 2, 3]

/** What is damaged, and what stands before it: a header that is a person's values is another matter. */
interface Marked {
  name: string
  head: string
  text: string
}

/** The cards of a real file, each with its mark at the head of every value; a file of one card has it four times. */
function markedCards(text: string): Omit<Marked, 'name'> | undefined {
  const cards = text.split(/(?=BEGIN:VCARD)/i).filter((one) => /^BEGIN:VCARD/i.test(one))
  if (cards.length === 0) return undefined
  const value = /^(?!BEGIN:|END:|VERSION:|[^:]*(?:BASE64|ENCODING=B\b))(\w[^:\n]*:)(?=.)/gim
  const all = EVERYBODY.map((n) => (cards[n % cards.length] ?? '').replace(value, `$1${mark(n)} `))
  return { head: '', text: all.map((one) => (one.endsWith('\n') ? one : `${one}\r\n`)).join('') }
}

/** The header of a real file with all that stands before it, and its first row four times, each with its mark in every cell. */
function markedRows(text: string): Omit<Marked, 'name'> | undefined {
  const records = text.match(/(?:"(?:[^"]|"")*"|[^"\n])+(?:\n|$)/g) ?? []
  const first = records.findIndex((record) => /@|\d{5}/.test(record))
  const header = records[first - 1]
  const row = records[first]?.replace(/\r?\n$/, '')
  if (header === undefined || row === undefined) return undefined
  const separator = [';', '\t', ','].find((one) => header.includes(one)) ?? ','
  const cell = new RegExp(`(^|${separator})("?)(?=[^"\\s${separator}])((?:"(?:[^"]|"")*"|[^"${separator}])*)`, 'g')
  const marked = (n: number) => `${row.replace(cell, `$1$2${mark(n)} $3`)}\r\n`
  return { head: records.slice(0, first).join(''), text: EVERYBODY.map(marked).join('') }
}

const MARKED: readonly Marked[] = [
  ...real
    .map(({ name, bytes }) => ({ name, text: bytes.toString('latin1') })) // marks are ASCII: they fit into any of these
    .filter(({ text }) => !text.includes('\0'))
    .flatMap(({ name, text }) => {
      const marked = name.endsWith('.vcf') ? markedCards(text) : markedRows(text)
      return marked === undefined ? [] : [{ name, ...marked }]
    }),
  { name: 'marked.vcf', head: '', text: EVERYBODY.map(card).join('\r\n') },
  {
    name: 'marked.csv',
    head: 'First Name,Last Name,Email,Notes,Customer number\r\n',
    text: EVERYBODY.map(row).join('\r\n'),
  },
]

type Damage =
  | { kind: 'cut' | 'double'; at: number; length: number }
  | { kind: 'insert'; at: number; what: string }
  | { kind: 'line'; at: number; how: 'drop' | 'double' | 'swap' }
const place = fc.double({ min: 0, max: 1, noNaN: true })
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('cut' as const, 'double' as const),
    at: place,
    length: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: place,
    what: fc.constantFrom(
      '"',
      '""',
      ',',
      ';',
      ':',
      '\r',
      '\n',
      ' ',
      '=',
      '\\',
      'BEGIN:VCARD',
      'END:VCARD',
      '\ufeff',
      '\u200b',
      'é',
      '=E9',
      '\t',
      ' ::: ',
      '{',
    ),
  }),
  fc.record({
    kind: fc.constant('line' as const),
    at: place,
    how: fc.constantFrom('drop' as const, 'double' as const, 'swap' as const),
  }),
)

function damaged(text: string, one: Damage): string {
  if (one.kind === 'line') {
    const lines = text.split('\n')
    const at = Math.min(lines.length - 1, Math.floor(one.at * lines.length))
    if (one.how === 'drop') lines.splice(at, 1)
    else if (one.how === 'double') lines.splice(at, 0, lines[at] ?? '')
    else lines.splice(at, 2, ...lines.slice(at, at + 2).reverse())
    return lines.join('\n')
  }
  const at = Math.floor(one.at * text.length)
  if (one.kind === 'insert') return text.slice(0, at) + one.what + text.slice(at)
  const end = at + one.length
  return one.kind === 'cut' ? text.slice(0, at) + text.slice(end) : text.slice(0, end) + text.slice(at)
}

/** Takes everything, keeps what it took. */
function collector(): { importer: ContactImporter; taken: { input: ContactInput; note?: string }[] } {
  const taken: { input: ContactInput; note?: string }[] = []
  const importer: ContactImporter = {
    begin: () => ({
      plan: async () => [],
      apply: async (drafts) =>
        drafts.map(({ row: at, input, note }): RowVerdict => {
          taken.push({ input, ...(note === undefined ? {} : { note }) })
          return { row: at, verdict: 'create', displayName: '', disputes: [], keptExisting: [], unfit: [] }
        }),
      end: async () => undefined,
    }),
  }
  return { importer, taken }
}

const { importer, taken } = collector()
/** Imports a file, whatever it holds. @returns whom it made of it */
async function importing(desk: ReturnType<typeof openDesk>, name: string, content: string | Uint8Array) {
  taken.length = 0
  const started = performance.now()
  try {
    const file = await desk.jobs.open(desk.write(name, content))
    const state = await desk.go(file, 'run')
    expect(state.phase).toBe('done')
    expect(state.counts.rows).toBe(state.counts.creates + state.counts.rejects)
    await desk.jobs.discard(file.importId)
  } catch (error) {
    if (!(error instanceof ScvError)) throw error
    expect(error.code).not.toBe('internal')
  }
  expect(performance.now() - started).toBeLessThan(LONGEST_MS)
  return [...taken]
}

test(
  `${RUNS} damaged files of other products end, without a defect`,
  async () => {
    const desk = openDesk(importer)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...real),
        fc.array(damage, { minLength: 1, maxLength: 6 }),
        async ({ name, bytes }, all) => {
          const text = all.reduce(damaged, bytes.toString('latin1'))
          await importing(desk, name, Buffer.from(text, 'latin1'))
        },
      ),
      { numRuns: RUNS },
    )
  },
  60_000 + RUNS * 100,
)

test('most real structures can be marked, and what is not damaged keeps everybody apart', async () => {
  const desk = openDesk(importer)
  expect(MARKED.length).toBeGreaterThan(real.length * 0.8)
  for (const { name, head, text } of MARKED) {
    const people = await importing(desk, name, Buffer.from(head + text, 'latin1'))
    const marks = people.map((person) => new Set(JSON.stringify(person).match(MARK)))
    for (const own of marks) expect([...own].length, name).toBeLessThanOrEqual(1)
    expect(new Set(marks.flatMap((own) => [...own])).size, name).toBe(EVERYBODY.length)
  }
})

test(
  `${RUNS} damaged files of marked people: nobody has what is another's`,
  async () => {
    const desk = openDesk(importer)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...MARKED),
        fc.array(damage, { minLength: 1, maxLength: 3 }),
        async ({ name, head, text }, all) => {
          // Lines that change places inside quotes leave a file in which nothing is broken any more.
          const broken = all.filter((one) => !(one.kind === 'line' && one.how === 'swap'))
          for (const person of await importing(
            desk,
            name,
            Buffer.from(head + broken.reduce(damaged, text), 'latin1'),
          )) {
            const marks = new Set(JSON.stringify(person).match(MARK))
            expect([...marks].length, JSON.stringify(person)).toBeLessThanOrEqual(1)
          }
        },
      ),
      { numRuns: RUNS },
    )
  },
  60_000 + RUNS * 100,
)
