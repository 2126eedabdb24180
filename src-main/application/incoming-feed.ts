// Interactions that arrived through the local API, for the window to show each with its person and what was decided.
// Invariant: an entry shows the interaction and its person as they are now, links and merges made since included; what is
// kept over restarts names no person.

import type { DecidedArrival, Incoming } from '@shared/contract/local-api'
import { ScvError } from '@shared/errors'
import type { InteractionId } from '@shared/model/ids'
import { ARRIVALS_MAX } from '@shared/model/limits'
import type { ResolutionReason } from '@shared/model/views'
import { BehaviorSubject, distinctUntilChanged, map, type Observable, Subject, switchMap } from 'rxjs'
import type { Engine } from '../engine'
import type { Kind } from '../engine/documents/kinds'
import { type Actor, requirePermission } from '../engine/permissions'
import type { Caller, PermittedQueries } from './caller'
import { liveQuery } from './live-query'

/** An interaction that came in by the API. */
export interface Arrival {
  interactionId: InteractionId
  created: boolean
  reason: ResolutionReason
  /** RFC 3339. */
  arrivedAt: string
}

/** Keeps which interactions arrived, over restarts. */
export interface ArrivalsPort {
  /** Newest first. */
  all(): readonly KeptArrival[]
  /** Does not wait for the disk. */
  save(arrivals: readonly KeptArrival[]): void
}

/** Without the reason, which names people: after a restart it is worked out anew. */
interface KeptArrival extends Omit<Arrival, 'reason'> {
  decided: DecidedArrival | null
}

interface Entry extends KeptArrival {
  reason?: ResolutionReason
}

export interface IncomingFeed {
  arrived(arrival: Arrival): void
  /** Notes what was decided about one. @throws ScvError `forbidden` without `conversation:associate` */
  decide(caller: Caller, interactionId: InteractionId, how: DecidedArrival['how'] | null): void
  /** How many wait for a decision. */
  readonly open$: Observable<number>
  /** Each as it arrives. */
  readonly arrived$: Observable<InteractionId>
  /** One as it is now, for a caller. */
  get(caller: Caller, interactionId: InteractionId): Promise<Incoming | undefined>
  /**
   * Newest first.
   * @throws ScvError `forbidden` without `conversation:viewAll` and `contact:view`
   */
  list$(caller: Caller): Observable<Incoming[]>
}

/** What changes an entry as it is shown. */
const CONCERNS: readonly Kind[] = ['interactions', 'contacts', 'merges', 'identifiers', 'decisions']

export function createIncomingFeed(engine: Engine, file: ArrivalsPort, now: () => number): IncomingFeed {
  const arrivals$ = new BehaviorSubject<readonly Entry[]>(file.all())
  const arrived$ = new Subject<InteractionId>()

  function save(entries: readonly Entry[]): void {
    const kept = entries.slice(0, ARRIVALS_MAX)
    arrivals$.next(kept)
    file.save(kept.map(({ reason: _reason, ...entry }) => entry))
  }

  async function show(queries: PermittedQueries, { interactionId, reason, ...arrival }: Entry): Promise<Incoming> {
    const interaction = await queries.interaction(interactionId)
    const { contactId } = interaction
    const resolved = contactId === null ? null : (queries.personOf(contactId) ?? null)
    return {
      interaction,
      contact: resolved,
      candidates: await queries.candidates(interactionId),
      reason: reason ?? (await queries.resolution(interaction.identifiers)).reason,
      ...arrival,
    }
  }
  /** Those whose interaction is there: of an erased person nothing is left to show. */
  async function showAll(queries: PermittedQueries, entries: readonly Entry[]): Promise<Incoming[]> {
    const shown = await Promise.all(
      entries.map((entry) =>
        show(queries, entry).catch((error: unknown) => {
          if (error instanceof ScvError && error.code === 'not_found') return undefined
          throw error
        }),
      ),
    )
    return shown.filter((one) => one !== undefined)
  }
  function check(actor: Actor): void {
    requirePermission(actor, 'externalContacts:conversation:viewAll')
    requirePermission(actor, 'externalContacts:contact:view')
  }

  return {
    arrived(arrival) {
      const others = arrivals$.value.filter(({ interactionId }) => interactionId !== arrival.interactionId)
      save([{ ...arrival, decided: null }, ...others])
      arrived$.next(arrival.interactionId)
    },
    decide({ actor }, interactionId, how) {
      requirePermission(actor(), 'externalContacts:conversation:associate')
      const decided = how && { how, by: actor().id, at: new Date(now()).toISOString() }
      save(arrivals$.value.map((entry) => (entry.interactionId === interactionId ? { ...entry, decided } : entry)))
    },
    open$: arrivals$.pipe(
      map((entries) => entries.filter(({ decided }) => decided === null).length),
      distinctUntilChanged(),
    ),
    arrived$,
    async get({ actor, queries }, interactionId) {
      check(actor())
      const [found] = await showAll(
        queries,
        arrivals$.value.filter((entry) => entry.interactionId === interactionId),
      )
      return found
    },
    list$: ({ actor, queries }) =>
      arrivals$.pipe(
        switchMap((arrivals) =>
          liveQuery(
            engine.changes$,
            ({ kinds }) => CONCERNS.some((kind) => kinds.has(kind)),
            () => {
              check(actor())
              return showAll(queries, arrivals)
            },
          ),
        ),
      ),
  }
}
