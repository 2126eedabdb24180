// The package as it is handed on: what its binary is set to, what it holds, that it starts, works and ends.
// With its fuses flipped no tool can drive the window, so the main job is done by the same package on Electron's own binary.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { expect, test } from '@playwright/test'
import electron from 'electron'
import { electronArguments } from '../../build/machine.mjs'
import { FUSES } from '../../build/package/fuses'
import packageJson from '../../package.json' with { type: 'json' }
import { launch, newUserData } from '../e2e/launch'
import { FirstStart } from '../e2e/pages/first-start'
import { LookupPage } from '../e2e/pages/lookup'

const NAME = packageJson.name
const folder = process.env['SCV_PACKAGED'] ?? ''
const binary = join(folder, NAME)
const resources = join(folder, 'resources')
const TOKEN = 'a-token-of-the-tests'
/** As deploy/linux/scv passes them. */
const COMMAND = ['--no-sandbox', '--no-zygote', '--log-level=3', '--']

/** Without a display, as on a server. */
function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { DISPLAY: _x, WAYLAND_DISPLAY: _wayland, ELECTRON_RUN_AS_NODE: _mode, ...env } = process.env
  return { ...env, ...more }
}
const scv = (...args: string[]) => spawnSync(binary, [...COMMAND, ...args], { encoding: 'utf8', env: environment() })

/** The list of what is in the package, beside it. */
const listName = (): string => readdirSync(dirname(folder)).find((name) => name.endsWith('.cdx.json')) ?? ''

/** Waits for what a process writes. @throws Error with all it wrote when it ends before */
async function until(child: ChildProcess, wanted: RegExp): Promise<RegExpExecArray> {
  let written = ''
  return new Promise((found, failed) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (piece) => {
        written += piece
        const match = wanted.exec(written)
        if (match) found(match)
      })
    child.once('exit', (code) => failed(new Error(`ended with ${code}: ${written}`)))
  })
}
const ended = (child: ChildProcess): Promise<number | null> => new Promise((end) => child.once('exit', end))

test('the binary has every fuse as the list says, and no other', async () => {
  const { version, resetAdHocDarwinSignature: _reset, strictlyRequireAllFuses: _all, ...wanted } = FUSES
  const { version: found, ...wire } = await getCurrentFuseWire(binary)
  expect(found).toBe(version)
  const states = Object.entries(wire).map(([fuse, state]) => [
    FuseV1Options[Number(fuse)],
    String.fromCharCode(Number(state)),
  ])
  const names = Object.entries(wanted).map(([fuse, on]) => [FuseV1Options[Number(fuse)], on ? '1' : '0'])
  expect(Object.fromEntries(states)).toEqual(Object.fromEntries(names))
})

test('it runs no foreign script: neither as Node, nor by its options, nor from a folder beside the archive', async () => {
  const asNode = spawnSync(binary, ['-p', '6*7'], { encoding: 'utf8', env: environment({ ELECTRON_RUN_AS_NODE: '1' }) })
  expect(asNode.stdout).not.toContain('42')
  const script = join(newUserData(), 'script.cjs')
  cpSync(resolve('build/e2e.mjs'), script)
  const required = spawnSync(binary, [...COMMAND, '--version'], {
    encoding: 'utf8',
    env: environment({ NODE_OPTIONS: `--require ${script}.is-not-there` }),
  })
  expect([required.status, required.stdout]).toEqual([0, expect.stringContaining(packageJson.version)])
  const inspected = spawnSync(binary, ['--inspect=0', ...COMMAND, '--version'], {
    encoding: 'utf8',
    env: environment(),
  })
  expect(inspected.stderr).not.toContain('Debugger listening')
})

test('it holds the archive, SQLite’s library for this system, the stand-in, and no more', () => {
  expect(readdirSync(resources).sort()).toEqual(['app.asar', 'sqlite.node', 'sync-server'])
  const library = `better-sqlite3-multiple-ciphers/prebuilds/${process.platform}-${process.arch}.node`
  expect(readFileSync(join(resources, 'sqlite.node')).equals(readFileSync(resolve('node_modules', library)))).toBe(true)
  // Of native builds those for this system alone.
  const standIn = readdirSync(join(resources, 'sync-server'), { recursive: true, encoding: 'utf8' })
  const builds = standIn.flatMap((path) => /[/]prebuilds[/]([^/]+)$/.exec(path)?.[1] ?? [])
  expect(new Set(builds)).toEqual(new Set([`${process.platform}-${process.arch}`]))
  // The archive begins with the list of its files.
  const archive = readFileSync(join(resources, 'app.asar'))
  const { files } = JSON.parse(archive.subarray(16, 16 + archive.readUInt32LE(12)).toString()) as { files: object }
  expect(Object.keys(files).sort()).toEqual(['out', 'package.json'])
})

test('what is in it is listed beside it, Electron included', () => {
  const { bomFormat, components } = JSON.parse(readFileSync(join(dirname(folder), listName()), 'utf8')) as {
    bomFormat: string
    components: { name: string; version: string }[]
  }
  expect(bomFormat).toBe('CycloneDX')
  for (const name of ['electron', 'chromium', 'rxdb', 'better-sqlite3-multiple-ciphers', 'leveldown'])
    expect(components.map((one) => one.name)).toContain(name)
  for (const tool of ['vitest', 'typescript', 'knip']) expect(components.map((one) => one.name)).not.toContain(tool)
})

test('a package of an Electron that no release may be made of says so in its names', () => {
  expect(existsSync(join(folder, 'FOR-DEVELOPMENT-ONLY'))).toBe(listName().includes('development'))
})

test('scv says how each of its commands is called, without a display', () => {
  for (const [args, said] of [
    [['--help'], 'usage: scv COMMAND'],
    [['--version'], packageJson.version],
    [['gateway', '--help'], 'usage: scv gateway --data-dir DIR'],
    [['provision', '--help'], 'usage: scv provision --couch URL'],
    [['sync-server', '--help'], 'usage: scv sync-server'],
    [['open', '--help'], 'usage: scv open'],
  ] as const)
    expect(scv(...args)).toMatchObject({ status: 0, stdout: expect.stringContaining(said) })
  for (const wrong of [
    ['gatway'],
    ['gateway'],
    ['provision'],
    ['sync-server', '--port', 'x'],
    ['open', 'https://example.org'],
  ])
    expect(scv(...wrong).status, wrong.join(' ')).toBe(2)
})

test('scv gateway serves an encrypted folder without a display, and ends with 0', async () => {
  const data = join(newUserData(), 'data')
  const args = ['gateway', '--data-dir', data, '--port', '0']
  const key = { SCV_TOKEN: TOKEN, SCV_KEY: 'a key of twelve letters and more' }
  const gateway = spawn(binary, [...COMMAND, ...args], { env: environment(key) })
  const [, address] = await until(gateway, /Local API on (\S+)\n/)
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ firstName: 'Ada', lastName: 'Lovelace' })
  const made = await fetch(`${address}/api/v2/externalcontacts/contacts`, { method: 'POST', headers, body })
  expect(made.status).toBeLessThan(300)
  gateway.kill('SIGTERM')
  expect(await ended(gateway)).toBe(0)
  // Encrypted: it does not open without the key.
  expect(scv(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining('key_needed') })
})

test('scv sync-server makes its administrator and answers', async () => {
  const data = newUserData()
  const port = 20_000 + (process.pid % 20_000)
  const server = spawn(binary, [...COMMAND, 'sync-server', '--port', String(port), '--data', data], {
    env: environment(),
  })
  const [, address] = await until(server, /listens on (\S+);/)
  expect(await (await fetch(`${address}/`)).json()).toMatchObject({ 'express-pouchdb': 'Welcome!' })
  server.kill('SIGTERM')
  expect(await ended(server)).toBe(0)
})

test('the window starts without a terminal, says so in its log and ends when it is told to', async () => {
  const userData = newUserData()
  const env = { ...process.env, APP_USER_DATA: userData }
  const arguments_ = electronArguments({ offscreen: process.env['APP_OFFSCREEN'] === '1' })
  const app = spawn(binary, [...arguments_, '--password-store=basic', '--plain-text'], {
    env,
    stdio: 'ignore',
    detached: true,
  })
  const log = join(userData, 'data/logs/scv.log')
  await expect
    .poll(() => (existsSync(log) ? readFileSync(log, 'utf8') : ''), { timeout: 60_000 })
    .toContain('"started"')
  app.kill('SIGTERM')
  expect(await ended(app)).toBe(0)
})

test('the main job is done in it: sample, look-up, a person’s journey', async () => {
  // The same package on the binary that it was made of.
  const twin = resolve('out/package/before-fuses')
  rmSync(twin, { recursive: true, force: true })
  mkdirSync(dirname(twin), { recursive: true })
  spawnSync('cp', ['-al', folder, twin])
  rmSync(join(twin, NAME))
  cpSync(String(electron), join(twin, NAME))
  const running = await launch(newUserData(), { packaged: join(twin, NAME) })
  try {
    expect(await running.app.evaluate(({ app }) => [app.isPackaged, app.getAppPath()])).toEqual([
      true,
      join(twin, 'resources/app.asar'),
    ])
    expect(running.page.url()).toBe('scv-page://app/index.html')
    await new FirstStart(running.page).loadSample()
    await running.page
      .getByRole('listbox', { name: 'Lately seen or changed people' })
      .getByRole('option')
      .first()
      .click()
    await expect(running.page.getByRole('group', { name: /interactions, / })).toBeVisible()
    const name = await running.page.getByRole('heading', { level: 1 }).innerText()
    await new LookupPage(running.page).finds(name, name, 'By name')
  } finally {
    await running.close()
    rmSync(twin, { recursive: true, force: true })
  }
})
