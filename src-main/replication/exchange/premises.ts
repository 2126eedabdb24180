// What a connection was begun on, and whether it still holds: who the user is to the server, its rules, its database, and
// the clocks. Invariant: where one of them has changed, the connection ends and the server is met anew.
import type { DeviceId, Stamp } from '@shared/model/ids'
import type { AnyDocument, Kind } from '../../engine/documents/kinds'
import type { CouchRemote } from '../couch/couch-remote'
import { RemoteError } from '../couch/remote'
import { doubtServer, isComparisonDue } from '../state/doubt'
import { isKnownServer } from '../state/replica-marker'
import type { ServerClock } from '../state/server-clock'
import type { SyncFile } from '../state/sync-file'
import { TOLERANCE_MS } from './adoption'
import { setUpAnew } from './forgotten'
import { createLateRefusals } from './late-refusals'

/** How often it is looked whether the user has other roles by now: at most, and after something was refused. */
const USER_LOOK_MS = 60_000
const REFUSED_LOOK_MS = 2000

export interface Premises {
  /** To be called now and then. */
  look(): void
  /** The server would not have a document: it may see the user with other roles by now, or our clock was wrong. */
  refused(kind: Kind, document: AnyDocument): void
  /** Nothing changed for a while: the database may be another one, or others let in. @throws RemoteError */
  quiet(): Promise<void>
}

export interface PremisesOptions {
  remote: CouchRemote
  file: SyncFile
  deviceId: DeviceId
  /** Whether this device took a stamp, under whichever name. */
  isOwn(stamp: Stamp): boolean
  now(): number
  serverClock: Pick<ServerClock, 'offset'>
  /** Whether the server still sees the user as it did; absent: it is not asked. @throws RemoteError */
  isSameUser?: (() => Promise<boolean>) | undefined
  /** How often it is asked, ms, though nothing was refused; a minute, unless given. */
  lookMs?: number | undefined
  fail(error: unknown): void
}

export function premisesOf(options: PremisesOptions): Premises {
  const { remote, file, deviceId, isOwn, now, serverClock, isSameUser, lookMs = USER_LOOK_MS, fail } = options
  let userSeen = now()
  const lateRefusals = createLateRefusals({ file, isOwn, now, offset: serverClock.offset })

  function lookAtUser(afterMs: number): void {
    if (!isSameUser || Math.abs(now() - userSeen) < afterMs) return
    userSeen = now()
    isSameUser().then((same) => {
      if (!same) fail(new RemoteError('cancelled', 'The roles of this user have changed.'))
    }, fail)
  }

  return {
    refused(kind, document) {
      lateRefusals.note(kind, document)
      lookAtUser(REFUSED_LOOK_MS)
    },
    look() {
      if (lateRefusals.isDue) fail(new RemoteError('cancelled', 'The clock of this device was wrong.'))
      if (remote.schemaChanged || isComparisonDue(file, now())) fail(setUpAnew())
      lookAtUser(lookMs)
      const offset = serverClock.offset()
      if (offset !== undefined && Math.abs(offset - (file.state.clockOffset ?? 0)) > TOLERANCE_MS)
        fail(new RemoteError('cancelled', 'A clock was set.'))
    },
    async quiet() {
      // Where it is doubted already, everything will be compared in any case.
      const isDoubted = file.state.doubt?.open === true
      if (!isDoubted && !(await isKnownServer(remote, file, deviceId))) {
        doubtServer(file)
        throw setUpAnew()
      }
      if (await remote.securityChanged()) throw setUpAnew()
    },
  }
}
