// What a device does to its own documents before a server sees them: it signs them with the name of whoever connects it,
// and takes back stamps that a wrong clock made too late. What a clock made late since then is held back until it was, too.
// Invariant: only what no server has seen is rewritten, in the order in which it was written; running it twice, also after
// a crash half-way, ends in the same.
import { type Adoption, adopt } from '../../engine/documents/authorship'
import { sameJson } from '../../engine/documents/canonical-json'
import { type Documents, KINDS, type Kind } from '../../engine/documents/kinds'
import {
  type Clock,
  laterStamp,
  makeStamp,
  type Stamp,
  stampAfter,
  stampDevice,
  stampMs,
} from '../../engine/documents/stamp'
import type { Change, DocumentStore } from '../../engine/ports'
import type { RemoteWrite } from '../couch/remote'
import { fromRemoteBody, fromRemoteId } from '../couch/wire'

/** Documents rewritten in one commit. */
const BATCH = 200
/** Clocks are no better than this; what lies so little ahead is sent. */
const TOLERANCE_MS = 60_000
/** What may have been sent is never taken back, however badly either moment was measured. */
const MEASURED_MS = 10_000

interface Device {
  store: DocumentStore
  clock: Clock
  /** Runs something while no command does. */
  alone<T>(task: () => Promise<T>): Promise<T>
  /** Derives the views from the documents again. */
  rebuild(): Promise<void>
  latestStamp(): Stamp | undefined
}

/** Everything on a device that was never connected was written by its owner, under whatever name: now it is `user`'s. */
export function signAs(device: Device, user: string): Promise<void> {
  return device.alone(() => rewrite(device.store, { author: () => user, stamp: (stamp) => stamp }))
}

/**
 * Takes stamps of this device that lie in the future back into the past, keeping their order, and its clock with them. No
 * server has them: this runs before anything is sent, and later ones are held back (`aheadOf`).
 * @param now the server's time, ms
 * @param aheadMs how far this device's clock is ahead of the server's, if it still is
 * @returns how many stamps were moved
 */
export async function correctStamps(device: Device, now: number, aheadMs: number): Promise<number> {
  const latest = device.latestStamp()
  const limit = now + TOLERANCE_MS + MEASURED_MS
  if (latest === undefined || stampMs(latest) <= limit) return 0
  const { deviceId } = device.clock
  return device.alone(async () => {
    /** Each with the latest other stamp in any of its documents. */
    const late = new Map<Stamp, Stamp>()
    const isLate = (stamp: Stamp) => stampMs(stamp) > limit && stampDevice(stamp) === deviceId
    for (const kind of KINDS)
      for await (const page of device.store.scan(kind, BATCH))
        for (const one of page) {
          const found: Stamp[] = []
          let before = ''
          adopt(kind, one, {
            author: (name) => name,
            stamp(stamp) {
              if (isLate(stamp)) found.push(stamp)
              else if (stampMs(stamp) <= limit) before = laterStamp(before, stamp)
              return stamp
            },
          })
          for (const stamp of found) late.set(stamp, laterStamp(late.get(stamp) ?? '', before))
        }
    // Somebody else's clock: the server lets only so much of that through. Ours, and in no document: an earlier run ended
    // before the views knew.
    if (late.size === 0 && !isLate(latest)) return 0
    const moved = inThePast(late, now, aheadMs, deviceId)
    await rewrite(device.store, { author: (name) => name, stamp: (stamp) => moved.get(stamp) ?? stamp })
    await device.rebuild()
    device.clock.setBack(device.latestStamp())
    return late.size
  })
}

/**
 * How far, in ms, what this device stamped in documents about to be sent lies ahead of what may be sent at a moment: its
 * clock may have been set since they were corrected. 0: nothing does.
 * @param now the server's time, ms
 */
export function aheadOf(rows: readonly RemoteWrite[], deviceId: string, now: number): number {
  let latest = 0
  const look: Adoption = {
    author: (name) => name,
    stamp(stamp) {
      if (stampDevice(stamp) === deviceId) latest = Math.max(latest, stampMs(stamp))
      return stamp
    },
  }
  for (const { id, body } of rows) {
    const place = fromRemoteId(id)
    if (place) adopt(place.kind, fromRemoteBody(place.id, body) as never, look)
  }
  return Math.max(0, latest - now - TOLERANCE_MS)
}

/** Whether waiting is all it takes until something may be sent that is so far ahead: it counts as measured badly. */
export const isMeasurement = (aheadMs: number): boolean => aheadMs <= MEASURED_MS

/**
 * New stamps for late ones, in the same order: as much earlier as the clock was wrong, and none after now; but each later
 * than what stood in its documents already, which whoever stamped it may have seen.
 * @param late each with the latest stamp, not late itself, in any of its documents; '' if there is none
 */
export function inThePast(
  late: ReadonlyMap<Stamp, Stamp>,
  now: number,
  aheadMs: number,
  deviceId: string,
): Map<Stamp, Stamp> {
  const sorted = [...late].sort(([a], [b]) => (a < b ? -1 : 1))
  const last = sorted.at(-1)?.[0]
  // A clock that was set right meanwhile does not tell how wrong it was: then the latest was made just now.
  const shift = aheadMs > TOLERANCE_MS || last === undefined ? aheadMs : stampMs(last) - now
  const moved = new Map<Stamp, Stamp>()
  let latest = ''
  for (const [stamp, before] of sorted) {
    latest = laterStamp(latest, before)
    const wanted = makeStamp(Math.max(0, Math.min(stampMs(stamp) - shift, now)), 0, deviceId)
    latest = wanted > latest ? wanted : stampAfter(latest, deviceId)
    moved.set(stamp, latest)
  }
  return moved
}

async function rewrite(store: DocumentStore, adoption: Adoption): Promise<void> {
  for (const kind of KINDS) {
    // All ids first: what is rewritten counts as changed, and a scan would meet it again for ever.
    const ids: string[] = []
    for await (const page of store.scan(kind, BATCH)) ids.push(...page.map(({ id }) => id))
    for (let start = 0; start < ids.length; start += BATCH)
      await rewriteSome(store, kind, ids.slice(start, start + BATCH), adoption)
  }
}

async function rewriteSome<K extends Kind>(
  store: DocumentStore,
  kind: K,
  ids: readonly string[],
  adoption: Adoption,
): Promise<void> {
  const changes: Change[] = []
  for (const previous of (await store.get(kind, ids)).values()) {
    const next: Documents[K] = adopt(kind, previous, adoption)
    if (!sameJson(previous, next)) changes.push({ kind, previous, next } as unknown as Change)
  }
  await store.commit(changes)
}
