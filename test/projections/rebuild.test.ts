// Views are rebuilt beside those that answer: no query meets half of them, whatever is written, fails or dies meanwhile.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src-main/database'
import { identifierId } from '../../src-main/engine/documents/ids'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { openProjections, type Projections, type ViewsStatus } from '../../src-main/projections'
import { otherFileOf, searchPathOf } from '../../src-main/projections/file/views-file'
import { openSqlite } from '../../src-main/sqlite/database'
import { asContactId, asDeviceId } from '../../src-shared/model/ids'
import { dump } from '../engine/model/invariants'
import { contactDocument } from '../support/contact-document'
import { createMemoryStore, type MemoryStore } from '../support/memory-store'

const folder = mkdtempSync(join(tmpdir(), 'scv-rebuild-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const STAMP = makeStamp(Date.parse('2026-06-01T10:00:00Z'), 0, asDeviceId('fixture020'))
let files = 0
const newPath = () => join(folder, `views-${files++}.sqlite`)
const unreachable = (error: unknown) => expect.unreachable(String(error))
/** Views that are loaded on the thread, however few documents there are. */
const open = (path: string, { feed }: MemoryStore, onError: (error: unknown) => void = unreachable) =>
  openProjections(path, feed, onError, { loadFrom: 0 })
const put = ({ store }: MemoryStore, firstName: string, ...ids: string[]) =>
  store.commit(ids.map((id) => ({ kind: 'contacts', previous: undefined, next: contactDocument(id, firstName) })))
const ids = (count: number, prefix = 'p') => Array.from({ length: count }, (_, n) => `${prefix}${n}`)
const ready = (views: Projections) =>
  new Promise<void>((resolve) => {
    views.status$.subscribe(({ answers, rebuild }) => {
      if (answers && !rebuild) resolve()
    })
  })

/** Views of so many people that answer. */
async function opened(count: number) {
  const [path, memory] = [newPath(), createMemoryStore()]
  const views = await open(path, memory)
  onTestFinished(() => views.close())
  await ready(views)
  await put(memory, 'Grace', ...ids(count))
  await views.settle()
  return { path, memory, views }
}

test('while views are rebuilt everybody answers and edits go on', async () => {
  const { memory, views } = await opened(2500)
  const before = views.file
  const told: ViewsStatus[] = []
  views.status$.subscribe((status) => told.push(status))
  let isDone = false
  const rebuilt = views.rebuild().then(() => {
    isDone = true
  })
  const later: string[] = []
  let rounds = 0
  while (!isDone) {
    const id = `later${rounds++}`
    await put(memory, 'Later', id)
    later.push(id)
    await views.settle()
    expect(views.counts().curated).toBe(2500 + later.length)
    for (const one of ['p0', 'p1200', 'p2499', ...later.slice(-3)])
      expect(views.personRow(asContactId(one))?.id).toBe(one)
    await views.searchable()
    expect(views.search('grace', 5)).toHaveLength(5)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await rebuilt
  expect(rounds).toBeGreaterThan(5)
  expect(views.file).not.toBe(before)
  await views.settle()
  expect(views.counts().curated).toBe(2500 + later.length)
  await views.searchable()
  expect(views.search('later', 500)).toHaveLength(Math.min(500, later.length))
  const progress = told.flatMap(({ rebuild }) => rebuild?.done ?? [])
  expect(progress.length).toBeGreaterThan(4)
  expect(progress).toEqual([...progress].sort((a, b) => a - b))
  expect(told.every(({ answers }) => answers)).toBe(true)
  expect(told.at(-1)?.rebuild).toBeUndefined()
})

test('of two rebuilds at once the second begins after the first, and what a third asks for is the same', async () => {
  const { memory, views } = await opened(600)
  let rebuilds = 0
  let isRebuilding = false
  views.status$.subscribe(({ rebuild }) => {
    if (rebuild && !isRebuilding) rebuilds += 1
    isRebuilding = rebuild !== undefined
  })
  const first = views.rebuild()
  await put(memory, 'Later', 'between')
  await Promise.all([first, views.rebuild(), views.rebuild()])
  expect(rebuilds).toBe(2)
  expect(views.personRow(asContactId('between'))?.name).toBe('Later')
  expect(views.counts().curated).toBe(601)
})

test('a rebuild that fails leaves the views that answer, and can be asked for again', async () => {
  const { path, memory, views } = await opened(600)
  mkdirSync(`${otherFileOf(path)}-journal`) // no file can be made beside it
  writeFileSync(join(`${otherFileOf(path)}-journal`, 'in-the-way'), '')
  const feed = memory.feed as { texts: MemoryStore['feed']['texts'] }
  const { texts } = feed
  feed.texts = async () => {
    throw new Error('the disk is tired')
  }
  await expect(views.rebuild()).rejects.toThrow()
  expect(views.counts().curated).toBe(600)
  feed.texts = texts
  rmSync(`${otherFileOf(path)}-journal`, { recursive: true })
  await views.rebuild()
  expect(views.counts().curated).toBe(600)
})

test('views that end while they are rebuilt open as they were, and the rebuild is gone on with', async () => {
  const { path, memory, views } = await opened(2500)
  const rebuilt = views.rebuild()
  const told = expect(rebuilt).rejects.toThrow('closed')
  await new Promise<void>((resolve) => {
    views.status$.subscribe(({ rebuild }) => {
      if ((rebuild?.done ?? 0) >= 1000) resolve()
    })
  })
  await views.close()
  await told
  await put(memory, 'Later', 'after')
  const again = await open(path, memory)
  onTestFinished(() => again.close())
  expect(again.file).toBe(path)
  expect(again.counts().curated).toBe(2501)
  const asked: number[] = []
  again.status$.subscribe(({ rebuild }) => {
    if (rebuild) asked.push(rebuild.done)
  })
  await ready(again)
  expect(again.file).toBe(otherFileOf(path))
  expect(again.counts().curated).toBe(2501)
  expect(Math.max(...asked)).toBeLessThan(2000) // what was loaded was not loaded again
  await again.searchable()
  expect(again.search('grace', 500)).toHaveLength(500)
})

describe('without views that can answer', () => {
  test.each([
    ['are gone', (path: string) => rmSync(path)],
    [
      'are of a version that cannot be read',
      (path: string) => {
        const db = openSqlite(path)
        db.exec("UPDATE meta SET value = '3' WHERE key = 'version'; DROP TABLE person")
        db.close()
      },
    ],
    ['are no database', (path: string) => writeFileSync(path, 'Not a database at all, but a text. '.repeat(300))],
    [
      'are damaged',
      (path: string) => {
        const bytes = readFileSync(path)
        bytes.fill(0x55, 4096, Math.min(bytes.length, 200_000))
        writeFileSync(path, bytes)
      },
    ],
  ])('when they %s callers are told to come back, commands wait, and all is derived', async (_, spoil) => {
    const { path, memory, views } = await opened(1500)
    await views.close()
    spoil(path)
    const again = await open(path, memory, () => undefined)
    onTestFinished(() => again.close())
    const answer = () => again.counts().curated
    expect(answer).toThrow(expect.objectContaining({ code: 'views_not_ready' }))
    expect(again.latestStamp()).toBeUndefined()
    await again.settle()
    expect(answer()).toBe(1500)
    await ready(again)
    await again.searchable()
    expect(again.search('grace', 10)).toHaveLength(10)
  })
})

test('views that have what a power cut took from the documents answer until they are derived anew', async () => {
  const { path, memory, views } = await opened(600)
  await put(memory, 'Grace', 'lost')
  await views.settle()
  await views.close()
  const left = createMemoryStore()
  await put(left, 'Grace', ...ids(600))
  const again = await open(path, left)
  onTestFinished(() => again.close())
  expect(again.counts().curated).toBe(601)
  await ready(again)
  expect(again.counts().curated).toBe(600)
  expect(again.personRow(asContactId('lost'))).toBeUndefined()
})

test('a search index that is made anew answers nothing until it is whole', async () => {
  const { path, memory, views } = await opened(6000)
  await views.flush()
  await views.close()
  rmSync(searchPathOf(path))
  const again = await open(path, memory)
  onTestFinished(() => again.close())
  expect(again.counts().curated).toBe(6000)
  expect(() => again.search('grace', 5)).toThrow(expect.objectContaining({ code: 'views_not_ready' }))
  await again.searchable()
  expect(again.search('grace', 500)).toHaveLength(500)
})

/** A folder as it was left by a version before: documents, views and index. */
function olderFolder(views: 'views-14' | 'views-20' = 'views-14'): string {
  const at = mkdtempSync(join(folder, 'older-'))
  const packed = JSON.parse(readFileSync(join(import.meta.dirname, `../fixtures/${views}/folder.json`), 'utf8'))
  for (const [name, content] of Object.entries(packed as Record<string, string>)) {
    mkdirSync(dirname(join(at, name)), { recursive: true })
    writeFileSync(join(at, name), brotliDecompressSync(Buffer.from(content, 'base64')))
  }
  return at
}

test('views of version 14 answer at once, and are derived anew in the background', async () => {
  const at = olderFolder()
  const database = await openDatabase(at, { synchronous: 'OFF' })
  onTestFinished(() => database.close())
  const path = join(at, 'projections.sqlite')
  const views = await openProjections(path, database.feed, unreachable, { loadFrom: 0 })
  onTestFinished(() => views.close())
  expect(views.file).toBe(path)
  const { curated, interactions } = views.counts()
  expect({ curated, interactions }).toEqual({ curated: 3, interactions: 3 })
  expect(views.search('alexis', 5)).toHaveLength(1)
  const { tally, interaction, ...before } = await dump({ views })
  expect(() => views.interactionsIn(['x'])).toThrow(expect.objectContaining({ code: 'views_not_ready' }))
  await ready(views)
  expect(views.file).toBe(otherFileOf(path))
  const { tally: counted, interaction: noted, begun, ...after } = await dump({ views })
  expect({ ...after, begun: [] }).toEqual(before)
  expect(begun).toHaveLength(2) // days and hours in which conversations began, which were not counted
  // Which conversation they are of was not noted.
  const rows = (noted ?? []).map((row) => JSON.parse(row) as { conversation: string | null })
  expect(rows.map((row) => JSON.stringify({ ...row, conversation: null, opens: 0 }))).toEqual(interaction)
  const conversations = rows.flatMap(({ conversation }) => conversation ?? [])
  expect(views.interactionsIn(conversations)).toHaveLength(2) // the third is a web session
  expect(counted).toEqual(expect.arrayContaining(tally ?? [])) // and the queue, which was not counted
})

test('what the thread loads is what following the documents gives', async () => {
  const at = olderFolder()
  const database = await openDatabase(at, { synchronous: 'OFF' })
  onTestFinished(() => database.close())
  const followed = await openProjections(join(at, 'followed.sqlite'), database.feed, unreachable)
  onTestFinished(() => followed.close())
  const loaded = await openProjections(join(at, 'loaded.sqlite'), database.feed, unreachable, { loadFrom: 0 })
  onTestFinished(() => loaded.close())
  await ready(loaded)
  expect(await dump({ views: loaded })).toEqual(await dump({ views: followed }))
})

test('views of version 20 answer at once; what is held is found in any case, and what is untied known, once they are derived anew', async () => {
  const at = olderFolder('views-20')
  const database = await openDatabase(at, { synchronous: 'OFF' })
  onTestFinished(() => database.close())
  const path = join(at, 'projections.sqlite')
  const views = await openProjections(path, database.feed, unreachable, { loadFrom: 0 })
  onTestFinished(() => views.close())
  expect(views.file).toBe(path)
  const values = (text: string) => views.identifiersByValue(text).map(({ value }) => value)
  expect([values('Held-20'), values('held-20')]).toEqual([['Held-20'], []])
  const [alexis] = views.claimsOn(identifierId({ type: 'ExternalId', source: 'erp', value: 'Held-20' }))
  if (!alexis) throw new Error('the fixture has a person who holds it')
  expect(views.untiedFrom([alexis.contactId])).toEqual([])
  // What is written meanwhile is in both.
  const identifier = { type: 'ExternalId', source: 'erp', value: 'Later-20' } as const
  const claim = { since: STAMP, at: STAMP, by: 'ann', via: 'explicit' } as const
  const claims = { [alexis.contactId]: { fixture020: claim } }
  const next = { id: identifierId(identifier), ...identifier, claims, releases: {} }
  await database.store.commit([{ kind: 'identifiers', previous: undefined, next }])
  await views.settle()
  expect(values('Later-20')).toEqual(['Later-20'])
  await ready(views)
  expect(views.file).toBe(otherFileOf(path))
  await views.settle()
  expect([values('held-20'), values('LATER-20'), values('ext-20')]).toEqual([['Held-20'], ['Later-20'], ['EXT-20']])
  expect(views.untiedFrom([alexis.contactId])).toHaveLength(1)
  expect(views.interactionsOf([alexis.contactId])).toHaveLength(1)
})
