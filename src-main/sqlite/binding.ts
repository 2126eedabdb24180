// SQLite's native library: beside the archive of a packaged application (build/package/after-pack.ts), beside the bundle
// (build/sqlite-library.mjs), or in its package where the code is not bundled. It is found once and named to threads, whose
// code is text and stands in no folder that it could be looked for from.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { workerData } from 'node:worker_threads'

/** On Linux without glibc another file fits. */
function isMusl(): boolean {
  if (process.platform !== 'linux') return false
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime === undefined
}

function libraryFile(): string {
  const handed = (workerData as { sqliteLibrary?: string } | null)?.sqliteLibrary
  if (handed !== undefined) return handed
  const inPackage = join(process.resourcesPath ?? '', 'sqlite.node')
  const beside = join(import.meta.dirname, 'sqlite.node')
  const found = [inPackage, beside].find((path) => isAbsolute(path) && existsSync(path))
  if (found !== undefined) return found
  const lib = dirname(createRequire(import.meta.url).resolve('better-sqlite3-multiple-ciphers'))
  return join(lib, '..', 'prebuilds', `${isMusl() ? 'linuxmusl' : process.platform}-${process.arch}.node`)
}

/** Where the library is. */
export const sqliteLibrary = libraryFile()

let loaded: object | undefined
/** The library as the package takes it. */
export function binding(): object {
  loaded ??= createRequire(sqliteLibrary)(sqliteLibrary) as object
  return loaded
}
