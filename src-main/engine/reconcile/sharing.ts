// One number, several people: that they share it, and that a person is learnt by what an interaction came by.
// Invariant: a claim of a contact that people keep is never taken from it; only what made itself gives way.

import { ScvError } from '@shared/errors'
import type { Identifier, IdentifierInput } from '@shared/model/identifier'
import type { ContactId, IdentifierId, InteractionId } from '@shared/model/ids'
import { normalise } from '@shared/model/normalise'
import type { Learnt } from '@shared/model/views'
import { audit } from '../commands/audit'
import { claim, loadIdentifiers, release } from '../commands/claiming'
import { review, withdrawReview } from '../commands/reviewing'
import { typeRank } from '../documents/contact'
import { dismissalId, identifierId, itemId, reviewId } from '../documents/ids'
import { current, write } from '../documents/register'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import { claimed } from '../resolution'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'

const EDIT = 'externalContacts:contact:edit'
const crowded = () =>
  new ScvError('too_many', 'So many contacts want this identifier that it recognises nobody.', {
    field: 'identifier.value',
  })

export function sharingCommands({ views, settings, execute }: Runtime) {
  const membersOf = (contactId: ContactId): readonly ContactId[] => views.setOf(contactId)?.members ?? [contactId]

  /** @returns whether it did not stand before */
  async function share(work: UnitOfWork, id: IdentifierId, people: readonly ContactId[]): Promise<boolean> {
    const item = itemId('dispute', [id])
    const known = await work.get('decisions', reviewId('shared-identifier', item))
    await review(work, 'shared-identifier', item, people.flatMap(membersOf), undefined)
    return current(known?.standing)?.v !== true
  }

  async function unshare(work: UnitOfWork, id: IdentifierId): Promise<void> {
    await withdrawReview(work, 'shared-identifier', itemId('dispute', [id]))
  }

  /** Takes a person who made themselves, and is left with nothing, off the queue; or puts them back. */
  async function dismiss(work: UnitOfWork, contactId: ContactId, dismissed: boolean): Promise<void> {
    const id = dismissalId(contactId)
    const known = await work.get('decisions', id)
    if (!known && !dismissed) return
    const decision = known ?? { id, kind: 'dismissed' as const, subjects: [contactId], standing: [] }
    work.put('decisions', { ...decision, standing: write(decision.standing, dismissed, work.stamp, work.by) })
  }

  /** Makes the person one of those that an identifier means. @returns undefined where they are one already */
  async function learnOne(work: UnitOfWork, personId: ContactId, given: Identifier): Promise<Learnt | undefined> {
    const identifier = claimed(views, given)?.identifier ?? given
    const id = identifierId(identifier)
    const claimants = [...new Map(views.claimsOn(id).map(({ person }) => [person.id, person])).values()]
    if (claimants.some((one) => one.id === personId)) return undefined
    await loadIdentifiers(work, [id])
    const own = claimants.filter(({ type }) => type !== 'Curated').map((one) => one.id)
    const kept = claimants.filter(({ type }) => type === 'Curated').map((one) => one.id)
    for (const one of own) await release(work, membersOf(one), id)
    if (!(await claim(work, personId, identifier, 'explicit', { confirm: true }))) throw crowded()
    const shared = kept.length > 0 && (await share(work, id, [...kept, personId]))
    const { type, value, source } = identifier
    return { identifier: { type, value, ...(source === undefined ? {} : { source }) }, from: own, shared }
  }

  return {
    /**
     * Learns a person by what an interaction came by, so that the next one is theirs as well. What no person has, or only a
     * contact that made itself, becomes theirs; what a kept contact has, both share from now on.
     * @returns what was learnt, for `unlearn`
     * @throws ScvError `forbidden`, `not_found`, `deleted`, `erased`, `expired`, `too_many`
     */
    async learn(actor: Actor, contactId: ContactId, interactionId: InteractionId): Promise<Learnt[]> {
      requirePermission(actor, EDIT)
      return execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        const interaction = await work.get('interactions', interactionId)
        if (!interaction || interaction.erased)
          throw new ScvError('not_found', 'There is no interaction with this id.', { field: 'id' })
        const learnt: Learnt[] = []
        for (const identifier of interaction.facts.identifiers) {
          const one = await learnOne(work, person.id, identifier)
          if (one) learnt.push(one)
        }
        if (learnt.length === 0) return learnt
        const head = await work.get('contacts', person.id)
        const rises = learnt.some(({ identifier }) => identifier.type !== 'Cookie')
        if (head && rises && typeRank(head.type.value) < typeRank('Identified'))
          work.put('contacts', { ...head, type: { value: 'Identified', at: work.stamp, by: work.by } })
        const taken = new Set(learnt.map(({ identifier }) => identifierId(identifier)))
        const from = [...new Set(learnt.flatMap((one) => one.from))]
        if (actor.permissions.has('externalContacts:identity:promote'))
          for (const one of from)
            if (views.claimsBy(membersOf(one)).every(({ identifier }) => taken.has(identifier.id)))
              await dismiss(work, one, true)
        audit(work, 'claim', [person.id, ...from], { details: { learnt: learnt.length } })
        return learnt
      })
    },

    /** Takes back what was learnt. @throws ScvError as `learn` */
    async unlearn(actor: Actor, contactId: ContactId, learnt: readonly Learnt[]): Promise<void> {
      requirePermission(actor, EDIT)
      const read = learnt.map((one) => ({ ...one, identifier: normalise(one.identifier, settings().defaultRegion) }))
      await execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        for (const { identifier, from, shared } of read) {
          const id = identifierId(identifier)
          await loadIdentifiers(work, [id])
          await release(work, person.members, id)
          for (const one of from) {
            if (views.personRow(one)?.status !== 'active') continue
            await claim(work, one, identifier, 'interaction', { confirm: true })
            if (actor.permissions.has('externalContacts:identity:promote')) await dismiss(work, one, false)
          }
          if (shared) await unshare(work, id)
        }
        audit(work, 'release', [person.id], { details: { learnt: read.length } })
      })
    },

    /**
     * Settles that all who have an identifier share it, or takes that back. It stands until another person wants it.
     * @throws ScvError `forbidden`, `invalid_identifier`, `invalid_email`, `identifier_not_held` when fewer than two have it
     */
    async share(actor: Actor, input: IdentifierInput, shared: boolean): Promise<void> {
      requirePermission(actor, EDIT)
      const given = normalise(input, settings().defaultRegion, 'identifier.value')
      await execute(actor, async (work) => {
        const id = identifierId(claimed(views, given)?.identifier ?? given)
        const people = [...new Set(views.claimsOn(id).map(({ person }) => person.id))]
        if (people.length < 2)
          throw new ScvError('identifier_not_held', 'Fewer than two people have this.', { field: 'identifier.value' })
        if (shared) await share(work, id, people)
        else await unshare(work, id)
        const decision = shared ? 'shared-identifier' : 'unshared-identifier'
        audit(work, 'reconcile', people, { subjectId: id, details: { kind: 'dispute', decision } })
      })
    },
  }
}
