// Bundles a TypeScript entry with all it uses into one file for Electron's own Node.
import { resolve } from 'node:path'
import { build } from 'vite'
import { sqliteLibrary } from './sqlite-library.mjs'
import { threadSource } from './thread-source.mjs'

const root = resolve(import.meta.dirname, '..')

/**
 * @param {string} entry path of the module
 * @param {string} outDir folder for the file
 * @param {string} name of the file, without its extension
 */
export async function bundle(entry, outDir, name) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [threadSource(), sqliteLibrary()],
    resolve: { alias: { '@shared': resolve(root, 'src-shared') }, conditions: ['node', 'import', 'module', 'default'] },
    ssr: { noExternal: true, external: ['electron', '@playwright/test'] },
    build: {
      ssr: resolve(entry),
      outDir,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rollupOptions: { output: { format: 'es', entryFileNames: `${name}.mjs` } },
    },
  })
  return resolve(outDir, `${name}.mjs`)
}
