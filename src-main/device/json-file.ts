// Small files of this device, as JSON. Invariant: a file is replaced whole, so a crash leaves the former or the new one.
import { renameSync, writeFileSync } from 'node:fs'

/** @param mode permissions of a file that is not everybody's to read */
export function replaceJson(path: string, content: unknown, mode = 0o666): void {
  const next = `${path}.new`
  writeFileSync(next, JSON.stringify(content, null, 2), { flush: true, mode })
  renameSync(next, path)
}
