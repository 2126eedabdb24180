// Interactions that arrived through the local API since the start, for the window to pop up whoever it is.
// Invariant: an entry shows the interaction and its person as they are now, links and merges made since included.
import type { Incoming } from '@shared/contract/local-api'
import { BehaviorSubject, type Observable, switchMap } from 'rxjs'
import type { Arrival } from '../api/host'
import type { Engine } from '../engine'
import { follow } from './follow'

/** Entries kept, at most. */
const KEPT = 50

export interface IncomingFeed {
  arrived(arrival: Arrival): void
  /** Newest first. */
  list$(queries: ReturnType<Engine['queriesFor']>): Observable<Incoming[]>
}

export function createIncoming(engine: Engine): IncomingFeed {
  const arrivals$ = new BehaviorSubject<readonly Arrival[]>([])

  async function show(
    queries: ReturnType<Engine['queriesFor']>,
    { interactionId, ...arrival }: Arrival,
  ): Promise<Incoming> {
    const interaction = await queries.interaction(interactionId)
    const { contactId } = interaction
    const resolved = contactId === null ? null : (queries.personOf(contactId) ?? null)
    return { interaction, contact: resolved, ...arrival }
  }

  return {
    arrived: (arrival) => arrivals$.next([arrival, ...arrivals$.value].slice(0, KEPT)),
    list$: (queries) =>
      arrivals$.pipe(
        switchMap((arrivals) =>
          follow(
            engine.changes$,
            ({ kinds }) => kinds.has('interactions') || kinds.has('contacts') || kinds.has('merges'),
            () => Promise.all(arrivals.map((arrival) => show(queries, arrival))),
          ),
        ),
      ),
  }
}
