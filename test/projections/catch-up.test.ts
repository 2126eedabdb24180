// Views that died before they saw a commit: they are brought up to the documents when they open.

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { merge, type ObservedValueOf, Subject } from 'rxjs'
import { expect, onTestFinished, test } from 'vitest'
import type { DocumentFeed } from '../../src-main/engine/document-feed'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { openProjections } from '../../src-main/projections'
import { openSqlite, type SqliteDatabase } from '../../src-main/sqlite/database'
import { asContactId, asDeviceId } from '../../src-shared/model/ids'
import { contactDocument } from '../support/contact-document'
import { ann, DAY, openBench } from '../support/engine'
import { createMemoryStore } from '../support/memory-store'

const newPath = () => join(mkdtempSync(join(tmpdir(), 'scv-test-')), 'views.sqlite')

type CommittedBatch = ObservedValueOf<DocumentFeed['committed$']>

test('what was committed and not seen before a crash is caught up with', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scv-test-'))
  const first = await openBench({ folder })
  const id = await first.engine.contacts.create(ann, { firstName: 'Before' })
  await first.engine.idle()
  await first.views.close() // from here on the views are dead, and the documents go on
  const [document] = (await first.database.store.get('contacts', [id])).values()
  if (!document) throw new Error('no contact')
  const entry = { v: 'After', t: makeStamp(first.time.now + DAY, 0, asDeviceId('testdevice')), b: 'ann' }
  const next = { ...document, fields: { ...document.fields, firstName: [entry] } }
  await first.database.store.commit([{ kind: 'contacts', previous: document, next }])
  await first.database.close()
  const second = await openBench({ folder })
  onTestFinished(() => second.close())
  expect((await second.engine.queries.person(id)).displayName).toBe('After')
  expect(second.views.latestStamp()).toBe(entry.t)
  // The clock goes on behind what it finds, although the wall clock is a day back.
  const later = await second.engine.contacts.create(ann, { firstName: 'Later' })
  expect((second.views.contact(later)?.created.at ?? '') > entry.t).toBe(true)
})

test('views that lose what was not on disk yet, over a document they cannot take, are brought up to all others', async () => {
  const memory = createMemoryStore()
  const broken = new Subject<CommittedBatch>()
  const feed = { ...memory.feed, committed$: merge(memory.feed.committed$, broken) }
  const views = await openProjections(newPath(), feed, () => undefined)
  onTestFinished(() => views.close())
  await memory.store.commit([{ kind: 'contacts', previous: undefined, next: contactDocument('a') }])
  await views.settle()
  expect(views.contact(asContactId('a'))).toBeDefined()
  broken.next({
    kind: 'contacts',
    changes: [{ kind: 'contacts', id: asContactId('b'), document: { id: 'b' } as never }],
    checkpoint: 'x',
  })
  await expect(views.settle()).rejects.toThrow()
  await expect(views.settle()).rejects.toThrow() // it is tried again
  expect(views.contact(asContactId('a'))).toBeDefined() // lost with it, and caught up with
})

test('a search finds what somebody waited for at once, after a restart as well, and all else once it is committed', async () => {
  const memory = createMemoryStore()
  const path = newPath()
  const open = () => openProjections(path, memory.feed, (error) => expect.unreachable(String(error)))
  const put = (id: string, firstName: string) =>
    memory.store.commit([{ kind: 'contacts', previous: undefined, next: contactDocument(id, firstName) }])
  const first = await open()
  await put('a', 'Grace')
  await first.settle()
  await first.searchable()
  expect(first.search('grace', 5)).toMatchObject([{ personId: 'a' }])
  await first.flush()
  await put('b', 'Grace')
  await expect.poll(() => first.search('grace', 5).length).toBe(2)
  await first.close()
  await put('c', 'Grace')
  const second = await open()
  onTestFinished(() => second.close())
  await second.searchable()
  expect(second.search('grace', 5)).toHaveLength(3)
})

test('views of another version are thrown away with their tables and indexes, and derived anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scv-test-'))
  const first = await openBench({ folder })
  const id = await first.engine.contacts.create(ann, { firstName: 'Grace' })
  await first.engine.idle()
  await first.views.close()
  await first.database.close()
  const path = join(folder, 'projections.sqlite')
  const indexes = (db: SqliteDatabase) =>
    db.prepare("SELECT name, sql FROM sqlite_schema WHERE tbl_name = 'person' ORDER BY name").all()
  const older = openSqlite(path)
  const before = indexes(older)
  older.exec(`UPDATE meta SET value = 'older' WHERE key = 'version'; UPDATE person SET name = 'Somebody'; DROP INDEX person_last;
    CREATE INDEX person_last ON person (status, last_name); CREATE INDEX person_former ON person (title)`)
  older.close()
  const second = await openBench({ folder })
  onTestFinished(() => second.close())
  expect(second.views.personRow(id)?.name).toBe('Grace')
  const now = openSqlite(path, { readOnly: true })
  onTestFinished(() => now.close())
  expect(indexes(now)).toEqual(before)
})

test('the documents tell whether they go as far as the views', async () => {
  const bench = await openBench()
  onTestFinished(() => bench.close())
  const { feed } = bench.database
  await bench.engine.contacts.create(ann, { firstName: 'First' })
  await bench.engine.contacts.create(ann, { firstName: 'Last' })
  const { checkpoint } = await feed.since('contacts', undefined, 10)
  const { lwt } = checkpoint as { lwt: number }
  expect(await feed.reaches('contacts', checkpoint)).toBe(true)
  expect(await feed.reaches('contacts', { id: '', lwt: lwt + 1 })).toBe(false)
})

test('what is told as new is taken in once, also when a catch-up has come before it or it failed half-way', async () => {
  const memory = createMemoryStore()
  const told = new Subject<CommittedBatch>()
  const views = await openProjections(newPath(), { ...memory.feed, committed$: told }, () => undefined)
  onTestFinished(() => views.close())
  const contact = (id: string) => contactDocument(id, id)
  const news = (documents: readonly unknown[]) => ({
    kind: 'contacts' as const,
    changes: documents.map((document) => ({
      kind: 'contacts',
      id: (document as { id: string }).id,
      document,
      isNew: true,
    })),
    checkpoint: 0,
  })
  const commit = (documents: readonly ReturnType<typeof contact>[]) =>
    memory.store.commit(documents.map((next) => ({ kind: 'contacts', previous: undefined, next })))
  // So many that the first of them are committed when the last cannot be taken in; and somebody waits behind it.
  const many = Array.from({ length: 300 }, (_, i) => contact(`many-${i}`))
  await commit(many)
  told.next(news([...many, { id: 'broken' }]) as CommittedBatch)
  const settled = views.settle()
  await commit([contact('last')])
  told.next(news([contact('last')]) as CommittedBatch)
  await expect(settled).rejects.toThrow('undefined or null') // the broken one, and not that somebody is there already
  await expect(views.settle()).rejects.toThrow('undefined or null')
  expect(views.listPeople({ sort: 'firstName', descending: false, offset: 0, limit: 1 }).total).toBe(301)
})

test('what is lost while a batch is taken in, by a commit that fails meanwhile, is caught up with', async () => {
  const memory = createMemoryStore()
  const path = newPath()
  await (await openProjections(path, memory.feed, () => undefined)).close()
  // While the gate is shut, whatever is written along with Poison cannot be committed.
  const beside = openSqlite(path, { timeout: 0 })
  onTestFinished(() => beside.close())
  beside.exec(`CREATE TABLE gate (shut INTEGER); INSERT INTO gate VALUES (1);
    CREATE TABLE parent (id INTEGER PRIMARY KEY);
    CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER poison AFTER INSERT ON person WHEN new.name = 'Poison' AND (SELECT shut FROM gate)
    BEGIN INSERT INTO child VALUES (1); END`)
  const failures: unknown[] = []
  const views = await openProjections(path, memory.feed, (error) => failures.push(error))
  onTestFinished(() => views.close())
  const put = (firstName: string, ...ids: string[]) =>
    memory.store.commit(
      ids.map((id) => ({ kind: 'contacts', previous: undefined, next: contactDocument(id, firstName) })),
    )
  // Commits that are quick let the next transactions hold more than a slice.
  for (let n = 0; n < 20; n++) {
    await put('Quick', ...Array.from({ length: 40 }, (_, i) => `quick-${n}-${i}`))
    await views.flush()
  }
  await put('Poison', 'poison')
  await put('Grace', ...Array.from({ length: 600 }, (_, i) => `grace-${i}`))
  setImmediate(() => {
    for (const end = performance.now() + 200; performance.now() < end; ); // between two slices, until the commit is due
  })
  await expect(views.settle()).rejects.toThrow() // who waits is told
  expect(failures.length).toBeGreaterThan(0)
  const open = () => {
    try {
      beside.exec('UPDATE gate SET shut = 0')
      return true
    } catch {
      return false // while a transaction of the views is open
    }
  }
  await expect.poll(open, { timeout: 5000 }).toBe(true)
  await views.settle()
  expect(views.counts().curated).toBe(20 * 40 + 1 + 600)
  expect(views.personRow(asContactId('poison'))?.name).toBe('Poison')
})
