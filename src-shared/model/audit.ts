// What the audit trail tells of. Invariant: closed; an entry with another action is set aside where it arrives, so every
// reader has a sentence for every entry there is.

import { z } from 'zod'
import { auditIdSchema, contactIdSchema, stampSchema } from './ids'

export const AUDIT_ACTIONS = [
  'create',
  'update',
  'claim',
  'release',
  'promote',
  'merge',
  'undo-merge',
  'delete',
  'restore',
  'expire',
  'erase',
  'import',
  'link',
  'cannot-link',
  'dismiss',
  'note',
  'reconcile',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

/** An entry that a page of the trail goes on behind. */
export const auditPlaceSchema = z.object({ at: stampSchema, id: z.union([auditIdSchema, contactIdSchema]) })
export type AuditPlace = z.infer<typeof auditPlaceSchema>
