// Opening, closing, removing, cleaning up and sharing: what happens around the reads and writes.
import {
  type Case,
  conform,
  doc,
  find,
  type Instance,
  ids,
  insert,
  next,
  plain,
  refusal,
  schemaOf,
  text,
  write,
} from './harness'

const everything = async (instance: Instance) =>
  ids(await find(instance, { selector: { _deleted: false } as never, sort: [{ id: 'asc' }] }))
const refuses = async (work: () => Promise<unknown>) => (await refusal(work)).length > 0
const one = doc('a', { value: 'one' })

const cases: Case[] = [
  {
    title: 'an instance knows what it was made with',
    run: async ({ create }) => {
      const { collectionName, schema, databaseName } = await create(plain, { collection: 'things', database: 'home' })
      return [
        collectionName,
        schema === plain || JSON.stringify(schema) === JSON.stringify(plain),
        databaseName.endsWith('-home'),
      ]
    },
    expected: ['things', true, true],
  },
  {
    title: 'a schema that wants key compression, encryption or attachment compression is refused',
    run: async ({ create }) => [
      (await refusal(() => create(schemaOf({ value: text }, [], { keyCompression: true })))).slice(0, 3),
      (await refusal(() => create(schemaOf({ value: text }, [], { encrypted: ['value'] })))).slice(0, 3),
      (await refusal(() => create(schemaOf({}, [], { attachments: { encrypted: true } })))).slice(0, 3),
      (await refusal(() => create(schemaOf({}, [], { attachments: { compression: 'gzip' } })))).slice(0, 3),
    ],
    expected: ['UT5', 'UT6', 'UT6', 'UT7'],
  },
  {
    title: 'twenty collections of one database, opened at once, do not mix',
    run: async ({ create }) => {
      const instances = await Promise.all(Array.from({ length: 20 }, (_, i) => create(plain, { collection: `c${i}` })))
      await Promise.all(instances.map((instance, i) => insert(instance, [doc(`only${i}`, { value: 'x' })])))
      return Promise.all(instances.map(everything))
    },
    expected: Array.from({ length: 20 }, (_, i) => [`only${i}`]),
  },
  {
    title: 'names that differ in case, or hold anything else, are different collections and databases',
    run: async ({ create }) => {
      const names = [
        'things',
        'Things',
        'THINGS',
        'th-ings',
        'th_ings',
        "it's",
        'a"b',
        'sqlite_x',
        '_rxdb_internal',
        'rx-meta-1',
      ]
      const instances = await Promise.all(names.map((collection) => create(plain, { collection })))
      const databases = await Promise.all(
        ['home', 'Home', '../up', 'with space', 'ü'].map((database) => create(plain, { database })),
      )
      const all = [...instances, ...databases]
      await Promise.all(all.map((instance, i) => insert(instance, [doc(`only${i}`, { value: 'x' })])))
      return Promise.all(all.map(everything))
    },
    expected: Array.from({ length: 15 }, (_, i) => [`only${i}`]),
  },
  {
    title: 'two versions of a schema are two separate sets of documents',
    run: async ({ create }) => {
      const old = await create(plain)
      const renewed = await create(schemaOf({ value: text }, ['value'], { version: 1 }))
      await insert(old, [one])
      await insert(renewed, [doc('b', { value: 'two' })])
      return [await everything(old), await everything(renewed)]
    },
    expected: [['a'], ['b']],
  },
  {
    title: 'closing twice is harmless; a closed instance cannot be removed',
    run: async ({ create }) => {
      const instance = await create(plain)
      await instance.close()
      await instance.close()
      return refuses(async () => instance.remove())
    },
    expected: true,
  },
  {
    title: 'removing deletes the data for good; closing afterwards is harmless',
    run: async ({ create, again }) => {
      const instance = await create(plain)
      await insert(instance, [one])
      await instance.remove()
      await instance.close()
      const later = await create(plain, { storage: again() })
      return [await everything(later), await later.findDocumentsById(['a'], true)]
    },
    expected: [[], []],
  },
  {
    title: 'a removed instance accepts no more writes',
    run: async ({ create }) => {
      const instance = await create(plain)
      await instance.remove()
      return refuses(async () => instance.bulkWrite([{ document: one }], 'w'))
    },
    expected: true,
  },
  {
    title: 'removing one collection leaves its neighbours',
    run: async ({ create }) => {
      const [goes, stays] = [await create(plain, { collection: 'goes' }), await create(plain, { collection: 'stays' })]
      await insert(goes, [one])
      await insert(stays, [one])
      await goes.remove()
      return everything(stays)
    },
    expected: ['a'],
  },
  {
    title: 'what was written is there after closing and opening again',
    run: async ({ create, again }) => {
      const instance = await create(plain)
      await insert(instance, [one, doc('b', { value: 'two' })])
      await write(instance, [next(one, { _deleted: true })])
      await instance.close()
      const later = await create(plain, { storage: again() })
      const all = (await later.findDocumentsById(['a', 'b'], true)).map(({ id, _deleted, _rev }) => [
        id,
        _deleted,
        _rev[0],
      ])
      return [await everything(later), all]
    },
    expected: [
      ['b'],
      [
        ['a', true, '2'],
        ['b', false, '1'],
      ],
    ],
  },
  {
    title: 'close waits for work that is under way, and what was acknowledged is there',
    oursOnly: true, // what becomes of open work on the memory storage is not defined
    run: async ({ create, again }) => {
      const instance = await create(plain)
      const made = Array.from({ length: 30 }, (_, i) => doc(`d${String(i).padStart(2, '0')}`, { value: 'x' }))
      const writing = made.map((document) =>
        instance.bulkWrite([{ document }], 'w').then(
          ({ error }) => (error.length === 0 ? document.id : 'refused'),
          () => 'failed',
        ),
      )
      const reading = everything(instance).then(
        () => 'answered',
        () => 'failed',
      )
      await instance.close()
      const acknowledged = (await Promise.all(writing)).filter((id) => id.startsWith('d'))
      const later = await create(plain, { storage: again() })
      const there = new Set(await everything(later))
      return [acknowledged.every((id) => there.has(id)), there.size === acknowledged.length, typeof (await reading)]
    },
    expected: [true, true, 'string'],
  },
  {
    title: 'after close every call is refused, none hangs',
    oursOnly: true, // the memory storage goes on answering
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [one])
      await instance.close()
      return Promise.all([
        refuses(async () => instance.bulkWrite([{ document: doc('z') }], 'w')),
        refuses(async () => instance.findDocumentsById(['a'], false)),
        refuses(async () => everything(instance)),
      ])
    },
    expected: [true, true, true],
  },
  {
    title: 'a long series of awaited writes and reads lets timers run',
    oursOnly: true, // the memory storage lives on microtasks alone
    run: async ({ create }) => {
      const instance = await create(plain)
      let ticks = 0
      const timer = setInterval(() => {
        ticks += 1
      }, 1)
      const began = performance.now()
      for (let i = 0; performance.now() - began < 200; i += 1) {
        await insert(instance, [doc(`d${i}`, { value: 'x' })])
        await instance.findDocumentsById([`d${i}`], false)
      }
      clearInterval(timer)
      return ticks >= 3 // at most some 60 ms without a turn of the event loop, also on a busy machine
    },
    expected: true,
  },
  {
    title: 'two instances of one collection see each other’s writes and events, once each',
    run: async ({ create }) => {
      const left = await create(plain, { multiInstance: true })
      const right = await create(plain, { multiInstance: true })
      const seen: [string, string[]][] = []
      left.changeStream().subscribe(({ events }) => seen.push(['left', events.map(({ documentId }) => documentId)]))
      right.changeStream().subscribe(({ events }) => seen.push(['right', events.map(({ documentId }) => documentId)]))
      await insert(left, [one])
      await insert(right, [doc('b', { value: 'two' })])
      const conflict = await write(right, [{ document: one }])
      return [await everything(left), await everything(right), conflict, seen.sort()]
    },
    expected: [
      ['a', 'b'],
      ['a', 'b'],
      [{ status: 409, id: 'a' }],
      [
        ['left', ['a']],
        ['left', ['b']],
        ['right', ['a']],
        ['right', ['b']],
      ],
    ],
  },
  {
    title: 'closing one of two instances leaves the other at work',
    run: async ({ create }) => {
      const left = await create(plain, { multiInstance: true })
      const right = await create(plain, { multiInstance: true })
      await insert(left, [one])
      const reading = everything(right)
      await left.close()
      await insert(right, [doc('b', { value: 'two' })])
      return [await reading, await everything(right)]
    },
    expected: [['a'], ['a', 'b']],
  },
  {
    title: 'cleanup removes old tombstones only, and says when it is done',
    run: async ({ create }) => {
      const instance = await create(plain)
      const now = Date.now()
      await insert(instance, [
        doc('living', { value: 'x' }, now - 90_000),
        doc('old', { value: 'x', _deleted: true }, now - 60_000),
        doc('recent', { value: 'x', _deleted: true }, now - 1_000),
      ])
      let calls = 0
      while (!(await instance.cleanup(30_000)) && calls < 100) calls += 1
      const left = ids(await instance.findDocumentsById(['living', 'old', 'recent'], true))
      while (!(await instance.cleanup(0)) && calls < 100) calls += 1
      return [left, ids(await instance.findDocumentsById(['living', 'old', 'recent'], true)), calls < 100]
    },
    expected: [['living', 'recent'], ['living'], true],
  },
  {
    title: 'an id that was cleaned up can be inserted again',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [one, doc('b', { value: 'x' })])
      await write(instance, [next(one, { _deleted: true })])
      while (!(await instance.cleanup(0)));
      return [await write(instance, [{ document: one }]), await everything(instance)]
    },
    expected: [[], ['a', 'b']],
  },
  {
    title: 'cleanup of three thousand tombstones finishes and leaves the living',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(
        instance,
        Array.from({ length: 3_050 }, (_, i) => doc(`d${i}`, { value: 'x', _deleted: i >= 50 }, 1_000 + i)),
      )
      let rounds = 0
      while (!(await instance.cleanup(0)) && rounds < 1_000) rounds += 1
      const changed = await instance.findDocumentsById(
        Array.from({ length: 3_050 }, (_, i) => `d${i}`),
        true,
      )
      return [changed.length, rounds < 1_000, (await everything(instance)).length]
    },
    expected: [50, true, 50],
  },
]

conform('life cycle', cases)
