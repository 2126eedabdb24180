import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import { sqliteLibrary } from './build/sqlite-library.mjs'
import { threadSource } from './build/thread-source.mjs'
import { PAGE_POLICY } from './src-main/window/csp'

const root = import.meta.dirname
const resolveShared = { alias: { '@shared': resolve(root, 'src-shared') } }

/** Writes the content security policy into the built page. Not in development: hot reload needs inline script. */
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: PAGE_POLICY },
      injectTo: 'head-prepend', // a policy binds only what comes after it
    },
  ],
}

/** What is bundled, under which licence: beside the bundle, for the About page (src-main/device/licences.ts). */
const LICENCES = { fileName: 'licences.json' }

export default defineConfig({
  main: {
    plugins: [threadSource(), sqliteLibrary()],
    resolve: resolveShared,
    build: {
      outDir: 'out/main',
      license: LICENCES,
      externalizeDeps: false, // one file, no node_modules in the package; "electron" and node: built-ins stay external by themselves
      lib: { entry: resolve(root, 'src-main/index.ts') },
    },
  },
  preload: {
    resolve: resolveShared,
    build: {
      outDir: 'out/preload',
      externalizeDeps: false, // a sandboxed preload may only require 'electron' and a few built-ins
      lib: { entry: resolve(root, 'src-main/preload.ts'), formats: ['cjs'] },
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'preload.cjs' } }, // .cjs, because package.json says "type": "module"
    },
  },
  renderer: {
    root: resolve(root, 'src-renderer'),
    resolve: resolveShared,
    plugins: [react(), contentSecurityPolicy],
    build: {
      outDir: resolve(root, 'out/renderer'), // absolute: a relative path is taken from the renderer root
      license: LICENCES,
      rollupOptions: { input: resolve(root, 'src-renderer/index.html') },
    },
  },
})
