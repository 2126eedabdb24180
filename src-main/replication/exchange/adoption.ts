// What a device does to its own documents before a server sees them: it signs them with the name of the user who connects
// it, and takes back stamps that a wrong clock made too late.
// Invariant: nothing that may have been sent is rewritten (`sent-stamps.ts` knows what), whatever any clock says; the rest
// keeps its order, also where a part of it has to wait; running it twice, also after a crash half-way, ends in the same. Only what changes is derived again.

import { NO_STAMP, type Stamp } from '@shared/model/ids'
import { type Adoption, adopt } from '../../engine/documents/authorship'
import { sameJson } from '../../engine/documents/canonical-json'
import { type AnyDocument, type Documents, type IdOf, KINDS, type Kind } from '../../engine/documents/kinds'
import {
  type Clock,
  EARLIEST_MS,
  laterStamp,
  makeStamp,
  STAMP_TOLERANCE_MS,
  stampAfter,
  stampDevice,
  stampMs,
} from '../../engine/documents/stamp'
import type { Change, DocumentStore } from '../../engine/ports'

/** Documents rewritten in one commit. */
const BATCH = 200
/** Clocks are no better than this, and measuring them neither: what lies so little ahead stays. */
export const TOLERANCE_MS = 60_000

export interface AdoptingDevice {
  store: DocumentStore
  clock: Clock
  /** Runs something while no command does. */
  exclusively<T>(task: () => Promise<T>): Promise<T>
  latestStamp(): Stamp | undefined
  /** Brings the views up to the documents, in which no stamp is later than this. */
  setBack(latest: Stamp): Promise<void>
}

/** A document by its name. */
interface Place {
  kind: Kind
  id: IdOf<Kind>
}

/** What replication knows of what was sent. */
export interface SentStamps {
  /** This device's stamps up to this one may have been sent. */
  readonly upTo: Stamp
  /** What a server has judged and not taken, as it was sent last; or would not have taken. */
  readonly refused: readonly Place[]
  /** All stamps in documents as the server has them, and moments (ms) of activity. @throws RemoteError */
  onServer(places: readonly Place[]): Promise<{ stamps: ReadonlySet<Stamp>; activities: ReadonlySet<number> }>
  /** No stamp of this device's after this one was ever taken by a server. */
  noneAfter(stamp: Stamp): void
}

/** Everything on a device that was never connected was written by its owner, under whatever name: now it is `user`'s. */
export function signAs(device: AdoptingDevice, user: string): Promise<void> {
  const adoption: Adoption = { author: () => user, stamp: (stamp) => stamp }
  return device.exclusively(async () => {
    for (const kind of KINDS) {
      // All ids first: what is rewritten counts as changed, and a scan would meet it again for ever.
      const ids: IdOf<Kind>[] = []
      for await (const page of device.store.scan(kind, BATCH)) ids.push(...page.map(({ id }) => id))
      await rewrite(device.store, kind, ids, adoption)
    }
  })
}

/**
 * Takes stamps of this device that lie in the future, and were never sent, back into the past, keeping their order, and its
 * clock with them. Such as are no later than what others stamped stay: the clock only followed.
 * @param now the server's time, ms
 * @param aheadMs how far this device's clock was ahead of the server's
 * @returns how many stamps were moved
 * @throws RemoteError when the server cannot be asked what it has
 */
export async function correctStamps(
  device: AdoptingDevice,
  sent: SentStamps,
  now: number,
  aheadMs: number,
): Promise<number> {
  const latest = device.latestStamp()
  const limit = now + TOLERANCE_MS
  const { deviceId, isOwn } = device.clock
  if (latest === undefined || stampMs(latest) <= limit) return 0
  // Under a former name the device that this one is a copy of goes on: only what cannot be sent as it is, is corrected here.
  const lateFrom = (stamp: Stamp) => (stampDevice(stamp) === deviceId ? limit : now + STAMP_TOLERANCE_MS)
  const isLate = (stamp: Stamp) => isOwn(stamp) && stampMs(stamp) > lateFrom(stamp)
  const refused = await lateIn(device.store, sent.refused, isLate)
  const mayMove = (stamp: Stamp) => isLate(stamp) && (stamp > sent.upTo || refused.has(stamp))
  if (!mayMove(latest) && refused.size === 0) return 0

  /** An interaction began, by the same clock, when no server would believe it. */
  const isAhead = (ms: number) => ms > now + STAMP_TOLERANCE_MS
  /** What a server would not take holds nothing back: whatever followed it would be refused as well. */
  const holds = (stamp: Stamp) => stampMs(stamp) <= now + STAMP_TOLERANCE_MS
  let held = NO_STAMP
  const before = await survey(device.store, mayMove, isAhead, (stamp) => {
    if (holds(stamp)) held = laterStamp(held, stamp)
  })
  const known = await sent.onServer(before.places)
  const settled = [...known.stamps].filter(holds).reduce(laterStamp, held)
  /** With the clock of others it is of the same millisecond. */
  const moves = (stamp: Stamp) =>
    mayMove(stamp) && !known.stamps.has(stamp) && (settled === '' || stampMs(stamp) > stampMs(settled))
  const isLateActivity = (ms: number) => isAhead(ms) && !known.activities.has(ms)
  /** It may be on its way, and no server has it: moved once that is known, with all that followed it. */
  const isUndecided = (stamp: Stamp) => isLate(stamp) && !mayMove(stamp) && !holds(stamp) && !known.stamps.has(stamp)
  return device.exclusively(async () => {
    const waiting = await followersOf(device.store, moves, isUndecided)
    const movesNow = (stamp: Stamp) => moves(stamp) && !waiting.has(stamp)
    let own = NO_STAMP
    let ownHeld = NO_STAMP
    const after = await survey(device.store, movesNow, isLateActivity, (stamp) => {
      if (!isOwn(stamp)) return
      own = laterStamp(own, stamp)
      if (holds(stamp)) ownHeld = laterStamp(ownHeld, stamp)
    })
    const late = new Map([...after.late].map(([stamp, before]) => [stamp, holds(before) ? before : NO_STAMP]))
    // None: an earlier run ended before the views knew.
    if (late.size === 0 && !movesNow(latest)) return 0
    const moved = inThePast(late, now, aheadMs, ownHeld)
    for (const kind of KINDS) {
      const ids = after.places.filter((place) => place.kind === kind).map(({ id }) => id)
      await rewrite(device.store, kind, ids, {
        author: (name) => name,
        stamp: (stamp) => moved.get(stamp) ?? stamp,
        activity: (ms) => (isLateActivity(ms) ? now : ms),
      })
    }
    if (refused.size > 0) sent.noneAfter(own)
    const last = [...moved.values()].reduce(laterStamp, after.latest)
    await device.setBack(last)
    device.clock.setBack(last === '' ? undefined : last)
    return late.size
  })
}

/** Calls `visit` for every stamp in a document. */
export function visitStamps<K extends Kind>(
  kind: K,
  document: Documents[K],
  visit: (stamp: Stamp) => void,
  visitActivity: (ms: number) => void = () => undefined,
): void {
  adopt(kind, document, {
    author: (name) => name,
    stamp(stamp) {
      visit(stamp)
      return stamp
    },
    activity(ms) {
      visitActivity(ms)
      return ms
    },
  })
}

async function lateIn(
  store: DocumentStore,
  places: readonly Place[],
  isLate: (stamp: Stamp) => boolean,
): Promise<ReadonlySet<Stamp>> {
  const found = new Set<Stamp>()
  for (const { kind, id } of places) {
    const document = (await store.get(kind, [id])).get(id)
    if (document) visitStamps(kind, document as never, (stamp) => void (isLate(stamp) && found.add(stamp)))
  }
  return found
}

/**
 * Stamps that would move and stand behind one that stays for now, in any identifier: earlier than that, a claim would be given
 * up by a release from before it. Entries of registers name what they saw, and go by that.
 */
async function followersOf(
  store: DocumentStore,
  moves: (stamp: Stamp) => boolean,
  isUndecided: (stamp: Stamp) => boolean,
): Promise<ReadonlySet<Stamp>> {
  const followers = new Set<Stamp>()
  let known: number
  do {
    known = followers.size
    for await (const page of store.scan('identifiers', BATCH))
      for (const document of page) {
        const found: Stamp[] = []
        let first: Stamp | undefined
        visitStamps('identifiers', document, (stamp) => {
          if (isUndecided(stamp) || followers.has(stamp)) first = first === undefined || stamp < first ? stamp : first
          else if (moves(stamp)) found.push(stamp)
        })
        for (const stamp of found) if (first !== undefined && stamp > first) followers.add(stamp)
      }
  } while (followers.size > known)
  return followers
}

interface Survey {
  /** Stamps that are to move, each with the latest other stamp in any of its documents; '' if there is none. */
  late: ReadonlyMap<Stamp, Stamp>
  /** Where they stand. */
  places: readonly Place[]
  /** The latest of all others; '' if there is none. */
  latest: Stamp
}

/** @param stays told of every stamp that is not to move */
async function survey(
  store: DocumentStore,
  moves: (stamp: Stamp) => boolean,
  isLateActivity: (ms: number) => boolean,
  stays: (stamp: Stamp) => void,
): Promise<Survey> {
  const late = new Map<Stamp, Stamp>()
  const places: Place[] = []
  let latest = NO_STAMP
  for (const kind of KINDS)
    for await (const page of store.scan(kind, BATCH))
      for (const document of page) {
        const found: Stamp[] = []
        let before = NO_STAMP
        let concerned = false
        const visit = (stamp: Stamp) => {
          if (moves(stamp)) found.push(stamp)
          else {
            before = laterStamp(before, stamp)
            stays(stamp)
          }
        }
        visitStamps(kind, document, visit, (ms) => {
          concerned ||= isLateActivity(ms)
        })
        latest = laterStamp(latest, before)
        for (const stamp of found) late.set(stamp, laterStamp(late.get(stamp) ?? NO_STAMP, before))
        if (found.length > 0 || concerned) places.push({ kind, id: document.id })
      }
  return { late, places, latest }
}

/**
 * New stamps for late ones, in the same order: as much earlier as the clock was wrong, and none after now; but each later
 * than what stood in its documents already, which the device that stamped it may have seen.
 * @param late each with the latest stamp, not late itself, in any of its documents; '' if there is none
 * @param own the latest stamp of this device that stays: none may be given twice
 */
export function inThePast(
  late: ReadonlyMap<Stamp, Stamp>,
  now: number,
  aheadMs: number,
  own: Stamp,
): Map<Stamp, Stamp> {
  const sorted = [...late].sort(([a], [b]) => (a < b ? -1 : 1))
  const last = sorted.at(-1)?.[0]
  // A clock that was set right meanwhile does not tell how wrong it was: then the latest was made just now.
  const shift = aheadMs > TOLERANCE_MS || last === undefined ? aheadMs : stampMs(last) - now
  const moved = new Map<Stamp, Stamp>()
  let latest = own
  for (const [stamp, before] of sorted) {
    latest = laterStamp(latest, before)
    const name = stampDevice(stamp)
    const wanted = makeStamp(Math.max(EARLIEST_MS, Math.min(stampMs(stamp) - shift, now)), 0, name)
    latest = wanted > latest ? wanted : stampAfter(latest, name)
    moved.set(stamp, latest)
  }
  return moved
}

async function rewrite(
  store: DocumentStore,
  kind: Kind,
  ids: readonly IdOf<Kind>[],
  adoption: Adoption,
): Promise<void> {
  for (let start = 0; start < ids.length; start += BATCH) {
    const changes: Change[] = []
    for (const previous of (await store.get(kind, ids.slice(start, start + BATCH))).values()) {
      const next: AnyDocument = adopt(kind, previous, adoption)
      if (!sameJson(previous, next)) changes.push({ kind, previous, next } as unknown as Change)
    }
    await store.commit(changes)
  }
}
