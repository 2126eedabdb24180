// `npm run dist [-- --development] [--skip-build] [--win|--mac]`: packages of the application in `release/`.
// Invariant: a release is made of an official, supported Electron alone. Anything else takes --development, is said loudly,
// and bears the word in its file names.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import packageJson from '../../package.json' with { type: 'json' }
import { builderConfig, NAME, suffix } from './builder-config'
import { hindrances } from './electron-release'
import { iconPng } from './icon'
import { hasTool, makeDeb, makeRpm } from './linux-packages'
import { closureOf, type Lock } from './lock-closure'
import { type Bom, type Shipped, sbomOf } from './sbom'

Object.assign(process, { noAsar: true }) // Electron's Node would take the archive for a folder

const USAGE = `usage: npm run dist -- [--development] [--skip-build] [--no-installers] [--win] [--mac]
  --development     of an Electron that no release may be made of; the files bear the word in their names
  --skip-build      of what npm run build left in out/
  --no-installers   the unpacked folder alone
  --win, --mac      for that system instead of this one (on macOS for --mac)`

const project = resolve('.')
const output = join(project, 'release')
const tools = join(project, 'build/package/tools')
/** Of this run, out of the way of the compiler and of git. */
const work = join(project, 'out/package')

class Stop extends Error {}
const say = (text: string): void => console.log(`dist: ${text}`)

/** Runs a program to its end, in the ordinary Node. @returns what it wrote, where that is asked for */
function run(command: string, args: string[], { quiet = false, cwd = project } = {}): string {
  // The bundler has set NODE_ENV, by which npm would leave out what it takes for tools.
  const { ELECTRON_RUN_AS_NODE: _mode, NODE_ENV: _bundler, ...env } = process.env
  const done = spawnSync(command, args, {
    cwd,
    env: { ...env, ELECTRON_BUILDER_DISABLE_UPDATE_NOTIFIER: '1' },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'],
  })
  if (done.status !== 0) throw new Stop(`${command} ${args.join(' ')} failed (${done.error?.message ?? done.status})`)
  return done.stdout ?? ''
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}

const electronFolder = dirname(createRequire(join(project, 'package.json')).resolve('electron/package.json'))

/** @throws Stop when no release may be made of this Electron, and none for development was asked for */
function checkElectron(development: boolean): string {
  const { version } = readJson<{ version: string }>(join(electronFolder, 'package.json'))
  const originFile = join(electronFolder, 'dist/origin.json')
  const origin = existsSync(originFile) ? readJson<{ from: 'official' | 'npm' }>(originFile).from : undefined
  const asked = spawnSync('npm', ['view', 'electron', 'dist-tags.latest'], { encoding: 'utf8', timeout: 60_000 })
  const latest = asked.status === 0 ? asked.stdout.trim() : undefined
  const found = hindrances({ version, origin, latest })
  if (found.length > 0 && !development)
    throw new Stop(
      `no release can be made here.\n  ${found.join('\n  ')}\nFor development: npm run dist -- --development`,
    )
  if (development) {
    const line = '═'.repeat(100)
    console.warn(`${line}\nFOR DEVELOPMENT ONLY: not for use with people's data, not to be handed on.`)
    for (const one of found) console.warn(`  ${one}`)
    console.warn(line)
  }
  return version
}

/** Writes the list of what is in the package beside it. */
function writeSbom(development: boolean): void {
  const npm = JSON.parse(
    run('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'], { quiet: true }),
  ) as Bom
  const bundled = ['out/main/licences.json', 'out/preload/licences.json', 'out/renderer/licences.json']
    .filter((file) => existsSync(join(project, file)))
    .flatMap((file) => readJson<Shipped['bundled']>(join(project, file)))
  const { electron = '', chrome = '', node } = process.versions as NodeJS.ProcessVersions & Record<string, string>
  const lock = readJson<Lock>(join(project, 'package-lock.json'))
  const packages = closureOf(lock, Object.keys(packageJson.dependencies)).map((folder) => ({
    name: folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: lock.packages[folder]?.version ?? '',
  }))
  const bom = sbomOf(npm, { packages, bundled, versions: { electron, chrome, node } })
  writeFileSync(
    join(output, `${NAME}-${packageJson.version}${suffix(development)}.cdx.json`),
    `${JSON.stringify(bom, null, 2)}\n`,
  )
}

/** Beside the archive: the commands of `scv`, where a system has a place for them. */
function addCommands(unpacked: string): void {
  copyFileSync(join(project, 'deploy/linux/scv'), join(unpacked, 'scv'))
  copyFileSync(join(project, 'LICENSE'), join(unpacked, 'LICENSE'))
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: Object.fromEntries(
      ['development', 'skip-build', 'no-installers', 'win', 'mac', 'help'].map((name) => [
        name,
        { type: 'boolean' } as const,
      ]),
    ),
  })
  if (values['help']) return console.log(USAGE)
  const development = values['development'] === true
  const electronVersion = checkElectron(development)
  if (!values['skip-build'])
    run(process.env['npm_node_execpath'] ?? 'node', [
      'node_modules/electron-vite/bin/electron-vite.js',
      'build',
      '--logLevel',
      'warn',
    ])
  if (!existsSync(join(project, 'out/main/index.js'))) throw new Stop('there is no build: leave out --skip-build.')
  if (!existsSync(join(tools, 'node_modules/electron-builder')))
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: tools })

  mkdirSync(work, { recursive: true })
  rmSync(output, { recursive: true, force: true })
  mkdirSync(output, { recursive: true })
  // The bundler cannot be bundled.
  const bundler = pathToFileURL(join(project, 'build/bundle.mjs')).href
  const { bundle } = (await import(/* @vite-ignore */ bundler)) as typeof import('../bundle.mjs')
  const icon = join(work, 'icon.png')
  writeFileSync(icon, iconPng(512))
  writeFileSync(join(work, 'icon-for-packages.png'), iconPng(256))
  const elsewhere = values['win'] ? '--win' : values['mac'] ? '--mac' : undefined
  const updateUrl = process.env['SCV_UPDATE_URL']
  const config = builderConfig({
    output,
    afterPack: await bundle('build/package/after-pack.ts', work, 'after-pack'),
    resources: work,
    electronVersion,
    ...(elsewhere ? {} : { electronDist: join(electronFolder, 'dist') }),
    checksums: readJson(join(electronFolder, 'checksums.json')),
    development,
    ...(updateUrl ? { updateUrl } : {}),
  })
  const configFile = join(work, 'electron-builder.json')
  writeFileSync(configFile, JSON.stringify(config, null, 2))
  const system =
    elsewhere ?? { linux: '--linux', win32: '--win', darwin: '--mac' }[process.platform as 'linux'] ?? '--linux'
  run('node', [
    join(tools, 'node_modules/electron-builder/cli.js'),
    system,
    '--config',
    configFile,
    '--publish',
    'never',
  ])
  writeSbom(development)
  if (system !== '--linux') return

  const unpacked = join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`)
  addCommands(unpacked)
  if (development)
    writeFileSync(join(unpacked, 'FOR-DEVELOPMENT-ONLY'), 'Made of an Electron that no release may be made of.\n')
  if (values['no-installers']) return say(unpacked)
  const choice = { project, tools, unpacked, icon: join(work, 'icon-for-packages.png'), output: work, development }
  const made: string[] = []
  if (hasTool('dpkg-deb')) made.push(await makeDeb(choice))
  if (hasTool('rpmbuild')) made.push(await makeRpm(choice))
  for (const file of made) {
    const target = join(output, file.slice(work.length + 1))
    copyFileSync(file, target)
    rmSync(file)
    say(target)
  }
  if (made.length === 0) say('no .deb and no .rpm: this machine has neither dpkg-deb nor rpmbuild.')
  console.log(`dist: ${packageJson.version}${suffix(development)} is ready in ${output}`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Stop ? `dist: ${error.message}` : error)
  process.exitCode = 1
})
