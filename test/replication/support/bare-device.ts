// A device without engine and views: RxDB on SQLite, and replication. In this process, one at a time (RxDB knows databases
// by name). Documents are written to it as commands would, without their rules.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SetAside, SyncStatus } from '@shared/contract/sync'
import { type Database, openDatabase } from '../../../src-main/database'
import { asIdOf, type Documents, type Kind } from '../../../src-main/engine/documents/kinds'
import type { Change } from '../../../src-main/engine/ports'
import { openReplication, openSyncFile, type Replication, type SyncFile } from '../../../src-main/replication'
import { openSqlite } from '../../../src-main/sqlite/database'
import { asDeviceId } from '../../../src-shared/model/ids'
import type { Credentials, Organisation } from './organisation'

export interface BareDevice {
  readonly deviceId: string
  readonly folder: string
  readonly database: Database
  readonly replication: Replication
  readonly file: SyncFile
  /** What nobody was waiting for. */
  readonly defects: unknown[]
  connect(organisation: Organisation, credentials: Credentials, url?: string): Promise<void>
  status(): SyncStatus
  setAside(): Promise<SetAside[]>
  until(wanted: (status: SyncStatus) => boolean, patience?: number): Promise<SyncStatus>
  /** Until everything is exchanged. */
  live(patience?: number): Promise<void>
  put<K extends Kind>(kind: K, ...documents: Documents[K][]): Promise<void>
  get<K extends Kind>(kind: K, id: string): Promise<Documents[K] | undefined>
  count(kind: Kind): Promise<number>
  /** Of everything RxDB keeps in the file, its bookkeeping included. */
  collectionNames(): Promise<string[]>
  restart(): Promise<void>
  close(): Promise<void>
}

const TICK_MS = 50
let number = 0

export async function openBareDevice(options: { lookMs?: number } = {}): Promise<BareDevice> {
  const folder = mkdtempSync(join(tmpdir(), 'scv-bare-'))
  const deviceId = `bare${String(number++).padStart(6, '0')}`
  const defects: unknown[] = []
  async function open() {
    const database = await openDatabase(folder, { synchronous: 'OFF' })
    const file = openSyncFile(join(folder, 'sync.sqlite'))
    const { replication, setAside } = openReplication({
      folder,
      database,
      file,
      keychain: { available: () => true, encrypt: (text) => Buffer.from(text), decrypt: (data) => data.toString() },
      deviceId: asDeviceId(deviceId),
      now: Date.now,
      tickMs: TICK_MS,
      ...options,
      onDefect: (error) => defects.push(error),
    })
    return { database, file, replication, aside: setAside }
  }
  async function shut({ database, file, replication }: Awaited<ReturnType<typeof open>>): Promise<void> {
    await replication.close()
    file.close()
    await database.close()
  }
  let opened = await open()
  const device: BareDevice = {
    deviceId,
    folder,
    defects,
    get database() {
      return opened.database
    },
    get replication() {
      return opened.replication
    },
    get file() {
      return opened.file
    },
    connect: ({ server, name }, { user, password }, url = server.url) =>
      opened.replication.connect({ url, org: name }, { user, password, insistOnPlain: false, leaveUnsent: false }),
    status: () => opened.replication.status$.value,
    setAside: async () => (await opened.aside.list(0, 1000)).items,
    async until(wanted, patience = 20_000) {
      const end = Date.now() + patience
      for (;;) {
        if (wanted(device.status())) return device.status()
        if (Date.now() > end) throw new Error(`still ${JSON.stringify(device.status())} ${String(defects)}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    async live(patience) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS + 20)) // until the status has heard of what was just written
      const isLive = ({ state, collections }: SyncStatus) =>
        state === 'live' && collections.every(({ pendingUp }) => pendingUp === 0)
      await device.until(isLive, patience)
    },
    async put(kind, ...documents) {
      const known = await opened.database.store.get(
        kind,
        documents.map(({ id }) => id),
      )
      const changes = documents.map((next) => ({ kind, previous: known.get(next.id), next }))
      await opened.database.store.commit(changes as unknown as Change[])
    },
    get: async (kind, id) => (await opened.database.store.get(kind, [asIdOf(kind, id)])).get(asIdOf(kind, id)),
    async count(kind) {
      let count = 0
      for await (const page of opened.database.store.scan(kind, 1000)) count += page.length
      return count
    },
    async collectionNames() {
      const file = readdirSync(join(folder, 'documents')).find((name) => name.endsWith('.sqlite'))
      const db = openSqlite(join(folder, 'documents', file ?? ''), { readOnly: true })
      const names = db.prepare('SELECT name FROM collections').all() as { name: string }[]
      db.close()
      return names.map(({ name }) => name)
    },
    async restart() {
      await shut(opened)
      opened = await open()
    },
    async close() {
      await shut(opened)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return device
}
