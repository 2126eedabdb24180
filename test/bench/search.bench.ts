// Search at the size of a large organisation: how long each kind of query takes, and what taking people in costs.
// Invariant: queries are drawn from the people themselves, and an answer that must be there and is not fails the bench.
// Options: --people N (100000), --json, --strict. The floor of taking in is FTS5 alone, given the same names and values.

import { join } from 'node:path'
import { base, en, Faker } from '@faker-js/faker'
import { createSearchIndex, type SearchEntry } from '../../src-main/projections/search'
import { openSqlite, type SqliteDatabase } from '../../src-main/sqlite/database'
import { asPersonId } from '../../src-shared/model/ids'
import { type BenchRow, numberOption, report, row, scratchFolder } from './harness'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 1)
const LIMIT = 50
const QUERIES = 200
const SLICE = 500

const faker = new Faker({ locale: [en, base], seed: 7 })

function person(at: number): SearchEntry {
  const first = faker.person.firstName()
  const last = faker.person.lastName()
  return {
    personId: asPersonId(faker.string.uuid()),
    names: {
      first,
      last,
      ...(at % 5 === 0 ? { middle: faker.person.middleName() } : {}),
      ...(at % 4 === 0 ? { organisation: faker.company.name() } : {}),
    },
    mails: [`${first}.${last}${faker.number.int(9999)}@${faker.internet.domainName()}`.toLowerCase()],
    numbers: [`+614${faker.string.numeric(8)}`],
    others: at % 3 === 0 ? [faker.string.alphanumeric(12)] : [],
    lastActive: at % 2 === 0 ? 0 : NOW - faker.number.int(700 * DAY),
  }
}

/** One letter of a word replaced, left out, doubled or swapped with the next. */
function misspelt(word: string): string {
  const at = 1 + faker.number.int(Math.max(0, word.length - 3))
  const [before, letter, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)]
  return faker.helpers.arrayElement([
    `${before}x${after}`,
    before + after,
    before + letter + letter + after,
    before + after.charAt(0) + letter + after.slice(1),
  ])
}

/** `sure`: the person must be found. */
/** p95 in ms: a look-up has to be answered within 20 ms, whatever is typed. */
const KINDS: Record<string, { goal: number; text: (p: SearchEntry) => string; sure?: boolean }> = {
  'one letter': { goal: 20, text: (p) => (p.names.first ?? '').slice(0, 1) },
  'two letters': { goal: 20, text: (p) => (p.names.last ?? '').slice(0, 2) },
  'first name': { goal: 20, text: (p) => p.names.first ?? '' },
  'first name and surname prefix': { goal: 20, text: (p) => `${p.names.first} ${p.names.last?.slice(0, 3)}` },
  'surname and first name prefix': { goal: 20, text: (p) => `${p.names.last} ${p.names.first?.slice(0, 3)}` },
  'full name': { goal: 20, text: (p) => `${p.names.first} ${p.names.last}` },
  'part of a name': { goal: 20, text: (p) => (p.names.last ?? '').slice(1, 5) },
  'mail address': { goal: 20, text: (p) => p.mails[0] ?? '', sure: true },
  'part of a mail address': { goal: 20, text: (p) => (p.mails[0] ?? '').slice(3, 11) },
  'end of every mail address': { goal: 20, text: () => 'com' },
  'first name and part of a mail address': { goal: 20, text: (p) => `${p.names.first} ${p.mails[0]?.split('@')[1]}` },
  'whole number': { goal: 20, text: (p) => p.numbers[0] ?? '', sure: true },
  'national number': { goal: 20, text: (p) => `0${p.numbers[0]?.slice(3, 6)} ${p.numbers[0]?.slice(6)}`, sure: true },
  'three digits': { goal: 20, text: (p) => (p.numbers[0] ?? '').slice(-3) },
  'start of every number': { goal: 20, text: () => '+614' },
  'no answer': { goal: 20, text: () => 'zzyzxqw vqwxzzyq' },
  'misspelt surname': { goal: 20, text: (p) => misspelt(p.names.last ?? '') },
  'misspelt full name': { goal: 20, text: (p) => `${misspelt(p.names.first ?? '')} ${misspelt(p.names.last ?? '')}` },
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

/** Microseconds a person, when people come in slices, each in a transaction. */
function take(
  db: SqliteDatabase,
  entries: readonly SearchEntry[],
  put: (entry: SearchEntry, at: number) => void,
  beforeCommit = () => {},
): number {
  const start = performance.now()
  for (let at = 0; at < entries.length; at += SLICE) {
    db.exec('BEGIN')
    for (const [offset, entry] of entries.slice(at, at + SLICE).entries()) put(entry, at + offset)
    beforeCommit()
    db.exec('COMMIT')
  }
  return ((performance.now() - start) * 1000) / entries.length
}

function open(name: string): SqliteDatabase {
  const db = openSqlite(join(folder, name))
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON')
  return db
}

/** The least that finding words and parts by FTS5 costs: two tables, rowids in order, nothing kept, no typing errors. */
function floorOfTaking(entries: readonly SearchEntry[]): number {
  const db = open('floor.sqlite')
  db.exec(`CREATE VIRTUAL TABLE words USING fts5 (text, content='', tokenize='unicode61', prefix='1 2 3', detail=none);
    CREATE VIRTUAL TABLE parts USING fts5 (text, content='', tokenize='trigram')`)
  const words = db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)')
  const parts = db.prepare('INSERT INTO parts (rowid, text) VALUES (?, ?)')
  const cost = take(db, entries, ({ names, mails, numbers, others }, at) => {
    const name = Object.values(names).join(' ')
    words.run(at + 1, name)
    parts.run(at + 1, [name, ...mails, ...numbers, ...others].join('\n'))
  })
  db.close()
  return cost
}

const folder = scratchFolder()
const size = numberOption('people', 100_000)
const rows: BenchRow[] = []
const people = Array.from({ length: size }, (_, at) => person(at))
const db = open('search.sqlite')
const index = createSearchIndex(db)
const taking = (entries: readonly SearchEntry[]) => take(db, entries, (entry) => index.put(entry), index.writeOut)
const some = people.slice(0, 10_000)
const active = some.map((entry) => ({ ...entry, lastActive: NOW }))
const renamed = active.map((entry) => ({ ...entry, names: { ...entry.names, middle: 'Zoe' } }))

rows.push(row('put, new', 'µs', taking(people), floorOfTaking(people), '< 200'))
rows.push(row('put, nothing changed', 'µs', taking(some), 0, '< 200'))
rows.push(row('put, active on another day', 'µs', taking(active), 0, ''))
rows.push(row('put, renamed', 'µs', taking(renamed), 0, ''))
people.splice(0, some.length, ...renamed)

for (const [kind, { goal, text, sure }] of Object.entries(KINDS)) {
  const times: number[] = []
  for (let query = 0; query < QUERIES; query++) {
    const wanted = people[faker.number.int(people.length - 1)]
    if (wanted === undefined) throw new Error('there are no people')
    const typed = text(wanted)
    const start = performance.now()
    const hits = index.search(typed, LIMIT)
    times.push(performance.now() - start)
    if (sure && !hits.some(({ personId }) => personId === wanted.personId)) throw new Error(`${typed} was not found`)
  }
  times.sort((a, b) => a - b)
  rows.push(row(`${kind}, p50`, 'ms', percentile(times, 0.5), 0, ''))
  rows.push(row(`${kind}, p95`, 'ms', percentile(times, 0.95), 0, `< ${goal}`))
}
db.close()
report(`Search among ${size.toLocaleString('en')} people`, rows)
