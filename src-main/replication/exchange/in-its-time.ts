// What a server takes only later, since it bears a time that the server's clock has not reached: this device's clock was ahead
// when it was made, or the server's is behind. Where that clock is known, the server is not asked in vain; where it is not, its
// refusal tells. Invariant: nothing of it needs a person: it is corrected when the server is met anew, or tried again by itself.
import type { Documents, Kind } from '../../engine/documents/kinds'
import { STAMP_TOLERANCE_MS } from '../../engine/documents/stamp'
import { FAR_AHEAD, latestIn, stampsAfter } from '../../engine/documents/validate'
import type { Remote, RemoteBody, RemoteWrite } from '../couch/remote'
import { fromRemoteBody, fromRemoteId } from '../couch/wire'
import type { AsideKey, SetAsideList } from '../state/sync-file'

/** Why a row is not sent yet. */
export const HELD_BACK = 'Something in it lies in the future by the clock of the server'

/** Put behind what the server says. */
const BY_ITSELF = ' It is tried again by itself.'

/**
 * Whether a refusal, by a server's validation or by this device in its stead, ends when its time has come: of what is sent, or
 * of what stands there, which a clock that is behind cannot read.
 */
const isForItsTime = (reason: string): boolean => /lies (far )?in the future/.test(reason)

/** The reason as people read it. */
export function toldReason(reason: string): string {
  return isForItsTime(reason) && !reason.endsWith(BY_ITSELF) ? `${reason.replace(/\.?$/, '.')}${BY_ITSELF}` : reason
}

/** What was refused for its time, the oldest first. */
export function waitingForTheirTime(setAside: Pick<SetAsideList, 'list'>): AsideKey[] {
  const { items } = setAside.list(0, -1, 'refused')
  return items.filter(({ reason }) => isForItsTime(reason)).reverse()
}

/** What lay too far ahead to be read, the oldest first. */
export function comingNearer(setAside: Pick<SetAsideList, 'list'>): AsideKey[] {
  return setAside
    .list(0, -1, 'unreadable')
    .items.filter(({ reason }) => reason === FAR_AHEAD)
    .reverse()
}

/**
 * Which rows a server would not take yet. What it has already it takes again.
 * @param now what the server's clock shows, ms; undefined: it is not known
 * @returns their ids
 * @throws RemoteError
 */
export async function aheadOfServer(
  remote: Pick<Remote, 'read'>,
  rows: readonly RemoteWrite[],
  now: number | undefined,
): Promise<ReadonlySet<string>> {
  if (now === undefined) return new Set()
  const late = rows.filter(({ id, body, deleted }) => !deleted && isLate(lateness(id, body, now)))
  if (late.length === 0) return new Set()
  const there = await remote.read(late.map(({ id }) => id))
  const isNew = ({ id, body }: RemoteWrite): boolean => {
    const [ours, theirs] = [lateness(id, body, now), lateness(id, there.get(id)?.body ?? {}, now)]
    const known = new Set(theirs.stamps)
    return ours.stamps.some((stamp) => !known.has(stamp)) || ours.activity > theirs.activity
  }
  return new Set(late.filter(isNew).map(({ id }) => id))
}

interface Lateness {
  stamps: readonly string[]
  /** The latest moment of an interaction, ms, if that is late; else 0. */
  activity: number
}

const isLate = ({ stamps, activity }: Lateness): boolean => stamps.length > 0 || activity > 0

/** What in a document lies so far ahead that the server's validation does not let it in. */
function lateness(name: string, body: RemoteBody, now: number): Lateness {
  const place = fromRemoteId(name)
  if (!place) return { stamps: [], activity: 0 }
  const document = fromRemoteBody(place.id, body) as unknown as Documents[Kind]
  const limit = now + STAMP_TOLERANCE_MS
  const { stampMs, activity } = latestIn(place.kind, document)
  return {
    stamps: stampMs > limit ? stampsAfter(place.kind, document, limit) : [],
    activity: activity > limit + STAMP_TOLERANCE_MS ? activity : 0,
  }
}
