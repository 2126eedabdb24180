// Exports on a real engine: who is in them and who is not, that our own import takes them back, and that a file is there
// whole or not at all.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportStateSchema } from '@shared/contract/exporting'
import type { AuditPlace } from '@shared/model/audit'
import { parse } from 'csv-parse/sync'
import { expect, onTestFinished, test } from 'vitest'
import { auditPage, auditPages } from '../../src-main/application/audit-trail'
import { callerFor } from '../../src-main/application/caller'
import type { Engine } from '../../src-main/engine'
import type { Actor } from '../../src-main/engine/permissions'
import { createExportJobs, type ExportSource } from '../../src-main/export/jobs'
import { peopleTable } from '../../src-main/export/people-csv'
import { recognise } from '../../src-main/import/columns/formats'
import { FILL, FIXTURES, folder, openDesk, refusal } from '../import/support/desk'
import { ann, openBench } from '../support/engine'
import { helpers, phone, without } from '../support/people'

const sourceFor = (engine: Engine, who: Actor): ExportSource => {
  const caller = callerFor(engine, () => who)
  return { ...caller.queries, auditPages: () => auditPages(caller) }
}

async function openAll() {
  const bench = await openBench()
  onTestFinished(() => bench.close())
  const dir = folder()
  const exports = createExportJobs(sourceFor(bench.engine, ann))
  /** More people than fit on a page of an export. */
  const crowd = () =>
    bench.engine.contacts.createMany(
      ann,
      Array.from({ length: 450 }, (_, n) => ({ input: { firstName: `Ann${n}` } })),
    )
  return { bench, dir, exports, crowd, ...helpers(() => bench) }
}

const PEOPLE = peopleTable([])
const rows = (path: string): Record<string, string>[] => parse(readFileSync(path), { columns: true, bom: true })

test('people: each curated person once, whole; never who was created automatically, deleted or merged away', async () => {
  const { bench, dir, exports, create, record } = await openAll()
  const name = 'Ann; "the boss"\nLe'
  const [a, b, c] = [
    await create({ firstName: name, workPhone: phone('0412 345 678'), customFields: { Floor: 3, Team: 'East' } }),
    await create({ firstName: 'Ann', lastName: 'Le', workEmail: 'ann@example.org', surveyOptOut: true }),
    await create({ firstName: 'Gone' }),
  ]
  await bench.engine.merges.merge(ann, { contactIds: [a, b] })
  await bench.engine.contacts.remove(ann, c)
  await record([{ type: 'Phone', value: '+61491570110' }])
  await record([{ type: 'Cookie', value: 'visitor' }])
  const path = join(dir, 'contacts.csv')
  expect(await exports.save('people', path)).toEqual({ lines: 1 })
  const [person, ...others] = rows(path)
  expect(others).toEqual([])
  expect(person).toMatchObject({
    'Last name': 'Le',
    'Work phone': '+61412345678',
    'Work e-mail': 'ann@example.org',
    'No surveys': 'yes',
    'Further details': 'Floor: 3; Team: East',
  })
  expect([name, 'Ann']).toContain(person?.['First name'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(dir)).toEqual(['contacts.csv'])
})

test('people: our import recognises the columns and finds everybody in', async () => {
  const { bench, dir, exports } = await openAll()
  const desk = openDesk(bench.engine.importer(ann))
  await desk.go(await desk.jobs.open(join(FIXTURES, 'outlook.csv')), 'run')
  const path = join(dir, 'contacts.csv')
  const { lines } = await exports.save('people', path)
  expect(lines).toBe(bench.engine.queries.counts().curated)
  const file = await desk.jobs.open(path)
  await desk.jobs.plan(file.importId, file.columns, FILL)
  const planned = await desk.jobs.settled(file.importId)
  expect(planned.counts).toMatchObject({ rows: lines, creates: 0, updates: 0, rejects: 0 })
  const skipped = recognise(PEOPLE.headers).targets.flatMap((target, at) =>
    target === 'skip' ? [PEOPLE.headers[at]] : [],
  )
  expect(skipped).toEqual([
    'Ids in other systems',
    'Further details',
    'Last seen',
    'Added',
    'Changed',
    'Id in Single Customer View',
  ])
})

test.each([
  ['=HYPERLINK("http://x")', `'=HYPERLINK("http://x")`],
  ['@SUM(1+1)', "'@SUM(1+1)"],
  ['-2+3', "'-2+3"],
  ['+1+cmd', "'+1+cmd"],
  ['\tx', "'\tx"],
  ['+61 (2) 5550-0100', '+61 (2) 5550-0100'],
  ['@ann_le.7', '@ann_le.7'],
  ['O’Neil = fine', 'O’Neil = fine'],
])('%j is %j to a spreadsheet', (typed, cell) => {
  const person = { id: '1', createdAt: '', modifiedAt: '', lastSeen: null }
  expect(PEOPLE.cells({ ...person, fields: { lastName: typed } })[PEOPLE.headers.indexOf('Last name')]).toBe(cell)
})

test('everything: every document, as the comparison of devices sees it', async () => {
  const { bench, dir, exports, crowd, record } = await openAll()
  await crowd()
  await record([{ type: 'Cookie', value: 'visitor' }])
  const path = join(dir, 'all.jsonl')
  const seen: unknown[] = []
  exports.state$.subscribe((state) => seen.push(exportStateSchema.parse(state)))
  const { lines } = await exports.save('everything', path)
  const written = readFileSync(path, 'utf8').trimEnd().split('\n')
  expect(written).toHaveLength(lines)
  expect(written.sort()).toEqual((await bench.export()).split('\n').sort())
  expect(seen).toContainEqual({ kind: 'everything', done: 400, total: null })
  expect(seen.at(-1)).toEqual({ kind: null, done: 0, total: null })
})

test('stopped, failed or refused: the former file stands, and nothing lies beside it', async () => {
  const { bench, dir, exports, crowd } = await openAll()
  await crowd()
  const path = join(dir, 'contacts.csv')
  writeFileSync(path, 'the former one')
  const stop = exports.state$.subscribe(({ done }) => done > 0 && exports.cancel())
  expect(await refusal(exports.save('people', path))).toMatchObject({ code: 'cancelled' })
  stop.unsubscribe()

  const failing: ExportSource = {
    ...sourceFor(bench.engine, ann),
    async *curatedPages() {
      yield* []
      throw new Error('a defect')
    },
  }
  await expect(createExportJobs(failing).save('people', path)).rejects.toThrow('a defect')

  const mallory = without('externalContacts:session:view')
  const asMallory = createExportJobs(sourceFor(bench.engine, mallory))
  expect(await refusal(asMallory.save('everything', path))).toMatchObject({ code: 'forbidden' })

  expect(await refusal(exports.save('people', join(dir, 'no such folder', 'x.csv')))).toMatchObject({
    code: 'file_unreadable',
  })
  expect(readFileSync(path, 'utf8')).toBe('the former one')
  expect(readdirSync(dir)).toEqual(['contacts.csv'])
})

test('one at a time; closing stops it and waits', async () => {
  const { dir, exports, crowd } = await openAll()
  await crowd()
  const path = join(dir, 'a.csv')
  const first = refusal(exports.save('people', path))
  expect(await refusal(exports.save('people', join(dir, 'b.csv')))).toMatchObject({ code: 'export_busy' })
  await exports.close()
  expect(existsSync(`${path}.part`)).toBe(false)
  expect(await first).toMatchObject({ code: 'cancelled' })
  expect(await exports.save('people', path)).toEqual({ lines: 450 })
})

test('the audit trail: what was done, from what to what, by actions and time, and as a table without formulas', async () => {
  const { bench, dir, exports, create, crowd } = await openAll()
  const { engine, time } = bench
  const caller = callerFor(engine, () => ann)
  const a = await create({ firstName: 'Anna', cellPhone: phone('0412 345 678') })
  time.now += 3_600_000
  const middle = time.now
  await engine.contacts.update(ann, a, { firstName: '=1+1', lastName: 'Lee', cellPhone: phone('0412 345 679') })
  await engine.contacts.update(ann, a, { lastName: null })
  const noteId = await engine.contacts.addNote(ann, a, 'Likes tea')
  await engine.contacts.editNote(ann, noteId, 'Likes coffee')
  await engine.contacts.removeNote(ann, noteId)
  await engine.identifiers.claim(ann, a, { type: 'Email', value: 'anna@example.org' })
  const told = async (filter: Parameters<typeof auditPage>[1]) =>
    (await auditPage(caller, filter, null, 50)).entries.map(({ action, changes }) => [
      action,
      ...changes.map(({ key, before, after }) => [key, before, after]),
    ])
  expect(await told({ contactId: a, fromMs: middle })).toEqual([
    ['claim', ['identifier', null, 'anna@example.org']],
    ['note', ['note', 'Likes coffee', null]],
    ['note', ['note', 'Likes tea', 'Likes coffee']],
    ['note', ['note', null, 'Likes tea']],
    ['update', ['lastName', 'Lee', null]],
    [
      'update',
      [
        'cellPhone',
        expect.objectContaining({ e164: '+61412345678' }),
        expect.objectContaining({ e164: '+61412345679' }),
      ],
      ['firstName', 'Anna', '=1+1'],
      ['lastName', null, 'Lee'],
    ],
  ])
  expect(await told({ actions: ['claim', 'create'] })).toEqual([
    ['claim', ['identifier', null, 'anna@example.org']],
    ['create'],
  ])
  expect(await told({ toMs: middle })).toEqual([['create']])

  await crowd()
  // A page at a time, each entry once.
  const ids: string[] = []
  let from: AuditPlace | null = null
  do {
    const page: Awaited<ReturnType<typeof auditPage>> = await auditPage(caller, {}, from, 3)
    ids.push(...page.entries.map(({ id }) => id))
    from = page.next
  } while (from !== null)
  expect(new Set(ids).size).toBe(ids.length)

  const path = join(dir, 'audit.csv')
  const { lines } = await exports.save('audit', path)
  const table = rows(path)
  expect(table).toHaveLength(lines)
  expect(new Set(table.map((row) => row['Id of the entry']))).toEqual(new Set(ids))
  expect(table.find((row) => row['What'] === 'firstName')).toMatchObject({
    Who: ann.id,
    Action: 'update',
    Before: 'Anna',
    After: "'=1+1",
    'Ids of people': a,
  })

  // What was said of an erased person is in no trail.
  await engine.erasure.erase(ann, a)
  expect((await told({ contactId: a })).flatMap(([, ...changes]) => changes)).toEqual([])
  await exports.save('audit', path)
  expect(readFileSync(path, 'utf8')).not.toMatch(/Anna|coffee|anna@example/)
})
