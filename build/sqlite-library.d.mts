import type { Plugin } from 'vite'

/** SQLite's native library beside a bundle. */
export function sqliteLibrary(): Plugin
