// The audit trail: who did what, when, on which device, and why.

import { live } from '@shared/ipc/contract'
import { auditIdSchema, contactIdSchema, deviceIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { AUDIT_ACTIONS, auditPlaceSchema } from '../model/audit'
import { ID_MAX, PAGE_MAX } from '../model/limits'
import { recordRefSchema } from '../model/views'

export const auditEntrySchema = z.object({
  id: z.union([auditIdSchema, contactIdSchema]),
  at: z.string(),
  by: z.string(),
  device: deviceIdSchema,
  action: z.enum(AUDIT_ACTIONS),
  /** `detail`: what tells them from others of the same name. */
  people: z.array(recordRefSchema.extend({ detail: z.string().optional() })),
  reason: z.string().optional(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>

/** One value that an entry changed, by the key of its field, `note` or `identifier`; null: there was none, or is none now. */
const changeSchema = z.object({ key: z.string(), before: z.unknown(), after: z.unknown() })
export type AuditChange = z.infer<typeof changeSchema>

const toldEntrySchema = auditEntrySchema.extend({ changes: z.array(changeSchema) })
export type ToldAuditEntry = z.infer<typeof toldEntrySchema>

export const auditContract = {
  /**
   * Who did what, newest first; of one person or of all, of some actions or of all, within a time or ever. `after`: the entry
   * that a page goes on behind; `next`: that of the page after it; null: there is none.
   */
  'audit.trail': live(
    z.object({
      contactId: contactIdSchema.min(1).max(ID_MAX).optional(),
      actions: z.array(z.enum(AUDIT_ACTIONS)).min(1).optional(),
      from: z.iso.datetime().optional(),
      to: z.iso.datetime().optional(),
      after: auditPlaceSchema.nullable().default(null),
      limit: z.number().int().min(1).max(PAGE_MAX).default(50),
    }),
    z.object({ entries: z.array(toldEntrySchema), next: auditPlaceSchema.nullable() }),
  ),
} as const
