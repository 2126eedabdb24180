// Random documents, changes and queries. RxDB's matcher and comparator over a plain array are the law; inside the range
// of values that the memory storage can index, it must agree as well. SCV_SEED repeats a run, SCV_FUZZ sets the rounds.
import fc from 'fast-check'
import type { MangoQuery } from 'rxdb/plugins/core'
import { describe, expect, test } from 'vitest'
import { triesOf } from '../../support/depth'
import {
  boolean,
  bruteForce,
  count,
  type Doc,
  doc,
  find,
  type Instance,
  ids,
  insert,
  integer,
  next,
  normalized,
  number,
  onBench,
  page,
  type Stored,
  schemaOf,
  text,
  write,
} from './harness'

const SEED = Number(process.env['SCV_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
const ROUNDS = triesOf('SCV_FUZZ', 80)
console.log(`storage fuzz: SCV_SEED=${SEED} SCV_FUZZ=${ROUNDS}`)

const properties = {
  name: text,
  age: integer,
  score: number,
  active: boolean,
  tags: { type: 'array', items: { type: 'string' } },
  address: { type: 'object', properties: { city: text } },
}
const indexes = [
  'name',
  'age',
  'score',
  ['active', 'age'],
  ['name', 'age', 'score'],
  ['age', 'name'],
  ['address.city', 'id'],
]
// Nothing but the id is required here, so that indexed fields may be missing.
const schema = schemaOf(properties, [], { indexes })

/** The two worlds: what RxDB's own index strings can hold, and whatever else JSON and a selector may contain. */
interface World {
  readonly texts: fc.Arbitrary<unknown>
  readonly integers: fc.Arbitrary<unknown>
  readonly numbers: fc.Arbitrary<unknown>
  readonly booleans: fc.Arbitrary<unknown>
  readonly missing: boolean
}
const words = ['Ann', 'Ab', 'Abc', 'bob', 'B', 'zoë', 'ä', '\u{1f600}', '\ue000', '~', "o'k", 'a"b']
const tame: World = {
  texts: fc.constantFrom(...words),
  integers: fc.constantFrom(-1_000_000, -7, -1, 0, 1, 2, 3, 7, 31, 999_999),
  numbers: fc.constantFrom(-0.01, 0, 0.01, 0.5, 1.25, 10, 99.99, -99.99),
  booleans: fc.boolean(),
  missing: false,
}
const wild: World = {
  texts: fc.oneof(
    fc.constantFrom(...words, '', ' ', 'a ', '\u0000', 'a\u0000', '\uffff'),
    fc.string({ maxLength: 4, unit: 'binary' }),
  ),
  integers: fc.oneof(fc.integer({ min: -40, max: 40 }), fc.constantFrom(-1_000_000, 1_000_000)),
  numbers: fc.oneof(
    fc.double({ min: -1_000, max: 1_000, noNaN: true }).map((n) => n + 0), // no minus zero: JSON has none
    fc.constantFrom(0, 1, 2 ** 53, 1e-9, -1e-9),
  ),
  booleans: fc.boolean(),
  missing: true,
}

const fieldsOf = ({ texts, integers, numbers, booleans, missing }: World) =>
  fc.record(
    {
      name: texts,
      age: integers,
      score: numbers,
      active: booleans,
      address: fc.record({ city: texts }),
      tags: fc.array(texts, { maxLength: 3 }),
      note: fc.oneof(texts, integers, fc.constant(null)),
    },
    { requiredKeys: missing ? [] : ['name', 'age', 'score', 'active', 'address'] },
  )

function queries(world: World): fc.Arbitrary<MangoQuery<Doc>> {
  const { texts, integers, numbers, booleans } = world
  const ordered = (values: fc.Arbitrary<unknown>) =>
    fc.oneof(
      values.map(($eq) => ({ $eq })),
      values.map(($ne) => ({ $ne })),
      fc.array(values, { maxLength: 4 }).map(($in) => ({ $in })),
      fc.array(values, { maxLength: 4 }).map(($nin) => ({ $nin })),
      fc.tuple(fc.constantFrom('$gt', '$gte'), values).map(([operator, value]) => ({ [operator]: value })),
      fc.tuple(fc.constantFrom('$lt', '$lte'), values).map(([operator, value]) => ({ [operator]: value })),
      fc
        .tuple(fc.constantFrom('$gt', '$gte'), values, fc.constantFrom('$lt', '$lte'), values)
        .map(([lower, from, upper, to]) => ({ [lower]: from, [upper]: to })),
      fc.boolean().map(($exists) => ({ $exists })),
    )
  const condition = fc.oneof(
    ordered(texts).map((name) => ({ name })),
    ordered(integers).map((age) => ({ age })),
    ordered(numbers).map((score) => ({ score })),
    booleans.map((active) => ({ active })),
    ordered(texts).map((city) => ({ 'address.city': city })),
    fc
      .constantFrom('d1', 'd5', 'd9')
      .chain((id) => fc.constantFrom<object>({ id }, { id: { $gt: id } }, { id: { $lte: id } })),
    texts.map((tags) => ({ tags })),
    fc.integer({ min: 0, max: 3 }).map(($size) => ({ tags: { $size } })),
    fc.constantFrom('string', 'number').map(($type) => ({ note: { $type } })),
    fc
      .constantFrom('^A', 'b', '.', '^Ab', '^Ab?', '^b*o', "^o'k", '^(A|b)', '^A|b', '^zo')
      .map(($regex) => ({ name: { $regex } })),
  )
  const combined = fc.array(condition, { maxLength: 3 }).map((parts) => Object.assign({}, ...parts) as object)
  const selector = fc.oneof(
    { weight: 4, arbitrary: combined },
    {
      weight: 1,
      arbitrary: fc
        .tuple(combined, fc.array(condition, { minLength: 1, maxLength: 3 }))
        .map(([and, $or]) => ({ ...and, $or })),
    },
    { weight: 1, arbitrary: fc.array(condition, { minLength: 1, maxLength: 3 }).map(($and) => ({ $and })) },
    { weight: 1, arbitrary: fc.array(condition, { minLength: 1, maxLength: 2 }).map(($nor) => ({ $nor })) },
  )
  const direction = fc.constantFrom('asc', 'desc')
  const part = fc.tuple(fc.constantFrom('name', 'age', 'score', 'active', 'address.city', 'id'), direction)
  const sort = fc
    .uniqueArray(part, { maxLength: 3, selector: ([field]) => field })
    .map((parts) => parts.map(([field, order]) => ({ [field]: order })))
  return fc
    .record(
      {
        selector: selector.map((one) => ({ ...one, _deleted: false })),
        sort: sort.map((parts) => (parts.length > 0 ? parts : [{ id: 'asc' }])),
        limit: fc.integer({ min: 0, max: 12 }),
        skip: fc.integer({ min: 0, max: 5 }),
        index: fc.constantFrom(...indexes.map((index) => ['_deleted', ...[index].flat()])),
      },
      { requiredKeys: ['selector', 'sort'] },
    )
    .map((query) => query as unknown as MangoQuery<Doc>)
}

interface Round {
  readonly inserted: Record<string, unknown>[]
  readonly changed: [number, Record<string, unknown> | 'delete'][]
  readonly asked: MangoQuery<Doc>[]
}
const rounds = (world: World): fc.Arbitrary<Round> =>
  fc.record({
    inserted: fc.array(fieldsOf(world), { minLength: 1, maxLength: 40 }),
    changed: fc.array(fc.tuple(fc.nat(39), fc.oneof(fieldsOf(world), fc.constant('delete' as const))), {
      maxLength: 15,
    }),
    asked: fc.array(queries(world), { minLength: 5, maxLength: 12 }),
  })

/** Plays the writes of a round and returns what must be stored afterwards. */
async function play(instance: Instance, { inserted, changed }: Round): Promise<Stored[]> {
  const stored = inserted.map((fields, i) => doc(`d${i}`, fields, 1_000 + i))
  await insert(instance, stored)
  let time = 5_000
  for (const [at, change] of changed) {
    const previous = stored[at % stored.length] as Stored
    time += 1
    const fields = change === 'delete' ? { _deleted: true } : { ...change, _deleted: false }
    const row = next(previous, fields, time)
    expect(await write(instance, [row])).toEqual([])
    stored[at % stored.length] = row.document as Stored
  }
  return stored
}

async function answers(instance: Instance, asked: readonly MangoQuery<Doc>[]): Promise<string[][]> {
  const found: string[][] = []
  for (const query of asked) found.push(ids(await find(instance, query)))
  return found
}

async function judge(round: Round, memoryToo: boolean): Promise<void> {
  await onBench('sqlite', async ({ create }) => {
    const instance = await create(schema)
    const stored = await play(instance, round)
    const found = await answers(instance, round.asked)
    for (const [i, query] of round.asked.entries()) {
      const expected = bruteForce(schema, stored, query)
      expect({ query, found: found[i] }).toEqual({ query, found: expected })
      const { limit: _, skip: __, ...whole } = query
      const counted = await count(instance, whole)
      expect({ query: whole, counted }).toEqual({ query: whole, counted: bruteForce(schema, stored, whole).length })
      expect(normalized(schema, query).sort.length).toBeGreaterThan(0)
    }
    const pages = await page(instance, 7)
    const latest = new Map(pages.flat().map((one) => [one.id, one]))
    expect(latest.size).toBe(stored.length)
    for (const one of stored) expect(latest.get(one.id)).toEqual(one)
    if (memoryToo) {
      await onBench('memory', async (memory) => {
        const other = await memory.create(schema)
        await play(other, round)
        expect(found).toEqual(await answers(other, round.asked))
      })
    }
  })
}

describe('random documents and queries', () => {
  test('inside what RxDB can index, ours, the memory storage and the matcher agree', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(rounds(tame), (round) => judge(round, true)),
      { seed: SEED, numRuns: ROUNDS },
    )
  })

  test('beyond that, ours and the matcher agree', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(rounds(wild), (round) => judge(round, false)),
      { seed: SEED, numRuns: ROUNDS },
    )
  })
})
