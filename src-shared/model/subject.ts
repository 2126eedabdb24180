// What is handed out to a person who asks what is known of them, and what proves that they were erased.
// Invariant: the file has everything and says when, by which user and under which reference; the certificate has nothing of the person.
import { z } from 'zod'
import { contactFieldsSchema, contactTypeSchema } from './contact'
import { historyPageSchema } from './history'
import { contactIdSchema, deviceIdSchema, personIdSchema } from './ids'
import { claimViewSchema, interactionViewSchema, noteViewSchema } from './views'

const made = {
  /** Stands in the audit trail. */
  reference: z.string(),
  at: z.string(),
  by: z.string(),
}

export const subjectFileSchema = z.object({
  ...made,
  person: z.object({
    id: personIdSchema,
    type: contactTypeSchema,
    status: z.enum(['active', 'deleted', 'expired', 'erased', 'undone']),
    displayName: z.string(),
    fields: contactFieldsSchema,
    /** Every record that tells of the person. */
    records: z.array(contactIdSchema),
    createdAt: z.string(),
    createdBy: z.string(),
    modifiedAt: z.string(),
    lastSeen: z.string().nullable(),
  }),
  identifiers: z.array(
    claimViewSchema.pick({
      type: true,
      value: true,
      source: true,
      display: true,
      claimedAt: true,
      claimedBy: true,
      via: true,
    }),
  ),
  /** Those that were taken back as well. */
  notes: z.array(noteViewSchema),
  /** Conversations and visits, the latest first. */
  interactions: z.array(interactionViewSchema),
  /** All that was changed, the latest first; each value whole, and no others by name. */
  history: historyPageSchema.shape.events,
  /** The records held another person's data for a while (a merge that was undone, a person taken out): no values in `history`. */
  isHistoryWithoutValues: z.boolean(),
})
export type SubjectFile = z.infer<typeof subjectFileSchema>

/** How much was erased. */
const erasedCountsSchema = z.object({
  records: z.number(),
  identifiers: z.number(),
  interactions: z.number(),
  notes: z.number(),
  merges: z.number(),
})
export type ErasedCounts = z.infer<typeof erasedCountsSchema>

export const certificateSchema = z.object({
  ...made,
  device: deviceIdSchema,
  /** What was erased. Absent: a version that did not count erased them. */
  erased: erasedCountsSchema.partial(),
})
export type Certificate = z.infer<typeof certificateSchema>

/** The forms in which both are saved. */
export const SUBJECT_FORMATS = ['pdf', 'json'] as const
export type SubjectFormat = (typeof SUBJECT_FORMATS)[number]
