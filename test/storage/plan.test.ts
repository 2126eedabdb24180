// What SQLite does for each query shape: searches an index for what the query fixes, in the wanted order where an
// index has it, and never walks a table. Results of the same queries are compared with RxDB's matcher and comparator.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  fillWithDefaultSettings,
  getQueryMatcher,
  getSortComparator,
  type MangoQuery,
  normalizeMangoQuery,
  type PreparedQuery,
  prepareQuery,
  type RxDocumentData,
  type RxJsonSchema,
} from 'rxdb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getRxStorageSQLite, type RxStorageInstanceSQLite } from '../../src-main/storage'

type Visit = { id: string; customer: string; at: number; kind: string; open: boolean; note?: string; text: string }

const schema = fillWithDefaultSettings<Visit>({
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 20 },
    customer: { type: 'string', maxLength: 20 },
    at: { type: 'number', minimum: 0, maximum: 1e15, multipleOf: 1 },
    kind: { type: 'string', maxLength: 20 },
    open: { type: 'boolean' },
    note: { type: 'string', maxLength: 50 },
    text: { type: 'string' },
  },
  required: ['id', 'customer', 'at', 'kind', 'open', 'text'],
  indexes: [['customer', 'at'], 'at', 'kind', ['open', 'at'], 'note'],
} as RxJsonSchema<Visit>)

const KINDS = ['call', 'mail', 'shop', 'Ünicode', 'nul\0one', 'nul\0two']
const visits: RxDocumentData<Visit>[] = Array.from({ length: 600 }, (_, i) => ({
  id: `v${(i * 7919) % 600}`,
  customer: `c${i % 40}`,
  at: Math.floor(i / 7),
  kind: KINDS[i % KINDS.length] ?? '',
  open: i % 5 === 0,
  ...(i % 3 === 0 ? {} : { note: `note ${i % 11}` }),
  text: `text ${i % 13}`,
  _deleted: i % 50 === 49,
  _attachments: {},
  _meta: { lwt: 1000 + i },
  _rev: '1-a',
}))

let folder: string
let instance: RxStorageInstanceSQLite<Visit>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storage-plan-'))
  instance = await getRxStorageSQLite({ folder, synchronous: 'OFF' }).createStorageInstance<Visit>({
    databaseInstanceToken: 'token',
    databaseName: 'visits',
    collectionName: 'visits',
    schema,
    options: {},
    multiInstance: false,
    devMode: false,
  })
  await instance.bulkWrite(
    visits.map((document) => ({ document })),
    'test',
  )
})

afterAll(async () => {
  await instance.close()
  rmSync(folder, { recursive: true })
})

// As RxDB's collections prepare a query: without deleted documents.
function prepared(query: MangoQuery<Visit>): PreparedQuery<Visit> {
  const selector = { _deleted: { $eq: false }, ...query.selector } as MangoQuery<RxDocumentData<Visit>>['selector']
  const filled = normalizeMangoQuery<RxDocumentData<Visit>>(schema, {
    ...(query as MangoQuery<RxDocumentData<Visit>>),
    ...(selector ? { selector } : {}),
  })
  return prepareQuery<Visit>(schema, filled as unknown as PreparedQuery<Visit>['query'])
}

const tidy = (line: string): string => line.replaceAll(/d\d+_/g, '').replaceAll(/f\d+_/g, '')
const planOf = (query: MangoQuery<Visit>, purpose: 'query' | 'count' = 'query'): string[] =>
  instance.explain(prepared(query), purpose).map(tidy)

type Shape = { name: string; query: MangoQuery<Visit>; plan: string[] }

const BY_ROW = 'SEARCH visits USING INTEGER PRIMARY KEY (rowid=?)'
const shapes: Shape[] = [
  {
    name: 'a value, newest first: the compound index backwards',
    query: { selector: { customer: 'c3' }, sort: [{ at: 'desc' }], limit: 5 },
    plan: ['SEARCH visits USING INDEX visits_i1 (deleted=? AND customer=?)'],
  },
  {
    name: 'a value and a range in the order of the index',
    query: { selector: { customer: 'c3', at: { $gte: 3, $lt: 60 } }, sort: [{ at: 'asc' }], limit: 5 },
    plan: ['SEARCH visits USING INDEX visits_i1 (deleted=? AND customer=? AND at>? AND at<?)'],
  },
  {
    name: 'everything in descending order: the index of that field, although nothing is fixed',
    query: { selector: {}, sort: [{ at: 'desc' }], limit: 10, skip: 3 },
    plan: ['SEARCH visits USING INDEX visits_i2 (deleted=?)'],
  },
  {
    name: 'a rare value in the order of another field: finds the value, then sorts row numbers',
    query: { selector: { kind: 'nul\0one' }, sort: [{ at: 'desc' }], limit: 4 },
    plan: [
      'CO-ROUTINE sorted',
      'SEARCH visits USING INDEX visits_i3 (deleted=? AND kind=?)',
      'USE TEMP B-TREE FOR ORDER BY',
      'SCAN sorted',
      BY_ROW,
    ],
  },
  {
    name: 'a boolean and an order',
    query: { selector: { open: true }, sort: [{ at: 'asc' }], limit: 7 },
    plan: ['SEARCH visits USING INDEX visits_i4 (deleted=? AND open=?)'],
  },
  {
    name: 'a text field that is not indexed: the rest in JavaScript, over one customer only',
    query: { selector: { customer: 'c3', text: 'text 2' }, sort: [{ at: 'asc' }] },
    plan: ['SEARCH visits USING INDEX visits_i1 (deleted=? AND customer=?)'],
  },
  {
    name: 'a regular expression that no range can stand for: RxDB’s own choice of index',
    query: { selector: { kind: { $regex: '^Ü|^c' } } },
    plan: ['SEARCH visits USING INDEX visits_i1 (deleted=?)'],
  },
  {
    name: 'an anchored beginning',
    query: { selector: { kind: { $regex: '^ca' } }, sort: [{ kind: 'asc' }] },
    plan: ['SEARCH visits USING INDEX visits_i3 (deleted=? AND kind>? AND kind<?)'],
  },
  {
    name: 'one of several values',
    query: { selector: { customer: { $in: ['c1', 'c2', 'c9'] } }, sort: [{ customer: 'asc' }, { at: 'asc' }] },
    plan: [
      'CO-ROUTINE sorted',
      'SEARCH visits USING COVERING INDEX visits_i1 (deleted=? AND customer=?)',
      'SCAN sorted',
      BY_ROW,
    ],
  },
  {
    name: 'alternatives: each its index',
    query: { selector: { $or: [{ customer: 'c5' }, { kind: 'mail', at: { $lt: 9 } }] }, sort: [{ at: 'asc' }] },
    plan: [
      'CO-ROUTINE sorted',
      'MULTI-INDEX OR',
      'INDEX 1',
      'SEARCH visits USING INDEX visits_i1 (deleted=? AND customer=?)',
      'INDEX 2',
      'SEARCH visits USING INDEX visits_i3 (deleted=? AND kind=?)',
      'USE TEMP B-TREE FOR ORDER BY',
      'SCAN sorted',
      BY_ROW,
    ],
  },
  {
    name: 'by primary key',
    query: { selector: { id: 'v77' } },
    plan: ['CO-ROUTINE sorted', 'SEARCH visits USING INDEX sqlite_autoindex_visits_1 (id=?)', 'SCAN sorted', BY_ROW],
  },
  {
    name: 'a missing optional field',
    query: { selector: { note: { $eq: null } }, sort: [{ note: 'asc' }] } as unknown as MangoQuery<Visit>,
    plan: ['SEARCH visits USING INDEX visits_i5 (deleted=? AND note=?)'],
  },
  {
    name: 'an optional field, descending: missing ones come last',
    query: { selector: {}, sort: [{ note: 'desc' }], limit: 580 },
    plan: [
      'CO-ROUTINE sorted',
      'SEARCH visits USING COVERING INDEX visits_i5 (deleted=?)',
      'USE TEMP B-TREE FOR LAST TERM OF ORDER BY',
      'SCAN sorted',
      BY_ROW,
    ],
  },
  {
    name: 'in groups that the limit cuts, with text that SQLite’s reader would cut at NUL',
    query: { selector: {}, sort: [{ kind: 'desc' }], limit: 150, skip: 20 },
    plan: ['SEARCH visits USING INDEX visits_i3 (deleted=?)'],
  },
]

test.each(shapes)('$name', async ({ query, plan }) => {
  expect(planOf(query)).toEqual(plan)

  const forRxdb = prepared(query)
  const matches = getQueryMatcher(schema, forRxdb.query as never)
  const expected = visits
    .filter((visit) => matches(visit as never))
    .sort(getSortComparator(schema, forRxdb.query as never) as never)
    .slice(query.skip ?? 0, (query.skip ?? 0) + (query.limit ?? visits.length))
  const { documents } = await instance.query(forRxdb)
  expect(documents.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
  expect((await instance.count(forRxdb)).count).toBe(expected.length)
})

test('a count by an indexed value reads the index alone', () => {
  expect(planOf({ selector: { customer: 'c3' } }, 'count')).toEqual([
    'SEARCH visits USING COVERING INDEX visits_i1 (deleted=? AND customer=?)',
  ])
})

test('a count of everything reads indexes alone', async () => {
  const plan = planOf({ selector: {} }, 'count')
  expect(plan.filter((line) => / visits( |$)/.test(line))).toHaveLength(2)
  for (const line of plan) if (line.includes('visits')) expect(line).toContain('COVERING INDEX')
  expect((await instance.count(prepared({ selector: {} }))).count).toBe(588)
  expect((await instance.count(prepared({ selector: {}, skip: 580 }))).count).toBe(8)
})

test('changes since a checkpoint are a search in their index', () => {
  expect(instance.explainChanges().map(tidy)).toEqual(['SEARCH visits USING INDEX visits_changes ((changed,id)>(?,?))'])
})
