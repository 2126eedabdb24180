// The views follow the documents: whatever the order, the batches and the repetitions in which these arrive, the rows end
// the same, and the same as a rebuild gives.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Person } from '../../src-main/engine/derive/person'
import type { Changed } from '../../src-main/engine/document-feed'
import { canonicalJson } from '../../src-main/engine/documents/canonical-json'
import type { IdentifierDocument } from '../../src-main/engine/documents/identifier'
import { identifierId } from '../../src-main/engine/documents/ids'
import { type AnyDocument, KINDS } from '../../src-main/engine/documents/kinds'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { createStatements } from '../../src-main/projections/file/statements'
import {
  COMPLETE_TABLES,
  createTables,
  createTablesToLoad,
  DERIVED_TABLES,
} from '../../src-main/projections/file/tables'
import { createPersonCache } from '../../src-main/projections/people/person-cache'
import { createReader } from '../../src-main/projections/read/reader'
import { createApplier, LOAD_ORDER } from '../../src-main/projections/rows/applier'
import { createSearchIndex } from '../../src-main/projections/search'
import { openSqlite } from '../../src-main/sqlite/database'
import { asContactId, asDeviceId, asInteractionId } from '../../src-shared/model/ids'
import { cases } from '../support/arbitraries'
import { ann, type Bench, openBench } from '../support/engine'
import { playEverything } from '../support/scenario'

let bench: Bench
/** All documents halfway, and at the end. */
let before: Changed[]
let after: Changed[]
/** Who has what was written on a merge that was undone. */
let givenTo: string

async function documents(): Promise<Changed[]> {
  const all: Changed[] = []
  for (const kind of KINDS)
    for await (const page of bench.database.store.scan(kind, 1000))
      for (const document of page) {
        const content = Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('_')))
        all.push({ kind, id: document.id, document: content } as unknown as Changed)
      }
  return all
}

beforeAll(async () => {
  bench = await openBench()
  await playEverything(bench, async () => {
    before = await documents()
  })
  // The parts of one conversation, told of from the last to the first.
  for (const hour of ['12', '11', '10'])
    await bench.engine.interactions.record(ann, {
      conversationId: 'in parts',
      communicationId: hour,
      channel: 'voice',
      startedAt: `2026-06-01T${hour}:00:00Z`,
      identifiers: [],
    })
  // What was written on a merge since undone, and given to one of its inputs.
  const { contacts, merges } = bench.engine
  const [kept, taker] = [await contacts.create(ann, { firstName: 'K' }), await contacts.create(ann, { firstName: 'T' })]
  const { contactId, mergeId } = await merges.merge(ann, { contactIds: [kept, taker] })
  await contacts.update(ann, contactId, { title: 'Written on both' })
  await merges.undo(ann, mergeId, { title: taker })
  givenTo = taker
  after = await documents()
}, 60_000)
afterAll(() => bench.close())

/** A conversation like one that is there, begun at another time. */
function begunAt(conversationId: string, startedMs: number): Changed {
  const like = after.find(
    (change) => change.kind === 'interactions' && change.document?.facts.conversationId === 'in parts',
  )
  if (like?.kind !== 'interactions' || !like.document) throw new Error('There is no such conversation')
  const facts = { ...like.document.facts, conversationId, startedAt: new Date(startedMs).toISOString() }
  const id = asInteractionId(conversationId)
  return { kind: 'interactions', id, document: { ...like.document, id, facts } }
}

function openViews() {
  const db = openSqlite(':memory:')
  createTables(db)
  const search = createSearchIndex(db)
  const personCache = createPersonCache()
  const applier = createApplier(createStatements(db), search, personCache)
  return { db, search, applier, personCache }
}

/** Everything derived, as text; and what search finds. */
function dump({ db, search }: Pick<ReturnType<typeof openViews>, 'db' | 'search'>): Record<string, string[]> {
  const tables = DERIVED_TABLES.map((table): [string, string[]] => {
    const rows = db
      .prepare(`SELECT * FROM ${table}`)
      .all()
      .map((row) => {
        const { document, ...columns } = row as Record<string, unknown>
        return canonicalJson({
          ...columns,
          ...(document ? { document: JSON.parse(String(document)) as AnyDocument } : {}),
        })
      })
    return [table, rows.sort()]
  })
  const texts = ['Projected', 'Person1', 'Promoted', '0421', 'b@example.com', 'nobody']
  const hits = texts.map((text) =>
    canonicalJson([text, search.search(text, 20).map((hit) => [hit.personId, hit.match])]),
  )
  return { ...Object.fromEntries(tables), search: hits }
}

/** What opening an empty database does: kind by kind. */
function rebuilt(changes: readonly Changed[]) {
  const views = openViews()
  for (const kind of KINDS) views.applier.apply(changes.filter((change) => change.kind === kind))
  return dump(views)
}

/** Who was derived last is remembered as who the tables give. */
function expectRememberedAsStored({ db, personCache }: Pick<ReturnType<typeof openViews>, 'db' | 'personCache'>) {
  const sql = createStatements(db)
  const remembering = createReader(sql, () => [], personCache)
  const reading = createReader(sql, () => [], createPersonCache())
  // Registers that are read when they are asked for are nothing of the object's own.
  const whole = (person: Person | undefined) => person && { ...person, values: person.values }
  for (const { id } of sql.all<{ id: string }>('SELECT id FROM contact'))
    expect(whole(remembering.person(asContactId(id)))).toEqual(whole(reading.person(asContactId(id))))
}

describe('views', () => {
  test('that are loaded know the first part of a conversation as those that follow do', () => {
    const db = openSqlite(':memory:')
    createTablesToLoad(db)
    const search = { put: () => undefined, remove: () => undefined }
    const applier = createApplier(createStatements(db), search, createPersonCache())
    for (const kind of LOAD_ORDER) {
      applier.load(after.filter((change) => change.kind === kind).map((change) => ({ ...change, isNew: true })))
      applier.endLoadOf(kind)
    }
    for (const statement of COMPLETE_TABLES) db.exec(statement)
    applier.completeLoad()
    const rows = db.prepare('SELECT * FROM interaction').all()
    expect(rows.map((row) => canonicalJson(row)).sort()).toEqual(rebuilt(after)['interaction'])
    const counts = db.prepare('SELECT * FROM begun').all()
    expect(counts.map((row) => canonicalJson(row)).sort()).toEqual(rebuilt(after)['begun'])
    const opening = "SELECT started FROM interaction WHERE conversation = 'in parts' AND opens = 1"
    expect(db.prepare(opening).all()).toEqual([{ started: Date.parse('2026-06-01T10:00:00Z') }])
    db.close()
  })

  test('count the conversations that began in a span as their rows say, whatever its ends', () => {
    const views = openViews()
    views.applier.apply(after)
    const sql = createStatements(views.db)
    const { conversationCount } = createReader(sql, () => [], createPersonCache())
    // A year around them, and one before 1970, where hours are counted backwards.
    const year = 366 * 86_400_000
    const rows = Array.from(
      { length: 400 },
      (_, i) => Math.floor(((i * 7919) % 400) * (year / 400)) - (i % 2) * 2 * year,
    )
    for (const [i, offset] of rows.entries())
      views.applier.apply([begunAt(`span ${i}`, Date.parse('2026-01-01T00:00:00Z') + offset)])
    const all = sql
      .all<{ started: number }>('SELECT started FROM interaction WHERE opens = 1')
      .map(({ started }) => started)
    expect(all.length).toBeGreaterThan(400)
    const moment = fc.integer({ min: Math.min(...all) - 86_400_000, max: Math.max(...all) + 86_400_000 })
    const end = fc.oneof(
      moment,
      fc.constantFrom(...all),
      moment.map((ms) => ms - (ms % 86_400_000)),
      moment.map((ms) => ms - (ms % 3_600_000)),
    )
    fc.assert(
      fc.property(end, end, (a, b) => {
        const [fromMs, toMs] = a < b ? [a, b] : [b, a]
        expect(conversationCount({ fromMs, toMs })).toBe(all.filter((at) => at >= fromMs && at < toMs).length)
      }),
      { numRuns: 200, seed: 20 },
    )
    views.db.close()
  })

  test('are the same in whatever order and batches the documents came', () => {
    const wanted = rebuilt(after)
    expect(wanted['person']?.length).toBeGreaterThan(8)
    expect(wanted['interaction']?.length).toBeGreaterThan(6)
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: after.length, maxLength: after.length }),
        fc.subarray(before),
        fc.integer({ min: 1, max: 40 }),
        (ranks, former, size) => {
          // An older state of a document never comes after a newer one of it; all else is in any order.
          const inOrder = after.map((change, i) => ({ change, rank: ranks[i] ?? 0 })).sort((x, y) => x.rank - y.rank)
          const sequence: Changed[] = inOrder.map(({ change }) => change)
          for (const [i, change] of former.entries()) {
            const newer = sequence.findIndex((one) => one.kind === change.kind && one.id === change.id)
            sequence.splice(newer < 0 ? 0 : Math.abs(ranks[i] ?? 0) % (newer + 1), 0, change)
          }
          // Of what comes for the first time it may be said that it does.
          const met = new Set<string>()
          const told = sequence.map((change, i): Changed => {
            const isNew = !met.has(change.id) && (ranks[i] ?? 0) % 3 !== 0
            met.add(change.id)
            return { ...change, isNew }
          })
          const views = openViews()
          for (let start = 0; start < told.length; start += size) views.applier.apply(told.slice(start, start + size))
          expect(dump(views)).toEqual(wanted)
          expectRememberedAsStored(views)
          views.db.close()
        },
      ),
      cases(120),
    )
  })

  test('do not change when everything comes again', () => {
    const views = openViews()
    for (const change of after) views.applier.apply([change])
    const once = dump(views)
    for (const change of after) views.applier.apply([change])
    expect(dump(views)).toEqual(once)
  })

  test('forget what is purged, alone or with others: as if it had never been', () => {
    fc.assert(
      fc.property(fc.subarray(after, { minLength: 1 }), fc.integer({ min: 1, max: 9 }), (gone, size) => {
        const views = openViews()
        views.applier.apply(after)
        for (let start = 0; start < gone.length; start += size)
          views.applier.apply(
            gone.slice(start, start + size).map((change) => ({ ...change, document: undefined }) as Changed),
          )
        expect(dump(views)).toEqual(rebuilt(after.filter((change) => !gone.includes(change))))
        views.db.close()
      }),
      cases(120),
    )
  })

  test('list what was written on an undone merge once the record that has it is purged', () => {
    const views = openViews()
    views.applier.apply(after)
    const gone = after.find(({ id }) => id === givenTo)
    views.applier.apply([{ ...gone, document: undefined } as Changed])
    expect(dump(views)).toEqual(rebuilt(after.filter((change) => change !== gone)))
    views.db.close()
  })

  test('know an identifier that nobody claims, until somebody does or it is erased', () => {
    const { db, applier, personCache } = openViews()
    const views = createReader(createStatements(db), () => [], personCache)
    const id = identifierId({ type: 'Email', value: 'x@example.org' })
    const put = (document: Partial<IdentifierDocument>) =>
      applier.apply([
        {
          ...{ kind: 'identifiers', id },
          document: { id, type: 'Email', value: 'x@example.org', claims: {}, releases: {}, ...document },
        },
      ])
    const known = [{ id, type: 'Email', value: 'x@example.org' }]
    put({})
    expect([views.identifiers([id]), views.identifiersByValue('x@example.org')]).toEqual([known, known])
    const at = makeStamp(1, 0, asDeviceId('dev1'))
    const claim = { since: at, at, by: 'me', via: 'explicit' as const }
    put({ claims: { a: { dev1: claim }, b: { dev1: claim } } })
    expect([views.identifiers([id]), views.identifiersByValue('x@example.org')]).toEqual([known, known])
    expect(views.claimsBy([asContactId('a'), asContactId('b')]).map(({ contactId }) => contactId)).toEqual(['a', 'b'])
    put({ value: '' })
    expect([views.identifiers([id]), views.identifiersByValue('')]).toEqual([[], []])
    db.close()
  })

  test('on disk: what commands left, a restart, and a rebuild are one', async () => {
    const file = () => {
      const db = openSqlite(bench.views.file, { readOnly: true })
      const rows = DERIVED_TABLES.map((table) =>
        db
          .prepare(`SELECT * FROM ${table}`)
          .all()
          .map((row) => canonicalJson({ ...row }))
          .sort(),
      )
      db.close()
      return rows
    }
    await bench.restart()
    const incremental = file()
    expect(incremental.flat().length).toBeGreaterThan(50)
    await bench.views.rebuild()
    await bench.restart()
    expect(file()).toEqual(incremental)
  })
})
