// The change stream and the changes since a checkpoint: what replication rests on.
import type { RxStorageDefaultCheckpoint } from 'rxdb/plugins/core'
import { getChangedDocumentsSince } from 'rxdb/plugins/core'
import {
  type Case,
  conform,
  type Doc,
  doc,
  type Instance,
  ids,
  insert,
  next,
  page,
  plain,
  rev,
  type Stored,
  write,
} from './harness'

interface Seen {
  context: string
  events: unknown[]
}
/** Collects bulks without the parts that are allowed to differ between storages: ids and checkpoints. */
function watch(instance: Instance): Seen[] {
  const seen: Seen[] = []
  instance.changeStream().subscribe(({ context, events }) => {
    seen.push({
      context,
      events: events.map(({ documentId, operation, documentData, previousDocumentData }) => ({
        documentId,
        operation,
        value: (documentData as Doc)['value'],
        deleted: documentData._deleted,
        previous: (previousDocumentData as Doc | undefined | null)?.['value'] ?? 'none',
      })),
    })
  })
  return seen
}
const since = (instance: Instance, limit: number, checkpoint?: RxStorageDefaultCheckpoint) =>
  getChangedDocumentsSince<Doc, RxStorageDefaultCheckpoint>(instance, limit, checkpoint)
const first = doc('a', { value: 'one' })

const cases: Case[] = [
  {
    title: 'one bulk with all its events is emitted before bulkWrite answers, with its context',
    run: async ({ create }) => {
      const instance = await create(plain)
      const seen = watch(instance)
      await insert(instance, [first, doc('b', { value: 'two' })], 'my context')
      return seen
    },
    expected: [
      {
        context: 'my context',
        events: [
          { documentId: 'a', operation: 'INSERT', value: 'one', deleted: false, previous: 'none' },
          { documentId: 'b', operation: 'INSERT', value: 'two', deleted: false, previous: 'none' },
        ],
      },
    ],
  },
  {
    title: 'insert, update, delete, revive and change of a tombstone have their operations',
    run: async ({ create }) => {
      const instance = await create(plain)
      const seen = watch(instance)
      let current: Stored = first
      await insert(instance, [current])
      const steps = [
        { value: 'two' },
        { value: 'three', _deleted: true },
        { value: 'four', _deleted: true },
        { value: 'five', _deleted: false },
      ]
      for (const changes of steps) {
        const row = next(current, changes)
        await write(instance, [row])
        current = row.document as Stored
      }
      return seen.map(({ events }) => events)
    },
    expected: [
      [{ documentId: 'a', operation: 'INSERT', value: 'one', deleted: false, previous: 'none' }],
      [{ documentId: 'a', operation: 'UPDATE', value: 'two', deleted: false, previous: 'one' }],
      [{ documentId: 'a', operation: 'DELETE', value: 'three', deleted: true, previous: 'two' }],
      [{ documentId: 'a', operation: 'DELETE', value: 'four', deleted: true, previous: 'three' }],
      [{ documentId: 'a', operation: 'INSERT', value: 'five', deleted: false, previous: 'none' }],
    ],
  },
  {
    title: 'a bulk of which every row is refused emits nothing, a mixed one only what was written',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [first])
      const seen = watch(instance)
      await write(instance, [{ document: first }])
      await write(instance, [{ document: first }, { document: doc('b', { value: 'two' }) }])
      return seen.map(({ events }) => events.map((event) => (event as { documentId: string }).documentId))
    },
    expected: [['b']],
  },
  {
    title: 'an inserted tombstone is stored but is no event',
    run: async ({ create }) => {
      const instance = await create(plain)
      const seen = watch(instance)
      await insert(instance, [doc('t', { _deleted: true }), first])
      return seen.map(({ events }) => events.map((event) => (event as { documentId: string }).documentId))
    },
    expected: [['a']],
  },
  {
    title: 'every bulk has its own id',
    run: async ({ create }) => {
      const instance = await create(plain)
      const seen = new Set<string>()
      instance.changeStream().subscribe(({ id }) => seen.add(id))
      for (let i = 0; i < 50; i += 1) await insert(instance, [doc(`d${i}`, { value: 'x' })])
      return seen.size
    },
    expected: 50,
  },
  {
    title: 'nothing comes after the checkpoint of an event, unless something is written',
    run: async ({ create }) => {
      const instance = await create(plain)
      const checkpoints: RxStorageDefaultCheckpoint[] = []
      instance.changeStream().subscribe(({ checkpoint }) => checkpoints.push(checkpoint))
      await insert(instance, [doc('b', { value: 'x' }, 1_000), doc('a', { value: 'x' }, 2_000)])
      const [, later] = [checkpoints.at(-1), doc('c', { value: 'x' }, 3_000)]
      const before = ids((await since(instance, 10, checkpoints.at(-1))).documents)
      await insert(instance, [later])
      return [before, ids((await since(instance, 10, checkpoints[0])).documents)]
    },
    expected: [[], ['c']],
  },
  {
    title: 'without a checkpoint everything comes in order of last write, tombstones too',
    run: async ({ create }) => {
      const instance = await create(plain)
      const b = doc('b', { value: 'x' }, 1_000)
      await insert(instance, [b, doc('a', { value: 'x' }, 1_001), doc('d', { value: 'x' }, 1_002)])
      await write(instance, [next(b, { _deleted: true }, 2_000)])
      return (await since(instance, 10)).documents.map(({ id, _deleted }) => [id, _deleted])
    },
    expected: [
      ['a', false],
      ['d', false],
      ['b', true],
    ],
  },
  {
    title: 'an empty collection answers nothing and a checkpoint that can be used later',
    run: async ({ create }) => {
      const instance = await create(plain)
      const { documents, checkpoint } = await since(instance, 10)
      await insert(instance, [first])
      return [documents, ids((await since(instance, 10, checkpoint)).documents)]
    },
    expected: [[], ['a']],
  },
  {
    title: 'at the end the same checkpoint keeps answering nothing',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [first])
      const { checkpoint } = await since(instance, 10)
      const again = await since(instance, 10, checkpoint)
      const third = await since(instance, 10, again.checkpoint)
      return [again.documents, third.documents]
    },
    expected: [[], []],
  },
  {
    title: 'pages of any size give every document once, also when all have the same write time',
    run: async ({ create }) => {
      const instance = await create(plain)
      const made = Array.from({ length: 53 }, (_, i) =>
        doc(`d${String((i * 17) % 53).padStart(2, '0')}`, { value: 'x' }),
      )
      await insert(instance, made)
      const answers = []
      for (const limit of [1, 2, 7, 52, 53, 54, 1_000]) {
        const pages = await page(instance, limit)
        const flat = pages.flat().map(({ id }) => id)
        answers.push([limit, pages.length, flat.length, new Set(flat).size])
      }
      return answers
    },
    expected: [
      [1, 53, 53, 53],
      [2, 27, 53, 53],
      [7, 8, 53, 53],
      [52, 2, 53, 53],
      [53, 1, 53, 53],
      [54, 1, 53, 53],
      [1_000, 1, 53, 53],
    ],
  },
  {
    title: 'a document that changed twice comes once, as it is now',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [first, doc('b', { value: 'x' }, 1_500)])
      const { checkpoint } = await since(instance, 10)
      const second = next(first, { value: 'two' }, 2_000)
      await write(instance, [second])
      await write(instance, [next(second.document as Stored, { value: 'three' }, 3_000)])
      return (await since(instance, 10, checkpoint)).documents.map(({ id, value }) => [id, value])
    },
    expected: [['a', 'three']],
  },
  {
    title: 'writes between two pages appear in a later page, and none is lost',
    run: async ({ create }) => {
      const instance = await create(plain)
      const made = Array.from({ length: 10 }, (_, i) => doc(`d${i}`, { value: 'old' }, 1_000 + i))
      await insert(instance, made)
      const one = await since(instance, 4)
      await write(instance, [
        next(made[1] as Stored, { value: 'new' }, 5_000),
        next(made[7] as Stored, { value: 'new' }, 5_001),
      ])
      await insert(instance, [doc('e', { value: 'late' }, 5_002)])
      const two = await since(instance, 4, one.checkpoint)
      const three = await since(instance, 10, two.checkpoint)
      return [one, two, three].map(({ documents }) => documents.map(({ id, value }) => `${id} ${value}`))
    },
    expected: [
      ['d0 old', 'd1 old', 'd2 old', 'd3 old'],
      ['d4 old', 'd5 old', 'd6 old', 'd8 old'],
      ['d9 old', 'd1 new', 'd7 new', 'e late'],
    ],
  },
  {
    title: 'a checkpoint of id and write time alone is understood',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [
        doc('a', { value: 'x' }, 1_000),
        doc('b', { value: 'x' }, 1_000),
        doc('c', { value: 'x' }, 1_001),
      ])
      return Promise.all(
        [
          { id: '', lwt: 0 },
          { id: 'a', lwt: 1_000 },
          { id: 'c', lwt: 1_001 },
          { id: '', lwt: 9_999 },
        ].map(async (checkpoint) => ids((await since(instance, 10, checkpoint)).documents)),
      )
    },
    expected: [['a', 'b', 'c'], ['b', 'c'], [], []],
  },
  {
    title: 'a checkpoint survives the way through JSON',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [doc('nul\u0000\u{1f600}', { value: 'x' }, 1_000.01), doc('z', { value: 'x' }, 1_000.02)])
      const { checkpoint } = await since(instance, 1)
      const copy = JSON.parse(JSON.stringify(checkpoint)) as RxStorageDefaultCheckpoint
      return ids((await since(instance, 10, copy)).documents)
    },
    expected: ['z'],
  },
  {
    title: 'a write that commits late with an early stamp is not missed by a reader who is past that time',
    oursOnly: true, // RxDB stamps before the writer's queue; the memory storage has no queue and misses nothing there
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [doc('late stamp', { value: 'x', _rev: rev(1) }, 9_000)])
      const { checkpoint } = await since(instance, 10)
      await insert(instance, [doc('early stamp', { value: 'x' }, 1_000)])
      return ids((await since(instance, 10, checkpoint)).documents)
    },
    expected: ['early stamp'],
  },
  {
    title: 'nor is one after a restart with a clock that was set back, by an update, or by a cleanup in between',
    oursOnly: true,
    run: async ({ create, again }) => {
      const instance = await create(plain)
      const gone = doc('gone', { value: 'x', _deleted: true }, 8_999)
      await insert(instance, [first, gone, doc('newest', { value: 'x', _deleted: true }, 9_000)])
      const { checkpoint } = await since(instance, 10)
      await instance.close()
      const later = await create(plain, { storage: again() })
      while (!(await later.cleanup(0)));
      await write(later, [next(first, { value: 'two' }, 1_500)])
      await insert(later, [doc('b', { value: 'x' }, 1_400)])
      return ids((await since(later, 10, checkpoint)).documents)
    },
    expected: ['a', 'b'],
  },
  {
    title: 'a limit of zero and ids asked for twice are answered as the memory storage does',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [first, doc('b', { value: 'x' }, 1_001)])
      return [ids((await since(instance, 0)).documents), ids(await instance.findDocumentsById(['b', 'a', 'b'], false))]
    },
  },
]

conform('changes', cases)
