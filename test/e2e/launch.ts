// Starts the built app as a user would meet it, on a data folder of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import electron from 'electron'
import { electronArguments } from '../../build/machine.mjs'

/** Tests and benches are started in the repository's folder, wherever their code is bundled to. */
const root = resolve('.')
/** Outside Electron its package answers with the path of the binary; a bench runs in that very binary. */
const binary = process.versions['electron'] ? process.execPath : String(electron)

export interface Running {
  app: ElectronApplication
  page: Page
  /** What the main process wrote to its error stream so far. */
  errors(): string
  /** Quits as the user does, and waits until the process has ended. */
  close(): Promise<void>
}

/** A new, empty folder for the app's data, removed when the test process ends. */
export function newUserData(): string {
  const folder = mkdtempSync(join(tmpdir(), 'scv-e2e-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Starts the app on `userData` and waits for its window.
 * @param args what the user starts it with, beside its own
 * @param motion whether things may move; drawn in software, movements take a twentieth of a run, and tests need none
 */
export async function launch(
  userData: string = newUserData(),
  { motion = false, args = [] as readonly string[] } = {},
): Promise<Running> {
  const env: Record<string, string> = { APP_USER_DATA: userData }
  for (const [name, value] of Object.entries(process.env)) {
    // ELECTRON_RUN_AS_NODE would turn the app into plain Node.
    if (value !== undefined && name !== 'ELECTRON_RUN_AS_NODE') env[name] ??= value
  }
  const app = await _electron.launch({
    executablePath: binary,
    args: [
      ...electronArguments({ offscreen: process.env['APP_OFFSCREEN'] === '1' }),
      ...(motion ? [] : ['--force-prefers-reduced-motion']),
      '.',
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
  return { app, page, errors: () => written, close: () => app.close() }
}
