// The application without a window: databases, engine and jobs put together, offered as the handlers of the contract.
// Invariant: opening changes nothing but what opening must; closing waits for work under way.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ScvContract } from '@shared/contract'
import type { Settings } from '@shared/contract/app'
import type { Handlers } from '@shared/ipc/contract'
import { BehaviorSubject } from 'rxjs'
import { openDatabase } from '../database'
import { createScratch } from '../database/scratch'
import { createEngine, type Engine } from '../engine'
import { createClock } from '../engine/documents/stamp'
import { type Actor, owner } from '../engine/permissions'
import { permissionsOf } from '../engine/roles'
import { createExportJobs } from '../export/jobs'
import { createImportJobs } from '../import'
import { openProjections } from '../projections'
import {
  correctStamps,
  type Keychain,
  openReplication,
  openSyncFile,
  type Replication,
  type SetAsidePort,
  signAs,
} from '../replication'
import type { FileDialogs } from '../window/dialogs'
import { appHandlers } from './app-handlers'
import { exportHandlers } from './export-handlers'
import { keepHouse } from './housekeeping'
import { importHandlers } from './import-handlers'
import { createIncoming } from './incoming'
import { keepingHandlers } from './keeping-handlers'
import { createLocalApi, type LocalApi } from './local-api'
import { localApiHandlers } from './local-api-handlers'
import { mergeHandlers } from './merge-handlers'
import { peopleHandlers } from './people-handlers'
import { reconcileHandlers } from './reconcile-handlers'
import { type DeviceFile, readDeviceFile, writeDeviceFile } from './settings-file'
import { syncHandlers } from './sync-handlers'

export interface ApplicationOptions {
  /** Folder of all the application's data; made if missing. */
  dataDir: string
  version: string
  /** Absent where there is no window: nobody is asked, so nothing is chosen. */
  dialogs?: FileDialogs
  /** Wall clock in ms; tests set their own. */
  now?: () => number
  /** Keeps the password; without one it lives as long as the process. */
  keychain?: Keychain
  /** Files that say what is built in, under which licences. */
  licenceFiles?: readonly string[]
  /** Told of failures that no caller is waiting for. */
  onDefect?: (error: unknown) => void
}

export interface Application {
  readonly engine: Engine
  readonly handlers: Handlers<ScvContract>
  readonly replication: Replication
  readonly localApi: Pick<LocalApi, 'start' | 'serve'>
  close(): Promise<void>
}

/** What the handlers share. */
export interface AppContext {
  engine: Engine
  dataDir: string
  version: string
  licenceFiles: readonly string[]
  now(): number
  device$: BehaviorSubject<DeviceFile>
  /** Changes what the device remembers, durably. */
  saveDevice(change: Partial<DeviceFile>): void
  rebuildViews(): Promise<void>
  /** Whoever works at this device: the signed-in user with the roles last known, else its owner. */
  actor(): Actor
  /** What sync set aside. */
  setAside: SetAsidePort
}

const DEFAULTS: Settings = { defaultRegion: regionOfSystem(), retentionDays: 60, userName: 'me' }

const NO_DIALOGS: FileDialogs = {
  chooseImportFile: async () => undefined,
  chooseReportFile: async () => undefined,
  chooseExportFile: async () => undefined,
}

function regionOfSystem(): string {
  return new Intl.Locale(Intl.DateTimeFormat().resolvedOptions().locale).maximize().region ?? 'US'
}

/**
 * Opens the data and puts the engine on it.
 * @throws ScvError `folder_in_use`, `storage_corrupt`, `storage_full`, `storage_failed`
 */
export async function openApplication(options: ApplicationOptions): Promise<Application> {
  const { dataDir, version, dialogs = NO_DIALOGS, now = Date.now } = options
  const onDefect = options.onDefect ?? ((error: unknown) => console.error('scv: unexpected', error))
  mkdirSync(dataDir, { recursive: true })
  const database = await openDatabase(dataDir)
  try {
    const devicePath = join(dataDir, 'device.json')
    const device$ = new BehaviorSubject(readDeviceFile(devicePath, DEFAULTS))
    const views = await openProjections(join(dataDir, 'projections.sqlite'), database.feed, onDefect)
    const floor = views.latestStamp()
    const { deviceId } = device$.value
    const file = openSyncFile(join(dataDir, 'sync.sqlite'))
    const corrected = () => now() + (file.state.clockOffset ?? 0)
    const clock = createClock({ deviceId, now: corrected, ...(floor ? { floor } : {}) })
    const settings = () => device$.value.settings
    const engine = createEngine({ store: database.store, views, clock, settings, createScratch })
    let known: { user: typeof file.state.user; name: string; actor: Actor } | undefined
    const actor = (): Actor => {
      const { user } = file.state
      const name = user?.name ?? settings().userName
      // The same person is the same object, so that what is worked out from it need not be worked out again.
      if (known?.user !== user || known?.name !== name)
        known = { user, name, actor: user ? { id: name, permissions: permissionsOf(user.roles) } : owner(name) }
      return known.actor
    }
    const device = {
      store: database.store,
      clock,
      alone: engine.alone,
      rebuild: () => views.rebuild(),
      latestStamp: () => views.latestStamp(),
    }
    const { replication, setAside, keychainAvailable } = openReplication({
      folder: dataDir,
      database,
      file,
      keychain: options.keychain,
      deviceId,
      now,
      onDefect,
      async prepare(user, clockOffset) {
        await correctStamps(device, now() + clockOffset, -clockOffset)
        if (file.state.adopted) return
        await signAs(device, user.name)
        file.save({ adopted: true })
      },
    })
    const context: AppContext = {
      engine,
      dataDir,
      version,
      licenceFiles: options.licenceFiles ?? [],
      now,
      device$,
      rebuildViews: () => engine.alone(() => views.rebuild()),
      actor,
      setAside,
      saveDevice(change) {
        const next = { ...device$.value, ...change }
        writeDeviceFile(devicePath, next)
        device$.next(next)
      },
    }
    const tempDir = join(dataDir, 'imports')
    rmSync(tempDir, { recursive: true, force: true }) // reports of a process that died hold personal data
    mkdirSync(tempDir, { mode: 0o700 })
    const jobs = createImportJobs({
      importer: { begin: (begin) => engine.importer(context.actor()).begin(begin) },
      tempDir,
      now,
      defaultRegion: () => settings().defaultRegion,
      onDefect,
    })
    const exports = createExportJobs(engine.queriesFor(context.actor))
    const stopRounds = keepHouse(engine, context.actor, onDefect)
    const incoming = createIncoming(engine)
    const localApi = createLocalApi(join(dataDir, 'local-api.json'), {
      engine,
      version,
      now,
      actor: context.actor,
      handlers: () => handlers,
      reconcile: (caller) => reconcileHandlers({ engine, setAside, actor: caller }),
      uploadDir: tempDir,
      arrived: incoming.arrived,
      onDefect,
    })
    const handlers: Handlers<ScvContract> = {
      ...appHandlers(context),
      ...peopleHandlers(context),
      ...mergeHandlers(context),
      ...keepingHandlers(context),
      ...importHandlers(jobs, dialogs),
      ...exportHandlers(exports, dialogs, context),
      ...syncHandlers(replication, setAside, keychainAvailable),
      ...reconcileHandlers(context),
      ...localApiHandlers(context, localApi, incoming),
    }
    return {
      engine,
      replication,
      handlers,
      localApi,
      async close() {
        stopRounds()
        await localApi.close()
        await jobs.close()
        await exports.close()
        await replication.close()
        await engine.idle()
        await views.close()
        file.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
