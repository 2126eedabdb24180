// What tests start in processes of their own, bundled. All of it at once, since most of what they use is the same, and once
// for all test files of a run: the first that asks makes it, the others wait.
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { inject } from 'vitest'
import { bundleAll } from '../../build/bundle.mjs'

const ROOT = resolve(import.meta.dirname, '../..')

const ENTRIES = {
  device: 'test/replication/support/device-process.ts',
  server: 'test/replication/support/server-process.ts',
  gateway: 'src-main/gateway/main.ts',
  'model-child': 'test/engine/model/crash/child.ts',
  'views-child': 'test/projections/kill/child.ts',
  'duplicates-child': 'test/duplicates/kill/child.ts',
  'storage-writer': 'test/storage/durability/writer.ts',
  'storage-filler': 'test/storage/durability/filler.ts',
  'storage-full-disk': 'test/storage/durability/full-disk-child.ts',
}

/** @returns the path of the bundle, which is there */
export async function bundled(name: keyof typeof ENTRIES): Promise<string> {
  const folder = inject('bundles')
  const begun = join(folder, 'begun')
  const script = join(folder, `${name}.mjs`)
  const whole = join(folder, 'whole')
  while (!existsSync(whole)) {
    if (!isFirst(begun)) await wait(50)
    else
      try {
        await bundleAll(Object.fromEntries(Object.entries(ENTRIES).map(([to, from]) => [to, join(ROOT, from)])), folder)
        mkdirSync(whole)
      } finally {
        // A file that waits tries for itself, and fails with what is wrong.
        if (!existsSync(whole)) rmSync(begun, { recursive: true })
      }
  }
  return script
}

/** Whether it is this process that makes the folder. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}
