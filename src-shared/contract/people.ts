// People: looking them up, their pages, their journeys, and what can be done to a contact.

import { command, live, query } from '@shared/ipc/contract'
import { contactIdSchema, interactionIdSchema, noteIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { addressSchema, contactChangesSchema, contactInputSchema } from '../model/contact'
import { contactSchemaVersionSchema } from '../model/contact-schema'
import { identifierInputSchema } from '../model/identifier'
import { interactionInputSchema } from '../model/interaction'
import {
  ID_MAX,
  INTERACTION_IDENTIFIERS_MAX,
  LOOKUP_TEXT_MAX,
  NOTE_MAX,
  PAGE_MAX,
  REASON_MAX,
  WRAP_UP_MAX,
} from '../model/limits'
import {
  autoContactSchema,
  interactionViewSchema,
  journeyFacetsSchema,
  journeyFilterSchema,
  journeyPageSchema,
  journeyPictureSchema,
  laterFieldSchema,
  learntSchema,
  lookupResultSchema,
  lostValuePageSchema,
  noteViewSchema,
  personLineSchema,
  personRefSchema,
  personViewSchema,
  recordingWarningSchema,
  resolutionReasonSchema,
  resolutionSchema,
  shownSegmentSchema,
} from '../model/views'

const noteId = noteIdSchema.min(1).max(ID_MAX)
const contactId = contactIdSchema.min(1).max(ID_MAX)
const interactionId = interactionIdSchema.min(1).max(ID_MAX)
const contact = z.object({ contactId })

export const peopleContract = {
  /** One field for everything: a phone in any notation, mail, handle, external id, part of a name. Creates nothing. */
  'people.lookup': live(
    z.object({ text: z.string().max(LOOKUP_TEXT_MAX), limit: z.number().int().min(1).max(100).default(30) }),
    lookupResultSchema,
  ),
  /** The people seen or changed last, for an empty look-up field. Curated ones only. */
  'people.recent': live(z.object({ limit: z.number().int().min(1).max(100).default(20) }), z.array(personLineSchema)),
  /** The schemas by which the organisation types custom fields, each in all its versions, the first one first. */
  'people.schemas': live(z.object({}), z.array(z.array(contactSchemaVersionSchema))),
  /** A person's page. An ancestor's id gives its canonical. */
  'people.get': live(contact, personViewSchema),
  /** The segments that a person is in, as agents see them: the latest first. */
  'people.segments': live(contact, z.array(shownSegmentSchema)),
  /** Values that a person once had or that lost against another, newest first. */
  'people.lostValues': live(
    z.object({
      contactId,
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(PAGE_MAX).default(50),
    }),
    lostValuePageSchema,
  ),
  'people.journey': live(
    z.object({
      contactId,
      filter: journeyFilterSchema.default({}),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    journeyPageSchema,
  ),
  /**
   * The journey to be drawn, at most `bins` marks a channel. Without dates in the filter it is the whole; with them, what
   * lies between, while `span` and `overview` stay those of the whole.
   */
  'people.journeyPicture': live(
    z.object({
      contactId,
      filter: journeyFilterSchema.default({}),
      bins: z.number().int().min(10).max(1000).default(160),
    }),
    journeyPictureSchema,
  ),
  /** Totals of the whole journey, and what it can be filtered by. */
  'people.journeyFacets': live(contact, journeyFacetsSchema),
  'people.create': command(z.object({ input: contactInputSchema }), personRefSchema),
  'people.update': command(z.object({ contactId, changes: contactChangesSchema }), personRefSchema),
  /** Changes parts of an address and leaves its others as they are at that moment; an empty text takes a part away. */
  'people.updateAddress': command(z.object({ contactId, parts: addressSchema }), personRefSchema),
  'people.delete': command(z.object({ contactId, reason: z.string().max(REASON_MAX).optional() }), z.object({})),
  'people.restore': command(contact, personRefSchema),
  'people.claim': command(z.object({ contactId, identifier: identifierInputSchema }), z.object({})),
  /** Learns a person by what an interaction came by, so that the next one is known to be theirs. */
  'people.learn': command(z.object({ contactId, interactionId }), z.array(learntSchema)),
  /** Takes back what `people.learn` answered. */
  'people.unlearn': command(
    z.object({ contactId, learnt: z.array(learntSchema).max(INTERACTION_IDENTIFIERS_MAX) }),
    z.object({}),
  ),
  /** Settles that all who have an identifier share it, on every device, until another person wants it; or takes it back. */
  'people.share': command(z.object({ identifier: identifierInputSchema, shared: z.boolean() }), z.object({})),
  /** People in one line each. */
  'people.lines': live(z.object({ contactIds: z.array(contactId).max(PAGE_MAX) }), z.array(personLineSchema)),
  /** Takes `people.release` back: the contact claims again since when it did. */
  'people.unrelease': command(z.object({ contactId, identifier: identifierInputSchema }), z.object({})),
  'people.release': command(z.object({ contactId, identifier: identifierInputSchema }), z.object({})),
  /** Makes an auto-created contact Curated; the id stays. */
  'people.promote': command(z.object({ contactId, changes: contactChangesSchema.optional() }), personRefSchema),
  /** As `promote`, for several at once: all or none. */
  'people.promoteMany': command(
    z.object({
      people: z
        .array(z.object({ contactId, changes: contactChangesSchema.optional() }))
        .min(1)
        .max(PAGE_MAX),
    }),
    z.object({ promoted: z.number() }),
  ),
  /**
   * Takes auto-created contacts off the queue, or puts them back: all or none. It travels to every device, changes nothing
   * else (they age out as before), and is over when they get in touch again.
   */
  'people.dismiss': command(
    z.object({ contactIds: z.array(contactId).min(1).max(PAGE_MAX), dismissed: z.boolean() }),
    z.object({}),
  ),
  'people.addNote': command(z.object({ contactId, text: z.string().trim().min(1).max(NOTE_MAX) }), noteViewSchema),
  /** Changes a note's text; what stood there is kept. */
  'people.editNote': command(z.object({ noteId, text: z.string().trim().min(1).max(NOTE_MAX) }), noteViewSchema),
  /** Takes a note back; `people.restoreNote` puts it back. */
  'people.removeNote': command(z.object({ noteId }), z.object({})),
  'people.restoreNote': command(z.object({ noteId }), z.object({})),
  'people.autogenerated': live(
    z.object({
      /** Those who were taken off the queue, instead of those who wait in it. */
      dismissed: z.boolean().default(false),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(PAGE_MAX).default(50),
    }),
    z.object({ total: z.number(), items: z.array(autoContactSchema) }),
  ),
  /** One interaction, e.g. that of a mark in a journey's picture. */
  'interactions.get': query(z.object({ interactionId }), interactionViewSchema),
  /**
   * Corrects whose interactions are (null: of no one), their notes and how they ended; what is not named stays, and an empty
   * text takes it away. Their facts are never changed. All of them, or none.
   */
  'interactions.correct': command(
    z.object({
      corrections: z
        .array(
          z.object({
            interactionId,
            contactId: contactId.nullable().optional(),
            note: z.string().max(NOTE_MAX).optional(),
            wrapUp: z.string().max(WRAP_UP_MAX).optional(),
          }),
        )
        .min(1)
        .max(PAGE_MAX),
    }),
    z.object({}),
  ),
  /** What recording an interaction with these identifiers would resolve to. Creates nothing. */
  'interactions.resolve': query(
    z.object({ identifiers: z.array(identifierInputSchema).max(INTERACTION_IDENTIFIERS_MAX) }),
    resolutionSchema,
  ),
  /** Records an interaction and resolves it; an unknown person gets a new contact. Idempotent on its conversation. */
  'interactions.record': command(
    interactionInputSchema.extend({
      /** Whose it is, whatever it came by; `new`: of a person who is not known yet. */
      whose: z.union([z.literal('new'), contact]).optional(),
    }),
    z.object({
      interaction: interactionViewSchema,
      contact: personRefSchema,
      created: z.boolean(),
      reason: resolutionReasonSchema,
      /** What telling of it again added. */
      added: z.array(laterFieldSchema),
      warnings: z.array(recordingWarningSchema),
    }),
  ),
} as const
