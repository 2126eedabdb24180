// Bulk writes: what is accepted, what is refused as a conflict, and that a refused row changes nothing.
import type { BulkWriteRow, RxStorageWriteErrorConflict } from 'rxdb/plugins/core'
import {
  type Case,
  conform,
  type Doc,
  doc,
  type Instance,
  ids,
  insert,
  next,
  plain,
  rev,
  schemaOf,
  text,
  write,
} from './harness'

const all = (instance: Instance) => instance.findDocumentsById(['a', 'b', 'c', 'd'], true)
const tombstone = (id: string, height = 2) => doc(id, { _deleted: true, _rev: rev(height) }, 2_000)

const cases: Case[] = [
  {
    title: 'an insert is stored as it was given, with all its metadata',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [doc('a', { value: 'one', extra: { deep: [1, null, 'x'] } })])
      return instance.findDocumentsById(['a'], false)
    },
    expected: [doc('a', { value: 'one', extra: { deep: [1, null, 'x'] } })],
  },
  {
    title: 'an empty bulk write does nothing and emits nothing',
    run: async ({ create }) => {
      const instance = await create(plain)
      const seen: unknown[] = []
      instance.changeStream().subscribe((bulk) => seen.push(bulk))
      return [await write(instance, []), seen]
    },
    expected: [[], []],
  },
  {
    title: 'inserting an id that exists is a conflict that shows the stored document and the refused row',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [doc('a', { value: 'first' })])
      const row = { document: doc('a', { value: 'second' }) }
      const { error } = await instance.bulkWrite([row], 'the context')
      const [conflict] = error as RxStorageWriteErrorConflict<Doc>[]
      return {
        error,
        keys: Object.keys(conflict?.documentInDb ?? {}).sort(),
        sameRow: conflict?.writeRow === row,
        stored: await all(instance),
      }
    },
    expected: {
      error: [
        {
          isError: true,
          status: 409,
          documentId: 'a',
          documentInDb: doc('a', { value: 'first' }),
          writeRow: { document: doc('a', { value: 'second' }) },
          context: 'the context',
        },
      ],
      keys: ['_attachments', '_deleted', '_meta', '_rev', 'id', 'value'],
      sameRow: true,
      stored: [doc('a', { value: 'first' })],
    },
  },
  {
    title: 'one bulk of good and bad rows stores the good ones and refuses the bad ones in their order',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [doc('b', { value: 'old' }), doc('d', { value: 'old' })])
      const refused = await write(instance, [
        { document: doc('a', { value: 'new' }) },
        { document: doc('d', { value: 'new' }) },
        { document: doc('c', { value: 'new' }) },
        { document: doc('b', { value: 'new' }) },
      ])
      return { refused, stored: (await all(instance)).map(({ id, value }) => [id, value]) }
    },
    expected: {
      refused: [
        { status: 409, id: 'd' },
        { status: 409, id: 'b' },
      ],
      stored: [
        ['a', 'new'],
        ['b', 'old'],
        ['c', 'new'],
        ['d', 'old'],
      ],
    },
  },
  {
    title: 'two bulk writes of the same new id at the same time: the first wins, the second is a conflict',
    run: async ({ create }) => {
      const instance = await create(plain)
      const [first, second] = await Promise.all([
        write(instance, [{ document: doc('a', { value: 'first' }) }]),
        write(instance, [{ document: doc('a', { value: 'second' }) }]),
      ])
      return { first, second, stored: await all(instance) }
    },
    expected: { first: [], second: [{ status: 409, id: 'a' }], stored: [doc('a', { value: 'first' })] },
  },
  {
    title: 'an update with the right previous revision replaces the whole document, so that fields can be unset',
    run: async ({ create }) => {
      const instance = await create(plain)
      const first = doc('a', { value: 'one', gone: 1 })
      await insert(instance, [first])
      const { gone: _, ...kept } = first
      const refused = await write(instance, [
        { previous: first, document: { ...kept, _rev: rev(2), value: 'two' } as Doc as never },
      ])
      return { refused, stored: await all(instance) }
    },
    expected: { refused: [], stored: [doc('a', { value: 'two', _rev: rev(2) })] },
  },
  {
    title: 'an update on an old revision is a conflict and leaves the newer one',
    run: async ({ create }) => {
      const instance = await create(plain)
      const first = doc('a', { value: 'one' })
      await insert(instance, [first])
      const second = next(first, { value: 'two' })
      const third = next(first, { value: 'three', _rev: rev(2, 'b') })
      return [await write(instance, [second]), await write(instance, [third]), await all(instance)]
    },
    expected: [[], [{ status: 409, id: 'a' }], [doc('a', { value: 'two', _rev: rev(2), _meta: { lwt: 1_001 } })]],
  },
  {
    title: 'the revisions decide, not the content of the previous document',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [doc('a', { value: 'one' })])
      const claimed = doc('a', { value: 'something else', _meta: { lwt: 5 } })
      return [await write(instance, [next(claimed, { value: 'two' }, 2_000)]), ids(await all(instance))]
    },
    expected: [[], ['a']],
  },
  {
    title: 'previous without a stored document is taken as an insert',
    run: async ({ create }) => {
      const instance = await create(plain)
      return [await write(instance, [next(doc('a'), { value: 'x' })]), await all(instance)]
    },
    expected: [[], [doc('a', { value: 'x', _rev: rev(2), _meta: { lwt: 1_001 } })]],
  },
  {
    title: 'a revision may jump several heights in one write',
    run: async ({ create }) => {
      const instance = await create(plain)
      const first = doc('a', { value: 'one' })
      await insert(instance, [first])
      const refused = await write(instance, [next(first, { value: 'two', _rev: rev(17) })])
      return [refused, (await all(instance)).map(({ _rev }) => _rev)]
    },
    expected: [[], [rev(17)]],
  },
  {
    title: 'metadata alone can change, and the write time is the one that was given',
    run: async ({ create }) => {
      const instance = await create(plain)
      const first = doc('a', { value: 'one' })
      await insert(instance, [first])
      await write(instance, [next(first, { _meta: { lwt: 1_000.5, own: { nested: true } } })])
      return (await all(instance)).map(({ _meta }) => _meta)
    },
    expected: [{ lwt: 1_000.5, own: { nested: true } }],
  },
  {
    title: 'deleting keeps the document as a tombstone that only a read with deleted ones shows',
    run: async ({ create }) => {
      const instance = await create(plain)
      const first = doc('a', { value: 'one' })
      await insert(instance, [first])
      const refused = await write(instance, [next(first, { _deleted: true })])
      return [refused, await instance.findDocumentsById(['a'], false), await instance.findDocumentsById(['a'], true)]
    },
    expected: [[], [], [doc('a', { value: 'one', _deleted: true, _rev: rev(2), _meta: { lwt: 1_001 } })]],
  },
  {
    title: 'a tombstone can be inserted for an id that was never there',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [tombstone('a')])
      return [await instance.findDocumentsById(['a'], false), ids(await instance.findDocumentsById(['a'], true))]
    },
    expected: [[], ['a']],
  },
  {
    title: 'an insert over a tombstone without its revision is a conflict that shows the tombstone',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [tombstone('a')])
      const { error } = await instance.bulkWrite([{ document: doc('a', { value: 'back' }) }], 'w')
      return error.map((one) => [one.status, (one as RxStorageWriteErrorConflict<Doc>).documentInDb._deleted])
    },
    expected: [[409, true]],
  },
  {
    title: 'with its revision a tombstone comes back to life, and can be deleted again',
    run: async ({ create }) => {
      const instance = await create(plain)
      const dead = tombstone('a')
      await insert(instance, [dead])
      const alive = next(dead, { _deleted: false, value: 'back' })
      const refused = await write(instance, [alive])
      const living = ids(await instance.findDocumentsById(['a'], false))
      const again = await write(instance, [next(alive.document as never, { _deleted: true })])
      return [refused, living, again, await instance.findDocumentsById(['a'], false)]
    },
    expected: [[], ['a'], [], []],
  },
  {
    title: 'the state of a tombstone can be changed while it stays one',
    run: async ({ create }) => {
      const instance = await create(plain)
      const dead = tombstone('a')
      await insert(instance, [dead])
      const refused = await write(instance, [next(dead, { value: 'last words' })])
      return [refused, (await all(instance)).map(({ value, _deleted, _rev }) => [value, _deleted, _rev])]
    },
    expected: [[], [['last words', true, rev(3)]]],
  },
  {
    title: 'a thousand documents in one bulk, then a thousand updates in one bulk',
    run: async ({ create }) => {
      const instance = await create(plain)
      const made = Array.from({ length: 1_000 }, (_, i) => doc(`d${i}`, { value: `v${i % 7}` }, 1_000 + i))
      await insert(instance, made)
      const refused = await write(
        instance,
        made.map((one) => next(one, { value: 'changed' }, 5_000)),
      )
      const stored = await instance.findDocumentsById(ids(made), false)
      return [refused, stored.length, stored.every(({ value, _rev }) => value === 'changed' && _rev === rev(2))]
    },
    expected: [[], 1_000, true],
  },
  {
    title: 'what the caller passed in is neither changed nor kept alive by reference',
    run: async ({ create }) => {
      const instance = await create(schemaOf({ value: text }))
      const row: BulkWriteRow<Doc> = { document: doc('a', { value: 'one', list: [1, 2] }) }
      const before = structuredClone(row)
      await instance.bulkWrite([row], 'w')
      return JSON.stringify(row) === JSON.stringify(before)
    },
    expected: true,
  },
  {
    title: 'many parallel bulk writes over the same ids: each id takes exactly one',
    run: async ({ create }) => {
      const instance = await create(plain)
      const rounds = await Promise.all(
        Array.from({ length: 20 }, (_, round) =>
          write(
            instance,
            ['a', 'b', 'c', 'd'].map((id) => ({ document: doc(id, { value: `round ${round}` }) })),
          ),
        ),
      )
      return [rounds.map((refused) => refused.length), (await all(instance)).map(({ value }) => value)]
    },
    expected: [[0, ...Array.from({ length: 19 }, () => 4)], Array.from({ length: 4 }, () => 'round 0')],
  },
  {
    title: 'writes are done in the order they were asked for, also when the first has to wait for the event loop',
    run: async ({ create }) => {
      const instance = await create(plain)
      await instance.findDocumentsById(['a'], false)
      const busyUntil = performance.now() + 30
      while (performance.now() < busyUntil); // whatever a call may use of this turn of the event loop is used up
      const second = new Promise<{ status: number; id: string }[]>((resolve) => {
        setImmediate(() => resolve(write(instance, [{ document: doc('a', { value: 'second' }) }])))
      })
      const first = write(instance, [{ document: doc('a', { value: 'first' }) }])
      return [await first, await second, (await all(instance)).map(({ value }) => value)]
    },
    expected: [[], [{ status: 409, id: 'a' }], ['first']],
  },
]

conform('bulk writes', cases)
