// Merging people, looking at it first, and taking it back; and settling that two must never be merged.

import { command, live, query } from '@shared/ipc/contract'
import { contactIdSchema, mergeIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { contactFieldsSchema, contactTypeSchema, fieldKeySchema } from '../model/contact'
import { IDENTIFIER_TYPES } from '../model/identifier'
import { FIELD_KEY_MAX, ID_MAX, MERGE_INPUTS_MAX, MERGE_SET_MAX, REASON_MAX } from '../model/limits'
import { personLineSchema, personRefSchema, recordRefSchema } from '../model/views'

const mergeId = mergeIdSchema.min(1).max(ID_MAX)
const contactId = contactIdSchema.min(1).max(ID_MAX)

const mergeRequestSchema = z.object({
  contactIds: z.array(contactId).max(MERGE_INPUTS_MAX),
  /** Field → id of the contact whose value wins, also an empty one. */
  choices: z.record(fieldKeySchema.max(FIELD_KEY_MAX), contactId).default({}),
})

/** One field side by side. */
const mergeFieldSchema = z.object({
  field: fieldKeySchema,
  /** What each of the people has there, by id; absent where empty. */
  values: z.record(contactIdSchema, z.unknown()),
  /** Whose value the merged person gets; null: empty. */
  from: contactIdSchema.nullable(),
  /** The value comes from another field of that person, whose place was taken. */
  movedFrom: fieldKeySchema.optional(),
  differs: z.boolean(),
})
export type MergeField = z.infer<typeof mergeFieldSchema>

/** One thing in which two people agree or contradict each other. */
const likenessReasonSchema = z.object({
  about: z.enum(['firstName', 'lastName', 'street', 'city', 'organisation', 'record', ...IDENTIFIER_TYPES]),
  /** `shared`: both have it, and so have others. */
  verdict: z.enum(['agrees', 'similar', 'shared', 'differs']),
  /** The value both have, or that of each. */
  values: z.array(z.string()),
})
export type LikenessReason = z.infer<typeof likenessReasonSchema>

/** How alike people are who are to be one, and why. */
const likenessSchema = z.object({
  grade: z.enum(['alike', 'unclear', 'unlike']),
  /** 0 to 100. */
  percent: z.number(),
  /** The two it hangs on: of several people, those who hold the others together the least. */
  between: z.array(contactIdSchema),
  /** Of these two. */
  reasons: z.array(likenessReasonSchema),
})
export type Likeness = z.infer<typeof likenessSchema>

export const mergePreviewSchema = z.object({
  people: z.array(
    personLineSchema.extend({
      fields: contactFieldsSchema,
      /** What recognises them, as a person reads it; some of it stands in no field. */
      identifiers: z.array(z.string()),
      createdAt: z.string(),
    }),
  ),
  fields: z.array(mergeFieldSchema),
  result: z.object({ displayName: z.string(), type: contactTypeSchema, fields: contactFieldsSchema }),
  /** Values that find no place on the merged person; they stay visible as its history. */
  losing: z.array(z.object({ field: fieldKeySchema, value: z.unknown(), from: contactIdSchema })),
  identifiers: z.number(),
  interactions: z.number(),
  /** Identifiers that more than one of them wanted. */
  settledDisputes: z.number(),
  /** Records the person will be made of, and the most allowed. */
  setSize: z.number(),
  setSizeMax: z.number(),
  likeness: likenessSchema,
})
export type MergePreview = z.infer<typeof mergePreviewSchema>

const laterEditSchema = z.object({ field: fieldKeySchema, value: z.unknown(), at: z.string(), by: z.string() })

export const mergeContract = {
  /** What a merge would give; follows the people as they change. Writes nothing. */
  'merges.preview': live(mergeRequestSchema, mergePreviewSchema),
  'merges.merge': command(
    mergeRequestSchema.extend({ reason: z.string().trim().max(REASON_MAX).optional() }),
    z.object({ contactId: contactIdSchema, mergeId: mergeIdSchema }),
  ),
  /** Edits made on the merged person since, which undoing must give to a member. */
  'merges.editsSince': query(z.object({ mergeId }), z.array(laterEditSchema)),
  /** Records as they are by themselves, and what recognises each: to tell apart those of one name. */
  'merges.records': query(
    z.object({ contactIds: z.array(contactId).max(MERGE_SET_MAX) }),
    z.array(recordRefSchema.extend({ identifiers: z.array(z.string()) })),
  ),
  /** Takes a merge back; answers the people who are there again. */
  'merges.undo': command(
    z.object({
      mergeId,
      assignments: z.record(fieldKeySchema.max(FIELD_KEY_MAX), contactId).default({}),
      reason: z.string().trim().max(REASON_MAX).optional(),
    }),
    z.array(personRefSchema),
  ),
  /** Records, or withdraws, that two people must never be merged. */
  'merges.cannotLink': command(
    z.object({
      a: contactId,
      b: contactId,
      standing: z.boolean(),
      reason: z.string().trim().max(REASON_MAX).optional(),
    }),
    z.object({}),
  ),
} as const
