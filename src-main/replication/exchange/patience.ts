// Asking a server again whose copies do not agree yet: one that was away for a moment is behind for three to five seconds
// (Apache CouchDB 3.5, three nodes, measured), while the feed reads a copy that is not.
import { setTimeout as delay } from 'node:timers/promises'
import type { Remote } from '../couch/remote'

const WAITS_MS = [200, 400, 800, 1600, 2500, 2500] as const

/** How often it pays to ask again. */
export interface Patience {
  /** Waits, ever longer. @returns whether to ask again */
  again(): Promise<boolean>
}

export const NO_PATIENCE: Patience = { again: async () => false }

/** @param copies of a document that the server keeps: a single one is never behind */
export function patienceWith({ copies = 1, pause = delay }: Pick<Remote, 'copies' | 'pause'>): Patience {
  let asked = 0
  return {
    async again() {
      const wait = copies > 1 ? WAITS_MS[asked] : undefined
      asked += 1
      if (wait === undefined) return false
      await pause(wait)
      return true
    },
  }
}
