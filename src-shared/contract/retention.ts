// What is kept, and for how long: the bin, erasure, and the retention of auto-created contacts.

import { command, live, query } from '@shared/ipc/contract'
import { contactIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { ID_MAX, PAGE_MAX } from '../model/limits'
import { personLineSchema } from '../model/views'

const contactId = contactIdSchema.min(1).max(ID_MAX)
const page = {
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(PAGE_MAX).default(50),
}

export const binItemSchema = personLineSchema.extend({
  deletedAt: z.string(),
  deletedBy: z.string(),
  /** After this the person cannot be restored. */
  until: z.string(),
})
export type BinItem = z.infer<typeof binItemSchema>

export const retentionContract = {
  /** People in the bin who can still be restored, latest first. */
  'bin.list': live(z.object(page), z.object({ total: z.number(), items: z.array(binItemSchema) })),
  /** Erases a person at their request: every record, everywhere, for good. Answers how many records. */
  'people.erase': command(z.object({ contactId }), z.object({ records: z.number() })),
  /** Who would age out as of a moment (now, unless given). */
  'retention.due': query(z.object({ asOf: z.string().optional() }), z.object({ people: z.number() })),
  /** Lets everyone age out who is due. */
  'retention.expire': command(z.object({}), z.object({ people: z.number() })),
} as const
