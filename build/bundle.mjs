// Bundles TypeScript entries with all they use for Electron's own Node: one file each, and one for what several share.
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
  await bundleAll({ [name]: entry }, outDir)
  return resolve(outDir, `${name}.mjs`)
}

/**
 * Bundles several at once: most of what they use is the same, and is read and written once.
 * @param {Record<string, string>} entries paths of modules, by the names of their files without the extension
 * @param {string} outDir folder for the files
 */
export async function bundleAll(entries, outDir) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [threadSource(), sqliteLibrary()],
    resolve: { alias: { '@shared': resolve(root, 'src-shared') }, conditions: ['node', 'import', 'module', 'default'] },
    ssr: { noExternal: true, external: ['electron', '@playwright/test'] },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rollupOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, resolve(entry)])),
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
}
