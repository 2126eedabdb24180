// Texts that a person at this device has begun and neither sent nor discarded. They never leave the device.
import { command, live } from '@shared/ipc/contract'
import { z } from 'zod'
import {
  DRAFT_FIELDS_MAX,
  DRAFT_LENGTH_MAX,
  DRAFT_SUBJECT_MAX,
  FIELD_KEY_MAX,
  NOTE_MAX,
  USER_NAME_MAX,
} from '../model/limits'

/** Every form that a text can be begun in. */
export const DRAFT_FORMS = [
  'note',
  'note-edit',
  'field',
  'identifier',
  'contact',
  'interaction',
  'correct',
  'promote',
  'promote-several',
  'delete',
  'never-merge',
  'withdraw-never-merge',
  'merge',
  'undo-merge',
  'split',
  'undo-split',
  'reconcile',
  'schema',
  'start',
  'connect',
  'settings',
  'token',
  'import',
  'search',
] as const
export type DraftForm = (typeof DRAFT_FORMS)[number]

const keySchema = z.object({
  /** Who typed it: the user signed in, or null for the owner of a device that no user is signed in at. */
  user: z.string().max(USER_NAME_MAX).nullable(),
  form: z.enum(DRAFT_FORMS),
  /** What it is about, as the form says it: one id or several. */
  subject: z.string().max(DRAFT_SUBJECT_MAX),
})

const valuesSchema = z
  .record(z.string().max(FIELD_KEY_MAX), z.string().max(NOTE_MAX))
  .refine((values) => Object.keys(values).length <= DRAFT_FIELDS_MAX, { error: 'Too many fields' })
  .refine((values) => Object.values(values).reduce((sum, text) => sum + text.length, 0) <= DRAFT_LENGTH_MAX, {
    error: 'Too long',
  })

export const draftSchema = keySchema.extend({
  values: valuesSchema,
  /** When it was last typed in. */
  at: z.iso.datetime(),
})
export type Draft = z.infer<typeof draftSchema>

export const draftsContract = {
  /**
   * Drafts of the user who is signed in, and those typed while no user was. Says them again when the user changes, and when
   * some are gone without having been ended, since their subject was erased; never because of `keep` and `end`.
   */
  'drafts.mine': live(z.object({}), z.object({ user: keySchema.shape.user, drafts: z.array(draftSchema) })),
  /** Keeps a text as it is now, durably; takes the place of the former one. */
  'drafts.keep': command(draftSchema, z.object({})),
  /** It was sent, or discarded on purpose. */
  'drafts.end': command(keySchema, z.object({})),
} as const
