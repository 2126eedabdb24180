// The audit trail as both doors show it: who did what to which people, when, where and why.
// Invariant: one form of an entry; a door may leave out of it, never add to it.

import type { AuditEntry } from '@shared/contract/audit'
import type { ContactId } from '@shared/model/ids'
import { current } from '../engine/documents/register'
import { stampDevice, stampMoment } from '../engine/documents/stamp'
import type { Caller } from './caller'

/** An import or a round of retention may concern thousands; the first few tell. */
const NAMED_MAX = 5

export interface AuditFilter {
  /** Any record of the person. */
  contactId?: ContactId | undefined
  fromMs?: number | undefined
  toMs?: number | undefined
}

/** An entry with the ids of everyone it concerns. */
export interface FullAuditEntry extends AuditEntry {
  contactIds: ContactId[]
  /** The merge, identifier, interaction or note concerned. */
  subjectId?: string
}

/** A page of the trail, newest first. @throws ScvError `forbidden` without `contact:view` */
export async function auditTrail(
  { queries }: Caller,
  { contactId, fromMs, toMs }: AuditFilter,
  offset: number,
  limit: number,
): Promise<FullAuditEntry[]> {
  const filter = {
    ...(contactId === undefined ? {} : { contactIds: queries.recordIds(contactId) }),
    ...(fromMs === undefined ? {} : { fromMs: Math.max(0, fromMs) }),
    ...(toMs === undefined ? {} : { toMs: Math.max(0, toMs) }),
  }
  const entries = await queries.auditTrail(filter, offset, limit)
  return entries.map(({ id, at, by, action, contactIds, subjectId, reason, details }) => {
    const why = current(reason)?.v
    return {
      id,
      at: stampMoment(at),
      by,
      device: stampDevice(at),
      action,
      people: contactIds.slice(0, NAMED_MAX).map((contactId) => {
        const detail = queries.lines([contactId])[0]?.detail ?? ''
        return { ...queries.recordRef(contactId), ...(detail === '' ? {} : { detail }) }
      }),
      contactIds,
      ...(subjectId === undefined ? {} : { subjectId }),
      ...(why ? { reason: why } : {}),
      details: { ...details, contacts: contactIds.length },
    }
  })
}
