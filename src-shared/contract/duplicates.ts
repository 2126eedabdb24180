// Who is likely the same person, how certain, and why; and what people settle about it. Nothing is ever merged by itself.

import { command, live, query } from '@shared/ipc/contract'
import { contactIdSchema, mergeIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { contactInputSchema } from '../model/contact'
import { ID_MAX, MERGE_BATCH_MAX, MERGE_INPUTS_MAX, PAGE_MAX, REASON_MAX } from '../model/limits'
import { personLineSchema } from '../model/views'

const contactId = contactIdSchema.min(1).max(ID_MAX)

const certaintySchema = z.enum(['veryLikely', 'likely', 'possible'])
export type Certainty = z.infer<typeof certaintySchema>

/**
 * Why a pair is not very likely: its probability says so; one has no name; a name or date speaks against it; nothing that
 * both have is a person's own.
 */
const doubtSchema = z.enum(['uncertain', 'nameless', 'conflict', 'nothingPersonal'])

export type Doubt = z.infer<typeof doubtSchema>

const scoreSchema = z.object({ probability: z.number(), certainty: certaintySchema, doubt: doubtSchema.optional() })

const pairSchema = scoreSchema.extend({ a: contactIdSchema, b: contactIdSchema })
export type DuplicatePair = z.infer<typeof pairSchema>

const clusterSchema = z.object({
  people: z.array(personLineSchema),
  certainty: certaintySchema,
  /** Mean over all pairs. */
  probability: z.number(),
  /** Likeliest first; two people who stand in none speak against each other. */
  pairs: z.array(pairSchema),
})
export type DuplicateCluster = z.infer<typeof clusterSchema>

/** Put aside by which user, and when, in ms. */
const asideSchema = clusterSchema.extend({ by: z.string(), at: z.number() })
export type AsideCluster = z.infer<typeof asideSchema>

const alikenessSchema = z.enum(['equal', 'misspelt', 'sameName', 'alike', 'swapped', 'sameParty', 'different'])
export type Alikeness = z.infer<typeof alikenessSchema>

/** One line of why. Weights are natural logarithms; together they are the log odds of the probability. */
const reasonSchema = z.object({
  /** A field, or `prior`, `names`, `relatives`: how rare doubles are, that both names differ, what relatives would share. */
  what: z.string(),
  /** What each has there; empty where the line compares nothing. */
  values: z.tuple([z.string(), z.string()]),
  alikeness: alikenessSchema.optional(),
  weight: z.number(),
  /** How many others have the same. */
  others: z.number().optional(),
})
export type DuplicateReason = z.infer<typeof reasonSchema>

const explanationSchema = scoreSchema.extend({ reasons: z.array(reasonSchema) })
export type DuplicateExplanation = z.infer<typeof explanationSchema>

export const likenessSchema = scoreSchema.extend({ person: personLineSchema })
export type Likeness = z.infer<typeof likenessSchema>

const phaseSchema = z.enum(['idle', 'reading', 'comparing', 'ready'])
const countsSchema = z.object({ veryLikely: z.number(), likely: z.number(), possible: z.number() })

const stateSchema = z.object({
  phase: phaseSchema,
  people: z.number(),
  expected: z.number(),
  counts: countsSchema,
  /** Clusters that were put aside, which `counts` are without. */
  aside: z.number(),
})
export type DuplicatesState = z.infer<typeof stateSchema>

export const duplicatesContract = {
  /** Clusters, the most certain first. Asking begins the search, if that was not done yet. */
  'duplicates.clusters': live(
    z.object({
      certainty: certaintySchema.optional(),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(PAGE_MAX).default(50),
    }),
    z.object({ total: z.number(), items: z.array(clusterSchema) }),
  ),
  /** What was put aside, the latest first. */
  'duplicates.aside': live(
    z.object({
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(PAGE_MAX).default(50),
    }),
    z.object({ total: z.number(), items: z.array(asideSchema) }),
  ),
  /** How far the search is, and how many clusters there are. */
  'duplicates.state': live(z.object({}), stateSchema),
  /** Why two are as likely one person as they are; null while no book is open, or where one of them is gone. */
  'duplicates.explain': query(z.object({ a: contactId, b: contactId }), explanationSchema.nullable()),
  /** Who is like a person of the book, or one that is being typed; likeliest first. Followed. */
  'duplicates.like': live(
    z.object({ contactId: contactId.optional(), fields: contactInputSchema.optional() }),
    z.array(likenessSchema),
  ),
  /** The same for several people of the book at once: those of the search that was done, likely ones alone. Followed. */
  'duplicates.of': live(
    z.object({ contactIds: z.array(contactId).max(PAGE_MAX) }),
    z.array(z.object({ contactId: contactIdSchema, like: z.array(likenessSchema) })),
  ),
  /** Searches anew, or gives the search up. */
  'duplicates.search': command(z.object({ run: z.boolean() }), z.object({})),
  /** Puts suggestions aside until they truly changed, or back. */
  'duplicates.putAside': command(
    z.object({
      pairs: z
        .array(z.object({ a: contactId, b: contactId, certainty: certaintySchema }))
        .min(1)
        .max(PAGE_MAX * 2),
      aside: z.boolean(),
    }),
    z.object({}),
  ),
  /** Merges several groups of people in one step; `duplicates.undoAll` takes it back. */
  'duplicates.mergeAll': command(
    z.object({
      groups: z.array(z.array(contactId).min(2).max(MERGE_INPUTS_MAX)).min(1).max(MERGE_BATCH_MAX),
      reason: z.string().trim().max(REASON_MAX).optional(),
    }),
    z.object({ mergeIds: z.array(mergeIdSchema) }),
  ),
  'duplicates.undoAll': command(
    z.object({ mergeIds: z.array(mergeIdSchema.min(1).max(ID_MAX)).min(1).max(MERGE_BATCH_MAX) }),
    z.object({}),
  ),
} as const
