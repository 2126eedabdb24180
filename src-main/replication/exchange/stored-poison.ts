// What a version that knew no bound let in from other devices, and lies far in the future: set aside before anything is
// exchanged. Such a document comes again, like any other, once it was mended on the server.
// Invariants: this device's own stamps stay, since others may have built on what was sent; what goes is kept in the list of
// what was set aside.
import { NO_STAMP } from '@shared/model/ids'
import type { Database } from '../../database'
import { type AnyDocument, type Documents, KINDS, type Kind } from '../../engine/documents/kinds'
import { withoutStampsAfter } from '../../engine/documents/poison'
import { laterStamp, SET_ASIDE_AHEAD_MS, stampMs } from '../../engine/documents/stamp'
import { FAR_AHEAD, stampsAfter } from '../../engine/documents/validate'
import type { Change } from '../../engine/ports'
import { remoteId, toRemoteBody } from '../couch/wire'
import type { SetAsideList } from '../state/sync-file'
import { type AdoptingDevice, visitStamps } from './adoption'

const BATCH = 200

/**
 * @param now ms, by the later of this device's clock and the server's
 * @returns how many documents were concerned
 */
export async function setStoredPoisonAside(
  device: AdoptingDevice,
  database: Pick<Database, 'purge'>,
  setAside: SetAsideList,
  now: number,
): Promise<number> {
  const limit = now + SET_ASIDE_AHEAD_MS
  const latest = device.latestStamp()
  const { isOwn } = device.clock
  if (latest === undefined || stampMs(latest) <= limit) return 0
  return device.exclusively(async () => {
    let found = 0
    let left = NO_STAMP
    for (const kind of KINDS) {
      const poisoned: AnyDocument[] = []
      for await (const page of device.store.scan(kind, BATCH))
        for (const one of page) {
          if (stampsAfter(kind, one, limit).some((stamp) => !isOwn(stamp))) poisoned.push(one)
          visitStamps(kind, one, (stamp) => {
            if (stampMs(stamp) <= limit || isOwn(stamp)) left = laterStamp(left, stamp)
          })
        }
      for (const one of poisoned)
        await setOneAside(
          { store: device.store, purge: database.purge },
          setAside,
          kind,
          one as Documents[Kind],
          limit,
          now,
        )
      found += poisoned.length
    }
    if (found === 0) return 0 // this device's own: they are corrected
    await device.setBack(left)
    device.clock.setBack(left === NO_STAMP ? undefined : left)
    return found
  })
}

async function setOneAside<K extends Kind>(
  device: Pick<AdoptingDevice, 'store'> & Pick<Database, 'purge'>,
  setAside: SetAsideList,
  kind: K,
  document: Documents[K],
  limit: number,
  now: number,
): Promise<void> {
  setAside.put({
    kind: 'unreadable',
    collection: kind,
    documentId: document.id,
    reason: FAR_AHEAD,
    at: new Date(now).toISOString(),
    document: JSON.stringify({ _id: remoteId(kind, document.id), ...toRemoteBody(document) }, null, 2),
  })
  const next = withoutStampsAfter(kind, document, limit)
  if (next === undefined) await device.purge(kind, [document.id])
  else await device.store.commit([{ kind, previous: document, next } as unknown as Change])
}
