// Whether the server is the one this device knows: its database may have been made anew, or restored from a backup.
// How: with every exchange a device raises a mark, here and in a small document of its own on the server, outside
// replication. A server that does not remember the mark has forgotten other things as well.
// Invariant: a server that lost anything it once acknowledged to this device before the last mark is noticed.
import type { Remote } from './remote'
import type { SyncFile } from './sync-file'

const localId = (deviceId: string): string => `scv-${deviceId}`

/** Pure: whether what the server remembers of us fits what we remember. A mark under way may or may not have arrived. */
export function remembers(
  ours: { mark: number; markPending: boolean },
  theirs: { mark?: unknown } | undefined,
): boolean {
  if (ours.mark === 0) return true
  if (theirs?.mark === ours.mark) return true
  return ours.markPending && (theirs?.mark === ours.mark - 1 || (theirs === undefined && ours.mark === 1))
}

/** @throws RemoteError */
export async function isKnownServer(
  remote: Pick<Remote, 'getLocal'>,
  file: SyncFile,
  deviceId: string,
): Promise<boolean> {
  return remembers(file.state, await remote.getLocal(localId(deviceId)))
}

/** Raises the mark on both sides. @throws RemoteError; the mark counts as under way then */
export async function raiseMark(remote: Pick<Remote, 'putLocal'>, file: SyncFile, deviceId: string): Promise<void> {
  // A mark that may not have arrived is sent again before a higher one: the two sides are never two apart.
  const mark = file.state.markPending ? file.state.mark : file.state.mark + 1
  file.save({ mark, markPending: true })
  await remote.putLocal(localId(deviceId), { mark })
  file.save({ markPending: false })
}
