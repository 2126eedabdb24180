// Bundles of what tests start in processes of their own. All test files of a run share them, so that a dozen files bundle
// a device once.
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { inject } from 'vitest'
import { bundle } from '../../build/bundle.mjs'

const ROOT = resolve(import.meta.dirname, '../..')

/**
 * Bundles an entry with all it uses into one file. Two files of tests that ask at the same moment both make it, and the
 * later takes what is there.
 * @param entry path of the module from the project's folder
 * @returns the bundle's path
 */
export async function bundled(entry: string): Promise<string> {
  const name = basename(entry, '.ts')
  const shared = join(inject('bundles'), entry.replaceAll('/', '.'))
  if (!existsSync(shared)) {
    const made = mkdtempSync(`${shared}-`)
    await bundle(join(ROOT, entry), made, name)
    try {
      renameSync(made, shared)
    } catch (error) {
      if (!existsSync(shared)) throw error
      rmSync(made, { recursive: true, force: true }) // another file of the run was first
    }
  }
  return join(shared, `${name}.mjs`)
}
