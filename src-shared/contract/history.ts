// A person's history: what was done, and the person as of any moment.
import { live } from '@shared/ipc/contract'
import { contactIdSchema, stampSchema } from '@shared/model/ids'
import { z } from 'zod'
import { HISTORY_KINDS, historyPageSchema, personAsOfSchema } from '../model/history'
import { ID_MAX, PAGE_MAX } from '../model/limits'

const contactId = contactIdSchema.min(1).max(ID_MAX)

export const historyContract = {
  /**
   * Who changed what of a person, from what to what, the latest first; of some kinds or of all, up to a moment or to now.
   * `after`: the event that a page goes on behind.
   */
  'people.history': live(
    z.object({
      contactId,
      kinds: z.array(z.enum(HISTORY_KINDS)).min(1).optional(),
      to: z.iso.datetime().optional(),
      after: stampSchema.max(ID_MAX).optional(),
      limit: z.number().int().min(1).max(PAGE_MAX).default(50),
    }),
    historyPageSchema,
  ),
  /** A person as they were at a moment, and today; several people where they were merged since. */
  'people.asOf': live(z.object({ contactId, at: z.iso.datetime() }), personAsOfSchema),
} as const
