// The audit trail as lines of a CSV that spreadsheets open: one for each value that an entry changed, at least one for each.
// Invariant: no cell is a formula to a spreadsheet, whatever was typed into a field or a reason.
import type { AuditAction } from '@shared/model/audit'
import { guarded } from '../files/csv'

/** An entry, as the use case of the trail tells it. */
export interface ExportedAudit {
  id: string
  at: string
  by: string
  device: string
  action: AuditAction
  people: readonly { id: string; displayName: string }[]
  contactIds: readonly string[]
  reason?: string | undefined
  changes: readonly { key: string; before: unknown; after: unknown }[]
}

export const AUDIT_HEADERS: readonly string[] = [
  'When',
  'Who',
  'Device',
  'Action',
  'People',
  'Ids of people',
  'What',
  'Before',
  'After',
  'Reason',
  'Id of the entry',
]

/** As a person reads it where that is one text, else as JSON. */
function text(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'object' && 'display' in value && typeof value.display === 'string') return value.display
  return JSON.stringify(value)
}

/** The cells of an entry's lines, in the order of `AUDIT_HEADERS`. */
export function auditRows({
  id,
  at,
  by,
  device,
  action,
  people,
  contactIds,
  reason,
  changes,
}: ExportedAudit): string[][] {
  const who = [at, by, device, action, people.map(({ displayName }) => displayName).join('; '), contactIds.join('; ')]
  const values = changes.length > 0 ? changes : [{ key: '', before: null, after: null }]
  return values.map(({ key, before, after }) => [...who, key, text(before), text(after), reason ?? '', id].map(guarded))
}
