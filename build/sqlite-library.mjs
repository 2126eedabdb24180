// SQLite's native library beside a bundle: code that is bundled stands in no package that the library could be found in.
// What was compiled into it, and under which licences, stands in `sqlite-notices.json`, which goes with it.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** As `src-main/sqlite/binding.ts` looks for it. */
const FILE = 'sqlite.node'

/** As `src-main/index.ts` looks for it. */
const NOTICES = 'sqlite-licences.json'

/** Beside this file; what bundles its configuration runs it one folder up. */
const noticesFile = () =>
  ['.', 'build']
    .map((folder) => join(import.meta.dirname, folder, 'sqlite-notices.json'))
    .find((path) => existsSync(path)) ?? ''

/** On Linux without glibc another file fits. */
const isMusl = () => process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime

/** @returns {import('vite').Plugin} */
export function sqliteLibrary() {
  return {
    name: 'sqlite-library',
    generateBundle() {
      const prebuilds = join(dirname(require.resolve('better-sqlite3-multiple-ciphers')), '..', 'prebuilds')
      const system = `${isMusl() ? 'linuxmusl' : process.platform}-${process.arch}.node`
      this.emitFile({ type: 'asset', fileName: FILE, source: readFileSync(join(prebuilds, system)) })
      this.emitFile({ type: 'asset', fileName: NOTICES, source: readFileSync(noticesFile()) })
    },
  }
}
