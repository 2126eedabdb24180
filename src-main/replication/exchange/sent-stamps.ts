// What was sent, as far as stamps go: a line below which every stamp of this device may be on a server.
// Invariant: the line is on the disk before a request leaves that carries a later stamp; so what lies behind it was
// certainly never sent, whatever became of the request, of its answer, of this process, or of any clock.

import { NO_STAMP, type Stamp } from '@shared/model/ids'
import { asIdOf } from '../../engine/documents/kinds'
import { laterStamp, SET_ASIDE_AHEAD_MS, STAMP_TOLERANCE_MS, stampMs } from '../../engine/documents/stamp'
import { checkDocument, stampsAfter } from '../../engine/documents/validate'
import { type Remote, RemoteError, type RemoteWrite, type WriteOutcome } from '../couch/remote'
import { fromRemoteBody, fromRemoteId, remoteId } from '../couch/wire'
import type { SyncFile } from '../state/sync-file'
import { type SentStamps, TOLERANCE_MS, visitStamps } from './adoption'
import { aheadOfServer, HELD_BACK } from './in-its-time'

type IsOwn = (stamp: Stamp) => boolean

/** The latest stamp of this device in documents about to be sent; '' if there is none. */
function latestOwnStamp(rows: readonly RemoteWrite[], isOwn: IsOwn): Stamp {
  let latest = NO_STAMP
  for (const { id, body } of rows) {
    const place = fromRemoteId(id)
    if (!place) continue
    visitStamps(place.kind, fromRemoteBody(place.id, body) as never, (stamp) => {
      if (isOwn(stamp)) latest = laterStamp(latest, stamp)
    })
  }
  return latest
}

/** Whether documents about to be sent hold stamps of others after a moment, ms. */
function carriesPoison(rows: readonly RemoteWrite[], isOwn: IsOwn, limit: number): boolean {
  return rows.some(({ id, body }) => {
    const place = fromRemoteId(id)
    if (!place) return false
    const late = stampsAfter(place.kind, fromRemoteBody(place.id, body) as never, limit)
    return late.some((stamp) => !isOwn(stamp))
  })
}

export interface DepartureOptions {
  file: SyncFile
  /** Whether this device took a stamp, under whichever name. */
  isOwn(stamp: Stamp): boolean
  /** The latest stamp of all when those of this device were corrected last; '' if there was none. */
  corrected: Stamp
  /** Wall clock of this device, ms. */
  now(): number
  /** Server clock minus ours, ms; undefined: not known just now. */
  offset(): number | undefined
  /** Asks the server something, so that its clock is known. @throws RemoteError */
  ask(): Promise<unknown>
  remote: Pick<Remote, 'read'>
}

/** @returns the ids of rows that stay here, since the server would not take them yet. @throws RemoteError */
export type Departure = (rows: readonly RemoteWrite[]) => Promise<ReadonlySet<string>>

/**
 * What rows have to pass before they are sent.
 * @throws RemoteError `cancelled` when this device's clock was found to be set since its stamps were corrected
 */
export function createDeparture(options: DepartureOptions): Departure {
  const { file, isOwn, corrected, now, offset, ask, remote } = options
  /** How much earlier the server's clock is than the one that commands stamp with. */
  const fast = () => (file.state.clockOffset ?? 0) - (offset() ?? 0)
  /** When the server was found not to tell its time, by our clock: a moment later, or once that was set, it is asked again. */
  let silentAt: number | undefined
  /** Our clock was set: by the former one things were taken in, perhaps, that no clock made. What stood here is looked at anew. */
  const tookPoison = (rows: readonly RemoteWrite[]) =>
    offset() !== undefined &&
    Math.abs(fast()) > TOLERANCE_MS &&
    carriesPoison(rows, isOwn, now() + Math.max(0, offset() ?? 0) + SET_ASIDE_AHEAD_MS)
  return async (rows) => {
    const latest = latestOwnStamp(rows, isOwn)
    const isNew = latest > (file.state.sentStamp ?? NO_STAMP)
    const ahead = () => stampMs(latest) - now() - (offset() ?? 0)
    // Further than clocks follow others: a clock made it that was set right meanwhile, unless it follows what stays.
    const isImpossible = () =>
      ahead() > STAMP_TOLERANCE_MS && (corrected === '' || stampMs(latest) > stampMs(corrected))
    const isAhead = () => isNew && ((ahead() > TOLERANCE_MS && fast() > TOLERANCE_MS) || isImpossible())
    const isSilent = () => silentAt !== undefined && Math.abs(now() - silentAt) < TOLERANCE_MS
    if (offset() === undefined ? !isSilent() : isAhead()) {
      await ask()
      silentAt = offset() === undefined ? now() : undefined
    }
    // Without that, a stamp that lies ahead only follows one that others made, and has to.
    if ((offset() !== undefined && isAhead()) || tookPoison(rows))
      throw new RemoteError('cancelled', 'The clock of this device was set.')
    const serverOffset = offset()
    const held = await aheadOfServer(remote, rows, serverOffset === undefined ? undefined : now() + serverOffset)
    const leaving = held.size > 0 ? latestOwnStamp(withoutHeld(rows, held), isOwn) : latest
    if (leaving > (file.state.sentStamp ?? NO_STAMP)) file.save({ sentStamp: leaving })
    return held
  }
}

const withoutHeld = (rows: readonly RemoteWrite[], held: ReadonlySet<string>): RemoteWrite[] =>
  rows.filter(({ id }) => !held.has(id))

/**
 * Sends what may leave; the rows that stay here are answered as the server would.
 * @throws RemoteError
 */
export async function writeWhatMayLeave(
  write: Remote['write'],
  rows: readonly RemoteWrite[],
  held: ReadonlySet<string>,
): Promise<WriteOutcome[]> {
  if (held.size === 0) return write(rows)
  const leaving = withoutHeld(rows, held)
  const answers = leaving.length > 0 ? await write(leaving) : []
  const next = answers.values()
  return rows.map(
    ({ id }): WriteOutcome =>
      (held.has(id) ? undefined : next.next().value) ?? { id, status: 'refused', code: 'forbidden', reason: HELD_BACK },
  )
}

/** What a device knows of what it sent, while it meets a server. */
export function sentStamps(file: SyncFile, remote: Pick<Remote, 'read'>): SentStamps {
  return {
    upTo: file.state.sentStamp ?? NO_STAMP,
    refused: file.setAside
      .keys()
      .filter(({ kind }) => kind === 'refused')
      .map(({ collection, documentId }) => ({ kind: collection, id: asIdOf(collection, documentId) })),
    async onServer(places) {
      const stamps = new Set<Stamp>()
      const activities = new Set<number>()
      const documents = await remote.read(places.map(({ kind, id }) => remoteId(kind, id)))
      for (const { kind, id } of places) {
        const body = documents.get(remoteId(kind, id))?.body
        const checked = body && checkDocument(kind, fromRemoteBody(id, body))
        if (!checked?.ok) continue
        const noteStamp = (stamp: Stamp) => void stamps.add(stamp)
        visitStamps(kind, checked.document as never, noteStamp, (ms) => void activities.add(ms))
      }
      return { stamps, activities }
    },
    noneAfter: (stamp) => file.save({ sentStamp: stamp }),
  }
}
