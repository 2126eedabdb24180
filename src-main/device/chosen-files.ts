// Files that a person chose, in the system's dialog or by dropping them, under handles that say nothing of the disk.
// Invariant: a page opens a file by a handle only, and only the main process and the preload script make one.
import { randomUUID } from 'node:crypto'

/** More than a person has at hand; the one chosen longest ago goes first. */
const MAX_CHOSEN = 100
const LONGEST_PATH = 4096

export interface ChosenFiles {
  /** Gives a chosen file a handle; the empty text for what is no path of a file. */
  offer(path: unknown): string
  /** The empty text for a handle that stands for no chosen file. */
  pathOf(handle: string): string
}

/** The files chosen while the application runs. */
export function createChosenFiles(): ChosenFiles {
  const paths = new Map<string, string>()
  return {
    offer(path) {
      if (typeof path !== 'string' || path === '' || path.length > LONGEST_PATH) return ''
      const handle = randomUUID()
      paths.set(handle, path)
      const [oldest] = paths.keys()
      if (paths.size > MAX_CHOSEN && oldest !== undefined) paths.delete(oldest)
      return handle
    },
    pathOf: (handle) => paths.get(handle) ?? '',
  }
}
