// The application without a window, composed: each part opened, wired to the others, and closed with them. Nothing else.
// Invariant: opening changes nothing but what opening must; a start that fails closes all that it had opened, and closing
// waits for work under way. What was opened last is closed first.
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ScvContract } from '@shared/contract'
import { ScvError } from '@shared/errors'
import type { Handlers } from '@shared/ipc/contract'
import type { Opening } from '@shared/model/opening'
import { BehaviorSubject, map } from 'rxjs'
import { createLocalApi, type LocalApi } from '../api/service'
import { auditPages } from '../application/audit-trail'
import { type Caller, callerFor } from '../application/caller'
import { createCsvImports } from '../application/csv-imports'
import { createDrafts } from '../application/drafts'
import { duplicateList } from '../application/duplicate-list'
import { importJobsFor } from '../application/import-jobs'
import { createIncomingFeed, type IncomingFeed } from '../application/incoming-feed'
import { findNewcomers } from '../application/newcomers'
import { defaultRegionOf, followOrganisationSettings } from '../application/organisation-settings'
import { createOutsideFeed, type OutsideFeed } from '../application/outside-feed'
import type { SyncPort } from '../application/ports'
import { reconcileList } from '../application/reconcile-list'
import { recordInteraction } from '../application/record-interaction'
import { createRequestedExports } from '../application/requested-exports'
import { startScheduledWork } from '../application/scheduled-work'
import { syncControl } from '../application/sync-control'
import { type Database, openDatabase } from '../database'
import { createScratch } from '../database/scratch'
import { openDevice } from '../device'
import { openArrivals } from '../device/arrivals-file'
import { type ChosenFiles, createChosenFiles } from '../device/chosen-files'
import { openDrafts } from '../device/drafts-file'
import { createEngine, type Engine } from '../engine'
import { createClock } from '../engine/documents/stamp'
import { exportFiles } from '../export/files'
import { createExportJobs } from '../export/jobs'
import { createSubjectPrinter } from '../export/subject-printer'
import { keepTemporary, tempFiles } from '../files/temp-files'
import { windowHandlers } from '../handlers'
import { type FileDialogs, NO_DIALOGS } from '../handlers/file-dialogs'
import { createImportJobs } from '../import'
import { safeError } from '../log/redaction'
import { createMatching } from '../matching'
import { type InForce, managedOf } from '../policy/policy'
import { openProjections } from '../projections'
import { type Keychain, openReplication, openSyncFile, type Replication, type SyncFile } from '../replication'
import { loadSample } from '../sample/load'
import { SAMPLE_REGION } from '../sample/people'
import { strangersCall } from '../sample/stories'
import { openAccess, personAt } from './person'
import { followPolicy, onlyFixedApi, onlyFixedServer } from './policy'

export interface ApplicationOptions {
  /** Folder of all the application's data; made if missing. */
  dataDir: string
  version: string
  /** Absent where there is no window: no person can be asked, so nothing is chosen. */
  dialogs?: FileDialogs
  /** Files that the window's preload script was handed; absent where there is no window. */
  chosenFiles?: ChosenFiles
  /** Has the system open an address; absent where there is no window. */
  openOutside?: (address: string) => Promise<void>
  /** Prints a page to PDF; absent where there is no window. */
  printToPdf?: (html: string) => Promise<Uint8Array>
  /** Shows the log on the screen; absent where there is none. */
  showLog?: () => Promise<void>
  /** Wall clock in ms; tests set their own. */
  now?: () => number
  /** What an administrator of the machine fixed; absent: nothing. */
  policy?: InForce
  /** Keeps the password; without one it lives as long as the process. */
  keychain?: Keychain
  /** Files that say what is built in, under which licences. */
  licenceFiles?: readonly string[]
  /** Told of failures that no caller is waiting for. */
  onDefect?: (error: unknown) => void
}

/** After the sample was loaded. */
const STRANGER_CALLS_MS = 60_000

export interface Application {
  readonly engine: Engine
  readonly handlers: Handlers<ScvContract>
  readonly replication: Replication
  readonly outside: OutsideFeed
  /** @throws ScvError `locked`, `signed_out` while nothing may be changed */
  requireOpen(): void
  /** Has the window open something; it does once it shows its screens. */
  ask(what: Opening): void
  readonly localApi: Pick<LocalApi, 'start' | 'serve' | 'status$'>
  close(): Promise<void>
}

type Options = Required<Pick<ApplicationOptions, 'dataDir' | 'version' | 'now' | 'onDefect'>> & ApplicationOptions

/**
 * Opens the data and puts the engine on it.
 * @throws ScvError `folder_in_use`, `storage_corrupt`, `storage_full`, `storage_failed`
 */
export async function openApplication(options: ApplicationOptions): Promise<Application> {
  const { now = Date.now, onDefect = (error: unknown) => console.error('scv: unexpected', safeError(error)) } = options
  await using opened = new AsyncDisposableStack()
  const parts = await open({ ...options, now, onDefect }, opened)
  const whole = opened.move() // from here on the application closes it
  return { ...parts, close: () => whole.disposeAsync() }
}

/** When this device last wrote to its views, ms by its clock of then: it is no earlier now, whatever its clock says. */
function lastWorked(views: string): number {
  const times = [views, `${views}-wal`].map((one) => statSync(one, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return Math.max(...times)
}

/** @throws ScvError `storage_failed` when a file is in the way, or the folder may not be made */
function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ScvError('storage_failed', `${dataDir} cannot be the folder of the data: ${code}.`)
  }
}

/** For what lives no longer than the process: reports and tables of one that died hold personal data. */
function emptyFolder(path: string): string {
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { mode: 0o700 })
  keepTemporary(path)
  return path
}

/** Opens every part, each with its end on the stack. */
async function open(options: Options, opened: AsyncDisposableStack): Promise<Omit<Application, 'close'>> {
  const { dataDir, version, now, onDefect } = options
  makeFolder(dataDir)
  const database = opened.adopt(await openDatabase(dataDir), (it) => it.close())
  const inForce = options.policy ?? null
  const device = openDevice(dataDir)
  followPolicy(inForce, device)
  const organisation = opened.adopt(await followOrganisationSettings(database.store, database.feed), (it) => it.close())
  const defaultRegion = () =>
    defaultRegionOf(organisation.defaultRegion$.value, device.file$.value.settings.defaultRegion)
  const settings = () => ({ ...device.file$.value.settings, defaultRegion: defaultRegion().region })
  const syncFile = opened.adopt(openSyncFile(join(dataDir, 'sync.sqlite')), (it) => it.close())
  const viewsPath = join(dataDir, 'projections.sqlite')
  const workedAt = lastWorked(viewsPath)
  const views = opened.adopt(await openProjections(viewsPath, database.feed, onDefect), (it) => it.close())
  const floor = views.latestStamp()
  const clock = createClock({
    deviceId: device.file$.value.deviceId,
    formerNames: device.file$.value.formerNames ?? [],
    now: () => now() + (syncFile.state.clockOffset ?? 0),
    atLeast: () => Math.max(workedAt, now(), syncFile.state.notBefore ?? 0),
    onSetBack: (notBefore) => syncFile.save({ notBefore }),
    ...(floor ? { floor } : {}),
  })
  const tempDir = emptyFolder(join(dataDir, 'imports'))
  const scratch = () => createScratch(tempDir)
  const engine = opened.adopt(
    createEngine({ store: database.store, views, clock, settings, createScratch: scratch }),
    (it) => it.idle(),
  )
  const person = personAt(syncFile, () => settings().userName)
  const { sync, setAside, replication } = openSync(options, opened, database, syncFile, {
    deviceId: device.file$.value.deviceId,
    workedAt,
    adopting: {
      store: database.store,
      clock,
      exclusively: engine.exclusively,
      latestStamp: () => views.latestStamp(),
      setBack: (latest) => views.setBack(latest),
    },
    rename: () =>
      engine.exclusively(async () => {
        const deviceId = device.rename()
        clock.rename(deviceId)
        return deviceId
      }),
  })

  const access = openAccess(syncFile, device, sync, person, now)
  const { actor } = access
  const caller = callerFor(engine, actor)
  const exports = opened.adopt(createExportJobs({ ...caller.queries, auditPages: () => auditPages(caller) }), (it) =>
    it.close(),
  )
  const matching = opened.adopt(
    createMatching(engine, { path: join(dataDir, 'duplicates.sqlite'), feed: database.feed, onDefect, now }),
    (it) => it.close(),
  )
  const imports = opened.adopt(
    createImportJobs({
      tempDir,
      now,
      defaultRegion: () => defaultRegion().region,
      contactSchemas: engine.queries.contactSchemas,
      findLike: findNewcomers(matching),
      onDefect,
    }),
    (it) => it.close(),
  )

  const user$ = sync.status$.pipe(map(({ user }) => user?.name ?? null))
  const drafts = opened.adopt(createDrafts(openDrafts(join(dataDir, 'drafts.json')), engine, user$, onDefect), (it) =>
    it.close(),
  )
  const arrivals = opened.adopt(openArrivals(join(dataDir, 'arrivals.json'), onDefect), (it) => it.close())
  const incoming = createIncomingFeed(engine, arrivals, now)
  const requests$ = new BehaviorSubject<{ request: number; what: Opening } | null>(null)
  const duplicatesFor = (who: Caller) => duplicateList(engine, matching, who, () => defaultRegion().region)
  const syncFor = (who: Caller) => syncControl(sync, setAside, who)
  const reconcileFor = (who: Caller) => reconcileList(engine, setAside, who)
  const importsFor = (who: Caller) => importJobsFor(imports, engine, who)
  const localApi = opened.adopt(
    createLocalApi(join(dataDir, 'local-api.json'), {
      engine,
      version,
      now,
      actor: access.programs,
      syncFor,
      reconcileFor,
      duplicatesFor,
      importsFor,
      ...openTables({ tempDir, now, onDefect }, opened, engine, importsFor),
      defaultRegion,
      uploadDir: tempDir,
      tempFiles,
      arrived: incoming.arrived,
      onDefect,
    }),
    (it) => it.close(),
  )
  const fixedApi = onlyFixedApi(inForce, localApi)
  const handlers = windowHandlers({
    engine,
    caller,
    access,
    now,
    device: { dataDir, version, licenceFiles: options.licenceFiles ?? [], managed: managedOf(inForce), ...device },
    organisation,
    drafts,
    dialogs: options.dialogs ?? NO_DIALOGS,
    chosenFiles: options.chosenFiles ?? createChosenFiles(),
    showLog: options.showLog ?? (async () => undefined),
    openOutside: options.openOutside ?? (async () => undefined),
    reconcile: reconcileFor(caller),
    duplicates: duplicatesFor(caller),
    sync,
    syncControl: syncFor(caller),
    imports: importsFor(caller),
    exports,
    subjectPrinter: createSubjectPrinter(options.printToPdf),
    incoming,
    localApi: fixedApi,
    views,
    opening$: requests$,
    loadSample: sampleLoader(options, opened, engine, caller, incoming, () => syncFile.state.server !== null),
  })
  opened.defer(startScheduledWork(engine, matching, access.programs, onDefect))
  const outside = createOutsideFeed({
    incoming,
    access,
    caller,
    settings,
    settings$: device.file$.pipe(map((file) => file.settings)),
    hasUser: () => syncFile.state.user !== null,
  })
  const ask = (what: Opening) => requests$.next({ request: (requests$.value?.request ?? 0) + 1, what })
  return { engine, replication, handlers, localApi: fixedApi, outside, requireOpen: access.requireOpen, ask }
}

/** Loads the sample; then an unknown number calls while a newcomer looks around in it, never into an organisation's data. */
function sampleLoader(
  { now, onDefect }: Options,
  opened: AsyncDisposableStack,
  engine: Engine,
  caller: Caller,
  incoming: IncomingFeed,
  isConnected: () => boolean,
) {
  let strangerComing: NodeJS.Timeout | undefined
  opened.defer(() => clearTimeout(strangerComing))
  async function strangerCalls(): Promise<void> {
    if (isConnected()) return
    const { interaction, created, resolution } = await recordInteraction(engine, caller, strangersCall(now()), now())
    incoming.arrived({
      interactionId: interaction.id,
      created,
      reason: resolution,
      arrivedAt: new Date(now()).toISOString(),
    })
  }
  return async (onProgress: Parameters<typeof loadSample>[3]) => {
    const loaded = await loadSample(engine, caller.actor(), now(), onProgress)
    clearTimeout(strangerComing)
    strangerComing = setTimeout(() => void strangerCalls().catch(onDefect), STRANGER_CALLS_MS)
    return { ...loaded, region: SAMPLE_REGION }
  }
}

/** Tables on their way in and out over HTTP. */
function openTables(
  { tempDir: folder, now, onDefect }: Pick<Options, 'now' | 'onDefect'> & { tempDir: string },
  opened: AsyncDisposableStack,
  engine: Engine,
  deskFor: Parameters<typeof createCsvImports>[0]['deskFor'],
) {
  const csvImports = createCsvImports({ folder, tempFiles, now, deskFor, sources: engine.queries.externalSources })
  const exports = createRequestedExports({ folder, now, files: exportFiles, engine, onDefect })
  return {
    csvImports: opened.adopt(csvImports, (it) => it.close()),
    exports: opened.adopt(exports, (it) => it.close()),
  }
}

/** Replication, as the port that the use cases know. */
function openSync(
  { dataDir, keychain, now, onDefect, policy = null }: Options,
  opened: AsyncDisposableStack,
  database: Database,
  file: SyncFile,
  device: Pick<Parameters<typeof openReplication>[0], 'deviceId' | 'adopting' | 'workedAt' | 'rename'>,
) {
  const {
    replication: free,
    setAside,
    keychainAvailable,
    isPassword,
  } = openReplication({
    folder: dataDir,
    database,
    file,
    keychain,
    now,
    onDefect,
    ...device,
  })
  opened.adopt(free, (it) => it.close())
  const replication = onlyFixedServer(policy, free)
  const sync: SyncPort = { ...replication, keychainAvailable, isPassword }
  return { replication, setAside, sync }
}
