// What people type and whom they mean: one row for each way of looking somebody up.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSearchIndex, type SearchEntry, type SearchIndex } from '../../src-main/projections/search'
import { openSqlite, type SqliteDatabase } from '../../src-main/sqlite/database'
import { asPersonId } from '../../src-shared/model/ids'

const DAY = 86_400_000

function person(personId: string, names: SearchEntry['names'], rest: Partial<SearchEntry> = {}): SearchEntry {
  return { personId: asPersonId(personId), names, mails: [], numbers: [], others: [], lastActive: 0, ...rest }
}

const PEOPLE: readonly SearchEntry[] = [
  person(
    'kaleb',
    { first: 'Kaleb', middle: 'Jon', last: 'Milne', organisation: 'Acme Widgets' },
    {
      aliases: ['Kaleb Ferrer'],
      mails: ['kaleb.milne@example.com'],
      numbers: ['+61421856397'],
      others: ['@kmilne', 'EXT-00 42'],
    },
  ),
  person('anne', { first: 'Anne-Marie', last: "O'Brien" }, { numbers: ['0300 11'] }),
  person('strasse', { last: 'Straßmann', first: 'Åse' }),
  person('soren', { first: 'Søren', last: 'Łukasz' }),
  person('nguyen', { first: 'Nguyễn Thị', last: 'Hường' }),
  person('turk', { first: 'Işıl', last: 'İnönü' }),
  person('russian', { first: 'Пётр', last: 'Чайковский' }),
  person('greek', { first: 'Οδυσσεύς', last: 'Ελύτης' }),
  person('arabic', { first: 'مُحَمَّد', last: 'أحمد' }),
  person('hebrew', { first: 'שרה', last: 'כהן' }),
  person('chinese', { first: '王小明' }),
  person('japanese', { last: '山田', first: 'たろう' }),
  person('korean', { first: '김민준' }),
  person('thai', { first: 'สมชาย', last: 'ใจดี' }),
  person('wide', { first: 'Ｚｏｌａ' }, { numbers: ['٠٥٥١٢٣٤٥٦٧'] }),
]

let db: SqliteDatabase
let index: SearchIndex
beforeEach(() => {
  db = openSqlite(':memory:')
  index = createSearchIndex(db)
})

describe('finding', () => {
  it.each([
    ['kal', 'kaleb', 'name'],
    ['milne kal', 'kaleb', 'name'],
    ['MILNE, Kaleb', 'kaleb', 'name'],
    ['jon acme', 'kaleb', 'name'],
    ['aleb', 'kaleb', 'name'],
    ['kal*', 'kaleb', 'name'],
    ['idge', 'kaleb', 'name'],
    ['ferrer', 'kaleb', 'name'],
    ['kalbe', 'kaleb', 'name'],
    ['xaleb', 'kaleb', 'name'],
    ['kalebb milen', 'kaleb', 'name'],
    ['kaleb mi', 'kaleb', 'name'],
    ['kaleb example', 'kaleb', 'mail'],
    ['k example', 'kaleb', 'mail'],
    ['b.m', 'kaleb', 'mail'],
    ['KALEB.MILNE@EXAMPLE.COM', 'kaleb', 'mail'],
    ['@exam', 'kaleb', 'mail'],
    ['0421 856', 'kaleb', 'number'],
    ['+61 (0)421-856-397', 'kaleb', 'number'],
    ['0061421856397', 'kaleb', 'number'],
    ['856.397', 'kaleb', 'number'],
    ['397', 'kaleb', 'number'],
    ['8 421 856 397', 'kaleb', 'number'],
    ['kaleb 0421', 'kaleb', 'number'],
    ['ext-00 42', 'kaleb', 'other'],
    ['@kmilne', 'kaleb', 'other'],
    ['anne', 'anne', 'name'],
    ['marie', 'anne', 'name'],
    ['annemarie', 'anne', 'name'],
    ['anne-marie', 'anne', 'name'],
    ['obrien', 'anne', 'name'],
    ["o'brien", 'anne', 'name'],
    ['o’b', 'anne', 'name'],
    ['brien', 'anne', 'name'],
    ['030011', 'anne', 'number'],
    ['strassmann', 'strasse', 'name'],
    ['STRAẞMANN', 'strasse', 'name'],
    ['ase', 'strasse', 'name'],
    ['soren lukasz', 'soren', 'name'],
    ['nguyen thi huong', 'nguyen', 'name'],
    ['isil inonu', 'turk', 'name'],
    ['ISIL', 'turk', 'name'],
    ['петр', 'russian', 'name'],
    ['чайк', 'russian', 'name'],
    ['ковск', 'russian', 'name'],
    ['чайковскйи', 'russian', 'name'],
    ['οδυσσευς', 'greek', 'name'],
    ['ΟΔΥΣΣΕΥΣ', 'greek', 'name'],
    ['محمد', 'arabic', 'name'],
    ['احمد', 'arabic', 'name'],
    ['כהן', 'hebrew', 'name'],
    ['王', 'chinese', 'name'],
    ['小', 'chinese', 'name'],
    ['明', 'chinese', 'name'],
    ['小明', 'chinese', 'name'],
    ['王小明', 'chinese', 'name'],
    ['山田', 'japanese', 'name'],
    ['ろう', 'japanese', 'name'],
    ['山 た', 'japanese', 'name'],
    ['민준', 'korean', 'name'],
    ['สม', 'thai', 'name'],
    ['ชาย', 'thai', 'name'],
    ['zola', 'wide', 'name'],
    ['0551234', 'wide', 'number'],
  ])('%s finds %s by %s', (text, personId, match) => {
    for (const entry of PEOPLE) index.put(entry)
    expect(index.search(text, 5)[0]).toMatchObject({ personId, match })
  })

  it.each([
    'zz',
    'kaleb zz',
    '"',
    '""',
    '*',
    'NEAR(kaleb milne)',
    'words : kaleb',
    '^xal',
    '\0',
    '\ue001kalebmilne',
    '',
  ])('%j finds nobody but takes no harm', (text) => {
    for (const entry of PEOPLE) index.put(entry)
    const found = index.search(text, 5).map((hit) => hit.personId)
    expect(found).toEqual([])
  })
})

describe('order', () => {
  it('puts whole names first, then words, beginnings, parts and misspelt words', () => {
    index.put(person('near', { first: 'Anry', last: 'Burke' }))
    index.put(person('part', { first: 'Rosammy-Lou', last: 'Burke' }))
    index.put(person('part2', { first: 'Xannyx', last: 'Burke' }))
    index.put(person('prefix', { first: 'Annyka', last: 'Burke' }, { lastActive: 9 * DAY }))
    index.put(person('word', { first: 'Anny', last: 'Burke' }))
    index.put(person('whole', { organisation: 'Anny' }))
    const hits = index.search('anny', 10)
    expect(hits.map((hit) => hit.personId)).toEqual(['whole', 'word', 'prefix', 'part2', 'near'])
    expect(hits.map((hit) => hit.score)).toEqual([100, 80, 60, 40, 19])
  })

  it('takes a whole address or number for whose it is, and what is longer once more is typed', () => {
    index.put(
      person('longer', { first: 'A' }, { mails: ['jo@example.com.au'], numbers: ['+4930123456'], lastActive: DAY }),
    )
    index.put(person('exact', { first: 'B' }, { mails: ['jo@example.com'], numbers: ['+493012345'] }))
    const found = (text: string) => index.search(text, 2).map((hit) => hit.personId)
    expect(found('jo@example.com')).toEqual(['exact'])
    expect(found('jo@example.com.a')).toEqual(['longer'])
    expect(found('+49 30 12345')).toEqual(['exact'])
    expect(found('030 12345').sort()).toEqual(['exact', 'longer']) // so few digits may be a beginning
    expect(found('030 123456')).toEqual(['longer'])
  })

  it('finds a number by its last digits however many numbers hold them elsewhere', () => {
    for (let n = 0; n < 400; n += 1) index.put(person(`other${n}`, { first: 'O' }, { numbers: [`+1412345678${n}`] }))
    index.put(person('meant', { first: 'M' }, { numbers: ['+61412345678'] }))
    for (const text of ['0412345678', '0412 345 678', '+61 412 345 678', '0061412345678', '412345678'])
      expect(index.search(text, 3)[0]?.personId, text).toBe('meant')
  })

  it('puts the recently active first, then goes by name, then by id', () => {
    index.put(person('c', { first: 'Ida', last: 'Berg' }))
    index.put(person('b', { first: 'Ida', last: 'Berg' }))
    index.put(person('d', { first: 'Ida', last: 'Alm' }))
    index.put(person('e', { first: 'Ida', last: 'Zorn' }, { lastActive: 5 }))
    index.put(person('f', { first: 'Ida', last: 'Zorn' }, { lastActive: 400 * DAY }))
    expect(index.search('ida', 10).map((hit) => hit.personId)).toEqual(['f', 'e', 'd', 'b', 'c'])
    index.put(person('b', { first: 'Ida', last: 'Berg' }, { lastActive: 500 * DAY }))
    expect(index.search('ida', 2).map((hit) => hit.personId)).toEqual(['b', 'f'])
  })

  it('finds the recently active and whole names among more people than it looks at', () => {
    for (let at = 0; at < 2000; at++)
      index.put(person(`p${at}`, { first: 'Maria', last: `L${at}` }, { lastActive: at * DAY }))
    index.put(person('whole', { organisation: 'Maria' }))
    for (const text of ['m', 'maria', 'ari', 'mar']) {
      const found = index.search(text, 3).map((hit) => hit.personId)
      expect(found).toEqual(text === 'maria' ? ['whole', 'p1999', 'p1998'] : ['p1999', 'p1998', 'p1997'])
    }
  })
})

describe('what it shows', () => {
  it('names the field and the value as it was given', () => {
    for (const entry of PEOPLE) index.put(entry)
    const matched = (text: string) => index.search(text, 1)[0]?.matched
    expect(matched('milne')).toEqual({ label: 'last', text: 'Milne' })
    expect(matched('milne kaleb')).toEqual({ label: 'name', text: 'Kaleb Jon Milne' })
    expect(matched('kaleb ferrer')).toEqual({ label: 'alias', text: 'Kaleb Ferrer' })
    expect(matched('42185')).toEqual({ label: 'number', text: '+61421856397' })
    expect(matched('straß')).toEqual({ label: 'last', text: 'Straßmann' })
  })
})

describe('change', () => {
  it('writes nothing when nothing has changed, and one row when only the moment has', () => {
    const entry = person('a', { first: 'Ida' }, { lastActive: 10 })
    const changes = () => db.prepare('SELECT total_changes() AS n').get()?.['n']
    index.put(entry)
    const before = Number(changes())
    index.put(entry)
    expect(changes()).toBe(before)
    index.put({ ...entry, lastActive: 20 })
    expect(changes()).toBe(before + 1)
  })

  it('takes everything back with a rollback, also from the vocabulary', () => {
    index.put(person('a', { first: 'Rosalind' }))
    index.writeOut()
    db.exec('BEGIN')
    index.put(person('a', { first: 'Gwendolyn' }))
    index.put(person('b', { first: 'Rosalinda' }))
    db.exec('ROLLBACK')
    index.rolledBack()
    expect(index.search('gwendolyn', 5)).toEqual([])
    expect(index.search('rosalidn', 5).map((hit) => hit.personId)).toEqual(['a'])
  })

  it('costs each index one segment a transaction, whatever the order people come in', () => {
    for (let turn = 0; turn < 3; turn++) {
      db.exec('BEGIN')
      for (const [at, entry] of PEOPLE.entries()) {
        index.put({
          ...entry,
          personId: asPersonId(`${turn} ${entry.personId}`),
          lastActive: ((at * 7) % PEOPLE.length) * DAY,
        })
        if (at % 3 === 0)
          index.put({ ...entry, personId: asPersonId(`${turn} ${entry.personId}`), aliases: ['Somebody Else'] })
      }
      index.remove(asPersonId(`${turn} kaleb`))
      index.writeOut()
      db.exec('COMMIT')
    }
    for (const name of ['search_words', 'search_parts'])
      expect(db.prepare(`SELECT count(DISTINCT segid) AS n FROM ${name}_idx`).get()).toEqual({ n: 3 })
    expect(index.search('somebody else', 50)).toHaveLength(Math.ceil(PEOPLE.length / 3) * 3 - 3)
  })

  it('merges segments a little with each transaction, so that a search looks into few', () => {
    let most = 0
    for (let turn = 0; turn < 1000; turn++) {
      db.exec('BEGIN')
      index.put(person(`${turn}`, { first: `Name${turn}` }, { mails: [`p${turn}@example.org`] }))
      if (turn % 2 === 0) index.remove(asPersonId(`${turn / 2}`))
      index.writeOut()
      db.exec('COMMIT')
      for (const name of ['search_words', 'search_parts', 'search_typos'])
        most = Math.max(most, Number(db.prepare(`SELECT count(DISTINCT segid) AS n FROM ${name}_idx`).get()?.['n']))
    }
    expect(most).toBeLessThan(4 * 8) // eight of a size, in four sizes
    expect(index.search('example', 500)).toHaveLength(500)
    expect(index.search('p999@example.org', 5).map((hit) => hit.personId)).toEqual(['999'])
    expect(index.search('p0@example.org', 5)).toEqual([])
  })

  it('keeps nothing of a removed person after scrubbing', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'scv-search-')), 'search.sqlite')
    const db = openSqlite(file)
    db.exec('PRAGMA secure_delete = ON')
    const index = createSearchIndex(db)
    for (const entry of PEOPLE) index.put(entry)
    index.put(person('gone', { first: 'Quetzalcoatlus' }, { mails: ['quetzalcoatlus@example.org'] }))
    index.put(person('gone', { first: 'Quetzalcoatlina' }, { mails: ['quetzalcoatlus@example.org'] }))
    index.remove(asPersonId('gone'))
    let rounds = 0
    while (!index.scrub(100)) expect(++rounds).toBeLessThan(100)
    const bytes = readFileSync(file, 'latin1')
    for (const piece of ['uetzalcoatl', 'etzalc', 'zalcoa', 'quetz']) expect(bytes).not.toContain(piece)
    expect(bytes).toContain('kaleb')
    expect(index.search('kaleb', 1)).toHaveLength(1)
    db.close()
    rmSync(dirname(file), { recursive: true })
  })

  it('forgets everybody and opens again', () => {
    for (const entry of PEOPLE) index.put(entry)
    index.clear()
    expect(index.search('kaleb', 5)).toEqual([])
    for (const entry of PEOPLE) index.put(entry)
    expect(createSearchIndex(db).search('kaleb', 5)).toEqual([])
    index.writeOut()
    expect(createSearchIndex(db).search('kaleb', 5)).toHaveLength(1)
  })
})
