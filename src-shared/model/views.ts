// What the engine shows of its documents: read-only pictures for screens and API, derived, never stored by a command.
// Invariant: the `id` of a person is the canonical one, that of a record may be an ancestor's.
import {
  contactIdSchema,
  deviceIdSchema,
  interactionIdSchema,
  mergeIdSchema,
  noteIdSchema,
  personIdSchema,
  stampSchema,
} from '@shared/model/ids'
import { z } from 'zod'
import { contactFieldsSchema, contactTypeSchema, fieldKeySchema } from './contact'
import { identifierInputSchema, identifierTypeSchema } from './identifier'
import { channelSchema, directionSchema, sessionEventSchema } from './interaction'

/** RFC 3339 in UTC with milliseconds. */
const moment = z.string()

/** A person in one line. */
export const personRefSchema = z.object({ id: personIdSchema, displayName: z.string(), type: contactTypeSchema })
export type PersonRef = z.infer<typeof personRefSchema>

/** A record in one line: a person, or what a person was made of by merges. */
export const recordRefSchema = personRefSchema.extend({ id: contactIdSchema })
export type RecordRef = z.infer<typeof recordRefSchema>

/** A person in one line, with what tells them from others of the same name. */
export const personLineSchema = personRefSchema.extend({
  /** Organisation, city, an address or number. */
  detail: z.string(),
  lastSeen: moment.nullable(),
  interactions: z.number(),
  /** Records that the person is made of. */
  records: z.number(),
})
export type PersonLine = z.infer<typeof personLineSchema>

/** A person that an identifier may mean. */
export const candidateSchema = personLineSchema.extend({
  /** The identifier they have, as a person reads it. */
  matched: z.string(),
  claimedAt: moment,
  /** It points to them; the others have it, too. */
  holds: z.boolean(),
  /** It was not settled yet that they share it. */
  disputed: z.boolean(),
})
export type Candidate = z.infer<typeof candidateSchema>

/** How a claim came about. */
export const claimSourceSchema = z.enum(['field', 'explicit', 'interaction', 'import'])
export type ClaimSource = z.infer<typeof claimSourceSchema>

/** A person who claims an identifier: since when, by whose hand, and how it came about. */
const claimantSchema = personRefSchema.extend({
  claimedAt: moment,
  claimedBy: z.string(),
  via: claimSourceSchema,
})
export type Claimant = z.infer<typeof claimantSchema>

/** One identifier a person claims. */
export const claimViewSchema = z.object({
  type: identifierTypeSchema,
  value: z.string(),
  source: z.string().optional(),
  /** As a person reads it: a phone number in international notation. */
  display: z.string(),
  claimedAt: moment,
  claimedBy: z.string(),
  via: claimSourceSchema,
  /** The record of the merge set that claims it. */
  memberId: contactIdSchema,
  /** True: it points to this person. False: another claimed it earlier and this person is a contender. */
  held: z.boolean(),
  /** Who holds it, when that is another person. */
  holder: claimantSchema.optional(),
  /** Other people who want it, in the order they would get it: the first of them. */
  contenders: z.array(claimantSchema),
  /** How many contacts claim it, this one among them. */
  wanted: z.number(),
  /** It was settled that all of them share it. */
  shared: z.boolean(),
})
export type ClaimView = z.infer<typeof claimViewSchema>

export const noteViewSchema = z.object({
  id: noteIdSchema,
  contactId: contactIdSchema,
  text: z.string(),
  createdAt: moment,
  modifiedAt: moment,
  by: z.string(),
  /** What stood there before, the latest first. */
  earlier: z.array(z.object({ text: z.string(), at: moment, by: z.string() })),
  /** Who wrote the present text, when that is not the writer of the note. */
  editedBy: z.string().optional(),
  /** That it was taken back; absent while it stands. */
  removed: z.object({ at: moment, by: z.string() }).optional(),
})
export type NoteView = z.infer<typeof noteViewSchema>

/** A value that lost against another and is kept. */
const lostValueSchema = z.object({
  field: fieldKeySchema,
  /** As `field`; of an external id or a custom field with which one: `customFields/Loyalty`. */
  key: fieldKeySchema,
  value: z.unknown(),
  at: moment,
  by: z.string(),
  contactId: contactIdSchema,
  stamp: stampSchema,
  /** True: the writer of the current value had not seen this one. */
  overwrittenUnseen: z.boolean(),
})
export type LostValue = z.infer<typeof lostValueSchema>
export const lostValuePageSchema = z.object({ total: z.number(), items: z.array(lostValueSchema) })
export type LostValuePage = z.infer<typeof lostValuePageSchema>

export const mergeViewSchema = z.object({
  id: mergeIdSchema,
  inputs: z.array(recordRefSchema),
  resultId: contactIdSchema,
  at: moment,
  by: z.string(),
  device: deviceIdSchema,
  reason: z.string().optional(),
  standing: z.boolean(),
  undoneAt: moment.optional(),
  undoneBy: z.string().optional(),
})
export type MergeView = z.infer<typeof mergeViewSchema>

const contactStatusSchema = z.enum(['active', 'deleted', 'expired', 'erased', 'undone'])

/** That a person and another must never be merged: who settled it, when, and why. */
const neverMergeSchema = z.object({
  other: personLineSchema,
  at: moment,
  by: z.string(),
  reason: z.string().optional(),
})
export type NeverMerge = z.infer<typeof neverMergeSchema>

/** That one of two was taken out of the other, because records of one told of two people. */
const splitViewSchema = z.object({
  /** The contact that was taken out: what undoing names. */
  contactId: contactIdSchema,
  other: personLineSchema,
  /** This person was taken out of the other. */
  isNew: z.boolean(),
  at: moment,
  by: z.string(),
})
export type SplitView = z.infer<typeof splitViewSchema>

/** A person, whole: what the Person screen shows. */
export const personViewSchema = z.object({
  id: personIdSchema,
  type: contactTypeSchema,
  status: contactStatusSchema,
  displayName: z.string(),
  fields: contactFieldsSchema,
  /** Per field, when its current value was written and by which user. */
  fieldInfo: z.record(fieldKeySchema, z.object({ at: moment, by: z.string() })),
  /** The newest of them; `people.lostValues` has all. */
  lostValues: z.array(lostValueSchema),
  lostTotal: z.number(),
  identifiers: z.array(claimViewSchema),
  notes: z.array(noteViewSchema),
  /** Notes that were taken back, the last taken back first. */
  removedNotes: z.array(noteViewSchema),
  merges: z.array(mergeViewSchema),
  /** The people this person must never be merged with, latest first. */
  neverMerge: z.array(neverMergeSchema),
  /** The people this person was taken apart from, latest first. */
  splits: z.array(splitViewSchema),
  /** Canonical and ancestors; null when never merged. */
  mergeSet: z.array(contactIdSchema).nullable(),
  mergedFrom: z.array(contactIdSchema).nullable(),
  createdAt: moment,
  createdBy: z.string(),
  modifiedAt: moment,
  lastSeen: moment.nullable(),
  /** When it ages out; null for those that never do. */
  expiresAt: moment.nullable(),
  interactions: z.number(),
})
export type PersonView = z.infer<typeof personViewSchema>

/** A segment that a person is in, as agents see it. */
export const shownSegmentSchema = z.object({
  segmentId: z.string(),
  name: z.string(),
  /** As #1A2B3C. */
  color: z.string(),
  description: z.string(),
  /** When the person is in it no more. */
  until: moment,
})
export type ShownSegment = z.infer<typeof shownSegmentSchema>

/** One result of a look-up. */
const lookupHitSchema = personLineSchema.extend({
  /** Why it is here: `holder` of the identifier, a `contender` or `mention` of it, or found by `name`, `mail`, `number`, `other` value. */
  match: z.enum(['holder', 'contender', 'mention', 'name', 'mail', 'number', 'other']),
  /** The value that matched, as shown, and the field or identifier type it stands in. */
  matched: z.object({ label: z.string(), text: z.string() }),
  /** When the holder claimed it; only with `holder`. */
  claimedAt: moment.optional(),
})
export type LookupHit = z.infer<typeof lookupHitSchema>

export const lookupResultSchema = z.object({
  /** What the text was taken for. */
  readAs: z.enum(['phone', 'email', 'name', 'other']),
  /** The normalised identifier where there is one. */
  normalised: z.string().optional(),
  hits: z.array(lookupHitSchema),
})
export type LookupResult = z.infer<typeof lookupResultSchema>

export const interactionViewSchema = z.object({
  id: interactionIdSchema,
  conversationId: z.string(),
  communicationId: z.string().optional(),
  /** The contact it was tied to when it was recorded, or by a person since; never rewritten by merges. */
  contactId: contactIdSchema.nullable(),
  channel: channelSchema,
  direction: directionSchema,
  startedAt: moment,
  endedAt: moment.optional(),
  identifiers: z.array(z.object({ type: identifierTypeSchema, value: z.string(), display: z.string() })),
  /** What came with it and could not be read as an identifier, as it was sent. */
  unread: z
    .array(z.object({ type: identifierTypeSchema, value: z.string(), source: z.string().optional() }))
    .optional(),
  queue: z.string().optional(),
  agent: z.string().optional(),
  wrapUp: z.string().optional(),
  subject: z.string().optional(),
  note: z.string().optional(),
  events: z.array(sessionEventSchema).optional(),
  recordedBy: z.string(),
})
export type InteractionView = z.infer<typeof interactionViewSchema>

/** Which interactions of a person are wanted. Dates are moments; `to` is exclusive. */
export const journeyFilterSchema = z.object({
  channels: z.array(channelSchema).optional(),
  direction: directionSchema.optional(),
  from: moment.optional(),
  to: moment.optional(),
  queue: z.string().optional(),
  agent: z.string().optional(),
  contactIds: z.array(contactIdSchema).optional(),
})
export type JourneyFilter = z.infer<typeof journeyFilterSchema>
/** As a caller asks, whose ids are plain texts until the contract has checked them. */
export type AskedJourneyFilter = z.input<typeof journeyFilterSchema>

/** A stretch of a journey, newest first. */
export const journeyPageSchema = z.object({
  total: z.number(),
  byChannel: z.partialRecord(channelSchema, z.number()),
  items: z.array(interactionViewSchema),
})
export type JourneyPage = z.infer<typeof journeyPageSchema>

/** Interactions of one channel that lie so close together that a picture of this width cannot tell them apart. */
const journeyMarkSchema = z.object({
  channel: channelSchema,
  /** Start of the first and of the last of them, in ms. */
  first: z.number(),
  last: z.number(),
  count: z.number(),
  /** Which one it is, when it is only one. */
  id: interactionIdSchema.optional(),
})
export type JourneyMark = z.infer<typeof journeyMarkSchema>

/**
 * A journey as it is drawn: marks instead of interactions, so that ten thousand cost no more than a few hundred.
 * Moments in ms.
 */
export const journeyPictureSchema = z.object({
  /** First and last interaction that pass the filter, its dates aside; null: none does. */
  span: z.object({ from: z.number(), to: z.number() }).nullable(),
  /** How many lie within the filter's dates. */
  total: z.number(),
  /** Within the filter's dates, oldest first in each channel. */
  marks: z.array(journeyMarkSchema),
  /** The whole span in equal parts, and how many each holds: what the brush is drawn from. */
  overview: z.array(z.number()),
})
export type JourneyPicture = z.infer<typeof journeyPictureSchema>

/** What a whole journey is made of: its totals, and what it can be filtered by. Most frequent first. */
export const journeyFacetsSchema = z.object({
  total: z.number(),
  /** Start of the first and of the last interaction, in ms; null: there is none. */
  span: z.object({ from: z.number(), to: z.number() }).nullable(),
  byChannel: z.partialRecord(channelSchema, z.number()),
  byDirection: z.partialRecord(directionSchema, z.number()),
  queues: z.array(z.object({ value: z.string(), count: z.number() })),
  agents: z.array(z.object({ value: z.string(), count: z.number() })),
  /** Records of the person that interactions are tied to. */
  records: z.array(recordRefSchema.extend({ count: z.number() })),
})
export type JourneyFacets = z.infer<typeof journeyFacetsSchema>

/** Why an interaction belongs to a contact: the identifier that decided, since when it is claimed, and by which user. */
export const resolutionReasonSchema = z.object({
  decidedBy: z
    .object({
      type: identifierTypeSchema,
      value: z.string(),
      display: z.string(),
      claimedAt: moment,
      claimedBy: z.string(),
    })
    .nullable(),
  /** Identifiers that no contact held and that were claimed for the contact. */
  claimed: z.array(z.object({ type: identifierTypeSchema, value: z.string(), display: z.string() })),
  /** Identifiers that stayed with another contact: each a hint that the two may be one person. */
  heldByOthers: z.array(
    z.object({ type: identifierTypeSchema, value: z.string(), display: z.string(), holder: personRefSchema }),
  ),
})
export type ResolutionReason = z.infer<typeof resolutionReasonSchema>

/** An identifier that a person was learnt by. */
export const learntSchema = z.object({
  identifier: identifierInputSchema,
  /** Contacts that made themselves, and had it before. */
  from: z.array(contactIdSchema),
  /** Contacts that people keep have it as well, and it was settled now that they share it. */
  shared: z.boolean(),
})
export type Learnt = z.infer<typeof learntSchema>

/** What an interaction says that may be learnt later: recording it again adds what was not known. */
export const laterFieldSchema = z.enum([
  'endedAt',
  'queue',
  'agent',
  'subject',
  'note',
  'wrapUp',
  'identifiers',
  'events',
])
export type LaterField = z.infer<typeof laterFieldSchema>
/** What recording it again may say otherwise. */
const statedFieldSchema = z.enum([...laterFieldSchema.options, ...(['channel', 'direction', 'startedAt'] as const)])
export type StatedField = z.infer<typeof statedFieldSchema>

/** Something about an interaction that was not taken as it was sent. */
export const recordingWarningSchema = z.object({
  code: z.enum(['unread_identifier', 'future_moment', 'ended_before_start', 'known_otherwise', 'unknown_member']),
  /** Where it stands in what was sent. Open: an unknown member has the sender's name. */
  field: z.string(),
  message: z.string(),
})
export type RecordingWarning = z.infer<typeof recordingWarningSchema>

/** What resolving identifiers gives, or would give: an existing person, or a new contact of `newType`. */
export const resolutionSchema = z.object({
  contact: personRefSchema.nullable(),
  newType: contactTypeSchema.optional(),
  reason: resolutionReasonSchema,
  /** Every person that the identifiers may mean, `contact` among them. */
  candidates: z.array(candidateSchema),
})
export type Resolution = z.infer<typeof resolutionSchema>

/** A person who may be the same, and the identifiers that say so. */
const suggestionSchema = z.object({
  person: personLineSchema,
  reasons: z.array(
    z.object({
      type: identifierTypeSchema,
      display: z.string(),
      /** Both have it in their details; or an interaction of the one came by what the other holds. */
      how: z.enum(['both-claim', 'came-by']),
    }),
  ),
})
export type Suggestion = z.infer<typeof suggestionSchema>

/** An auto-created contact in the promotion queue. */
export const autoContactSchema = z.object({
  id: personIdSchema,
  type: contactTypeSchema,
  displayName: z.string(),
  identifiers: z.array(z.object({ type: identifierTypeSchema, display: z.string() })),
  lastSeen: moment.nullable(),
  expiresAt: moment.nullable(),
  interactions: z.number(),
  /** Best first; those who must never be merged with it are left out. */
  suggestions: z.array(suggestionSchema),
  /** Who took it off the queue and when; null while it waits there. */
  dismissed: z.object({ at: moment, by: z.string() }).nullable(),
})
export type AutoContact = z.infer<typeof autoContactSchema>
