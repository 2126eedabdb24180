// Explicit claims and releases, beside those that field edits mean (a cookie has no field).

import { ScvError } from '@shared/errors'
import type { Identifier, IdentifierInput } from '@shared/model/identifier'
import type { ContactId } from '@shared/model/ids'
import { normalise } from '@shared/model/normalise'
import { releasedClaims } from '../derive/claims'
import { typeRank } from '../documents/contact'
import { identifierId } from '../documents/ids'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import { audit } from './audit'
import { claim, release } from './claiming'

export function identifierCommands({ views, settings, execute }: Runtime) {
  return {
    /**
     * Claims an identifier for a person. Claiming what the person holds changes nothing.
     * @throws ScvError `identifier_held`, with `details.holder` for callers who may view contacts
     * @throws ScvError `invalid_identifier`, `invalid_email`, `not_found`, `deleted`, `erased`, `forbidden`, `too_many`
     */
    async claim(actor: Actor, contactId: ContactId, input: IdentifierInput): Promise<Identifier> {
      requirePermission(actor, 'externalContacts:contact:edit')
      const identifier = normalise(input, settings().defaultRegion, 'identifier.value')
      return execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        const id = identifierId(identifier)
        const [holder] = views.claimsOn(id, 1)
        if (holder && holder.person.id !== person.id)
          throw new ScvError('identifier_held', 'Another contact holds this identifier already.', {
            field: 'identifier.value',
            details: actor.permissions.has('externalContacts:contact:view')
              ? { holder: { id: holder.person.id, displayName: holder.person.name }, since: holder.since }
              : undefined,
          })
        if (!(await claim(work, holder?.contactId ?? person.id, identifier, 'explicit', { confirm: true })))
          throw new ScvError('too_many', 'So many contacts want this identifier that it recognises nobody.', {
            field: 'identifier.value',
          })
        if (holder) return identifier
        const head = await work.get('contacts', person.id)
        if (head && identifier.type !== 'Cookie' && typeRank(head.type.value) < typeRank('Identified'))
          work.put('contacts', { ...head, type: { value: 'Identified', at: work.stamp, by: work.by } })
        audit(work, 'claim', [person.id], { subjectId: id })
        return identifier
      })
    },

    /**
     * Gives an identifier up, for every record of the person. Fields keep what was typed.
     * @throws ScvError `identifier_not_held` when the person does not claim it, and as `claim`
     */
    async release(actor: Actor, contactId: ContactId, input: IdentifierInput): Promise<Identifier> {
      requirePermission(actor, 'externalContacts:contact:edit')
      const identifier = normalise(input, settings().defaultRegion, 'identifier.value')
      return execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        const id = identifierId(identifier)
        if (!(await release(work, person.members, id)))
          throw new ScvError('identifier_not_held', 'This contact does not claim the identifier.', {
            field: 'identifier.value',
          })
        audit(work, 'release', [person.id], { subjectId: id })
        return identifier
      })
    },

    /**
     * Takes a release back: the contact claims again since when it did, so that it holds again what passed to another.
     * @throws ScvError as `release`; `identifier_not_held` where the contact never claimed it
     */
    async unrelease(actor: Actor, contactId: ContactId, input: IdentifierInput): Promise<Identifier> {
      requirePermission(actor, 'externalContacts:contact:edit')
      const identifier = normalise(input, settings().defaultRegion, 'identifier.value')
      return execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        const id = identifierId(identifier)
        const document = await work.get('identifiers', id)
        const given = document && releasedClaims(document).find((one) => person.members.includes(one.contactId))
        if (!given) {
          const [holder] = views.claimsOn(id)
          if (holder?.person.id === person.id) return identifier
          throw new ScvError('identifier_not_held', 'This contact has not given the identifier up.', {
            field: 'identifier.value',
          })
        }
        await claim(work, given.contactId, identifier, given.via, { since: given.since })
        audit(work, 'claim', [person.id], { subjectId: id })
        return identifier
      })
    },
  }
}
