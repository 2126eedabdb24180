// Starts the built app as a user would meet it, on a data folder of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import electron from 'electron'
import { electronArguments } from '../../build/machine.mjs'

/** Tests and benches are started in the repository's folder, wherever their code is bundled to. */
const root = resolve('.')
const DAY = 24 * 60 * 60_000
/** Outside Electron its package answers with the path of the binary; a bench runs in that very binary. */
const binary = process.versions['electron'] ? process.execPath : String(electron)

export interface Running {
  app: ElectronApplication
  page: Page
  /** Sets the clock of the main process so many days ahead of the true one, or behind; it begins with `clockDays`. */
  setClock(days: number): Promise<void>
  /** What the main process wrote to its error stream so far. */
  errors(): string
  /** Quits as the user does, and waits until the process has ended. */
  close(): Promise<void>
}

const folders: string[] = []
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A new, empty folder for the app's data, removed when the test process ends. */
export function newUserData(): string {
  const folder = mkdtempSync(join(tmpdir(), 'scv-e2e-'))
  folders.push(folder)
  return folder
}

/**
 * Starts the app on `userData` and waits for its window.
 * @param args what the user starts it with, beside its own
 * @param clockDays where the clock of the main process stands, in days from the true time
 * @param plainText without the passphrase that is else asked for; what is encrypted stays so
 * @param packaged a packaged app's binary, in the place of what was built here
 * @param motion whether things may move; drawn in software, movements take a twentieth of a run, and tests need none
 */
export async function launch(
  userData: string = newUserData(),
  { motion = false, args = [] as readonly string[], clockDays = 0, plainText = true, packaged = '' } = {},
): Promise<Running> {
  const env: Record<string, string> = { APP_USER_DATA: userData }
  for (const [name, value] of Object.entries(process.env)) {
    // ELECTRON_RUN_AS_NODE would turn the app into plain Node.
    if (value !== undefined && name !== 'ELECTRON_RUN_AS_NODE') env[name] ??= value
  }
  const app = await _electron.launch({
    executablePath: packaged || binary,
    args: [
      ...electronArguments({ offscreen: process.env['APP_OFFSCREEN'] === '1' }),
      ...(motion ? [] : ['--force-prefers-reduced-motion']),
      '--password-store=basic', // a system with a keychain is as one without
      ...(plainText ? ['--plain-text'] : []),
      ...(clockDays === 0 ? [] : ['--require', clockFile(clockDays)]),
      ...(packaged ? [] : ['.']),
      ...args,
    ],
    cwd: root,
    env,
  })
  let written = ''
  app.process().stderr?.on('data', (chunk: Buffer) => {
    written += chunk.toString()
  })
  const page = await app.firstWindow()
  await page.waitForLoadState('domcontentloaded')
  const setClock = (days: number): Promise<void> =>
    app.evaluate((_electron, ms) => {
      Object.assign(globalThis, { clockAhead: ms })
    }, days * DAY)
  return { app, page, setClock, errors: () => written, close: () => app.close() }
}

/** Read before anything of the app: from then on `Date.now` is what a test says. */
function clockFile(days: number): string {
  const file = join(newUserData(), 'clock.cjs')
  writeFileSync(
    file,
    `const real = Date.now; globalThis.clockAhead = ${days * DAY}; Date.now = () => real() + globalThis.clockAhead`,
  )
  return file
}
