// A server generation is the time through which what this device believes of a server holds. It ends when the server's
// database was made anew or restored: then everything is compared and exchanged anew.
import type { DeviceId } from '@shared/model/ids'
import type { Remote } from '../couch/remote'
import { NO_PATIENCE, patienceWith } from '../exchange/patience'
import { doubtServer, isComparisonDue, settledDoubt } from './doubt'
import { isKnownServer, recognition } from './replica-marker'
import type { SyncFile } from './sync-file'

/**
 * What is believed of the server's content is void, and everything is compared.
 * @param doubtedAt where a doubt is the reason: now, ms, from which the next one has to wait
 */
export function beginGeneration(file: SyncFile, doubtedAt?: number): void {
  const { epoch, formerEpochs, doubt } = file.state
  file.save({
    epoch: epoch + 1,
    formerEpochs: [...formerEpochs, epoch],
    since: null,
    sentUpTo: {},
    mark: 0,
    markPending: false,
    formerMark: null,
    markedUpTo: null,
    firstSync: null,
    firstSyncDone: false,
    doubt: doubt?.open && doubtedAt !== undefined ? settledDoubt(doubt, doubtedAt) : doubt && { ...doubt, open: false },
  })
}

/** This device's name, which a copy of it has to lay down. */
export interface Identity {
  readonly deviceId: DeviceId
  /** Takes a new one, durably. What is written from then on bears it; what stands in documents stays as it is. */
  renew(): Promise<void>
}

/**
 * Whether the server still has what it acknowledged, or it is not time yet to look whether it has. A device that finds a copy of itself at work, or was opened as a copy,
 * goes on under another name, from where it is: nothing is exchanged anew for that.
 * @throws RemoteError
 */
export async function isSameServer(
  remote: Pick<Remote, 'getLocal'> & { readonly copies?: number },
  file: SyncFile,
  identity: Identity,
  now: () => number = Date.now,
): Promise<boolean> {
  if (!(await remembersUs(remote, file, identity))) doubtServer(file)
  return !isComparisonDue(file, now())
}

async function remembersUs(
  remote: Pick<Remote, 'getLocal'> & { readonly copies?: number },
  file: SyncFile,
  identity: Identity,
): Promise<boolean> {
  const marked = file.state.markDevice ?? identity.deviceId
  if (marked === identity.deviceId) {
    // Where it is doubted already, copies that may lag change nothing.
    const patience = file.state.doubt?.open ? NO_PATIENCE : patienceWith(remote)
    const found = await recognition(remote, file, marked, patience)
    if (found !== 'copied') return found === 'known'
    file.save({ markDevice: marked })
    await identity.renew()
  }
  const { epoch, mark, markPending, formerMark } = file.state
  file.save({
    // Until a server has a mark of the new name, the former one tells whether it lost anything. A copy of a copy keeps the first.
    formerMark: formerMark ?? (mark > 0 ? { deviceId: marked, epoch, mark, markPending } : null),
    mark: 0,
    markPending: false,
    markRun: null,
    markDevice: identity.deviceId,
  })
  return isKnownServer(remote, file, identity.deviceId)
}
