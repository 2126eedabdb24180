// Reading by id, counting, and that every legal JSON value and every id comes back as it went in.
import { type Case, conform, count, doc, find, ids, insert, next, plain, schemaOf, text, write } from './harness'

// Built from escapes, so that the source shows what is meant: NUL, quotes, astral characters, lone and private ones.
const STRANGE_IDS = [
  "it's",
  'say "hi"',
  '`tick`',
  'nul\u0000inside',
  'nul at the end\u0000',
  'nul at the end',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'ä\u0308ß',
  '\u00e9',
  'e\u0301',
  '\u{1f600}',
  '\ue000',
  '\uffee',
  '\u{10ffff}',
  '%_*?[a]',
  '; DROP TABLE documents; --',
  'a|b|c',
  '0',
  '00',
  '1e3',
  'null',
  '\n\t\r',
  '\u202eright to left',
  'x'.repeat(100),
]
const STRANGE_VALUES: [string, unknown][] = [
  ['empty text', ''],
  ['NUL', 'a\u0000b'],
  ['quotes', `'"\`\\`],
  ['astral', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'],
  ['line separators', '\u2028\u2029'],
  ['null', null],
  ['false', false],
  ['zero', 0],
  ['negative', -1.5],
  ['largest safe', Number.MAX_SAFE_INTEGER],
  ['smallest safe', Number.MIN_SAFE_INTEGER],
  ['beyond safe', 2 ** 60],
  ['tiny', Number.MIN_VALUE],
  ['largest', Number.MAX_VALUE],
  ['fraction', 0.1 + 0.2],
  ['empty array', []],
  ['nested', { a: [{ b: { c: [[], {}, null] } }] }],
  ['empty key', { '': 1 }],
  ['dotted key', { 'a.b': 1 }],
  ['long text', 'ü'.repeat(70_000)],
]

const people = ['Ann', 'Bob', 'Cid', 'Dot'].map((value, i) => doc(`p${i}`, { value }, 1_000 + i))

const cases: Case[] = [
  {
    title: 'ids are answered in the order they were asked for, missing ones left out',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, people)
      return [
        ids(await instance.findDocumentsById(['p3', 'nobody', 'p0', 'p2'], false)),
        await instance.findDocumentsById([], false),
        await instance.findDocumentsById(['nobody'], true),
      ]
    },
    expected: [['p3', 'p0', 'p2'], [], []],
  },
  {
    title: 'with deleted ones means living and deleted',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, people)
      await write(instance, [next(people[1] ?? doc('p1'), { _deleted: true })])
      const asked = ['p0', 'p1', 'p2']
      return [ids(await instance.findDocumentsById(asked, false)), ids(await instance.findDocumentsById(asked, true))]
    },
    expected: [
      ['p0', 'p2'],
      ['p0', 'p1', 'p2'],
    ],
  },
  {
    title: 'any text is an id, and no two of them are mixed up',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(
        instance,
        STRANGE_IDS.map((id, i) => doc(id, { value: `value ${i}` })),
      )
      const one = await Promise.all(STRANGE_IDS.map((id) => instance.findDocumentsById([id], false)))
      return one.map((found) => found.map(({ id, value }) => [id, value]))
    },
    expected: STRANGE_IDS.map((id, i) => [[id, `value ${i}`]]),
  },
  {
    title: 'the same strange ids can be asked for together, updated and deleted',
    run: async ({ create }) => {
      const instance = await create(plain)
      const made = STRANGE_IDS.map((id) => doc(id, { value: 'x' }))
      await insert(instance, made)
      const refused = await write(
        instance,
        made.map((one, i) => next(one, i % 2 === 0 ? { value: 'y' } : { _deleted: true })),
      )
      return [refused, ids(await instance.findDocumentsById(STRANGE_IDS, false))]
    },
    expected: [[], STRANGE_IDS.filter((_, i) => i % 2 === 0)],
  },
  {
    title: 'every JSON value comes back as it went in, also through a query',
    run: async ({ create }) => {
      const instance = await create(schemaOf({}))
      await insert(
        instance,
        STRANGE_VALUES.map(([id, value]) => doc(id, { value })),
      )
      const byId = await instance.findDocumentsById(
        STRANGE_VALUES.map(([id]) => id),
        false,
      )
      const byQuery = await find(instance, { selector: { _deleted: false } as never, sort: [{ id: 'asc' }] })
      return { byId: byId.map(({ id, value }) => [id, value]), byQuery: new Map(byQuery.map((d) => [d.id, d.value])) }
    },
    expected: { byId: STRANGE_VALUES, byQuery: new Map(STRANGE_VALUES) },
  },
  {
    title: 'a field named __proto__ is a field',
    run: async ({ create }) => {
      const instance = await create(schemaOf({}))
      const fields = JSON.parse('{"__proto__":{"polluted":true},"nested":{"__proto__":1}}') as Record<string, unknown>
      const one = doc('a')
      // A spread would set the prototype; that is the point of the case.
      for (const key of Object.keys(fields)) Object.defineProperty(one, key, { value: fields[key], enumerable: true })
      await insert(instance, [one])
      const [found] = await instance.findDocumentsById(['a'], false)
      return [JSON.stringify(found) === JSON.stringify(one), 'polluted' in {}]
    },
    expected: [true, false],
  },
  {
    title: 'count agrees with the query, also on deleted documents, ranges and nothing',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, people)
      await write(instance, [next(people[1] ?? doc('p1'), { _deleted: true })])
      const selectors = [
        { _deleted: false },
        { _deleted: true },
        {},
        { _deleted: false, value: 'Ann' },
        { _deleted: false, value: { $gt: 'Ann', $lt: 'Dot' } },
        { _deleted: false, value: { $regex: '^[AD]' } },
        { value: 'nobody' },
      ]
      return Promise.all(selectors.map((selector) => count(instance, { selector: selector as never })))
    },
    expected: [3, 1, 4, 1, 1, 2, 0],
  },
  {
    title: 'one document of one megabyte and many small ones live side by side',
    run: async ({ create }) => {
      const instance = await create(schemaOf({ value: text }, ['value']))
      const big = 'z'.repeat(1_000_000)
      await insert(instance, [doc('big', { value: 'm', big }), ...people])
      const [found] = await instance.findDocumentsById(['big'], false)
      return [String(found?.['big']).length, ids(await find(instance, { selector: { value: { $gt: 'C' } } }))]
    },
    expected: [1_000_000, ['p2', 'p3', 'big']],
  },
  {
    title: 'more documents and ids at once than SQLite takes parameters',
    run: async ({ create }) => {
      const instance = await create(plain)
      const many = Array.from({ length: 33_000 }, (_, i) => doc(`d${i}`, { value: `v${i % 50}` }, 1_000 + i))
      await insert(instance, many)
      const all = await instance.findDocumentsById(ids(many), false)
      const refused = await write(
        instance,
        many.map((document) => ({ document })),
      )
      return [all.length, all.every(({ id }, i) => id === many[i]?.id), refused.length]
    },
    expected: [33_000, true, 33_000],
  },
  {
    title: 'more alternatives, conditions and values than SQLite nests or takes',
    run: async ({ create }) => {
      const instance = await create(plain)
      const many = Array.from({ length: 200 }, (_, i) => doc(`d${i}`, { value: `v${i % 50}` }, 1_000 + i))
      await insert(instance, many)
      const asked = async (selector: object) =>
        (await find(instance, { selector, sort: [{ id: 'asc' }] } as never)).length
      const each = <Part>(amount: number, part: (i: number) => Part) =>
        Array.from({ length: amount }, (_, i) => part(i))
      let nested: object = { value: 'v1' }
      for (let i = 0; i < 60; i += 1) {
        nested = i % 2 === 0 ? { $and: [nested, { id: { $gte: 'd' } }] } : { $or: [nested, { id: 'd0' }] }
      }
      return {
        ids: await asked({ id: { $in: each(33_000, (i) => `d${i + 100}`) } }),
        values: await asked({ value: { $in: each(2_000, (i) => `v${i + 45}`) } }),
        none: await asked({ value: { $nin: each(2_000, (i) => `v${i}`) } }),
        or: await asked({ $or: each(3_000, (i) => ({ id: `d${i + 150}` })) }),
        and: await asked({ $and: each(3_000, (i) => ({ id: { $ne: `d${i + 150}` } })) }),
        wide: await asked({ $or: each(40, (i) => ({ id: { $in: each(1_000, (j) => `d${i + j * 40 + 100}`) } })) }),
        deep: await asked({ $and: each(40, (i) => ({ $or: each(40, (j) => ({ id: `d${j + i}` })) })) }),
        nested: await asked(nested),
      }
    },
    expected: { ids: 100, values: 20, none: 0, or: 50, and: 150, wide: 100, deep: 1, nested: 5 },
  },
]

conform('reads', cases)
