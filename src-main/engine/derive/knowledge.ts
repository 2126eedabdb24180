// Who knew of what. Stamps say when something was done, not what was known then: two devices that are apart stamp what
// they do in any order. So an agent who decides about a person notes the latest stamp of each device that they had seen of it.
// Invariant: a device's own stamps rise, and a document carries all that went into it, so the latest stamp seen of a
// device stands for all earlier ones of that device on the same person.

import type { Stamp } from '@shared/model/ids'
import type { ContactDocument } from '../documents/contact'
import { type Entry, type Register, unseen } from '../documents/register'
import { stampDevice } from '../documents/stamp'

/** The latest of some stamps, one per device, sorted. */
export function latestPerDevice(stamps: Iterable<Stamp>): Stamp[] {
  const latest = new Map<string, Stamp>()
  for (const stamp of stamps) {
    const device = stampDevice(stamp)
    if (stamp > (latest.get(device) ?? '')) latest.set(device, stamp)
  }
  return [...latest.values()].sort()
}

/** When something was done to a contact: made, raised, edited. Not when it was deleted or restored. */
export function activityStampsOf({ created, type, fields }: ContactDocument): Stamp[] {
  return [created.at, type.at, ...Object.values(fields).flatMap((register) => register.map((entry) => entry.t))]
}

/** Deletions that nothing written since has seen: usually one, or none. */
export function deletionsOf(contact: Pick<ContactDocument, 'deleted'>): Register<boolean> {
  return unseen(contact.deleted ?? []).filter((entry) => entry.v === true)
}

/**
 * Whether any of those who wrote these entries knew of something stamped so. What the same device did counts as known: it
 * came before and was seen, or it came after and was done knowing.
 */
export function anyKnew(entries: readonly Entry<boolean>[], stamp: Stamp): boolean {
  const device = stampDevice(stamp)
  return entries.some(
    ({ t, p = [] }) => stampDevice(t) === device || p.some((seen) => stampDevice(seen) === device && seen >= stamp),
  )
}
