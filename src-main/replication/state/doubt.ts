// When everything is compared with a server that seems to have forgotten what it had acknowledged. The only sign of it is
// a note that any member of the organisation can change or remove (`_local`), so it is one to look, and no proof.
// Invariants: a doubt stays until a comparison began (server-generation.ts); an insider who raises doubts without end costs a few
// comparisons, then ever fewer, while everything else goes on.
import type { SyncFile, SyncState } from './sync-file'

/** Comparisons that begin at once: servers are restored, perhaps twice in an hour. */
export const FREE = 3
const FIRST_PAUSE_MS = 60_000
const GROWTH = 4
export const LONGEST_MS = 4 * 60 * 60_000
/** After so long without a comparison all is forgiven. */
const FORGIVEN_MS = 24 * 60 * 60_000

type Doubt = NonNullable<SyncState['doubt']>
const NONE: Doubt = { times: 0, at: 0, until: 0, open: false }

/** The server may have lost something. */
export function doubtServer(file: SyncFile): void {
  const doubt = file.state.doubt ?? NONE
  if (!doubt.open) file.save({ doubt: { ...doubt, open: true } })
}

/** Whether there is a doubt, and it is time to compare everything. */
export function isComparisonDue({ state: { doubt } }: SyncFile, now: number): boolean {
  if (!doubt?.open) return false
  return now >= doubt.until || doubt.until - now > LONGEST_MS // or this device's clock was set back
}

/** Whether there is a doubt that has to wait: until then everything goes on as if there was none. */
export const isComparisonPutOff = (file: SyncFile, now: number): boolean =>
  file.state.doubt?.open === true && !isComparisonDue(file, now)

/** What becomes of a doubt for which everything is compared now: the next one waits longer. */
export function settledDoubt({ times: former, at }: Doubt, now: number): Doubt {
  const times = Math.abs(now - at) > FORGIVEN_MS ? 1 : former + 1
  const pause = times < FREE ? 0 : Math.min(LONGEST_MS, FIRST_PAUSE_MS * GROWTH ** (times - FREE))
  return { times, at: now, until: now + pause, open: false }
}

/** What is to be told of an open doubt; undefined: nothing. */
export function wordsForDoubt(file: SyncFile, now: number): string | undefined {
  const { doubt } = file.state
  if (!doubt || !isComparisonPutOff(file, now)) return undefined
  const minutes = Math.max(1, Math.ceil((doubt.until - now) / 60_000))
  return `What this device noted for itself on the server was changed or removed, again. Changes are exchanged as ever; in ${minutes} min everything is compared with the server. If no server was restored, its administrator should look who writes there.`
}
