// The window's program: one process per data folder, one window, and an orderly end.
// Invariant: the data is closed before the process ends, whichever way the user quits; a failed start says why and exits.
import { join } from 'node:path'
import { contract } from '@shared/contract'
import { vaultContract } from '@shared/contract/vault'
import { LINK_SCHEME, readArguments } from '@shared/model/opening'
import { app, BrowserWindow, dialog, powerMonitor, session, shell } from 'electron'
import { type Application, openApplication } from './app'
import { createChosenFiles } from './device/chosen-files'
import { distrustEnvironment } from './device/environment'
import { keepPrivate } from './device/private-folder'
import { createDispatcher, type Dispatcher, deferredDispatcher, eitherDispatcher, type Log } from './ipc/dispatch'
import { serveIpc } from './ipc/serve'
import { openLog } from './log'
import type { InForce } from './policy/policy'
import { readPolicy } from './policy/read'
import { createVaultGate } from './vault/gate'
import { fileDialogs } from './window/dialogs'
import { systemKeychain } from './window/keychain'
import { createMainWindow } from './window/main-window'
import { setMenu } from './window/menu'
import { createOutside } from './window/outside'
import { PAGE_ROOT, registerPageScheme, servePage } from './window/page-scheme'
import type { PagePlace } from './window/place'
import { printToPdf } from './window/print'
import { guardPages, guardSession } from './window/security'
import { showLog } from './window/show-log'
import { explainStartFailure } from './window/start-failure'

/** How long closing the data may take before the process ends anyway: what is committed is safe without it. */
const CLOSE_LIMIT_MS = 15_000

/** Left by the build: of this bundle, of the page's, and of the native library. */
const LICENCES = ['licences.json', '../renderer/licences.json', 'sqlite-licences.json']

/** The one way to keep the data of a device as plain text. */
const PLAIN_TEXT = '--plain-text'

const offscreen = process.env['APP_OFFSCREEN'] === '1'
// Tests and second profiles bring their own folder. Before anything else: the single-instance lock lies in it.
if (process.env['APP_USER_DATA']) app.setPath('userData', process.env['APP_USER_DATA'])

// What V8 was told at the start is for this process; a window's is better off without it.
app.commandLine.removeSwitch('js-flags')

const devServer = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']
const place: PagePlace = devServer
  ? { pageUrl: new URL('/', devServer).href, root: new URL('/', devServer).href, dev: true }
  : { pageUrl: `${PAGE_ROOT}index.html`, root: PAGE_ROOT, dev: false }
registerPageScheme()

const dataDir = join(app.getPath('userData'), 'data')
distrustEnvironment(process.env)
const policy = policyOfMachine()
const [language] = policy?.policy.languages ?? []
if (language !== undefined) app.commandLine.appendSwitch('lang', language)
keepPrivate(dataDir)
const log = openLog(dataDir)
const ipcLog: Log = (event, error, call) => log.failure(event, error, { call })

let window: BrowserWindow | undefined
/** Once there is an application to open something in. */
let openAsked: Application['ask'] | undefined
/** Asked before that: macOS hands a link over while the application starts. */
let askedEarly: string | undefined

/** Opens what was asked for by these arguments or this link, if they are understood. Untrusted: any page can open a link. */
function askFor(argv: readonly string[]): void {
  const what = readArguments(askedEarly === undefined ? argv : [askedEarly, ...argv])
  if (what) openAsked?.(what)
  askedEarly = undefined
}

function toFront(): void {
  if (!window) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Notifications, the number on the icon, and the tray, for as long as the application runs. */
function showOutside({ outside: { state$, announcements$, lock } }: Application): void {
  if (offscreen) return // a test shows nothing on a screen that others look at
  const outside = createOutside(() => window, toFront, lock)
  const shown = state$.subscribe(outside.show)
  const told = announcements$.subscribe(outside.announce)
  app.once('will-quit', () => {
    shown.unsubscribe()
    told.unsubscribe()
    outside.close()
  })
}

async function start(): Promise<void> {
  const userData = app.getPath('userData')
  const [major, minor, patch] = app.getVersion().split('.').map(Number)
  log.note('started', { major, minor, patch, packaged: app.isPackaged })
  const chosenFiles = createChosenFiles()
  setMenu(place.dev)
  guardSession(session.defaultSession, place, log.note)
  if (!place.dev) servePage(session.defaultSession, join(import.meta.dirname, '../renderer'))

  let opened: Application | undefined
  const gate = createVaultGate({
    dataDir,
    keychain: systemKeychain,
    plainText: process.argv.includes(PLAIN_TEXT) && policy?.policy.encryption !== 'required',
    requireOpen: () => opened?.requireOpen(),
    restart: () => {
      app.relaunch()
      app.quit()
    },
  })
  /** Undefined: the user quit before the data was opened. */
  const opening = Promise.race([gate.open().then(() => true), quitting]).then(async (isWanted) => {
    if (!isWanted) return undefined
    if (gate.status$.value.kept === 'plain') log.note('not encrypted')
    opened = await openApplication({
      dataDir,
      version: app.getVersion(),
      dialogs: fileDialogs(() => window),
      chosenFiles,
      showLog: () => showLog(log.path),
      printToPdf,
      openOutside: (address) => shell.openExternal(address),
      policy,
      onDefect: (error) => log.failure('unexpected', error),
      licenceFiles: LICENCES.map((file) => join(import.meta.dirname, file)),
      keychain: systemKeychain,
    })
    return opened
  })
  closeBeforeQuit(opening)

  const options = { log: ipcLog, checkOutput: !app.isPackaged }
  const data: Promise<Dispatcher> = opening.then((application) => {
    if (!application) throw new Error('The application has ended')
    return createDispatcher(contract, application.handlers, options)
  })
  const dispatcher = eitherDispatcher(
    createDispatcher(vaultContract, gate.handlers, options),
    (name) => Object.hasOwn(vaultContract, name),
    deferredDispatcher(data, ipcLog),
  )
  const server = serveIpc(dispatcher, place.pageUrl, chosenFiles.offer, ipcLog)

  const openWindow = (): void => {
    window = createMainWindow({
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
      boundsFile: join(userData, 'window.json'),
      offscreen,
    })
    server.attach(window.webContents)
    recoverFromCrashes(window)
    window.once('closed', () => {
      window = undefined
    })
    // A user who quits while it loads needs no word about that, and a word would wait for an answer.
    window.loadURL(place.pageUrl).catch((error: unknown) => {
      if (!isQuitting) fail('The window cannot be shown', String(error))
    })
  }
  openWindow()
  app.on('activate', () => {
    if (!window) openWindow() // macOS: the dock icon of an application without windows
  })

  try {
    const application = await opening
    if (!application) return
    const { localApi } = application
    powerMonitor.on('lock-screen', application.outside.systemLocked)
    showOutside(application)
    openAsked = application.ask
    askFor(process.argv.slice(1))
    void localApi.start()
  } catch (error) {
    const { title, message } = explainStartFailure(error, dataDir)
    log.failure('start failed', error)
    fail(title, message)
  }
}

/** Loads a crashed page again; a page that crashes twice within ten seconds would do so for ever, so that is an end. */
function recoverFromCrashes(of: BrowserWindow): void {
  let last = Number.NEGATIVE_INFINITY
  of.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log.note('page ended', { exitCode })
    const now = performance.now()
    if (now - last < 10_000) {
      fail('The window cannot be shown', 'Its page ended unexpectedly twice. Nothing that was saved is lost.')
      return
    }
    last = now
    // Not within this event: Chromium is still taking the old process apart and would take ours with it.
    setImmediate(() => {
      if (!of.isDestroyed()) of.webContents.reload()
    })
  })
}

/** One that cannot be followed is told, and the process ends before anything is opened. */
function policyOfMachine(): InForce {
  try {
    return readPolicy()
  } catch (error) {
    void app.whenReady().then(() => fail('The policy of this machine cannot be followed', (error as Error).message))
    throw error
  }
}

/** Tells the user and ends the process. Without a display the console line is all there is. */
function fail(title: string, message: string): void {
  console.error(`scv: ${title}. ${message}`)
  for (const open of BrowserWindow.getAllWindows()) open.destroy()
  if (!offscreen) dialog.showErrorBox(title, message)
  app.exit(1)
}

/** False once the user quits: what waits for a key then waits no more. */
const quitting = new Promise<false>((resolve) => app.once('before-quit', () => resolve(false)))
let isQuitting = false
void quitting.then(() => {
  isQuitting = true
})

function closeBeforeQuit(opening: Promise<Application | undefined>): void {
  let closed = false
  let closing = false
  const close = async (): Promise<void> => {
    const late = setTimeout(() => {
      log.note('closing took too long', { ms: CLOSE_LIMIT_MS })
      app.exit(1)
    }, CLOSE_LIMIT_MS)
    try {
      await (await opening)?.close()
    } catch (error) {
      log.failure('closing failed', error)
      process.exitCode = 1
    }
    clearTimeout(late)
    closed = true
    // Not within the event that was prevented: where nothing was open this comes at once, and Electron would not hear it.
    setImmediate(() => app.quit())
  }
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    if (!closing) void close()
    closing = true
  })
}

if (app.requestSingleInstanceLock()) {
  guardPages(place.pageUrl, log.note)
  // Links open this application; what stands after `--` is never one of Chromium's own switches.
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME, process.execPath, ['--'])
  app.on('second-instance', (_event, argv) => {
    toFront()
    askFor(argv.slice(1))
  })
  app.on('open-url', (event, link) => {
    event.preventDefault()
    if (openAsked) askFor([link])
    else askedEarly = link
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  // Never `await app.whenReady()` at the top level of an ES module: Electron waits for the module, the module for it.
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      log.failure('start failed', error)
      fail('The application cannot start', error instanceof Error ? error.message : String(error))
    })
} else {
  console.error('scv: already running with this data folder; its window has been brought to the front.')
  app.quit()
}
