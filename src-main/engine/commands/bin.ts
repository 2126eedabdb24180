// Into the bin and out of it. Invariant: a deletion says what of the person its writer had seen, so that what others did
// apart is found when the two meet; restoring takes nothing from those who have the identifiers by now.

import { ScvError } from '@shared/errors'
import type { ContactId } from '@shared/model/ids'
import { BIN_DAYS } from '@shared/model/limits'
import { latestPerDevice } from '../derive/knowledge'
import { current, joinRegisters, unseen, write } from '../documents/register'
import { stampDevice, stampMs } from '../documents/stamp'
import { anyPerson, livingPerson } from '../people'
import type { Views } from '../ports'
import type { UnitOfWork } from '../unit-of-work'
import { audit } from './audit'
import { claim, release } from './claiming'

/** How long a deleted contact can be restored: 30 days (domain specification, section 3). */
export const BIN_MS = BIN_DAYS * 86_400_000

/** Puts a person in the bin in a command's work. @throws ScvError `not_found`, `deleted`, `erased`, `expired` */
export async function removeIn(
  views: Views,
  work: UnitOfWork,
  contactId: ContactId,
  reason?: string,
): Promise<ContactId> {
  const id = await binIn(views, work, contactId)
  audit(work, 'delete', [id], { reason })
  return id
}

/** The same without an entry of its own in the audit trail, for a command that tells of many in one. */
export async function binIn(views: Views, work: UnitOfWork, contactId: ContactId): Promise<ContactId> {
  const person = livingPerson(views, contactId)
  const head = await work.get('contacts', person.id)
  if (head) {
    const { stamp: t, by: b } = work
    const others = latestPerDevice(views.activityStampsOf(person.members)).filter(
      (one) => stampDevice(one) !== stampDevice(t),
    )
    const p = [...unseen(head.deleted ?? []).map((entry) => entry.t), ...others]
    const deletion = { v: true, t, b, ...(p.length > 0 ? { p } : {}) }
    work.put('contacts', { ...head, deleted: joinRegisters([deletion], head.deleted) })
  }
  return person.id
}

/**
 * Takes a person out of the bin in a command's work.
 * @throws ScvError `not_deleted`, `not_found` (also when the 30 days are over), `erased`
 */
export async function restoreIn(
  views: Views,
  work: UnitOfWork,
  contactId: ContactId,
  reason?: string,
): Promise<ContactId> {
  const person = anyPerson(views, contactId)
  if (person.status === 'erased') throw new ScvError('erased', 'This person was erased on request.')
  const head = await work.get('contacts', person.id)
  const deletion = current(head?.deleted)
  if (!head || person.status !== 'deleted' || !deletion)
    throw new ScvError('not_deleted', 'This contact is not in the bin.', { field: 'contactId' })
  if (stampMs(deletion.t) < stampMs(work.stamp) - BIN_MS)
    throw new ScvError('not_found', 'This contact left the bin: 30 days are over.', { field: 'contactId' })
  work.put('contacts', { ...head, deleted: write(head.deleted, false, work.stamp, work.by) })
  await queueBehind(views, work, person.members)
  audit(work, 'restore', [person.id], { reason })
  return person.id
}

/** Claims of restored contacts on identifiers that another contact now holds count from now. */
export async function queueBehind(views: Views, work: UnitOfWork, members: readonly ContactId[]): Promise<void> {
  for (const { identifier, contactId, via } of views.claimsBy(members)) {
    const taken = views.claimsOn(identifier.id, members.length + 1).some((other) => !members.includes(other.contactId))
    if (!taken) continue
    await release(work, [contactId], identifier.id)
    await claim(work, contactId, identifier, via)
  }
}
