import type { Plugin } from 'vite'

/** Bundles what is imported with `?thread` into its text. */
export function threadSource(): Plugin
