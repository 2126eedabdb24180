// Leaving a trail: one entry per command, written in the same commit as what it tells.

import type { AuditAction } from '@shared/model/audit'
import type { ContactId } from '@shared/model/ids'
import type { AuditDocument } from '../documents/audit'
import { newAuditId } from '../documents/ids'
import type { UnitOfWork } from '../unit-of-work'

/** @param details counts and the like; never a value of a contact's field */
export function audit(
  work: UnitOfWork,
  action: AuditAction,
  contactIds: readonly ContactId[],
  more: { subjectId?: string; reason?: string | undefined; details?: NonNullable<AuditDocument['details']> } = {},
): void {
  const { by, stamp } = work
  work.put('audit', {
    id: newAuditId(stamp),
    at: stamp,
    by,
    action,
    contactIds: [...contactIds],
    ...(more.subjectId === undefined ? {} : { subjectId: more.subjectId }),
    ...(more.reason ? { reason: [{ v: more.reason, t: stamp, b: by }] } : {}),
    ...(more.details === undefined ? {} : { details: more.details }),
  })
}
