// The audit document: who did what to which contacts, when, on which device, and why. Written once.
// Invariant: it holds ids, counts and what the actor typed as a reason; never a value of a contact's field.
import type { AuditAction } from '@shared/model/audit'
import type { AuditId, ContactId, Stamp } from '@shared/model/ids'
import { greaterJson } from './canonical-json'
import { joinErased, joinUnknown, withoutUndefined } from './join'
import { joinRegisters, type Register } from './register'

export interface AuditDocument {
  id: AuditId
  at: Stamp
  by: string
  action: AuditAction
  contactIds: ContactId[]
  /** The merge, identifier document, interaction or note concerned. */
  subjectId?: string
  /** Gone once `erased`. */
  reason?: Register<string>
  /** The person concerned was erased: what was typed about them is gone. */
  erased?: { at: Stamp; by: string }
  /** Counts and the like; no personal data. */
  details?: Record<string, string | number | boolean>
}

export const AUDIT_KEYS: ReadonlySet<string> = new Set([
  'id',
  'at',
  'by',
  'action',
  'contactIds',
  'subjectId',
  'reason',
  'erased',
  'details',
])

export function joinAudits(a: AuditDocument, b: AuditDocument): AuditDocument {
  const facts = ({ at, by, action, contactIds, subjectId, details }: AuditDocument) =>
    withoutUndefined({ at, by, action, contactIds, subjectId, details })
  const erased = joinErased(a.erased, b.erased)
  const reason = erased ? [] : joinRegisters(a.reason, b.reason)
  return withoutUndefined({
    ...joinUnknown(a, b, AUDIT_KEYS),
    id: a.id,
    ...greaterJson(facts(a), facts(b)),
    reason: reason.length > 0 ? reason : undefined,
    erased,
  }) as AuditDocument
}
