// A person's history as it is shown: what was done, when, by which user, on which device, and from what to what.
// Invariant: `before` of a change is what was shown just before it, and `after` what was shown then, unless it says otherwise.
import { z } from 'zod'
import { AUDIT_ACTIONS } from './audit'
import { contactFieldsSchema, contactTypeSchema, fieldKeySchema } from './contact'
import { identifierTypeSchema } from './identifier'
import { contactIdSchema, deviceIdSchema, noteIdSchema, personIdSchema, stampSchema } from './ids'
import { recordRefSchema } from './views'

/** What a list of changes can be narrowed to. `stages`: added, kept, deleted, restored, aged out, erased. */
export const HISTORY_KINDS = ['details', 'identifiers', 'notes', 'merges', 'conversations', 'stages'] as const
export type HistoryKind = (typeof HISTORY_KINDS)[number]

/** Changes of one event that are told; the person as of then has the others. */
export const HISTORY_CHANGES_MAX = 20
/** Characters of a value that are told, and of a page. */
export const HISTORY_VALUE_MAX = 1000
export const HISTORY_PAGE_LENGTH = 48_000

const historyChangeSchema = z.object({
  /** The field's; `note`, `identifier` and `type` stand for those. */
  key: fieldKeySchema,
  before: z.unknown(),
  after: z.unknown(),
  /** The record whose person it was. */
  contactId: contactIdSchema,
  /** What was there before is not kept. */
  isBeforeLost: z.boolean().optional(),
  /** Its writer had not seen what was there. */
  isUnseen: z.boolean().optional(),
  /** It never stood: who wrote the value that did had seen it already, by a clock that was ahead. */
  isReplaced: z.boolean().optional(),
  /** It is long, and told in part. */
  isCut: z.boolean().optional(),
})
export type HistoryChange = z.infer<typeof historyChangeSchema>

const historyEventSchema = z.object({
  /** Names the event: a stamp. */
  stamp: stampSchema,
  at: z.string(),
  by: z.string(),
  device: deviceIdSchema,
  action: z.enum(AUDIT_ACTIONS),
  kinds: z.array(z.enum(HISTORY_KINDS)),
  /** Others concerned: those a merge joined, the one who was taken out. */
  people: z.array(recordRefSchema),
  reason: z.string().optional(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  changes: z.array(historyChangeSchema),
  /** Changes beside these. */
  more: z.number(),
})
export type HistoryEvent = z.infer<typeof historyEventSchema>

export const historyPageSchema = z.object({
  /** The latest first. */
  events: z.array(historyEventSchema),
  /** The event that the next page goes on behind; null: there is none. A page may be short although there are more. */
  next: stampSchema.nullable(),
  /** The person was erased: what their records held is not kept. */
  isErased: z.boolean(),
})
export type HistoryPage = z.infer<typeof historyPageSchema>

const pastPersonSchema = z.object({
  id: personIdSchema,
  displayName: z.string(),
  type: contactTypeSchema,
  status: z.enum(['active', 'deleted', 'expired', 'erased', 'undone']),
  fields: contactFieldsSchema,
  /** Each value by its key, as a comparison shows it. */
  values: z.record(fieldKeySchema, z.unknown()),
  records: z.array(recordRefSchema),
  identifiers: z.array(z.object({ type: identifierTypeSchema, value: z.string(), display: z.string() })),
  notes: z.array(z.object({ id: noteIdSchema, text: z.string(), at: z.string(), by: z.string() })),
  /** Conversations that had begun by then. */
  interactions: z.number(),
})
export type PastPersonView = z.infer<typeof pastPersonSchema>

export const personAsOfSchema = z.object({
  at: z.string(),
  /** None: the person was not in the book yet. Several: they were merged since. */
  people: z.array(pastPersonSchema),
  /** The values of today, to compare them with. */
  today: pastPersonSchema.pick({ displayName: true, values: true }),
  /** When the first record of the person was made. */
  since: z.string(),
  isErased: z.boolean(),
})
export type PersonAsOf = z.infer<typeof personAsOfSchema>
