// Search at the size of a large organisation: how long each kind of query takes, and what taking people in costs.
// Invariant: queries are drawn from the people themselves, so each has at least one answer, and it is checked to be there.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { base, en, Faker } from '@faker-js/faker'
import { createSearchIndex, type SearchEntry, type SearchIndex } from '../../src-main/projections/search'

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
    personId: faker.string.uuid(),
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

const KINDS: Record<string, { goal: number; text: (p: SearchEntry) => string; sure?: boolean }> = {
  'one letter': { goal: 10, text: (p) => (p.names.first ?? '').slice(0, 1) },
  'two letters': { goal: 10, text: (p) => (p.names.last ?? '').slice(0, 2) },
  'first name': { goal: 10, text: (p) => p.names.first ?? '' },
  'first name and surname prefix': { goal: 10, text: (p) => `${p.names.first} ${p.names.last?.slice(0, 3)}` },
  'surname and first name prefix': { goal: 10, text: (p) => `${p.names.last} ${p.names.first?.slice(0, 3)}` },
  'full name': { goal: 10, text: (p) => `${p.names.first} ${p.names.last}` },
  'part of a name': { goal: 10, text: (p) => (p.names.last ?? '').slice(1, 5) },
  'mail address': { goal: 10, text: (p) => p.mails[0] ?? '', sure: true },
  'part of a mail address': { goal: 10, text: (p) => (p.mails[0] ?? '').slice(3, 11) },
  'end of every mail address': { goal: 10, text: () => 'com' },
  'first name and part of a mail address': { goal: 10, text: (p) => `${p.names.first} ${p.mails[0]?.split('@')[1]}` },
  'whole number': { goal: 10, text: (p) => p.numbers[0] ?? '', sure: true },
  'national number': { goal: 10, text: (p) => `0${p.numbers[0]?.slice(3, 6)} ${p.numbers[0]?.slice(6)}`, sure: true },
  'three digits': { goal: 10, text: (p) => (p.numbers[0] ?? '').slice(-3) },
  'start of every number': { goal: 10, text: () => '+614' },
  'no answer': { goal: 25, text: () => 'zzyzxqw vqwxzzyq' },
  'misspelt surname': { goal: 25, text: (p) => misspelt(p.names.last ?? '') },
  'misspelt full name': { goal: 25, text: (p) => `${misspelt(p.names.first ?? '')} ${misspelt(p.names.last ?? '')}` },
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

function take(db: DatabaseSync, index: SearchIndex, people: readonly SearchEntry[]): number {
  const start = performance.now(),
    c0 = process.cpuUsage()
  for (let at = 0; at < people.length; at += SLICE) {
    db.exec('BEGIN')
    for (const entry of people.slice(at, at + SLICE)) index.put(entry)
    db.exec('COMMIT')
  }
  const c = process.cpuUsage(c0)
  console.log('cpu µs', c.user / people.length, c.system / people.length)
  return ((performance.now() - start) * 1000) / people.length
}

const size = Number(process.argv[2] ?? 100_000)
const folder = mkdtempSync(join(tmpdir(), 'scv-search-'))
const db = new DatabaseSync(join(folder, 'search.sqlite'))
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ' + (process.env.SD ?? 'ON'))
const index = createSearchIndex(db)
const people = Array.from({ length: size }, (_, at) => person(at))
console.log('put', take(db, index, people).toFixed(1), 'µs')
const same = people.slice(0, 10000)
console.log('put unchanged', take(db, index, same).toFixed(1), 'µs')
console.log(
  'put active',
  take(
    db,
    index,
    same.map((p) => ({ ...p, lastActive: NOW })),
  ).toFixed(1),
  'µs',
)
console.log(
  'put renamed',
  take(
    db,
    index,
    same.map((p) => ({ ...p, lastActive: NOW, names: { ...p.names, middle: 'Zoe' } })),
  ).toFixed(1),
  'µs',
)
const { size: mb } = {
  size: (Number((db.prepare('PRAGMA page_count').get() as { page_count: number }).page_count) * 4096) / 1e6,
}
console.log('MB', mb)
{
  const t = performance.now()
  for (const f of ['words', 'parts', 'typos']) {
    db.exec(`insert into search_${f}(search_${f}) values('optimize')`)
    console.log('optimize', f, performance.now() - t)
  }
}
if (process.argv[3]) {
  db.exec("vacuum into '/tmp/s/src.db'")
  process.exit()
}
for (const [kind, { text, sure }] of Object.entries(KINDS)) {
  const times: number[] = []
  let missing = 0
  for (let n = 0; n < QUERIES; n++) {
    const wanted = people[faker.number.int(people.length - 1)]
    if (wanted === undefined) throw new Error('no people')
    const typed = text(wanted)
    const start = performance.now()
    const hits = index.search(typed, LIMIT)
    times.push(performance.now() - start)
    if (hits.length < LIMIT && !hits.some((hit) => hit.personId === wanted.personId)) missing++
    if (sure && hits[0]?.personId !== wanted.personId) missing++
  }
  times.sort((a, b) => a - b)
  console.log(
    kind.padEnd(40),
    percentile(times, 0.5).toFixed(2),
    percentile(times, 0.95).toFixed(2),
    percentile(times, 1).toFixed(2),
    missing ? `missing ${missing}` : '',
  )
}
db.close()
rmSync(folder, { recursive: true })
