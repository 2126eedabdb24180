// What electron-builder calls for each system and processor, between unpacking and signing: native code in its place, and
// the fuses. Invariant: native code is that of the system the package is for, never of the one it is made on.
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { flipFuses } from '@electron/fuses'
import { NAME } from './builder-config'
import { FUSES } from './fuses'
import { closureOf, type Lock } from './lock-closure'

interface PackContext {
  appOutDir: string
  electronPlatformName: 'linux' | 'win32' | 'darwin'
  /** 1: x64, 3: arm64, 4: universal. */
  arch: number
  packager: {
    projectDir: string
    appInfo: { productFilename: string }
    getResourcesDir(appOutDir: string): string
  }
}

const ARCH: Readonly<Record<number, string>> = { 1: 'x64', 3: 'arm64' }
/** What the stand-in for CouchDB is started from (src-main/sync-server/stand-in.ts). */
const STAND_IN = [
  'express-pouchdb',
  'pouchdb-core',
  'pouchdb-mapreduce',
  'pouchdb-replication',
  'pouchdb-adapter-leveldb',
  'pouchdb-adapter-memory',
]

export default async function afterPack(context: PackContext): Promise<void> {
  const { appOutDir, electronPlatformName: platform, packager } = context
  const arch = ARCH[context.arch]
  const resources = packager.getResourcesDir(appOutDir)
  // A universal application is put together of two that have theirs.
  if (arch) {
    const modules = join(packager.projectDir, 'node_modules')
    copyFileSync(
      join(modules, 'better-sqlite3-multiple-ciphers/prebuilds', `${platform}-${arch}.node`),
      join(resources, 'sqlite.node'),
    )
    copyStandIn(packager.projectDir, join(resources, 'sync-server'), `${platform}-${arch}`)
  }
  rmSync(join(resources, 'default_app.asar'), { force: true }) // Electron's own, which would run any script it is given
  const binary = { linux: NAME, win32: `${NAME}.exe`, darwin: `${packager.appInfo.productFilename}.app` }[platform]
  await flipFuses(join(appOutDir, binary), FUSES)
}

/** The packages of the stand-in with all they use, and of native builds those for one system. */
function copyStandIn(project: string, target: string, system: string): void {
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as Lock
  mkdirSync(target)
  writeFileSync(join(target, 'package.json'), '{"private":true}\n')
  const builds = (path: string): string | undefined => /[\\/]prebuilds[\\/]([^\\/]+)/.exec(path)?.[1]
  const isForUs = (path: string): boolean => {
    const build = builds(path)
    if (build !== undefined) return build === system || (build === 'darwin-x64+arm64' && system.startsWith('darwin'))
    return !/[\\/](?:test|tests|docs?|example|examples|deps|\.github)(?:[\\/]|$)|\.(?:md|map|ts|cc|h|gyp)$/i.test(
      path.slice(project.length),
    )
  }
  for (const folder of closureOf(lock, STAND_IN))
    cpSync(join(project, folder), join(target, folder), {
      recursive: true,
      // Packages inside a package are of the closure themselves, where it needs them.
      filter: (path) => isForUs(path) && !path.slice(join(project, folder).length).includes('node_modules'),
    })
}
