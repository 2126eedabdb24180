// Whether the server is the one this device knows, and this device the one that the server knows. A device raises a mark,
// here and in a small document of its own on the server, outside replication. A server that does not remember it has
// forgotten other things as well; one that remembers a later one has seen another device with our name: a copied folder.
// Invariants: what a server acknowledged counts as sent only after a mark was raised behind it, and a position in its feed
// counts as reached only together with one. What came from it after the last mark is looked for when it is met again
// (forgotten.ts). One answer is not believed where copies may disagree: it is asked again before anything is void. Any
// member of the organisation can write the note: only what bears this device's seal is believed, and what does not is as
// none; then everything is compared, at a pace that others do not set (doubt.ts).

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { DeviceId } from '@shared/model/ids'
import { z } from 'zod'
import { NoteNotTaken, type Remote, type RemoteBody, RemoteError } from '../couch/remote'
import { NO_PATIENCE, type Patience, patienceWith } from '../exchange/patience'
import { doubtServer, isComparisonPutOff } from './doubt'
import type { SyncFile, SyncState } from './sync-file'

const localId = (deviceId: DeviceId): string => `scv-${deviceId}`

/** `lost`: the server has forgotten what it had acknowledged. `copied`: another process goes on with our name and past. */
export type Recognition = 'known' | 'lost' | 'copied'

type Ours = Pick<SyncState, 'epoch' | 'mark' | 'markPending'> & { markRun?: string | null }

/** Pure: what a server's memory of us says, beside ours. A mark under way may or may not have arrived. */
export function recognise(
  ours: Ours,
  theirs: { epoch?: unknown; mark?: unknown; run?: unknown } | undefined,
): Recognition {
  // This device has not come to that generation: another one of its name has.
  if (isLater(theirs, ours)) return 'copied'
  // Before the first mark of a generation there is none: another process counts under our name.
  if (ours.mark === 0) return theirs?.epoch === ours.epoch && theirs.run !== undefined ? 'copied' : 'known'
  // Marks are counted anew in each generation: one of a former one, in an older backup, fits only by chance.
  const theirMark = theirs?.epoch === ours.epoch && typeof theirs.mark === 'number' ? theirs.mark : undefined
  if (theirMark === ours.mark) {
    const isOurs = theirs?.run === undefined || !ours.markRun || theirs.run === ours.markRun
    return isOurs ? 'known' : 'copied'
  }
  if (ours.markPending && (theirMark === ours.mark - 1 || (theirMark === undefined && ours.mark === 1))) return 'known'
  return theirMark !== undefined && theirMark > ours.mark ? 'copied' : 'lost'
}

const isLater = (theirs: { epoch?: unknown } | undefined, ours: Pick<Ours, 'epoch'>): boolean =>
  typeof theirs?.epoch === 'number' && theirs.epoch > ours.epoch

export const remembers: (...given: Parameters<typeof recognise>) => boolean = (...given) =>
  recognise(...given) !== 'lost'

type Marked = Pick<Remote, 'getLocal'> & { readonly copies?: number }

const noteSchema = z.object({
  epoch: z.number(),
  mark: z.number(),
  run: z.string().optional(),
  seal: z.string().optional(),
})
type Note = z.infer<typeof noteSchema>

/** Over everything that a note says, and whose it is. */
const sealOf = (secret: string, deviceId: DeviceId, { epoch, mark, run }: Note): string =>
  createHmac('sha256', secret)
    .update(JSON.stringify([deviceId, epoch, mark, run ?? null]))
    .digest('base64url')

/** What a device of this secret wrote; undefined where another did. */
function ownNote({ markSecret, markSealed }: SyncState, deviceId: DeviceId, found: RemoteBody | undefined) {
  const { data: note } = noteSchema.safeParse(found)
  if (!note) return undefined
  // An older version sealed nothing.
  if (note.seal === undefined) return markSealed ? undefined : note
  const [theirs, ours] = [note.seal, sealOf(markSecret, deviceId, note)].map((seal) => Buffer.from(seal))
  return theirs && ours && theirs.length === ours.length && timingSafeEqual(theirs, ours) ? note : undefined
}

/**
 * Asks the server what it remembers of a device, and again where it seems to have forgotten it and keeps several copies. A
 * copy that no mark bears the name of yet is remembered as the device that it was.
 * @throws RemoteError
 */
export async function recognition(
  remote: Marked,
  file: SyncFile,
  deviceId: DeviceId,
  patience: Patience = patienceWith(remote),
): Promise<Recognition> {
  const { formerMark } = file.state
  const noteOf = async (id: DeviceId) => ownNote(file.state, id, await remote.getLocal(localId(id)))
  for (;;) {
    const formerNote = formerMark ? await noteOf(formerMark.deviceId) : undefined
    // Its other bearer found the server to have lost something: that may be of ours.
    const former = formerMark && (isLater(formerNote, formerMark) ? 'lost' : recognise(formerMark, formerNote))
    const found = former === 'lost' ? former : recognise(file.state, await noteOf(deviceId))
    if (found !== 'lost' || !(await patience.again())) return found
  }
}

/** @throws RemoteError */
export async function isKnownServer(remote: Marked, file: SyncFile, deviceId: DeviceId): Promise<boolean> {
  return (await recognition(remote, file, deviceId)) !== 'lost'
}

/**
 * Raises the mark on both sides.
 * @param reached asked once the server has it, for what is remembered together with it: a position that was read from this
 *   server, and is stored
 * @throws RemoteError; the mark counts as under way then. `cancelled` when the server is no longer the one we knew, or
 *   another process bears our name
 */
export async function raiseMark(
  remote: Marked & Pick<Remote, 'putLocal'>,
  file: SyncFile,
  deviceId: DeviceId,
  reached: () => Partial<SyncState> = () => ({}),
  now: () => number = Date.now,
): Promise<void> {
  // Its database may have been replaced behind an open connection: a mark set there would hide what it lost. Where that is
  // feared already, everything is compared in any case, a little later.
  const putOff = isComparisonPutOff(file, now())
  const found = await recognition(remote, file, deviceId, putOff ? NO_PATIENCE : patienceWith(remote))
  if (found === 'lost' && !putOff) {
    doubtServer(file)
    throw new RemoteError('cancelled', 'The server does not remember what this device exchanged with it.')
  }
  if (found === 'copied') throw new RemoteError('cancelled', 'A copy of this device exchanges under its name.')
  // A mark that may not have arrived is sent again before a higher one: the two sides are never two apart.
  const { epoch, markSecret } = file.state
  const mark = file.state.markPending ? file.state.mark : file.state.mark + 1
  const note = { epoch, mark, run: file.run }
  file.save({ mark, markPending: true, markRun: file.run, markDevice: deviceId })
  try {
    await remote.putLocal(localId(deviceId), { ...note, seal: sealOf(markSecret, deviceId, note) })
    file.save({ markPending: false, markSealed: true, formerMark: null, ...reached() })
  } catch (error) {
    if (!(error instanceof NoteNotTaken)) throw error
    // No reason to exchange nothing; but what the server forgets from here on, only a comparison would show.
    doubtServer(file)
    file.save(reached())
  }
}

/** One raise at a time; a caller that asks while one is under way gets the next one, since that began behind its write. */
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
