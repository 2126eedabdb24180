// Whether the server is the one this device knows: its database may have been made anew, or restored from a backup.
// How: a device raises a mark, here and in a small document of its own on the server, outside replication. A server that
// does not remember the mark has forgotten other things as well.
// Invariants: what a server acknowledged counts as sent only after a mark was raised behind it, and a position in its
// feed counts as reached only together with one: so a server that lost either does not remember the mark. What came from
// it after the last mark is looked for when it is met again (forgotten.ts).
import { type Remote, RemoteError } from '../couch/remote'
import type { SyncFile, SyncState } from './sync-file'

const localId = (deviceId: string): string => `scv-${deviceId}`

/** Pure: whether what the server remembers of us fits what we remember. A mark under way may or may not have arrived. */
export function remembers(
  ours: { epoch: number; mark: number; markPending: boolean },
  theirs: { epoch?: unknown; mark?: unknown } | undefined,
): boolean {
  if (ours.mark === 0) return true
  // Marks are counted anew in each epoch: one of a former epoch, in an older backup, fits only by chance.
  const theirMark = theirs?.epoch === ours.epoch ? theirs.mark : undefined
  if (theirMark === ours.mark) return true
  return ours.markPending && (theirMark === ours.mark - 1 || (theirMark === undefined && ours.mark === 1))
}

/** @throws RemoteError */
export async function isKnownServer(
  remote: Pick<Remote, 'getLocal'>,
  file: SyncFile,
  deviceId: string,
): Promise<boolean> {
  return remembers(file.state, await remote.getLocal(localId(deviceId)))
}

/**
 * Raises the mark on both sides.
 * @param reached asked once the server has it, for what is remembered together with it: a position that was read from this
 *   server, and is stored
 * @throws RemoteError; the mark counts as under way then. `cancelled` when the server is no longer the one we knew
 */
export async function raiseMark(
  remote: Pick<Remote, 'getLocal' | 'putLocal'>,
  file: SyncFile,
  deviceId: string,
  reached: () => Partial<SyncState> = () => ({}),
): Promise<void> {
  // Its database may have been replaced behind an open connection: a mark set there would hide what it lost.
  if (!(await isKnownServer(remote, file, deviceId)))
    throw new RemoteError('cancelled', 'The organisation’s database was replaced.')
  // A mark that may not have arrived is sent again before a higher one: the two sides are never two apart.
  const { epoch } = file.state
  const mark = file.state.markPending ? file.state.mark : file.state.mark + 1
  file.save({ mark, markPending: true })
  await remote.putLocal(localId(deviceId), { epoch, mark })
  file.save({ markPending: false, ...reached() })
}

/** One raise at a time; whoever asks while one is under way gets the next one, since that began behind their write. */
export function marker(raise: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    next ??= last
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return raise()
      })
    last = next
    return next
  }
}

/** What is believed of the server's content is void: everything is compared and exchanged anew. */
export function beginEpoch(file: SyncFile): void {
  const { epoch, formerEpochs } = file.state
  file.save({
    epoch: epoch + 1,
    formerEpochs: [...formerEpochs, epoch],
    since: null,
    sentUpTo: {},
    mark: 0,
    markPending: false,
    markedUpTo: null,
    firstSync: null,
    firstSyncDone: false,
  })
}
