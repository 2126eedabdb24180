// RxDB's replication protocol between two storages of the same kind: it rests on the change stream, on checkpoints and
// on conflicts, so a storage that gets one of them wrong does not converge.
import {
  awaitRxStorageReplicationFirstInSync,
  awaitRxStorageReplicationInSync,
  cancelRxStorageReplication,
  createBlob,
  deepEqual,
  defaultHashSha256,
  getRxReplicationMetaInstanceSchema,
  now,
  type RxConflictHandler,
  type RxStorageInstance,
  type RxStorageInstanceReplicationState,
  type RxStorageReplicationMeta,
  replicateRxStorageInstance,
  rxStorageInstanceToReplicationHandler,
} from 'rxdb/plugins/core'
import {
  type Bench,
  type Case,
  conform,
  type Doc,
  doc,
  find,
  type Instance,
  insert,
  integer,
  next,
  type Stored,
  schemaOf,
  write,
} from './harness'

type Meta = RxStorageInstance<RxStorageReplicationMeta<Doc, unknown>, unknown, Record<string, unknown>>
type State = RxStorageInstanceReplicationState<Doc>

const schema = schemaOf({ score: integer, by: { type: 'string', maxLength: 20 } }, ['score'])
const withAttachments = schemaOf({ score: integer }, ['score'], { attachments: {} })
// Write times come from RxDB's own clock: it never stands still, and a storage may order by it.
const bare = ({ _meta, _rev, _attachments, ...rest }: Record<string, unknown>) => rest

/** The higher score wins; a deletion wins over everything. Counts how often it was asked. */
function higherWins(): RxConflictHandler<Doc> & { asked: number } {
  const handler = {
    asked: 0,
    isEqual: (a: object, b: object) =>
      deepEqual(bare(a as Record<string, unknown>), bare(b as Record<string, unknown>)),
    resolve: async ({ newDocumentState, realMasterState }: Parameters<RxConflictHandler<Doc>['resolve']>[0]) => {
      handler.asked += 1
      if (newDocumentState._deleted !== realMasterState._deleted) {
        return newDocumentState._deleted ? newDocumentState : realMasterState
      }
      return Number(newDocumentState['score']) > Number(realMasterState['score']) ? newDocumentState : realMasterState
    },
  }
  return handler
}

/** A pair of a master and a fork of one storage, with the fork's replication metadata. */
async function pair({ create, storage }: Bench, of = schema) {
  const master = await create(of, { collection: 'master', multiInstance: true })
  const fork = await create(of, { collection: 'fork', multiInstance: true })
  const meta = (await storage.createStorageInstance<RxStorageReplicationMeta<Doc, unknown>>({
    databaseInstanceToken: 'meta',
    databaseName: master.databaseName,
    collectionName: 'meta',
    schema: getRxReplicationMetaInstanceSchema<Doc, unknown>(of, false),
    options: {},
    multiInstance: true,
    devMode: true,
  })) as Meta
  return { master, fork, meta }
}
type Pair = Awaited<ReturnType<typeof pair>>

function start({ master, fork, meta }: Pair, handler: RxConflictHandler<Doc>, batch = 50, pushed?: number[]): State {
  const remote = rxStorageInstanceToReplicationHandler(master, handler, 'replication-token')
  const state = replicateRxStorageInstance<Doc>({
    identifier: 'conformance',
    skipStoringPullMeta: false,
    replicationHandler: {
      ...remote,
      masterWrite: (rows) => {
        pushed?.push(rows.length)
        return remote.masterWrite(rows)
      },
    },
    forkInstance: fork,
    metaInstance: meta as State['input']['metaInstance'],
    pullBatchSize: batch,
    pushBatchSize: batch,
    conflictHandler: handler,
    hashFunction: defaultHashSha256,
  })
  state.events.error.subscribe((error) => {
    throw error
  })
  return state
}

const state = async (instance: Instance) => (await find(instance, { selector: {}, sort: [{ id: 'asc' }] })).map(bare)

/** Waits until both sides say the same; fails after five seconds with what they say. */
async function settle({ master, fork }: Pair, replication: State): Promise<unknown[]> {
  const patience = Date.now() + 5_000
  for (;;) {
    await awaitRxStorageReplicationFirstInSync(replication)
    await awaitRxStorageReplicationInSync(replication)
    const [left, right] = [await state(master), await state(fork)]
    if (deepEqual(left, right)) return left
    if (Date.now() > patience) throw new Error(`no convergence: ${JSON.stringify({ left, right }).slice(0, 2_000)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
/** Ends a replication and what it still has under way, so that nothing is written to what is closed next. */
async function stop(replication: State): Promise<void> {
  await cancelRxStorageReplication(replication)
  const { down, up } = replication.streamQueue
  await Promise.all([down, up, replication.checkpointQueue])
}
async function end({ meta }: Pair, replication: State): Promise<void> {
  await stop(replication)
  await meta.close()
}
const one = (id: string, score: number, fields: object = {}, lwt = now()) => doc(id, { score, ...fields }, lwt)
const several = (prefix: string, amount: number) =>
  Array.from({ length: amount }, (_, i) => one(`${prefix}${String(i).padStart(3, '0')}`, i))
const ids = (documents: unknown[]) => documents.map((document) => (document as Doc).id)

/** The usual shape: prepare both sides, replicate, change both sides meanwhile, say what both hold in the end. */
const both =
  (
    before: (sides: Pair) => Promise<void>,
    during: (sides: Pair) => Promise<void> = async () => undefined,
    batch = 50,
  ) =>
  async (bench: Bench) => {
    const sides = await pair(bench)
    await before(sides)
    const handler = higherWins()
    const replication = start(sides, handler, batch)
    await settle(sides, replication)
    await during(sides)
    const settled = await settle(sides, replication)
    await end(sides, replication)
    return { settled, asked: handler.asked > 0 }
  }
const current = async (instance: Instance, id: string) => (await instance.findDocumentsById([id], true))[0] as Stored

const cases: Case[] = [
  {
    title: 'what the master has goes down, first and later',
    run: both(
      ({ master }) => insert(master, [one('a', 1)]),
      ({ master }) => insert(master, [one('b', 2)]),
    ),
    expected: {
      settled: [
        { id: 'a', score: 1, _deleted: false },
        { id: 'b', score: 2, _deleted: false },
      ],
      asked: false,
    },
  },
  {
    title: 'what the fork has goes up, first and later',
    run: both(
      ({ fork }) => insert(fork, [one('a', 1)]),
      ({ fork }) => insert(fork, [one('b', 2)]),
    ),
    expected: {
      settled: [
        { id: 'a', score: 1, _deleted: false },
        { id: 'b', score: 2, _deleted: false },
      ],
      asked: false,
    },
  },
  {
    title: 'insert, update and delete on the fork arrive',
    run: both(
      ({ fork }) => insert(fork, [one('a', 1), one('b', 1)]),
      async ({ fork }) => {
        await write(fork, [next(await current(fork, 'a'), { score: 2 }, now())])
        await write(fork, [next(await current(fork, 'b'), { _deleted: true }, now())])
      },
    ),
    expected: {
      settled: [
        { id: 'a', score: 2, _deleted: false },
        { id: 'b', score: 1, _deleted: true },
      ],
      asked: false,
    },
  },
  {
    title: 'update and delete on the master arrive',
    run: both(
      ({ master }) => insert(master, [one('a', 1), one('b', 1)]),
      async ({ master }) => {
        await write(master, [
          next(await current(master, 'a'), { score: 2 }, now()),
          next(await current(master, 'b'), { _deleted: true }, now()),
        ])
      },
    ),
    expected: {
      settled: [
        { id: 'a', score: 2, _deleted: false },
        { id: 'b', score: 1, _deleted: true },
      ],
      asked: false,
    },
  },
  {
    title: 'the same document on both sides stays as it is',
    run: async (bench) => {
      // Whether the handler is asked depends on which of push and pull RxDB runs first; the outcome does not.
      const { settled } = await both(async ({ master, fork }) => {
        await insert(master, [one('a', 1)])
        await insert(fork, [one('a', 1)])
      })(bench)
      return settled
    },
    expected: [{ id: 'a', score: 1, _deleted: false }],
  },
  {
    title: 'different inserts of one id are resolved by the handler',
    run: both(async ({ master, fork }) => {
      await insert(master, [one('a', 1), one('b', 9)])
      await insert(fork, [one('a', 5), one('b', 5)])
    }),
    expected: {
      settled: [
        { id: 'a', score: 5, _deleted: false },
        { id: 'b', score: 9, _deleted: false },
      ],
      asked: true,
    },
  },
  {
    title: 'a deletion against an edit is resolved by the handler',
    run: async (bench) => {
      const sides = await pair(bench)
      await insert(sides.master, [one('a', 1)])
      const handler = higherWins()
      const first = start(sides, handler)
      await settle(sides, first)
      await stop(first)
      await write(sides.master, [next(await current(sides.master, 'a'), { score: 7 }, now())])
      await write(sides.fork, [next(await current(sides.fork, 'a'), { _deleted: true }, now())])
      const second = start(sides, handler)
      const settled = await settle(sides, second)
      await end(sides, second)
      return [settled.map((document) => (document as Stored)._deleted), handler.asked > 0]
    },
    expected: [[true], true],
  },
  {
    title: 'three hundred documents each way in batches of seven',
    run: async (bench) => {
      const { settled } = await both(
        async ({ master, fork }) => {
          await insert(master, several('m', 300))
          await insert(fork, several('f', 300))
        },
        undefined,
        7,
      )(bench)
      return ids(settled)
    },
    expected: [...ids(several('f', 300)), ...ids(several('m', 300))],
  },
  {
    title: 'a replication that is started again sends only what is new',
    run: async (bench) => {
      const sides = await pair(bench)
      await insert(sides.fork, several('f', 40))
      const handler = higherWins()
      const first = start(sides, handler)
      await settle(sides, first)
      await stop(first)
      await insert(sides.fork, [one('new', 1)])
      const pushed: number[] = []
      const second = start(sides, handler, 50, pushed)
      const settled = await settle(sides, second)
      await end(sides, second)
      return [settled.length, pushed]
    },
    expected: [41, [1]],
  },
  {
    title: 'writes on both sides while it runs converge',
    run: async (bench) => {
      const sides = await pair(bench)
      await insert(sides.master, several('x', 10))
      const handler = higherWins()
      const replication = start(sides, handler, 5)
      await settle(sides, replication)
      let score = 1_000
      for (let round = 0; round < 25; round += 1) {
        const side = round % 2 === 0 ? sides.master : sides.fork
        const previous = await current(side, `x00${round % 10}`)
        score += 1
        await write(side, [next(previous, { score, by: `round ${round}` }, now())]) // a conflict here is legal
        await insert(side, [one(`n${String(round).padStart(2, '0')}`, round)])
      }
      const settled = await settle(sides, replication)
      await end(sides, replication)
      return ids(settled)
    },
    expected: [...Array.from({ length: 25 }, (_, i) => `n${String(i).padStart(2, '0')}`), ...ids(several('x', 10))],
  },
  {
    title: 'two forks of one master see each other',
    run: async (bench) => {
      const left = await pair(bench)
      const right = await bench.create(schema, { collection: 'right', multiInstance: true })
      const rightMeta = (await bench.create(getRxReplicationMetaInstanceSchema<Doc, unknown>(schema, false) as never, {
        collection: 'right-meta',
      })) as unknown as Meta
      const rightPair: Pair = { master: left.master, fork: right, meta: rightMeta }
      const one$ = start(left, higherWins())
      const two$ = start(rightPair, higherWins())
      await insert(left.fork, [one('from left', 1)])
      await insert(right, [one('from right', 2)])
      const patience = Date.now() + 5_000
      while (Date.now() < patience) {
        await settle(left, one$)
        if ((await settle(rightPair, two$)).length === 2) break
      }
      const states = [await state(left.fork), await state(right)].map(ids)
      await end(rightPair, two$)
      await end(left, one$)
      return states
    },
    expected: [
      ['from left', 'from right'],
      ['from left', 'from right'],
    ],
  },
  {
    title: 'attachments go both ways with their data',
    run: async (bench) => {
      const sides = await pair(bench, withAttachments)
      const file = (content: string) => {
        const data = createBlob(content, 'text/plain')
        return { data, length: data.size, type: 'text/plain', digest: `digest ${content}` }
      }
      await insert(sides.master, [one('a', 1, { _attachments: { f: file('down') } })])
      await insert(sides.fork, [one('b', 1, { _attachments: { f: file('up') } })])
      const replication = start(sides, higherWins())
      await settle(sides, replication)
      const down = await (await sides.fork.getAttachmentData('a', 'f', 'digest down')).text()
      const up = await (await sides.master.getAttachmentData('b', 'f', 'digest up')).text()
      await end(sides, replication)
      return [down, up]
    },
    expected: ['down', 'up'],
  },
]

conform('replication', cases)
