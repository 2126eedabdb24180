// Small files of this device, as JSON. Invariant: a file is replaced whole, so a crash leaves the former or the new one.
import { renameSync, writeFileSync } from 'node:fs'

/** @param mode permissions of a file that is not everybody's to read */
export function replaceJson(path: string, content: unknown, mode = 0o666): void {
  replaceText(path, JSON.stringify(content, null, 2), mode)
}

/** As `replaceJson`, of what is text already. */
export function replaceText(path: string, text: string, mode: number): void {
  const next = `${path}.new`
  writeFileSync(next, text, { flush: true, mode })
  renameSync(next, path)
}
