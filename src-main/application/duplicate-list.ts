// Who is likely the same person, for a caller: clusters with their people, why, and what is settled about them.
// Invariant: who may not see people sees no suggestion of them; each step asks the permission of what it comes to.

import { hash } from 'node:crypto'
import type {
  Alikeness,
  AsideCluster,
  Certainty,
  DuplicateCluster,
  DuplicateExplanation,
  DuplicatePair,
  DuplicateReason,
  Likeness,
} from '@shared/contract/duplicates'
import { ScvError } from '@shared/errors'
import type { ContactInput } from '@shared/model/contact'
import { asContactId, type ContactId, type MergeId } from '@shared/model/ids'
import { asyncScheduler, map, merge, type Observable, throttleTime } from 'rxjs'
import type { Engine } from '../engine'
import { requirePermission } from '../engine/permissions'
import type { ViewChange } from '../engine/ports'
import type { Caller } from './caller'
import { asTyped, likenessesOf } from './likenesses'
import { liveQuery } from './live-query'
import type { FoundCluster, MatchingPort } from './ports'

/** Said of what the matcher found, which concerns no document. */
const FOUND: ViewChange = { people: new Set(), kinds: new Set() }
/** A search tells of its progress with every page: a few times a second is enough. */
const PROGRESS_MS = 250
/** An import changes people all the time, and who is alike is asked of all of them. */
const LIKE_MS = 400
/** Doubles of one person that are worth showing. */
const MOST_LIKE = 5

interface DuplicateState {
  phase: 'idle' | 'reading' | 'comparing' | 'ready'
  people: number
  /** About how many people there are. */
  expected: number
  counts: Record<Certainty, number>
  /** Clusters that were put aside. */
  aside: number
}

export interface DuplicateList {
  /** A page of clusters, the most certain first; followed. */
  page$(
    certainty: Certainty | undefined,
    offset: number,
    limit: number,
  ): Observable<{ total: number; items: DuplicateCluster[] }>
  /** The same once, of what was found by now. */
  page(certainty: Certainty | undefined, offset: number, limit: number): { total: number; items: DuplicateCluster[] }
  /** A page of what was put aside, the latest first; followed. */
  aside$(offset: number, limit: number): Observable<{ total: number; items: AsideCluster[] }>
  state(): DuplicateState
  state$(): Observable<DuplicateState>
  /** The last search that ended, and when, in ms; asking begins the first one. */
  completed(): { id: string; at: number } | null
  /** Every cluster, the most certain first. */
  all(): readonly FoundCluster[]
  /** A cluster by the name that its people give it. @throws ScvError `not_found` */
  cluster(name: string): FoundCluster
  explain(a: ContactId, b: ContactId): Promise<DuplicateExplanation | null>
  /** Who is like a person, by what is known of them or typed; followed, since people are merged, restored and deleted. */
  like$(contactId: ContactId | undefined, fields: ContactInput | undefined): Observable<Likeness[]>
  /** The likely doubles of several people, of the search that was done; followed. */
  of$(contactIds: readonly ContactId[]): Observable<{ contactId: ContactId; like: Likeness[] }[]>
  /** Searches anew, or gives the search up. */
  search(run: boolean): void
  putAside(pairs: readonly Pick<DuplicatePair, 'a' | 'b' | 'certainty'>[], aside: boolean): Promise<void>
  mergeAll(groups: readonly (readonly ContactId[])[], reason?: string): Promise<MergeId[]>
  undoAll(mergeIds: readonly MergeId[]): Promise<void>
}

/** What a cluster is called: its people's ids alone say so, on every device. */
export const clusterName = ({ ids }: Pick<FoundCluster, 'ids'>): string =>
  hash('sha256', [...ids].sort().join(' '), 'base64url').slice(0, 32)

/** A word for two values, as a reader sees them: where one lacks a part that the other has, neither is misspelt. */
function asTheyStand([one, other]: readonly [string, string], alikeness: Alikeness): Alikeness {
  if (one !== '' && one === other) return 'equal'
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  const isPart = short !== '' && (long.endsWith(` ${short}`) || long.startsWith(`${short} `))
  return alikeness === 'misspelt' && isPart ? 'alike' : alikeness
}

type LikeId = Pick<Likeness, 'probability' | 'certainty' | 'doubt'> & { id: string }

/** Likely pairs of each person of the clusters, the likeliest first; worked out once for each list of them. */
const likelyPairs = new WeakMap<readonly FoundCluster[], ReadonlyMap<string, readonly LikeId[]>>()
function pairsByPerson(clusters: readonly FoundCluster[]): ReadonlyMap<string, readonly LikeId[]> {
  const known = likelyPairs.get(clusters)
  if (known) return known
  const found = new Map<string, LikeId[]>()
  const add = (of: string, like: LikeId) => found.set(of, [...(found.get(of) ?? []), like])
  for (const { pairs } of clusters)
    for (const { a, b, ...score } of pairs) {
      if (score.certainty === 'possible') continue
      add(a, { ...score, id: b })
      add(b, { ...score, id: a })
    }
  for (const list of found.values()) list.sort((x, y) => y.probability - x.probability)
  likelyPairs.set(clusters, found)
  return found
}

const said = ({ by, at }: Pick<AsideCluster, 'by' | 'at'>) => ({ by, at })

/** The list for a caller. @param defaultRegion in which national numbers are read that are being typed */
export function duplicateList(
  engine: Engine,
  matching: MatchingPort,
  { actor, queries }: Caller,
  defaultRegion: () => string,
): DuplicateList {
  const mayView = () => requirePermission(actor(), 'externalContacts:contact:view')
  const changes$ = merge(engine.changes$, matching.state$.pipe(map(() => FOUND)))
  const followed = <T>(answer: () => T | Promise<T>, everyMs?: number) =>
    liveQuery(changes$, () => true, answer, everyMs)

  /** None where its people are fewer by now: merged or deleted since. */
  function shown({ ids, certainty, probability, pairs }: FoundCluster): DuplicateCluster[] {
    const people = [...new Map(queries.lines(ids.map(asContactId)).map((line) => [line.id, line])).values()]
    if (people.length < ids.length) return []
    const named = pairs.map(({ a, b, ...score }) => ({ a: asContactId(a), b: asContactId(b), ...score }))
    return [{ people, certainty, probability, pairs: named }]
  }

  function page(certainty: Certainty | undefined, offset: number, limit: number) {
    mayView()
    const { clusters } = matching.state$.value
    const wanted = certainty === undefined ? clusters : clusters.filter((one) => one.certainty === certainty)
    return { total: wanted.length, items: wanted.slice(offset, offset + limit).flatMap(shown) }
  }

  function state(): DuplicateState {
    mayView()
    const { phase, people, clusters, aside } = matching.state$.value
    const { curated, autoCreated } = queries.counts()
    const counts = { veryLikely: 0, likely: 0, possible: 0 }
    for (const { certainty } of clusters) counts[certainty]++
    return { phase, people, expected: curated + autoCreated, counts, aside: aside.length }
  }

  /** Undefined where a search that began anew gave its book up: the reader is told once it is done. */
  async function whileReady<T>(asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked
    } catch (error) {
      if (matching.state$.value.phase === 'ready') throw error
      return undefined
    }
  }

  /** People who are gone since the book was told, and the person as they were called before, are left out. */
  async function like(contactId: ContactId | undefined, fields: ContactInput | undefined): Promise<Likeness[]> {
    mayView()
    const known = contactId === undefined ? undefined : queries.comparable(contactId)
    if (!known && !fields) return []
    const person = {
      id: contactId ?? '',
      fields: { ...known?.fields, ...(fields && asTyped(fields, defaultRegion())) },
      identifiers: known?.identifiers ?? [],
    }
    const found = (await whileReady(matching.like(person))) ?? []
    const [self] = contactId === undefined ? [] : queries.lines([contactId])
    return likenessesOf(queries, found)
      .filter(({ person }) => person.id !== self?.id)
      .slice(0, MOST_LIKE)
  }

  function of(contactIds: readonly ContactId[]) {
    mayView()
    const pairs = pairsByPerson(matching.state$.value.clusters)
    return contactIds.map((contactId) => ({
      contactId,
      like: likenessesOf(queries, (pairs.get(contactId) ?? []).slice(0, MOST_LIKE)),
    }))
  }

  return {
    page,
    completed() {
      mayView()
      matching.start()
      return matching.state$.value.completed
    },
    all() {
      mayView()
      return matching.state$.value.clusters
    },
    cluster(name) {
      mayView()
      const found = matching.state$.value.clusters.find((one) => clusterName(one) === name)
      if (!found) throw new ScvError('not_found', 'There is no such cluster, or no longer.', { field: 'clusterId' })
      return found
    },
    page$(certainty, offset, limit) {
      mayView()
      matching.start()
      return followed(() => page(certainty, offset, limit))
    },
    aside$(offset, limit) {
      mayView()
      matching.start()
      return followed(() => {
        const { aside } = matching.state$.value
        const items = aside.slice(offset, offset + limit)
        return { total: aside.length, items: items.flatMap((one) => shown(one).map((it) => ({ ...it, ...said(one) }))) }
      })
    },
    state,
    state$: () =>
      matching.state$.pipe(throttleTime(PROGRESS_MS, asyncScheduler, { leading: true, trailing: true }), map(state)),

    async explain(a, b) {
      const [one, other] = [queries.comparable(a), queries.comparable(b)]
      const found = one && other && (await whileReady(matching.explain(one, other)))
      if (!found) return null
      const { parts, ...score } = found
      const reasons = parts.map(({ what, level, weight, others }): DuplicateReason => {
        const values: [string, string] = [matching.textOf(one, what), matching.textOf(other, what)]
        return {
          what,
          values,
          ...(level > 0 ? { alikeness: asTheyStand(values, matching.alikenessOf(what, level)) } : {}),
          weight,
          ...(others === undefined ? {} : { others }),
        }
      })
      return { ...score, reasons }
    },

    like$(contactId, fields) {
      mayView()
      matching.start()
      return followed(() => like(contactId, fields), LIKE_MS)
    },

    of$(contactIds) {
      mayView()
      matching.start()
      return followed(() => of(contactIds), LIKE_MS)
    },

    search(run) {
      mayView()
      if (run) matching.rescan()
      else matching.cancel()
    },
    putAside: (pairs, aside) => engine.duplicates.putAside(actor(), pairs, aside),
    mergeAll: (groups, reason) => engine.duplicates.mergeAll(actor(), groups, reason),
    undoAll: (mergeIds) => engine.duplicates.undoAll(actor(), mergeIds),
  }
}
