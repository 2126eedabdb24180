// A file that lines are added to, and that is put aside for a new one when it is full.
// Invariant: a line is with the system before the call ends, so that the last words of a process are not lost; the folder
// never holds more than the files kept. What cannot be written is dropped: a log must not break what it tells of.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const SIZE_MAX = 1024 * 1024
/** Files put aside: `.1` is the latest. */
const KEPT = 3

export interface RotatingFile {
  readonly path: string
  add(line: string): void
}

export function rotatingFile(path: string, sizeMax = SIZE_MAX, kept = KEPT): RotatingFile {
  let size: number | undefined

  function putAside(): void {
    for (let n = kept; n > 0; n -= 1) {
      try {
        renameSync(n === 1 ? path : `${path}.${n - 1}`, `${path}.${n}`)
      } catch {
        // There are not as many yet.
      }
    }
  }

  return {
    path,
    add(line) {
      const text = `${line}\n`
      try {
        if (size === undefined) {
          mkdirSync(dirname(path), { recursive: true })
          size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
        }
        if (size > 0 && size + Buffer.byteLength(text) > sizeMax) {
          putAside()
          size = 0
        }
        appendFileSync(path, text, { mode: 0o600 })
        size += Buffer.byteLength(text)
      } catch {
        size = undefined // a full disk, or a folder that went: the next line tries again
      }
    },
  }
}
