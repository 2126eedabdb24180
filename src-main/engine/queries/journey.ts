// What a person has done with us: the whole set's interactions on one line, and why each resolves as it does.
import { ScvError } from '@shared/errors'
import { displayIdentifier } from '@shared/model/display'
import type { IdentifierInput } from '@shared/model/identifier'
import { normalise } from '@shared/model/normalise'
import type { InteractionView, JourneyFilter, JourneyPage, Resolution, ResolutionReason } from '@shared/model/views'
import { type Resolved, resolve } from '../derive/resolution'
import type { InteractionDocument } from '../documents/interaction'
import { withoutUndefined } from '../documents/join'
import { current } from '../documents/register'
import { stampMoment } from '../documents/stamp'
import { anyPerson } from '../people'
import type { Runtime } from '../runtime'
import { personRef } from './person-view'

export function interactionView({ id, facts, link, wrapUp }: InteractionDocument): InteractionView {
  const { at: _at, by, communicationId: _communication, identifiers, ...rest } = facts
  return withoutUndefined({
    ...rest,
    id,
    contactId: current(link)?.v ?? null,
    identifiers: identifiers.map((one) => ({ type: one.type, value: one.value, display: displayIdentifier(one) })),
    wrapUp: current(wrapUp)?.v ?? undefined,
    recordedBy: by,
  }) as InteractionView
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

export function journeyQueries({ store, views, settings }: Runtime) {
  return {
    /** A stretch of a person's journey, newest first. @throws ScvError `not_found` */
    async journey(contactId: string, filter: JourneyFilter, offset: number, limit: number): Promise<JourneyPage> {
      const person = anyPerson(views, contactId)
      const { ids, ...page } = views.journey(person.members, filter, offset, limit)
      const documents = await store.get('interactions', ids)
      const items = ids.flatMap((id) => {
        const document = documents.get(id)
        return document ? [interactionView(document)] : []
      })
      return { ...page, items }
    },

    /** What identifiers would resolve to. Creates nothing. @throws ScvError `invalid_identifier`, `invalid_email` */
    resolution(identifiers: readonly IdentifierInput[]): Resolution {
      const region = settings().defaultRegion
      const resolved = resolve(
        views,
        identifiers.map((one, i) => normalise(one, region, `identifiers.${i}.value`)),
      )
      const holder = resolved.decision?.claim.person
      return {
        contact: holder ? personRef(holder) : null,
        ...(holder ? {} : { newType: resolved.newType }),
        reason: reasonOf(resolved),
      }
    },

    /** One interaction. @throws ScvError `not_found` */
    async interaction(id: string): Promise<InteractionView> {
      const document = (await store.get('interactions', [id])).get(id)
      if (!document) throw new ScvError('not_found', 'There is no interaction with this id.', { field: 'id' })
      return interactionView(document)
    },
  }
}
