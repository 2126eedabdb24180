// A password that the server refused: it may be wrong, its user may be made again right away, or a node that answered knows
// no users yet. So it is tried again by itself, but seldom.
// Invariant: over restarts, too, it is never repeated so often that a server locks its user out for it (CouchDB: five
// times in five minutes, "[chttpd_auth_lockout]").
import { RemoteError } from '../couch/remote'
import type { SyncFile } from './sync-file'

const WAITS_MS = [10_000, 60_000, 120_000, 300_000] as const
const LONGEST_MS = 600_000

export interface RefusedPassword {
  /** @throws RemoteError `signed-out` while it is too early to ask again */
  check(): void
  /** Notes a refusal. @returns the same, with how long to wait */
  note(refused: RemoteError): RemoteError
  /** It was accepted, or another one was given. */
  forget(): void
}

/** @param now wall clock of this device, ms */
export function refusedPassword(file: SyncFile, now: () => number): RefusedPassword {
  return {
    check() {
      const { refusal } = file.state
      // A clock that was set back says nothing.
      if (!refusal || now() < refusal.at || now() >= refusal.until) return
      throw new RemoteError('signed-out', refusal.message, refusal.until - now())
    },
    note({ message, retryAfter = 0 }) {
      const times = (file.state.refusal?.times ?? 0) + 1
      const wait = WAITS_MS[Math.min(times, WAITS_MS.length) - 1] ?? LONGEST_MS
      const waitMs = Math.min(LONGEST_MS, Math.max(wait, retryAfter))
      file.save({ refusal: { times, at: now(), until: now() + waitMs, message } })
      return new RemoteError('signed-out', message, waitMs)
    },
    forget() {
      if (file.state.refusal) file.save({ refusal: null })
    },
  }
}
