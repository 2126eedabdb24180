// When the mark is raised, and what is remembered with it: the position in the feed, and how far the first exchange is.
// Invariant: a position is remembered only together with a mark that the server has, after what stands before it has reached
// the disk, and after it was looked whether the server still has what came from it since the last mark.
import type { DeviceId } from '@shared/model/ids'
import type { Database } from '../../database'
import type { Remote } from '../couch/remote'
import { marker, raiseMark } from '../state/replica-marker'
import type { SyncFile, SyncState } from '../state/sync-file'

/** What was received is read again after a crash or a lost connection, up to this much: in the first exchange, and later. */
const FIRST_MS = 1000
const LATER_MS = 15_000

export interface Marks {
  /** Raises the mark, with what was reached. @throws RemoteError */
  mark(): Promise<void>
  /** The same for a mark that stands for no position: what is stored up to a place was compared. @throws RemoteError */
  markUpTo(places?: SyncState['markedUpTo']): Promise<void>
  /** So many changes were read since the connection began, and so many are left. */
  read(count: number, pending: number): void
  /** Everything before `since` is stored. @throws RemoteError */
  reach(since: string, count: number): Promise<void>
  /** Whether something was reached that no mark stands for; and for a while. */
  readonly isBehind: boolean
  readonly isDue: boolean
}

/** @param compared settled when it is known that the server lost nothing since the last mark */
export function createMarks(options: {
  database: Pick<Database, 'store' | 'newestChanges'>
  file: SyncFile
  deviceId: DeviceId
  remote: Pick<Remote, 'getLocal' | 'putLocal' | 'copies'>
  now(): number
  compared(): Promise<void> | undefined
  onProgress(): void
}): Marks {
  const { database, file, deviceId, remote, now, compared, onProgress } = options
  const { firstSync, firstSyncDone } = file.state
  const done = firstSync?.done ?? 0
  let total = firstSync?.total ?? 0
  let reached: { since: string; count: number } | undefined
  let marked: number | undefined = firstSyncDone ? now() : undefined

  const raise = (
    markedUpTo: SyncState['markedUpTo'] = database.newestChanges(),
    also = (): Partial<SyncState> => ({}),
  ): Promise<void> => raiseMark(remote, file, deviceId, () => ({ markedUpTo, ...also() }), now)

  const mark = marker(async () => {
    const upTo = reached
    reached = undefined
    marked = now()
    // What RxDB stored need not have reached the disk yet; a position may not be ahead of it.
    if (upTo) await database.store.flush()
    await compared() // or the mark would say that nothing was lost
    await raise(undefined, () => ({
      ...(upTo ? { since: upTo.since } : {}),
      ...(upTo && total > 0 && !file.state.firstSyncDone ? { firstSync: { done: done + upTo.count, total } } : {}),
    }))
    onProgress()
  })

  return {
    mark,
    markUpTo: (places) => raise(places),
    read(count, pending) {
      total = Math.max(total, done + count + pending)
    },
    async reach(since, count) {
      reached = { since, count }
      // The first at once: so a connection that never lasts gets somewhere, too.
      if (marked === undefined) await mark()
    },
    get isBehind() {
      return reached !== undefined
    },
    get isDue() {
      return reached !== undefined && now() - (marked ?? 0) > (firstSyncDone ? LATER_MS : FIRST_MS)
    },
  }
}
