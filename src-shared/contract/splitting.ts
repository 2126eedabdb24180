// Taking a person apart who was stitched from two by resolution, looking at it first, and taking it back.

import { command, live, query } from '@shared/ipc/contract'
import { contactIdSchema, noteIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { contactFieldsSchema, contactInputSchema, contactTypeSchema, fieldKeySchema } from '../model/contact'
import { identifierTypeSchema } from '../model/identifier'
import { FIELD_KEY_MAX, ID_MAX, REASON_MAX, SPLIT_THING_MAX, SPLIT_THINGS_MAX } from '../model/limits'
import { interactionViewSchema, personLineSchema, personRefSchema } from '../model/views'

const contactId = contactIdSchema.min(1).max(ID_MAX)
const choices = z.record(fieldKeySchema.max(FIELD_KEY_MAX), contactId).default({})

/** `moves`: to the other person; `both`: each of the two has it, which only identifiers and values can be. */
const splitSideSchema = z.enum(['stays', 'moves', 'both'])
export type SplitSide = z.infer<typeof splitSideSchema>

export const placedSchema = z
  .array(z.object({ id: z.string().min(1).max(SPLIT_THING_MAX), side: splitSideSchema }))
  .max(SPLIT_THINGS_MAX)

const thing = z.object({
  /** As the preview calls it; what is placed is named by it. */
  id: z.string(),
  side: splitSideSchema,
})

const splitPersonSchema = z.object({ displayName: z.string(), type: contactTypeSchema, fields: contactFieldsSchema })

export const splitPreviewSchema = z.object({
  person: personLineSchema,
  identifiers: z.array(
    thing.extend({
      type: identifierTypeSchema,
      value: z.string(),
      source: z.string().optional(),
      display: z.string(),
      claimedAt: z.string(),
      claimedBy: z.string(),
      /** Conversations that came by it. */
      interactions: z.number(),
    }),
  ),
  /** What stands in the fields, and what stood there before. */
  values: z.array(
    thing.extend({
      field: fieldKeySchema,
      value: z.unknown(),
      at: z.string(),
      by: z.string(),
      /** It stands there now. */
      current: z.boolean(),
    }),
  ),
  notes: z.array(thing.extend({ noteId: noteIdSchema, text: z.string(), at: z.string(), by: z.string() })),
  /** The latest first. */
  interactions: z.array(thing.extend({ interaction: interactionViewSchema })),
  /** Conversations before these: so many, which stay. */
  earlier: z.number(),
  /** The two people as they would be; null while nothing moves. */
  result: z.object({ stays: splitPersonSchema, moves: splitPersonSchema }).nullable(),
})
export type SplitPreview = z.infer<typeof splitPreviewSchema>

/** What undoing a split would give. */
export const rejoinPreviewSchema = z.object({
  /** The person who was taken apart, and the one who was taken out of them. */
  people: z.array(personLineSchema),
  result: splitPersonSchema,
  /** What was written in fields since, and whether the one person has it; the others stand as history. */
  edits: z.array(
    z.object({
      field: fieldKeySchema,
      value: z.unknown(),
      at: z.string(),
      by: z.string(),
      contactId: contactIdSchema,
      taken: z.boolean(),
    }),
  ),
})
export type RejoinPreview = z.infer<typeof rejoinPreviewSchema>

const reason = z.string().trim().max(REASON_MAX).optional()

export const splitContract = {
  /**
   * What a person is known by, and where each thing is suggested to go by what was placed, in that order; follows the person.
   * Writes nothing.
   */
  'splits.preview': live(
    z.object({ contactId, placed: placedSchema.default([]), contact: contactInputSchema.optional() }),
    splitPreviewSchema,
  ),
  /** A new contact takes what is placed there; all the rest stays. All of it, or nothing. */
  'splits.split': command(
    z.object({ contactId, placed: placedSchema, contact: contactInputSchema.optional(), reason }),
    z.object({ stays: personRefSchema, moves: personRefSchema }),
  ),
  /** What taking a split back would give. `contactId`: the contact that was taken out. */
  'splits.undoPreview': query(z.object({ contactId, choices }), rejoinPreviewSchema),
  /** Takes a split back: the two are one person again. `choices`: of fields edited since, whose value the person gets. */
  'splits.undo': command(z.object({ contactId, choices, reason }), personRefSchema),
} as const
