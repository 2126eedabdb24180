// One measured piece of work in a process of its own, so that memory and the event loop are its alone.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { filter, firstValueFrom } from 'rxjs'
import { openApplication } from '../../../src-main/app'
import { openDatabase } from '../../../src-main/database'
import { openReplication, openSyncFile } from '../../../src-main/replication'
import { asDeviceId } from '../../../src-shared/model/ids'
import { watchProcess } from '../import/monitor'
import type { BenchServer } from './couch'
import { personDocument } from './people'

export interface ChildWork {
  work: 'push' | 'pull' | 'app' | 'pouch-push' | 'pouch-pull'
  folder: string
  server: BenchServer
  org: string
  database: string
  size: number
}

export interface ChildResult {
  perSecond: number
  /** MiB by which the process grew over what it had before it began to exchange. */
  grewMiB: number
  /** Of look-ups made meanwhile, ms; only of `app`. */
  lookupP95?: number
  longestBlock?: number
}

const MIB = 1024 * 1024
const onDefect = (error: unknown): never => {
  throw error
}

export async function carryOut(work: ChildWork): Promise<ChildResult> {
  if (work.work === 'app') return pullIntoApplication(work)
  if (work.work === 'push' || work.work === 'pull') return exchange(work)
  return pouch(work)
}

/** Runs something and sees how long it takes and how far memory rises. */
async function measured(size: number, run: () => Promise<unknown>): Promise<ChildResult> {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let peak = before
  const looking = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 20)
  const begun = performance.now()
  await run()
  const seconds = (performance.now() - begun) / 1000
  clearInterval(looking)
  return { perSecond: size / seconds, grewMiB: (peak - before) / MIB }
}

/** The durable storage and replication, without the views that the application derives: what CouchDB is compared with. */
async function exchange({ work, folder, server, org, size }: ChildWork): Promise<ChildResult> {
  const database = await openDatabase(folder)
  if (work === 'push')
    for (let start = 0; start < size; start += 1000)
      await database.store.commit(
        Array.from({ length: Math.min(1000, size - start) }, (_, i) => ({
          kind: 'contacts' as const,
          previous: undefined,
          next: personDocument(start + i, server.user),
        })),
      )
  const file = openSyncFile(join(folder, 'sync.sqlite'))
  const { replication } = openReplication({
    folder,
    database,
    file,
    keychain: undefined,
    deviceId: asDeviceId(`bench${work}00000`.slice(0, 10)),
    now: Date.now,
    onDefect,
  })
  const result = await measured(size, async () => {
    await replication.connect({ url: server.url, org }, credentials(server))
    await firstValueFrom(replication.status$.pipe(filter(({ state }) => state === 'live')))
  })
  if ((await database.rx.collections.contacts.count().exec()) !== size) throw new Error('not everything is here')
  await replication.close()
  file.close()
  await database.close()
  return result
}

const credentials = ({ user, password }: BenchServer) => ({
  user,
  password,
  insistOnPlain: false,
  leaveUnsent: false,
})

/** The whole application, with an agent who looks people up all the while. */
async function pullIntoApplication({ folder, server, org, size }: ChildWork): Promise<ChildResult> {
  const application = await openApplication({
    dataDir: folder,
    version: 'bench',
    dialogs: {
      chooseImportFile: async () => undefined,
      chooseReportFile: async () => undefined,
      chooseExportFile: async () => undefined,
    },
    onDefect,
  })
  const { handlers, replication, engine } = application
  const context = { signal: new AbortController().signal }
  const times: number[] = []
  let stopped = false
  const looking = (async () => {
    for (let turn = 0; !stopped; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 40))
      const known = engine.queries.counts().curated
      if (known === 0) continue
      const { fields } = personDocument((turn * 37) % known, server.user)
      const text = String((turn % 2 === 0 ? fields['workEmail'] : fields['lastName'])?.[0]?.v)
      const begun = performance.now()
      await firstValueFrom(handlers['people.lookup']({ text, limit: 30 }, context))
      times.push(performance.now() - begun)
    }
  })()
  const monitor = watchProcess()
  const result = await measured(size, async () => {
    await replication.connect({ url: server.url, org }, credentials(server))
    await firstValueFrom(replication.status$.pipe(filter(({ state }) => state === 'live')))
    while (engine.queries.counts().curated < size) await new Promise((resolve) => setTimeout(resolve, 20))
  })
  const { clock } = monitor.stop()
  stopped = true
  await looking
  await application.close()
  times.sort((a, b) => a - b)
  return { ...result, lookupP95: times[Math.floor(times.length * 0.95)] ?? Number.NaN, longestBlock: clock.longest }
}

interface Pouch {
  bulkDocs(documents: object[]): Promise<unknown>
  replicate: Record<'to' | 'from', (remote: Pouch, options: object) => Promise<unknown>>
  close(): Promise<void>
}

/** PouchDB on LevelDB, the usual way to keep a CouchDB database on a device. */
async function pouch({ work, folder, server, database, size }: ChildWork): Promise<ChildResult> {
  const require = createRequire(join(process.cwd(), 'package.json'))
  const PouchDB = require('pouchdb-core') as { new (name: string, options?: object): Pouch; plugin(one: unknown): void }
  PouchDB.plugin(require('pouchdb-adapter-leveldb'))
  PouchDB.plugin(require('pouchdb-adapter-http'))
  PouchDB.plugin(require('pouchdb-replication'))
  const local = new PouchDB(join(folder, 'pouch'), { adapter: 'leveldb' })
  const auth = { username: server.user, password: server.password }
  const remote = new PouchDB(`${server.url}/${database}`, { auth, skip_setup: true })
  if (work === 'pouch-push')
    for (let start = 0; start < size; start += 1000)
      await local.bulkDocs(
        Array.from({ length: Math.min(1000, size - start) }, (_, i) => {
          const { id, ...members } = personDocument(start + i, server.user)
          return { _id: `contacts:${id}`, ...members }
        }),
      )
  const options = { batch_size: 1000, batches_limit: 4 }
  const result = await measured(size, () => local.replicate[work === 'pouch-push' ? 'to' : 'from'](remote, options))
  await local.close()
  return result
}
