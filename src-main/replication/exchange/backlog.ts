// What is written faster than it can be sent waits on the disk, not in memory: RxDB keeps every change of a live
// replication in a list of its own until it is sent, and sends the whole list at once.
// Invariant: a change that is kept from RxDB is followed by a call to read what has changed since it sent last; and until
// that call has surely reached RxDB it hears of no later change either, or it would take those between for sent.
import type { RxCollection } from 'rxdb'
import { EMPTY, mergeMap, of } from 'rxjs'
import { ARRIVED } from './rxdb-inside'

/** Own changes handed on within `WINDOW_MS`: more than a person makes, less than an import. */
const HANDED_ON = 1000
const WINDOW_MS = 1000

/**
 * The collection as replication shall see it: its storage tells of few changes at a time.
 * @param catchUp makes RxDB read what has changed since it sent last (`RESYNC`)
 */
export function gatherWrites<T>(collection: RxCollection<T>, catchUp: () => void, now = Date.now): RxCollection<T> {
  const storage = collection.storageInstance
  let windowFrom = 0
  let count = 0
  let keptAt = Number.NEGATIVE_INFINITY

  function handOn(changes: number): boolean {
    const at = now()
    if (at - windowFrom > WINDOW_MS) {
      windowFrom = at
      count = 0
    }
    count += changes
    const keep = count > HANDED_ON || at - keptAt < WINDOW_MS
    if (!keep) return true
    keptAt = at
    catchUp()
    return false
  }

  return Object.create(collection, {
    storageInstance: {
      value: Object.create(storage, {
        changeStream: {
          value: () =>
            storage.changeStream().pipe(
              mergeMap((bulk) => {
                // Of what RxDB wrote itself it needs the position only.
                const arrived = bulk.context.startsWith(ARRIVED)
                if (!handOn(arrived ? 0 : bulk.events.length)) return EMPTY
                return of(arrived ? { ...bulk, events: [] } : bulk)
              }),
            ),
        },
      }),
    },
  }) as RxCollection<T>
}
