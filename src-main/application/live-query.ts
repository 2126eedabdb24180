// Live queries: a query asked again whenever something it depends on has changed.
// Invariant: no change is missed between the first answer and the following ones; answers never overtake each other.
import { asyncScheduler, filter, from, type Observable, startWith, switchMap, throttleTime } from 'rxjs'
import type { ViewChange } from '../engine/ports'

/** Changes within this time are answered once: a few frames. */
const GATHER_MS = 60

/**
 * @param affects whether a change concerns the query
 * @param ask the query; a rejection ends the stream with its error
 * @param gatherMs more for queries that count a lot: an import changes something many times a second
 * @param leading false: the first change waits as well; for what is answered from the search index, which follows the views
 */
export function liveQuery<T>(
  changes$: Observable<ViewChange>,
  affects: (change: ViewChange) => boolean,
  ask: () => Promise<T> | T,
  gatherMs = GATHER_MS,
  { leading = true }: { leading?: boolean } = {},
): Observable<T> {
  return changes$.pipe(
    filter(affects),
    throttleTime(gatherMs, asyncScheduler, { leading, trailing: true }),
    startWith(undefined),
    switchMap(() => from(Promise.resolve().then(ask))),
  )
}
