// A device in a thread: RxDB on SQLite, the projections' file, the engine and the product's replication over a server that
// is reached by messages. Invariant: what the product does here is what it does in the application; only HTTP is missing.

import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { type Database, openDatabase } from '../../../src-main/database'
import { createScratch } from '../../../src-main/database/scratch'
import { createEngine } from '../../../src-main/engine'
import { KINDS } from '../../../src-main/engine/documents/kinds'
import { createClock } from '../../../src-main/engine/documents/stamp'
import type { DocumentStore } from '../../../src-main/engine/ports'
import { openProjections } from '../../../src-main/projections'
import type { CouchRemote } from '../../../src-main/replication/couch/couch-remote'
import { type Remote, RemoteError } from '../../../src-main/replication/couch/remote'
import { correctStamps } from '../../../src-main/replication/exchange/adoption'
import { createExchange, type Exchange } from '../../../src-main/replication/exchange/exchange'
import { sentStamps } from '../../../src-main/replication/exchange/sent-stamps'
import { isKnownServer } from '../../../src-main/replication/state/replica-marker'
import { beginGeneration } from '../../../src-main/replication/state/server-generation'
import { openSyncFile } from '../../../src-main/replication/state/sync-file'
import { asDeviceId, NO_STAMP } from '../../../src-shared/model/ids'
import { carryOut } from '../../engine/model/commands'
import { checkInvariants, checkNothingLost, dump } from '../../engine/model/invariants'
import type { Device } from '../../support/device'
import { ann } from '../../support/engine'
import { seedIds } from '../../support/seeded-ids'
import { messageOf } from '../compare'
import type { DeviceData, FromDevice, Question, Questions, ToDevice } from './messages'

const port = parentPort
if (!port) throw new Error('a device is started by the simulation')
const { id, folder, seed, begun, start, speed, skewMs } = workerData as DeviceData
seedIds(seed)
const say = (message: FromDevice) => port.postMessage(message)
const defect = (error: unknown) => say({ type: 'defect', message: messageOf(error) })
process.on('uncaughtException', defect)
process.on('unhandledRejection', defect)

/** How often the product's service looks after a connection; faster, as time is. */
const LOOK_MS = 20

const trueTime = () => start + (Date.now() - begun) * speed
const wall = () => Math.round(trueTime() + skewMs)

/** The server, by messages. Calls under way end when the connection does. */
function createRemote(): { remote: CouchRemote; heard(message: ToDevice): void; hangUp(): void } {
  let count = 0
  const open = new Map<number, { resolve(value: never): void; reject(error: unknown): void }>()
  const call = <T>(method: keyof Remote, ...given: unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      count += 1
      open.set(count, { resolve, reject })
      say({ type: 'call', call: count, method, given })
    })
  const remote: CouchRemote = {
    changes: (since, limit) => call('changes', since, limit),
    awaitChange: (since, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => resolve(false), { once: true })
        call<boolean>('awaitChange', since).then(resolve, reject)
      }),
    copies: 1,
    read: (ids) => call('read', ids),
    readAt: (named) =>
      call(
        'read',
        named.map(({ id }) => id),
      ),
    readRevision: (document, rev) => call('readRevision', document, rev),
    write: (rows) => call('write', rows),
    getLocal: (document) => call('getLocal', document),
    putLocal: (document, body) => call('putLocal', document, body),
    schema: async () => ({ version: 1, minimum: 1 }),
    rules: '',
    schemaChanged: false,
    securityChanged: async () => false,
  }
  return {
    remote,
    heard(message) {
      if (message.type !== 'answer' && message.type !== 'failure') return
      const waiting = open.get(message.call)
      open.delete(message.call)
      if (message.type === 'answer') waiting?.resolve(message.value as never)
      else waiting?.reject(new RemoteError(message.kind, `The server is ${message.kind}.`))
    },
    hangUp() {
      for (const [key, { reject }] of open) {
        open.delete(key)
        reject(new RemoteError('cancelled', 'The connection has ended.'))
      }
    },
  }
}

async function main(): Promise<void> {
  const database: Database = await openDatabase(folder, { synchronous: 'OFF' })
  const file = openSyncFile(join(folder, 'sync.sqlite'))
  const projections = join(folder, 'projections.sqlite')
  const views = await openProjections(projections, database.feed, defect)
  const now = () => wall() + (file.state.clockOffset ?? 0)
  const floor = views.latestStamp()
  const clock = createClock({ deviceId: asDeviceId(id), now, ...(floor ? { floor } : {}) })
  const store: DocumentStore = {
    ...database.store,
    async commit(changes) {
      await database.store.commit(changes)
      say({ type: 'committed', documents: changes.map(({ kind, next }) => ({ kind, document: next })) })
    },
  }
  const settings = () => ({ defaultRegion: 'AU', retentionDays: 60 })
  const engine = createEngine({ store, views, clock, settings, createScratch: () => createScratch(folder) })
  const device: Device = {
    engine,
    views,
    store,
    projections,
    time: { now: start },
    restart: async () => undefined,
    close: async () => undefined,
  }

  const { remote, heard, hangUp } = createRemote()
  let network = true
  let closed = false
  let wake: () => void = () => undefined
  let ending = new AbortController()
  let exchange: Exchange | undefined
  let lastPage = 0

  const unsent = () =>
    KINDS.reduce(
      (sum, kind) => sum + database.countSince(kind, exchange?.sentUpTo(kind) ?? file.state.sentUpTo[kind]),
      0,
    )
  const idle = (): boolean => exchange?.settled === true && unsent() === 0

  /** One connection, as the product's service makes it. */
  async function connect(): Promise<void> {
    await remote.getLocal('signing-in') // a request that fails while the server cannot be reached
    const former = file.state.clockOffset ?? 0
    const clockOffset = Math.round(trueTime()) - wall()
    await correctStamps(
      {
        store,
        clock,
        exclusively: engine.exclusively,
        latestStamp: () => views.latestStamp(),
        setBack: (latest) => views.setBack(latest),
      },
      sentStamps(file, remote),
      wall() + clockOffset,
      former - clockOffset,
    )
    const corrected = views.latestStamp() ?? NO_STAMP
    file.save({ clockOffset })
    if (!(await isKnownServer(remote, file, asDeviceId(id)))) beginGeneration(file)
    exchange = createExchange({
      database,
      file,
      deviceId: asDeviceId(id),
      isOwn: clock.isOwn,
      corrected,
      run: `${seed}`,
      lastPage,
      remote,
      user: { name: 'ann', roles: ['admin'] },
      abort: async () => hangUp(),
      now: wall,
      serverClock: { offset: () => Math.round(trueTime()) - wall() },
      onTraffic: () => undefined,
      onPending: () => undefined,
      onProgress: () => undefined,
      onDefect: defect,
    })
    const looking = setInterval(() => {
      exchange?.look()
      if (!file.state.firstSyncDone && idle()) file.save({ firstSyncDone: true, firstSync: null })
    }, LOOK_MS)
    try {
      await exchange.run(ending.signal)
    } finally {
      clearInterval(looking)
      lastPage = exchange.lastPage
      exchange = undefined
    }
  }

  async function live(): Promise<void> {
    while (!closed) {
      ending = new AbortController()
      try {
        if (network) await connect()
      } catch (error) {
        if (!(error instanceof RemoteError)) defect(error)
      }
      hangUp()
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, LOOK_MS)
      })
    }
  }

  const answers: { [Q in Question]: (ask: Questions[Q]['ask']) => Promise<Questions[Q]['answer']> } = {
    command: (command) => carryOut(engine, command),
    complete: async () => (await engine.erasure.complete(ann)).length,
    async retry() {
      await exchange?.retry(file.setAside.keys()).catch((error: unknown) => {
        if (!(error instanceof RemoteError)) throw error
      })
      return undefined
    },
    async state() {
      const entries = file.setAside.list(0, 20).items
      return {
        idle: idle(),
        aside: entries.map(({ collection, documentId, reason }) => `${collection} ${documentId}: ${reason}`),
      }
    },
    async exported() {
      const lines: string[] = []
      for await (const line of engine.queries.exportLines()) lines.push(line)
      return lines
    },
    async dump() {
      return dump(device)
    },
    async check(typed) {
      const content = await checkInvariants(device, { largest: Number.POSITIVE_INFINITY })
      await checkNothingLost(device, content, typed)
      return undefined
    },
    async close() {
      closed = true
      ending.abort(new RemoteError('cancelled', 'The application ends.'))
      hangUp()
      wake()
      await living
      await engine.idle()
      await views.close()
      file.close()
      await database.close()
      return undefined
    },
  }

  port?.on('message', (message: ToDevice) => {
    heard(message)
    if (message.type === 'network') {
      network = message.there
      if (!network) hangUp()
      wake()
    }
    if (message.type === 'question')
      (answers[message.what] as (ask: unknown) => Promise<unknown>)(message.ask).then(
        (value) => say({ type: 'answered', id: message.id, value }),
        (error: unknown) => say({ type: 'refused', id: message.id, message: messageOf(error) }),
      )
  })
  const living = live().catch(defect)
  say({ type: 'ready' })
}

await main()
