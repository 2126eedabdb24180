// What is kept, for how long, and who did what: the bin, erasure, retention, the audit trail.

import { command, live, query } from '@shared/ipc/contract'
import { contactIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { AUDIT_ACTIONS } from '../model/audit'
import { ID_MAX, PAGE_MAX } from '../model/limits'
import { personRefSchema } from '../model/views'

const contactId = contactIdSchema.min(1).max(ID_MAX)
const page = {
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(PAGE_MAX).default(50),
}

export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.string(),
  by: z.string(),
  device: z.string(),
  action: z.enum(AUDIT_ACTIONS),
  people: z.array(personRefSchema),
  reason: z.string().optional(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>

const binItemSchema = personRefSchema.extend({
  deletedAt: z.string(),
  deletedBy: z.string(),
  /** After this the person cannot be restored. */
  until: z.string(),
})
export type BinItem = z.infer<typeof binItemSchema>

export const keepingContract = {
  /** People in the bin who can still be restored, latest first. */
  'keeping.bin': live(z.object(page), z.object({ total: z.number(), items: z.array(binItemSchema) })),
  /** Erases a person at their request: every record, everywhere, for good. Answers how many records. */
  'keeping.erase': command(z.object({ contactId }), z.object({ records: z.number() })),
  /** Who would age out as of a moment (now, unless given). */
  'keeping.expiring': query(z.object({ asOf: z.string().optional() }), z.object({ people: z.number() })),
  /** Lets everyone age out who is due. */
  'keeping.expire': command(z.object({}), z.object({ people: z.number() })),
  /** Who did what, newest first; of one person, or of all. */
  'keeping.audit': live(z.object({ contactId: contactId.optional(), ...page }), z.array(auditEntrySchema)),
} as const
