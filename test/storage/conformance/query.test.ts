// Queries: every operator, nesting, order, paging and index choice. Each answer is stated by hand, and the memory
// storage, ours and RxDB's matcher over a plain array must all give it.
import type { MangoQuery } from 'rxdb/plugins/core'
import {
  boolean,
  bruteForce,
  type Case,
  conform,
  count,
  type Doc,
  doc,
  find,
  ids,
  insert,
  integer,
  number,
  type Schema,
  type Stored,
  schemaOf,
  text,
} from './harness'

type Asked = readonly [title: string, query: MangoQuery<Doc>, expected: readonly string[]]

const properties = {
  name: text,
  age: integer,
  score: number,
  active: boolean,
  address: { type: 'object', properties: { city: text, zip: text } },
  tags: { type: 'array', items: { type: 'string' } },
  skills: { type: 'array', items: { type: 'object' } },
}
const UNINDEXED = schemaOf(properties)
const INDEXED = schemaOf(properties, [
  'name',
  'age',
  'score',
  'active',
  ['active', 'age'],
  ['age', 'score', 'name'],
  ['name', 'id'],
])

const PEOPLE: readonly Stored[] = [
  doc('a', {
    name: 'Ann',
    age: 31,
    score: 1.5,
    active: true,
    tags: ['x', 'y'],
    address: { city: 'Rome', zip: '00100' },
    skills: [
      { name: 'ts', level: 3 },
      { name: 'sql', level: 9 },
    ],
    note: null,
  }),
  doc('b', { name: 'bob', age: 25, score: -2.25, active: false, tags: [], address: { city: 'Bonn' }, note: 'n' }),
  doc('c', { name: 'Cid', age: 31, score: 0, active: true, tags: ['y'], skills: [{ name: 'ts', level: 9 }] }),
  doc('d', { name: '\u00e4hm', age: 40, score: 999_999.99, active: false, tags: ['x', 'z', 'y'], note: 7 }),
  // UTF-16 puts the astral one first, UTF-8 the private one: RxDB compares as JavaScript does.
  doc('e', { name: '\ue000x', age: -5, score: -999_999.99, active: true, address: { city: 'O\'Hara "\u0000"' } }),
  doc('f', { name: '\u{1f600}', age: 0, score: 0.01, active: false, note: true }),
  doc('g', { name: 'Gone', age: 31, score: 1, active: true, _deleted: true }),
]

/** Adds what RxDB adds to every query of a collection: only living documents, and the index hint to match. */
function living(query: MangoQuery<Doc>): MangoQuery<Doc> {
  const selector = { ...query.selector, _deleted: { $eq: false } }
  const index = query.index === undefined ? {} : { index: ['_deleted', ...[query.index].flat()] }
  return { ...query, ...index, selector } as MangoQuery<Doc>
}

function asking(schema: Schema, documents: readonly Stored[], asked: readonly Asked[]): Case['run'] {
  return async ({ create }) => {
    const instance = await create(schema)
    await insert(instance, documents)
    const answers: Record<string, unknown> = {}
    for (const [title, query] of asked) {
      const full = living(query)
      const whole = query.limit === undefined && !query.skip
      answers[title] = {
        found: ids(await find(instance, full)),
        counted: whole ? await count(instance, full) : 'paged',
        brute: bruteForce(schema, documents, full),
      }
    }
    return answers
  }
}
const stated = (asked: readonly Asked[]): Record<string, unknown> =>
  Object.fromEntries(
    asked.map(([title, query, expected]) => {
      const whole = query.limit === undefined && !query.skip
      return [title, { found: expected, counted: whole ? expected.length : 'paged', brute: expected }]
    }),
  )

const byId: MangoQuery<Doc>['sort'] = [{ id: 'asc' }]
const where = (selector: unknown, rest: object = {}): MangoQuery<Doc> =>
  ({ selector, sort: byId, ...rest }) as MangoQuery<Doc>

const comparisons: Asked[] = [
  ['no condition', where({}), ['a', 'b', 'c', 'd', 'e', 'f']],
  ['shorthand equality', where({ age: 31 }), ['a', 'c']],
  ['$eq text', where({ name: { $eq: 'bob' } }), ['b']],
  ['$eq is case sensitive', where({ name: { $eq: 'Bob' } }), []],
  ['$eq zero', where({ age: { $eq: 0 } }), ['f']],
  ['$eq fraction', where({ score: { $eq: -2.25 } }), ['b']],
  ['$eq true', where({ active: true }), ['a', 'c', 'e']],
  ['$eq false', where({ active: { $eq: false } }), ['b', 'd', 'f']],
  ['$eq null also finds the missing', where({ note: { $eq: null } }), ['a', 'c', 'e']],
  ['$ne', where({ age: { $ne: 31 } }), ['b', 'd', 'e', 'f']],
  ['$ne null', where({ note: { $ne: null } }), ['b', 'd', 'f']],
  ['$gt', where({ age: { $gt: 25 } }), ['a', 'c', 'd']],
  ['$gte', where({ age: { $gte: 25 } }), ['a', 'b', 'c', 'd']],
  ['$lt', where({ age: { $lt: 0 } }), ['e']],
  ['$lte', where({ age: { $lte: 0 } }), ['e', 'f']],
  ['a range', where({ age: { $gt: -5, $lte: 31 } }), ['a', 'b', 'c', 'f']],
  ['an empty range', where({ age: { $gt: 31, $lt: 40 } }), []],
  ['a range the wrong way round', where({ age: { $gt: 40, $lt: 0 } }), []],
  ['two lower bounds', where({ age: { $gte: 30, $gt: 31 } }), ['d']],
  ['beyond the maximum of the schema', where({ age: { $lt: 5_000_000 } }), ['a', 'b', 'c', 'd', 'e', 'f']],
  ['below the minimum of the schema', where({ age: { $gt: -5_000_000 } }), ['a', 'b', 'c', 'd', 'e', 'f']],
  ['fractions in a range', where({ score: { $gt: 0, $lt: 1.5 } }), ['f']],
  ['extremes of the schema', where({ score: { $lte: -999_999.99 } }), ['e']],
  ['text range', where({ name: { $gte: 'Cid', $lt: 'c' } }), ['b', 'c']],
  ['text range over UTF-16 order', where({ name: { $gt: '\ud7ff' } }), ['e', 'f']],
  ['an astral text is below the private area', where({ name: { $lt: '\ue000' } }), ['a', 'b', 'c', 'd', 'f']],
  ['a text range from the empty text', where({ name: { $gte: '' } }), ['a', 'b', 'c', 'd', 'e', 'f']],
  ['primary key equality', where({ id: 'c' }), ['c']],
  ['primary key range', where({ id: { $gt: 'b', $lt: 'e' } }), ['c', 'd']],
  ['$in', where({ name: { $in: ['Cid', 'nobody', 'Ann'] } }), ['a', 'c']],
  ['$in of one', where({ age: { $in: [0] } }), ['f']],
  ['$in of none', where({ age: { $in: [] } }), []],
  ['$in numbers', where({ age: { $in: [40, -5, 12] } }), ['d', 'e']],
  ['$in primary keys', where({ id: { $in: ['f', 'g', 'a'] } }), ['a', 'f']],
  ['$in booleans', where({ active: { $in: [true] } }), ['a', 'c', 'e']],
  ['$nin', where({ age: { $nin: [31, 40] } }), ['b', 'e', 'f']],
  ['several fields', where({ active: true, age: 31, score: { $gt: 0 } }), ['a']],
  ['a compound prefix and a range', where({ active: false, age: { $gte: 0, $lt: 40 } }), ['b', 'f']],
  ['all fields of a compound index', where({ age: 31, score: 0, name: 'Cid' }), ['c']],
  ['ranges on two fields', where({ age: { $gt: 0 }, score: { $lt: 1 } }), ['b', 'c']],
]

const structures: Asked[] = [
  ['$exists', where({ note: { $exists: true } }), ['a', 'b', 'd', 'f']],
  ['$exists false', where({ note: { $exists: false } }), ['c', 'e']],
  ['$type string', where({ note: { $type: 'string' } }), ['b']],
  ['$type number', where({ note: { $type: 'number' } }), ['d']],
  ['$type bool', where({ note: { $type: 'bool' } }), ['f']],
  ['$mod', where({ age: { $mod: [5, 0] } }), ['b', 'd', 'e', 'f']],
  ['$regex', where({ name: { $regex: '^[A-C]' } }), ['a', 'c']],
  ['$regex with options', where({ name: { $regex: '^b', $options: 'i' } }), ['b']],
  ['$regex special characters', where({ 'address.city': { $regex: 'O\'Hara "' } }), ['e']],
  ['$size', where({ tags: { $size: 2 } }), ['a']],
  ['$size zero', where({ tags: { $size: 0 } }), ['b']],
  ['a value inside an array', where({ tags: 'y' }), ['a', 'c', 'd']],
  ['$in over an array', where({ tags: { $in: ['z', 'x'] } }), ['a', 'd']],
  ['$elemMatch', where({ skills: { $elemMatch: { name: 'ts', level: { $gt: 5 } } } }), ['c']],
  ['$elemMatch on plain items', where({ tags: { $elemMatch: { $eq: 'z' } } }), ['d']],
  ['a path through an array', where({ 'skills.level': 9 }), ['a', 'c']],
  ['a nested path', where({ 'address.city': 'Rome' }), ['a']],
  ['a nested path, range', where({ 'address.city': { $gte: 'Bonn', $lt: 'R' } }), ['b', 'e']],
  ['a nested path that is missing', where({ 'address.zip': { $exists: true } }), ['a']],
  ['a quote, a double quote and a NUL', where({ 'address.city': 'O\'Hara "\u0000"' }), ['e']],
  ['$and', where({ $and: [{ age: 31 }, { score: { $gt: 0 } }] }), ['a']],
  ['$or', where({ $or: [{ age: { $lt: 0 } }, { name: 'bob' }] }), ['b', 'e']],
  ['$or beside a condition', where({ active: true, $or: [{ age: 31 }, { age: -5 }] }), ['a', 'c', 'e']],
  ['$or of nothing that matches', where({ $or: [{ age: 99 }, { id: 'zz' }] }), []],
  ['$nor', where({ $nor: [{ age: 31 }, { active: false }] }), ['e']],
  ['$not', where({ age: { $not: { $gt: 0 } } }), ['e', 'f']],
  ['nested $and and $or', where({ $and: [{ $or: [{ id: 'a' }, { id: 'd' }] }, { $or: [{ age: 40 }] }] }), ['d']],
  ['a field named like a property of Object', where({ constructor: 'x' }), []],
]

const sorted = (sort: object[], rest: object = {}): MangoQuery<Doc> =>
  ({ selector: {}, sort, ...rest }) as MangoQuery<Doc>
const orders: Asked[] = [
  ['text ascending is UTF-16 order', sorted([{ name: 'asc' }]), ['a', 'c', 'b', 'd', 'f', 'e']],
  ['text descending', sorted([{ name: 'desc' }]), ['e', 'f', 'd', 'b', 'c', 'a']],
  ['numbers ascending', sorted([{ age: 'asc' }]), ['e', 'f', 'b', 'a', 'c', 'd']],
  ['numbers descending, ties by id', sorted([{ age: 'desc' }]), ['d', 'a', 'c', 'b', 'f', 'e']],
  ['fractions', sorted([{ score: 'asc' }]), ['e', 'b', 'c', 'f', 'a', 'd']],
  ['booleans', sorted([{ active: 'asc' }]), ['b', 'd', 'f', 'a', 'c', 'e']],
  ['booleans descending', sorted([{ active: 'desc' }]), ['a', 'c', 'e', 'b', 'd', 'f']],
  ['two fields', sorted([{ active: 'asc' }, { age: 'asc' }]), ['f', 'b', 'd', 'e', 'a', 'c']],
  ['two fields, both descending', sorted([{ active: 'desc' }, { age: 'desc' }]), ['a', 'c', 'e', 'd', 'b', 'f']],
  ['two fields in opposite directions', sorted([{ active: 'asc' }, { age: 'desc' }]), ['d', 'b', 'f', 'a', 'c', 'e']],
  ['three fields', sorted([{ age: 'asc' }, { score: 'asc' }, { name: 'asc' }]), ['e', 'f', 'b', 'c', 'a', 'd']],
  ['id descending', sorted([{ id: 'desc' }]), ['f', 'e', 'd', 'c', 'b', 'a']],
  ['ties with the id descending', sorted([{ age: 'asc' }, { id: 'desc' }]), ['e', 'f', 'b', 'c', 'a', 'd']],
  ['limit', sorted([{ age: 'asc' }], { limit: 2 }), ['e', 'f']],
  ['limit descending', sorted([{ age: 'desc' }], { limit: 3 }), ['d', 'a', 'c']],
  ['limit that cuts a tie', sorted([{ age: 'desc' }], { limit: 2 }), ['d', 'a']],
  ['limit zero', sorted([{ age: 'asc' }], { limit: 0 }), []],
  ['limit beyond the end', sorted([{ age: 'asc' }], { limit: 99 }), ['e', 'f', 'b', 'a', 'c', 'd']],
  ['skip', sorted([{ age: 'asc' }], { skip: 4 }), ['c', 'd']],
  ['skip and limit', sorted([{ age: 'asc' }], { skip: 1, limit: 2 }), ['f', 'b']],
  ['skip beyond the end', sorted([{ age: 'asc' }], { skip: 50, limit: 5 }), []],
  ['a range and a limit', where({ age: { $gte: 0 } }, { sort: [{ age: 'asc' }], limit: 2 }), ['f', 'b']],
  ['a range and a limit, descending', where({ age: { $lt: 40 } }, { sort: [{ age: 'desc' }], limit: 2 }), ['a', 'c']],
  ['a remainder and a limit', where({ tags: 'y' }, { sort: [{ age: 'desc' }], limit: 2 }), ['d', 'a']],
  ['a remainder, skip and limit', where({ tags: 'y' }, { sort: [{ age: 'asc' }], skip: 1, limit: 1 }), ['c']],
  ['an order the condition says nothing of', where({ active: true }, { sort: [{ score: 'desc' }] }), ['a', 'c', 'e']],
]

const hinted: Asked[] = [
  ['hint that fits', where({ age: { $gt: 0 } }, { index: ['age'] }), ['a', 'b', 'c', 'd']],
  ['hint that does not fit', where({ age: { $gt: 0 } }, { index: ['name'] }), ['a', 'b', 'c', 'd']],
  ['compound hint', where({ active: true, age: { $gte: 31 } }, { index: ['active', 'age'] }), ['a', 'c']],
  ['compound hint, last field only', where({ name: 'bob' }, { index: ['age', 'score', 'name'] }), ['b']],
  ['hint and order', where({ active: false }, { index: ['active', 'age'], sort: [{ age: 'desc' }] }), ['d', 'b', 'f']],
]

/** Numbers around the edges of what a schema can index, and texts around the edges of an order. */
const edgeSchema = schemaOf({ n: { ...number, minimum: -100, maximum: 100, multipleOf: 0.001 }, t: text }, [
  'n',
  't',
  ['t', 'n'],
])
const EDGES: readonly Stored[] = [
  doc('n1', { n: -100, t: '' }),
  doc('n2', { n: -0.001, t: ' ' }),
  doc('n3', { n: 0, t: 'a' }),
  doc('n4', { n: 0.001, t: 'aa' }),
  doc('n5', { n: 99.999, t: 'ab' }),
  doc('n6', { n: 100, t: 'a\u00e9' }),
  doc('n7', { n: 10, t: 'A' }),
  doc('n8', { n: 9, t: '\u{10ffff}' }),
]
const edges: Asked[] = [
  ['numbers order as numbers', sorted([{ n: 'asc' }]), ['n1', 'n2', 'n3', 'n4', 'n8', 'n7', 'n5', 'n6']],
  ['the smallest step up', where({ n: { $gt: 0 } }), ['n4', 'n5', 'n6', 'n7', 'n8']],
  ['the smallest step down', where({ n: { $lt: 0 } }), ['n1', 'n2']],
  ['exclusive at the maximum', where({ n: { $lt: 100 } }), ['n1', 'n2', 'n3', 'n4', 'n5', 'n7', 'n8']],
  ['exclusive at the minimum', where({ n: { $gt: -100 } }), ['n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8']],
  ['inclusive at both', where({ n: { $gte: -100, $lte: 100 } }), ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8']],
  ['texts that are prefixes', sorted([{ t: 'asc' }]), ['n1', 'n2', 'n7', 'n3', 'n4', 'n5', 'n6', 'n8']],
  ['a prefix range', where({ t: { $gte: 'a', $lt: 'b' } }), ['n3', 'n4', 'n5', 'n6']],
  ['a prefix range to the last character', where({ t: { $gte: 'a', $lte: 'a\uffff' } }), ['n3', 'n4', 'n5', 'n6']],
  ['equality and a range over a compound index', where({ t: 'a', n: { $gte: 0 } }), ['n3']],
]

/**
 * Where the memory storage errs, because it compares padded strings instead of values; RxDB's matcher is the witness.
 */
const beyondMemory: Asked[] = [
  ['the empty text is not a space', where({ t: '' }), ['n1']],
  ['a space is not the empty text', where({ t: ' ' }), ['n2']],
  ['a text is not a number', where({ n: { $eq: '9' } }), []],
  ['a number is not a text', where({ t: { $eq: 9 } }), []],
]

/** Fields that are indexed but not required: they may be missing, and then no range contains them. */
const optionalSchema = schemaOf({ group: text, rank: integer }, [], { indexes: ['group', ['group', 'rank']] })
const OPTIONAL: readonly Stored[] = [
  doc('o1', { group: 'x', rank: 1 }),
  doc('o2', { group: 'x' }),
  doc('o3', { rank: 3 }),
  doc('o4'),
  doc('o5', { group: 'y', rank: 2 }),
]
const optional: Asked[] = [
  ['equality skips the missing', where({ group: 'x' }), ['o1', 'o2']],
  ['a range skips the missing', where({ group: { $gt: 'a' } }), ['o1', 'o2', 'o5']],
  ['$exists', where({ group: { $exists: false } }), ['o3', 'o4']],
  ['both fields', where({ group: 'x', rank: { $gt: 0 } }), ['o1']],
  ['$ne includes the missing', where({ group: { $ne: 'x' } }), ['o3', 'o4', 'o5']],
  ['null means missing', where({ rank: null }), ['o2', 'o4']],
]

const nestedSchema = schemaOf({ address: properties.address }, ['address.city', ['address.city', 'address.zip']], {
  required: ['id', 'address'],
})
const NESTED: readonly Stored[] = [
  doc('1', { address: { city: 'Bonn', zip: '2' } }),
  doc('2', { address: { city: 'Aachen', zip: '9' } }),
  doc('3', { address: { city: 'Bonn', zip: '1' } }),
]
const nested: Asked[] = [
  ['equality', where({ 'address.city': 'Bonn' }), ['1', '3']],
  ['order', sorted([{ 'address.city': 'asc' }, { 'address.zip': 'asc' }]), ['2', '3', '1']],
  ['range and order', where({ 'address.city': { $gt: 'B' } }, { sort: [{ 'address.zip': 'desc' }] }), ['1', '3']],
  ['both', where({ 'address.city': 'Bonn', 'address.zip': '1' }), ['3']],
]

const groups: [string, Schema, readonly Stored[], Asked[]][] = [
  ['comparisons, without indexes', UNINDEXED, PEOPLE, comparisons],
  ['comparisons, with indexes', INDEXED, PEOPLE, comparisons],
  ['structures, without indexes', UNINDEXED, PEOPLE, structures],
  ['structures, with indexes', INDEXED, PEOPLE, structures],
  ['orders and pages, without indexes', UNINDEXED, PEOPLE, orders],
  ['orders and pages, with indexes', INDEXED, PEOPLE, orders],
  ['index hints', INDEXED, PEOPLE, hinted],
  ['edges of numbers and texts', edgeSchema, EDGES, edges],
  ['indexed fields that are missing', optionalSchema, OPTIONAL, optional],
  ['nested fields in indexes', nestedSchema, NESTED, nested],
]

conform('queries', [
  ...groups.map(
    ([title, schema, documents, asked]): Case => ({
      title,
      run: asking(schema, documents, asked),
      expected: stated(asked),
    }),
  ),
  {
    title: 'edges that the memory storage gets wrong',
    oursOnly: true,
    run: asking(edgeSchema, EDGES, beyondMemory),
    expected: stated(beyondMemory),
  },
  {
    title: 'deleted documents are found when they are asked for, alone or with the living',
    run: async ({ create }) => {
      const instance = await create(INDEXED)
      await insert(instance, PEOPLE)
      const answers = []
      for (const selector of [{ _deleted: true }, { age: 31 }, { _deleted: { $exists: true }, age: 31 }]) {
        answers.push(ids(await find(instance, where(selector))))
      }
      return answers
    },
    expected: [['g'], ['a', 'c', 'g'], ['a', 'c', 'g']],
  },
  {
    title: 'a composite primary key is an id like any other',
    run: async ({ create }) => {
      const schema = schemaOf({ first: text, last: text }, ['first'], {
        primaryKey: { key: 'id', fields: ['first', 'last'], separator: '|' },
        required: ['id', 'first', 'last'],
      })
      const instance = await create(schema)
      const one = (first: string, last: string) => doc(`${first}|${last}`, { first, last })
      await insert(instance, [one('a', 'z'), one('b', 'y'), one('a', 'x')])
      return [
        ids(await find(instance, living(where({ first: 'a' })))),
        ids(await find(instance, living(where({ id: 'b|y' })))),
        ids(await instance.findDocumentsById(['a|x'], false)),
      ]
    },
    expected: [['a|x', 'a|z'], ['b|y'], ['a|x']],
  },
  {
    title: 'the index follows an update and a deletion',
    run: async ({ create }) => {
      const instance = await create(INDEXED)
      await insert(instance, PEOPLE)
      const [a, b] = PEOPLE as [Stored, Stored]
      await instance.bulkWrite(
        [
          { previous: a, document: { ...a, age: 26, _rev: '2-x' } as Stored },
          { previous: b, document: { ...b, _deleted: true, _rev: '2-x' } as Stored },
        ],
        'w',
      )
      return Promise.all(
        [{ age: 31 }, { age: 26 }, { age: 25 }].map(async (selector) =>
          ids(await find(instance, living(where(selector)))),
        ),
      )
    },
    expected: [['c'], ['a'], []],
  },
  {
    title: 'ten thousand documents: a deep page of a range in both directions',
    run: async ({ create }) => {
      const instance = await create(INDEXED)
      const many = Array.from({ length: 10_000 }, (_, i) =>
        doc(`m${String(i).padStart(5, '0')}`, {
          name: `n${i % 100}`,
          age: i % 1_000,
          score: i / 100,
          active: i % 3 === 0,
        }),
      )
      for (let i = 0; i < many.length; i += 2_500) await insert(instance, many.slice(i, i + 2_500))
      const pages: MangoQuery<Doc>[] = [
        where({ age: { $gte: 500, $lt: 510 } }, { sort: [{ age: 'asc' }], skip: 20, limit: 5 }),
        where({ age: { $gte: 500, $lt: 510 } }, { sort: [{ age: 'desc' }], skip: 20, limit: 5 }),
        where({ active: true, age: { $gt: 990 } }, { sort: [{ age: 'desc' }], limit: 4 }),
        where({ name: 'n42', score: { $gt: 50 } }, { sort: [{ score: 'asc' }], limit: 3 }),
      ]
      const answers = []
      for (const page of pages) {
        const found = ids(await find(instance, living(page)))
        answers.push([found, JSON.stringify(found) === JSON.stringify(bruteForce(INDEXED, many, living(page)))])
      }
      return [answers, await count(instance, living(where({ age: { $lt: 10 } })))]
    },
  },
])
