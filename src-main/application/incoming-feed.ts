// Interactions that arrived through the local API since the start, for the window to show each with its person.
// Invariant: an entry shows the interaction and its person as they are now, links and merges made since included.

import type { Incoming } from '@shared/contract/local-api'
import type { InteractionId } from '@shared/model/ids'
import type { ResolutionReason } from '@shared/model/views'
import { BehaviorSubject, type Observable, switchMap } from 'rxjs'
import type { Engine } from '../engine'
import type { Kind } from '../engine/documents/kinds'
import { requirePermission } from '../engine/permissions'
import type { Caller, PermittedQueries } from './caller'
import { liveQuery } from './live-query'

/** Entries kept, at most. */
const KEPT = 50

/** An interaction that came in by the API. */
export interface Arrival {
  interactionId: InteractionId
  created: boolean
  reason: ResolutionReason
  /** RFC 3339. */
  arrivedAt: string
}

export interface IncomingFeed {
  arrived(arrival: Arrival): void
  /** Newest first. */
  /** @throws ScvError `forbidden` without `conversation:viewAll` and `contact:view` */
  list$(caller: Caller): Observable<Incoming[]>
}

export function createIncomingFeed(engine: Engine): IncomingFeed {
  const arrivals$ = new BehaviorSubject<readonly Arrival[]>([])

  async function show(queries: PermittedQueries, { interactionId, ...arrival }: Arrival): Promise<Incoming> {
    const interaction = await queries.interaction(interactionId)
    const { contactId } = interaction
    const resolved = contactId === null ? null : (queries.personOf(contactId) ?? null)
    return { interaction, contact: resolved, candidates: await queries.candidates(interactionId), ...arrival }
  }

  return {
    arrived: (arrival) => arrivals$.next([arrival, ...arrivals$.value].slice(0, KEPT)),
    list$: ({ actor, queries }) =>
      arrivals$.pipe(
        switchMap((arrivals) =>
          liveQuery(
            engine.changes$,
            ({ kinds }) =>
              ['interactions', 'contacts', 'merges', 'identifiers', 'decisions'].some((kind) =>
                kinds.has(kind as Kind),
              ),
            () => {
              requirePermission(actor(), 'externalContacts:conversation:viewAll')
              requirePermission(actor(), 'externalContacts:contact:view')
              return Promise.all(arrivals.map((arrival) => show(queries, arrival)))
            },
          ),
        ),
      ),
  }
}
