// The search index has a file and a thread of its own: whatever one of the two files loses, and whatever fails in between,
// it finds who the views say is there, and nobody else.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { openProjections, type Projections } from '../../src-main/projections'
import { searchPathOf } from '../../src-main/projections/file/views-file'
import { openSqlite } from '../../src-main/sqlite/database'
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
  expect(searchPathOf('/data/projections.sqlite')).toBe('/data/projections-search.sqlite')
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
