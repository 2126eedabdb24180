// Makes the documents of this device fit to be sent, before anything is: what others could not have made is set aside, stamps
// of a wrong clock are corrected, and what was made before the first connection is signed by its user.
// Invariant: `adopted` is on the disk only after the signatures are.

import { NO_STAMP, type Stamp } from '@shared/model/ids'
import type { Database } from '../../database'
import type { Remote } from '../couch/remote'
import type { SessionUser } from '../couch/session'
import { type AdoptingDevice, correctStamps, signAs } from '../exchange/adoption'
import { sentStamps } from '../exchange/sent-stamps'
import { setStoredPoisonAside } from '../exchange/stored-poison'
import type { ServerClock } from './server-clock'
import type { SyncFile } from './sync-file'

export interface FitToSendOptions {
  database: Pick<Database, 'store' | 'purge'>
  file: SyncFile
  /** Without: a device that only follows has nothing of its own to send. */
  adopting: AdoptingDevice | undefined
  clock: Pick<ServerClock, 'offset'>
  /** Wall clock of this device, ms. */
  now(): number
  /** By which documents of the server are read, ms. */
  readingTime(): number
}

/** The server that was met, and who is signed in there. */
interface FittedTo {
  remote: Pick<Remote, 'read'>
  user: SessionUser
}

/** @returns the latest stamp of all documents then; '' if there is none @throws RemoteError */
export async function makeFitToSend(options: FitToSendOptions, { remote, user }: FittedTo): Promise<Stamp> {
  const { database, file, adopting, clock, now, readingTime } = options
  const former = file.state.clockOffset ?? 0
  const clockOffset = clock.offset() ?? former
  if (adopting) {
    // What others never made comes first: this device's clock may have followed it.
    await setStoredPoisonAside(adopting, database, file.setAside, readingTime())
    await correctStamps(adopting, sentStamps(file, remote), now() + clockOffset, former - clockOffset)
  }
  // By a clock that nothing was heard of nothing was corrected.
  const latest = clock.offset() === undefined ? NO_STAMP : (adopting?.latestStamp() ?? NO_STAMP)
  // Nor is anything known of the server's clock then, and what was believed stays.
  if (clock.offset() === undefined) file.save({ user })
  else {
    file.save({ user, clockOffset, notBefore: null })
    adopting?.clock.corrected()
  }
  if (file.state.adopted || !adopting) return latest
  await signAs(adopting, user.name)
  await adopting.store.flush() // or a power cut takes the signatures back, and this note stays
  file.save({ adopted: true })
  return latest
}
