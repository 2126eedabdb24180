// What happened apart and a person may want to settle: disputes, joined merges, overwritten values, edits on deleted people,
// and what sync set aside. Everything is settled already by the rules; a decision here changes how.

import { command, live, query } from '@shared/ipc/contract'
import { contactIdSchema, deviceIdSchema, itemIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { fieldKeySchema } from '../model/contact'
import { identifierTypeSchema } from '../model/identifier'
import { ITEM_ID_MAX, PAGE_MAX, REASON_MAX } from '../model/limits'
import { personLineSchema, personRefSchema } from '../model/views'
import { setAsideSchema } from './sync'

export const RECONCILE_KINDS = [
  'dispute',
  'joined-merge',
  'overwritten-value',
  'edited-deleted',
  'refused',
  'unreadable',
] as const
export const reconcileKindSchema = z.enum(RECONCILE_KINDS)
export type ReconcileKind = z.infer<typeof reconcileKindSchema>

/** One side of what happened apart: what a user did, when and where. */
const reconcileSideSchema = z.object({
  /** The person concerned; absent for what sync set aside. */
  person: personRefSchema.optional(),
  /** The same with what tells them from others. */
  line: personLineSchema.optional(),
  /** Stable: `claimed`, `merged`, `wrote`, `deleted`, `edited`, `sent`, `received`. */
  did: z.enum(['claimed', 'merged', 'wrote', 'deleted', 'edited', 'sent', 'received']),
  /** The value or words concerned, as a person reads them. */
  text: z.string(),
  by: z.string(),
  /** RFC 3339. */
  at: z.string(),
  device: deviceIdSchema,
  /** Whether this side is the one in force now. */
  stands: z.boolean(),
})
export type ReconcileSide = z.infer<typeof reconcileSideSchema>

/** Decisions there are, over all kinds; an item names those that it offers. */
export const DECISIONS = [
  'merge',
  'hand-over',
  'shared-identifier',
  'undo-merge',
  'keep',
  'restore-value',
  'restore-person',
  'delete-person',
  'retry',
  'drop',
] as const
export const decisionSchema = z.enum(DECISIONS)
export type Decision = z.infer<typeof decisionSchema>

export const reconcileItemSchema = z.object({
  id: itemIdSchema,
  kind: reconcileKindSchema,
  /** When it came about: the later of the two sides. */
  at: z.string(),
  /** What it is about, as a person reads it: the number, the field, the reason of the server. */
  subject: z.string(),
  /** The field concerned, or of a dispute the type of the identifier. */
  field: z.union([identifierTypeSchema, fieldKeySchema]).optional(),
  sides: z.array(reconcileSideSchema),
  /** Offered decisions, each with a sentence in plain words that says what it will do. */
  decisions: z.array(
    z.object({
      decision: decisionSchema,
      /** Which side or merge it is about, where there are several: pass it back. */
      target: z.string().optional(),
      /** What it is about in words, where no side says so: the records of a merge. */
      about: z.string().optional(),
      effect: z.string(),
      /** The permission it needs is missing. */
      forbidden: z.boolean(),
    }),
  ),
})
export type ReconcileItem = z.infer<typeof reconcileItemSchema>

export const reconcileContract = {
  /** Open items, newest first. */
  'reconcile.items': live(
    z.object({
      kind: reconcileKindSchema.optional(),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(PAGE_MAX).default(50),
    }),
    z.object({ total: z.number(), items: z.array(reconcileItemSchema) }),
  ),
  /** How many are open, for the navigation. */
  'reconcile.count': live(
    z.object({}),
    z.object({ total: z.number(), byKind: z.record(reconcileKindSchema, z.number()) }),
  ),
  /** One item by itself. @throws not_found when it is settled */
  'reconcile.item': query(z.object({ id: itemIdSchema.max(ITEM_ID_MAX) }), reconcileItemSchema),
  /** The document that an item is about, for those of sync; null once it is settled. */
  'reconcile.document': live(z.object({ id: itemIdSchema.max(ITEM_ID_MAX) }), setAsideSchema.nullable()),
  /** Settles an item. Every decision but `drop` can be taken back by the ordinary commands. */
  'reconcile.decide': command(
    z.object({
      id: itemIdSchema.max(ITEM_ID_MAX),
      decision: decisionSchema,
      target: z.string().max(ITEM_ID_MAX).optional(),
      reason: z.string().trim().max(REASON_MAX).optional(),
    }),
    /** The person to look at now, where there is one. */
    z.object({ contactId: contactIdSchema.optional() }),
  ),
  /** Lists an item again that was left as it is or settled as shared. */
  'reconcile.reopen': command(z.object({ id: itemIdSchema.max(ITEM_ID_MAX) }), z.object({})),
} as const
