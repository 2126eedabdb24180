// Code for a thread of its own, as text: `import SOURCE from './task?thread'` bundles task.ts with all that it imports, and
// `new Worker(SOURCE, { eval: true })` runs it. As text, so that it is the same in the app, a bench and a test, none of which
// has a file of it to name.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'vite'

const SUFFIX = '?thread'

/** The project's folder, from a module in it: where this file stands is not known once a configuration is bundled with it. */
function rootOf(path) {
  const folder = dirname(path)
  return existsSync(join(folder, 'package.json')) || folder === path ? folder : rootOf(folder)
}

/** @returns {import('vite').Plugin} */
export function threadSource() {
  return {
    name: 'thread-source',
    enforce: 'pre',
    // The test runner keeps what it has transformed, and does not know what went into this.
    configureVitest({ defineCacheKeyGenerator }) {
      defineCacheKeyGenerator(({ id }) => (id.endsWith(SUFFIX) ? false : undefined))
    },
    async load(id) {
      if (!id.endsWith(SUFFIX)) return undefined
      const entry = id.slice(0, -SUFFIX.length)
      const root = rootOf(entry)
      const built = await build({
        root,
        configFile: false,
        logLevel: 'warn',
        resolve: { alias: { '@shared': join(root, 'src-shared') } },
        ssr: { noExternal: true },
        build: {
          ssr: entry,
          write: false,
          target: 'node24',
          minify: false,
          rollupOptions: { output: { format: 'cjs' } },
        },
      })
      const [{ output }] = [built].flat()
      const [{ code, moduleIds }] = output
      for (const file of moduleIds) this.addWatchFile(file)
      return `export default ${JSON.stringify(code)}`
    },
  }
}
