// Before a run: the folder for its bundles (bundled.ts). It lies among the packages, since what a bundle requires at run
// time is looked for from where the bundle is.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    bundles: string
  }
}

export default function setup(project: TestProject): () => void {
  const cache = resolve(import.meta.dirname, '../../node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'scv-bundles-'))
  project.provide('bundles', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
