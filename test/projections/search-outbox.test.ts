// The search index has a file and a thread of its own: whatever one of the two files loses, and whatever fails in between,
// it finds who the views say is there, and nobody else.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { openProjections, type Projections } from '../../src-main/projections'
import { createStatements } from '../../src-main/projections/file/statements'
import { openViewsFile, searchPathOf } from '../../src-main/projections/file/views-file'
import type { SearchEntry } from '../../src-main/projections/search'
import { openSearchOutbox } from '../../src-main/projections/search/outbox'
import { openSqlite } from '../../src-main/sqlite/database'
import { asPersonId, type PersonId } from '../../src-shared/model/ids'
import { contactDocument } from '../support/contact-document'
import { createMemoryStore, type MemoryStore } from '../support/memory-store'

const folder = mkdtempSync(join(tmpdir(), 'scv-search-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newPath = () => join(folder, `views-${files++}.sqlite`)
const open = (path: string, { feed }: MemoryStore) =>
  openProjections(path, feed, (error) => expect.unreachable(String(error)))
const put = ({ store }: MemoryStore, firstName: string, ...ids: string[]) =>
  store.commit(ids.map((id) => ({ kind: 'contacts', previous: undefined, next: contactDocument(id, firstName) })))
const found = async (views: Projections, text: string) => {
  await views.settle()
  await views.searchable()
  return views.search(text, 500).map(({ personId }) => personId)
}
/** One commit of views after the other, so that what was told first is known to be in the index, and forgotten. */
async function goOn(views: Projections, memory: MemoryStore, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    await put(memory, 'Later', id)
    await views.flush()
  }
}

test('the index of views stands beside them', () => {
  expect(searchPathOf('/data/projections.sqlite')).toBe('/data/projections-search-5.sqlite')
})

test.each([
  ['is gone', (path: string) => rmSync(path)],
  ['is no database', (path: string) => copyFileSync(import.meta.filename, path)],
  [
    'is of another version',
    (path: string) => {
      const db = openSqlite(path)
      db.exec('DROP TABLE search_person; PRAGMA user_version = 99')
      db.close()
    },
  ],
])('an index that %s is made anew', async (_, spoil) => {
  const [path, memory] = [newPath(), createMemoryStore()]
  const first = await open(path, memory)
  const many = Array.from({ length: 1100 }, (_one, n) => `many-${n}`)
  await put(memory, 'Grace', ...many)
  await goOn(first, memory, 'a', 'b')
  await first.close()
  spoil(searchPathOf(path))
  const second = await open(path, memory)
  onTestFinished(() => second.close())
  expect(await found(second, 'grace')).toHaveLength(500)
  expect((await found(second, 'later')).sort()).toEqual(['a', 'b'])
  await goOn(second, memory, 'c')
  expect((await found(second, 'later')).sort()).toEqual(['a', 'b', 'c'])
})

test.each([
  ['remember', ['last']],
  ['have forgotten', ['last', 'more', 'still-more']],
])('an index that lost what the views %s has it again', async (_, ids) => {
  const [path, memory] = [newPath(), createMemoryStore()]
  const first = await open(path, memory)
  await goOn(first, memory, 'first')
  await first.close()
  copyFileSync(searchPathOf(path), `${path}.index`)
  const second = await open(path, memory)
  await goOn(second, memory, ...ids)
  await second.close()
  copyFileSync(`${path}.index`, searchPathOf(path))
  const third = await open(path, memory)
  onTestFinished(() => third.close())
  expect((await found(third, 'later')).sort()).toEqual(['first', ...ids].sort())
})

test('an index that has what views and documents have lost forgets it', async () => {
  const [path, memory] = [newPath(), createMemoryStore()]
  const first = await open(path, memory)
  await goOn(first, memory, 'first')
  await first.close()
  copyFileSync(path, `${path}.views`)
  const second = await open(path, memory)
  await goOn(second, memory, 'lost', 'lost-as-well')
  await second.close()
  copyFileSync(`${path}.views`, path)
  const left = createMemoryStore()
  await put(left, 'Later', 'first')
  const third = await open(path, left)
  onTestFinished(() => third.close())
  expect(await found(third, 'later')).toEqual(['first'])
})

test('views that are rebuilt have an index of their own, and what follows is in it', async () => {
  const [path, memory] = [newPath(), createMemoryStore()]
  const views = await open(path, memory)
  onTestFinished(() => views.close())
  await goOn(views, memory, 'a', 'b')
  await views.rebuild()
  await put(memory, 'Later', 'c')
  expect((await found(views, 'later')).sort()).toEqual(['a', 'b', 'c'])
})

test('an index that cannot be written is told once, found as it was, and caught up with when it can', async () => {
  const [path, memory] = [newPath(), createMemoryStore()]
  const failures: string[] = []
  const views = await openProjections(path, memory.feed, (error) => failures.push(String(error)))
  onTestFinished(() => views.close())
  await goOn(views, memory, 'before')
  const beside = openSqlite(searchPathOf(path), { timeout: 2000 })
  onTestFinished(() => beside.close())
  beside.exec(`CREATE TRIGGER poison AFTER INSERT ON search_person WHEN new.person_id = 'poison'
    BEGIN SELECT RAISE (ABORT, 'it cannot be written'); END`)
  await put(memory, 'Later', 'poison')
  await views.flush()
  await expect.poll(() => failures).toHaveLength(1)
  expect(failures[0]).toContain('it cannot be written')
  // Nobody waits for it, and it is tried again while the views are being written to.
  const others: string[] = []
  for (const end = Date.now() + 1500; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
    others.push(`other-${others.length}`)
    await put(memory, 'Other', others.at(-1) ?? '')
  }
  expect(await found(views, 'later')).toEqual(['before'])
  await expect(views.scrub()).rejects.toThrow('it cannot be written')
  beside.exec('DROP TRIGGER poison')
  await expect.poll(async () => (await found(views, 'later')).sort(), { timeout: 5000 }).toEqual(['before', 'poison'])
  expect((await found(views, 'other')).sort()).toEqual(others.sort())
  await views.scrub()
  await goOn(views, memory, 'after')
  expect((await found(views, 'later')).sort()).toEqual(['after', 'before', 'poison'])
  expect(failures).toHaveLength(1)
})

/** Views whose index waits until `beside` commits, for a while. */
async function openHeldUp() {
  const [path, memory] = [newPath(), createMemoryStore()]
  const views = await open(path, memory)
  onTestFinished(() => views.close())
  const beside = openSqlite(searchPathOf(path), { timeout: 2000 })
  onTestFinished(() => beside.close())
  beside.exec('BEGIN IMMEDIATE')
  return { views, memory, beside }
}

test('a search waits for what somebody waited for to search for it, and for nothing else', async () => {
  const { views, memory, beside } = await openHeldUp()
  await put(memory, 'Later', 'a')
  await views.settle({ searchable: false })
  await views.searchable()
  expect(views.search('later', 5)).toEqual([])
  await put(memory, 'Later', 'b')
  await views.settle()
  let isDone = false
  const searchable = views.searchable().then(() => {
    isDone = true
  })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(isDone).toBe(false)
  beside.exec('COMMIT')
  await searchable
  expect(views.search('later', 5)).toHaveLength(2)
})

test('whoever writes faster than the index can follow waits for it, and everybody is found', async () => {
  const { views, memory, beside } = await openHeldUp()
  await put(memory, 'Grace', ...Array.from({ length: 20_000 }, (_, n) => `many-${n}`))
  const flushed = views.flush()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(views.counts().curated).toBeLessThan(10_000)
  beside.exec('COMMIT')
  await flushed
  expect(views.counts().curated).toBe(20_000)
  expect(beside.prepare('SELECT count(*) AS n FROM search_person').get()?.['n']).toBe(20_000)
})

/** An outbox beside an index of version 3 that has four people, three of whom are there. */
async function openBesideFormer(path: string, onPage: (page: number) => void = () => undefined) {
  const packed = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/search-3/folder.json'), 'utf8'))
  const former = `${path}.former`
  if (!existsSync(path))
    writeFileSync(former, brotliDecompressSync(Buffer.from(Object.values<string>(packed)[0] ?? '', 'base64')))
  const people = new Map<PersonId, SearchEntry>()
  const person = (id: string, first: string, ...mails: string[]) => {
    const personId = asPersonId(id)
    people.set(personId, { personId, names: { first }, mails, numbers: [], others: [], lastActive: 0 })
    return personId
  }
  person('kaleb', 'Kaleb', 'kaleb.milne@example.com')
  person('anne', 'Anne', 'am@mail.example.org')
  person('tanaka', 'サクラ')
  const db = openViewsFile(path)
  db.exec("INSERT OR IGNORE INTO meta (key, value) VALUES ('searchKept', '4')")
  const sql = createStatements(db)
  /** A page is a person. */
  let pages = 0
  const outbox = await openSearchOutbox(
    { path: `${path}.index`, former },
    {
      ...{ sql, atOnce: 1, count: () => people.size, onError: (error) => expect.unreachable(String(error)) },
      entryOf: (id) => people.get(id),
      foundAfter(id) {
        onPage(++pages)
        return [...people.keys()]
          .sort()
          .filter((one) => one > id)
          .slice(0, 1)
      },
    },
  )
  const commit = (change: () => void) => {
    change()
    outbox.beforeCommit()
    outbox.committed()
    outbox.await()
  }
  const names = async (text: string) => {
    await outbox.searchable()
    return outbox.search(text, 9).map(({ personId }) => personId as string)
  }
  return {
    former,
    people,
    person,
    outbox,
    commit,
    names,
    pages: () => pages,
    close: () => outbox.close().then(() => db.close()),
  }
}

test('an index of version 3 answers and follows until the one of today is whole', async () => {
  const { former, people, person, outbox, commit, names, close } = await openBesideFormer(newPath())
  onTestFinished(close)
  expect(existsSync(former)).toBe(true)
  // Everything that it was told of: also parts, which it finds in a way of its own.
  const before = await Promise.all(
    ['kaleb exam', 'alebm', 'b.mil', '856397', 'ext-00', 'perth', 'mail.exam'].map(names),
  )
  expect(before).toEqual([['kaleb'], [], ['kaleb'], ['kaleb'], ['kaleb'], ['kaleb'], ['anne']])
  commit(() => {
    people.delete(asPersonId('gone'))
    outbox.entries.remove(asPersonId('gone'))
    const zoe = people.get(person('zoe', 'Zoe', 'zoe@example.com'))
    if (zoe) outbox.entries.put(zoe)
  })
  expect(await names('grover')).toEqual([])
  expect(await names('zoe exam')).toEqual(['zoe'])
  await expect.poll(() => existsSync(former), { timeout: 20_000 }).toBe(false)
  expect(await names('grover')).toEqual([])
  expect(await names('zoe exam')).toEqual(['zoe'])
  expect(await names('kaleb exam')).toEqual(['kaleb'])
  expect(await names('perth')).toEqual([]) // which is only in the former index: the people are told of as they are
})

test('an index that is made to take the place of another is gone on with after the process ended', async () => {
  const path = newPath()
  const closed = Promise.withResolvers<void>()
  const first = await openBesideFormer(path, (page) => {
    if (page === 2) closed.resolve(first.close())
  })
  await closed.promise
  const db = openSqlite(`${path}.index`)
  const made = db.prepare('SELECT person_id, since FROM search_made').get()
  db.close()
  const second = await openBesideFormer(path)
  onTestFinished(second.close)
  await expect.poll(() => existsSync(second.former), { timeout: 20_000 }).toBe(false)
  expect([made, second.pages()]).toEqual([{ person_id: 'anne', since: 4 }, 3])
  expect((await second.names('example')).sort()).toEqual(['anne', 'kaleb'])
})
