// What a person has done with us: the whole set's interactions on one line, and why each resolves as it does.

import { ScvError } from '@shared/errors'
import { displayIdentifier } from '@shared/model/display'
import type { IdentifierInput } from '@shared/model/identifier'
import type { ContactId, InteractionId } from '@shared/model/ids'
import type { Channel } from '@shared/model/interaction'
import { tryNormalise } from '@shared/model/normalise'
import type {
  InteractionView,
  JourneyFacets,
  JourneyFilter,
  JourneyPage,
  JourneyPicture,
  Resolution,
  ResolutionReason,
} from '@shared/model/views'
import { factsNow, type InteractionDocument } from '../documents/interaction'
import { withoutUndefined } from '../documents/join'
import { current } from '../documents/register'
import { stampMoment } from '../documents/stamp'
import { anyPerson, livingPerson } from '../people'
import type { DocumentStore, InteractionRow } from '../ports'
import { type Resolved, resolve } from '../resolution'
import type { Runtime } from '../runtime'
import { candidatesOf } from './candidates'
import { linesIn, personRef } from './lines'

/** An interaction as screens and API show it. */
export function interactionView(document: InteractionDocument): InteractionView {
  const { id, link, wrapUp } = document
  const { at: _at, by, identifiers, ...rest } = factsNow(document)
  return withoutUndefined({
    ...rest,
    id,
    contactId: current(link)?.v ?? null,
    identifiers: identifiers.map((one) => ({ type: one.type, value: one.value, display: displayIdentifier(one) })),
    wrapUp: current(wrapUp)?.v ?? undefined,
    recordedBy: by,
  }) as InteractionView
}

/** Interactions by their rows, each as whose it is now. */
export async function interactionViews(
  store: Pick<DocumentStore, 'get'>,
  rows: readonly InteractionRow[],
): Promise<InteractionView[]> {
  const documents = await store.get(
    'interactions',
    rows.map(({ id }) => id),
  )
  return rows.flatMap(({ id, contactId }) => {
    const document = documents.get(id)
    return document ? [{ ...interactionView(document), contactId }] : []
  })
}

/** Why, in the form screens and API show. */
export function reasonOf({ decision, free, elsewhere }: Resolved): ResolutionReason {
  return {
    decidedBy: decision
      ? {
          type: decision.identifier.type,
          value: decision.identifier.value,
          display: displayIdentifier(decision.identifier),
          claimedAt: stampMoment(decision.claim.since),
          claimedBy: decision.claim.by,
        }
      : null,
    claimed: free.map((one) => ({ type: one.type, value: one.value, display: displayIdentifier(one) })),
    heldByOthers: elsewhere.map(({ identifier, claim }) => ({
      type: identifier.type,
      value: identifier.value,
      display: displayIdentifier(identifier),
      holder: personRef(claim.person),
    })),
  }
}

/** A stretch of sessions. */
export interface SessionsWanted {
  wholeSet: boolean
  after?: { startedMs: number; id: InteractionId } | undefined
  limit: number
  channels?: readonly Channel[]
}

/** Parts of the overview below a journey's picture: as many as fit beside each other on a small window. */
const OVERVIEW_BINS = 120

/** Adds up what groups have in common, the most frequent first; what has no value is left out. */
function countsByKey<K extends string>(groups: readonly { key: K | null; count: number }[]): Map<K, number> {
  const counts = new Map<K, number>()
  for (const { key, count } of groups) if (key !== null && key !== '') counts.set(key, (counts.get(key) ?? 0) + count)
  return new Map([...counts].sort(([x, m], [y, n]) => n - m || (x < y ? -1 : 1)))
}

export function journeyQueries(runtime: Runtime) {
  const { store, views, settings } = runtime
  const { recordRef } = linesIn(runtime.views)
  const viewsOf = (rows: readonly InteractionRow[]) => interactionViews(store, rows)

  return {
    /**
     * The journey to be drawn.
     * @param bins most marks a channel
     * @throws ScvError `not_found`
     */
    journeyPicture(contactId: ContactId, filter: JourneyFilter, bins: number): JourneyPicture {
      const { members } = anyPerson(views, contactId)
      const { from, to, ...undated } = filter
      const span = views.journeySpan(members, undated)
      if (!span) return { span: null, total: 0, marks: [], overview: [] }
      const start = from === undefined ? span.from : Date.parse(from)
      const end = to === undefined ? span.to + 1 : Date.parse(to)
      const marks = views.journeyMarks(members, filter, (end - start) / bins)
      return {
        span,
        total: marks.reduce((sum, mark) => sum + mark.count, 0),
        marks,
        overview: views.journeyDensity(members, undated, span, OVERVIEW_BINS),
      }
    },

    /** What a journey is made of, and can be filtered by. @throws ScvError `not_found` */
    journeyFacets(contactId: ContactId, filter: JourneyFilter = {}): JourneyFacets {
      const groups = views.journeyGroups(anyPerson(views, contactId).members, filter)
      const by = <K extends string>(key: (group: (typeof groups)[number]) => K | null) =>
        countsByKey(groups.map((group) => ({ key: key(group), count: group.count })))
      const values = <K extends string>(counts: Map<K, number>) =>
        [...counts].map(([value, count]) => ({ value, count }))
      return {
        total: groups.reduce((sum, group) => sum + group.count, 0),
        span:
          groups.length === 0
            ? null
            : {
                from: Math.min(...groups.map((group) => group.first)),
                to: Math.max(...groups.map((group) => group.last)),
              },
        byChannel: Object.fromEntries(by((group) => group.channel)),
        byDirection: Object.fromEntries(by((group) => group.direction)),
        queues: values(by((group) => group.queue)),
        agents: values(by((group) => group.agent)),
        records: values(by((group) => group.contactId)).map(({ value, count }) => ({ ...recordRef(value), count })),
      }
    },

    /** A stretch of a person's journey, newest first. @throws ScvError `not_found` */
    async journey(contactId: ContactId, filter: JourneyFilter, offset: number, limit: number): Promise<JourneyPage> {
      const person = anyPerson(views, contactId)
      const { ids, ...page } = views.journey(person.members, filter, offset, limit)
      const documents = await store.get('interactions', ids)
      const items = ids.flatMap((id) => {
        const document = documents.get(id)
        return document ? [interactionView(document)] : []
      })
      return { ...page, items }
    },

    /**
     * Interactions of one record, or with `wholeSet` of its whole person, newest first, from behind `after` on.
     * @param channels only these
     * @throws ScvError `not_found`, `deleted`, `erased`, `expired`
     */
    async sessions(
      contactId: ContactId,
      { wholeSet, after, limit, channels }: SessionsWanted,
    ): Promise<{ items: InteractionView[]; more: boolean }> {
      const { members } = livingPerson(views, contactId)
      const rows = views.interactionsBehind(wholeSet ? members : [contactId], { channels, after, limit: limit + 1 })
      return { items: await viewsOf(rows.slice(0, limit)), more: rows.length > limit }
    },

    /** Whether a value can be read as an identifier of its type. */
    isIdentifier: (input: IdentifierInput): boolean => tryNormalise(input, settings().defaultRegion) !== undefined,

    /** What identifiers would resolve to; those that cannot be read as one say nothing. Creates nothing. */
    resolution(identifiers: readonly IdentifierInput[]): Resolution {
      const region = settings().defaultRegion
      const read = identifiers.flatMap((one) => tryNormalise(one, region) ?? [])
      const resolved = resolve(views, read)
      const holder = resolved.decision?.claim.person
      return {
        contact: holder ? personRef(holder) : null,
        ...(holder ? {} : { newType: resolved.newType }),
        reason: reasonOf(resolved),
        candidates: candidatesOf(views, read),
      }
    },

    /** One interaction. @throws ScvError `not_found` */
    async interaction(id: InteractionId): Promise<InteractionView> {
      const document = (await store.get('interactions', [id])).get(id)
      if (!document) throw new ScvError('not_found', 'There is no interaction with this id.', { field: 'id' })
      return interactionView(document)
    },
  }
}
