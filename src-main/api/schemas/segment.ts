// The reference's JourneySegment and its assignments. Here calls put people into segments, nothing is worked out of what they do.
// Invariant: rules by which the reference would assign a segment itself are refused, never kept without being followed.
import { SEGMENT_SOURCES, type Segment, type SegmentAssignment } from '@shared/model/segment'
import { z } from 'zod'
import type { Listed } from '../../engine/derive/versioned-settings'
import { HttpError } from '../errors'
import { contactUri } from './contact'

export const SEGMENTS = '/api/v2/journey/segments'
const COLOR = '#008000'
/** As long as the reference keeps a person in a segment that says nothing of it. */
const DAYS = 30

const patterns = z.strictObject({ patterns: z.array(z.unknown()).nullish() }).nullish()
const external = z.strictObject({ id: z.string(), name: z.string(), source: z.string().nullish() })

/** Members that the system sets may come back as they were read. */
const unread = z.unknown().optional()
const whatWasRead = {
  id: unread,
  scope: z.literal('Customer').optional(),
  selfUri: unread,
  createdDate: unread,
  modifiedDate: unread,
}

export const segmentBody = z.strictObject({
  ...whatWasRead,
  displayName: z.string(),
  isActive: z.boolean().nullish(),
  version: z.number().int().nullish(),
  description: z.string().nullish(),
  color: z.string().nullish(),
  shouldDisplayToAgent: z.boolean().nullish(),
  context: patterns,
  journey: patterns,
  externalSegment: external.nullish(),
  assignmentExpirationDays: z.number().int().nullish(),
})
export const segmentPatchBody = segmentBody.partial().extend({
  externalSegment: z.strictObject({ id: unread, source: unread, name: z.string() }).nullish(),
})

const pattern = z.object({ patterns: z.array(z.unknown()) })
export const segmentSchema = z.object({
  id: z.string(),
  isActive: z.boolean(),
  displayName: z.string(),
  version: z.number(),
  description: z.string().optional(),
  color: z.string(),
  scope: z.literal('Customer'),
  shouldDisplayToAgent: z.boolean(),
  context: pattern,
  journey: pattern,
  externalSegment: z.object({ id: z.string(), name: z.string(), source: z.string() }).optional(),
  assignmentExpirationDays: z.number(),
  selfUri: z.string(),
  createdDate: z.string(),
  modifiedDate: z.string(),
})
type SegmentAnswer = z.infer<typeof segmentSchema>

export const toSegment = (segment: Listed<Segment>): SegmentAnswer => ({
  id: segment.id,
  isActive: segment.isActive,
  displayName: segment.name,
  version: segment.version,
  ...(segment.description === undefined ? {} : { description: segment.description }),
  color: segment.color,
  scope: 'Customer',
  shouldDisplayToAgent: segment.isShown,
  context: { patterns: [] },
  journey: { patterns: [] },
  ...(segment.external === undefined ? {} : { externalSegment: segment.external }),
  assignmentExpirationDays: segment.days,
  selfUri: `${SEGMENTS}/${segment.id}`,
  createdDate: segment.createdAt,
  modifiedDate: segment.modifiedAt,
})

type SegmentBody = z.infer<typeof segmentBody>
type PatchBody = z.infer<typeof segmentPatchBody>

/** @throws HttpError `malformed` for rules that nothing here would follow */
function checkRules(body: Pick<PatchBody, 'context' | 'journey'>): void {
  for (const member of ['context', 'journey'] as const)
    if (body[member]?.patterns?.length)
      throw new HttpError(
        'malformed',
        'People come into segments by calls alone: leave the patterns out.',
        `${member}.patterns`,
      )
}

/** @throws HttpError `malformed` */
function externalOf({
  id,
  name,
  source,
}: NonNullable<SegmentBody['externalSegment']>): NonNullable<Segment['external']> {
  const known = SEGMENT_SOURCES.find((one) => one === (source ?? 'Custom'))
  if (!known)
    throw new HttpError(
      'malformed',
      `externalSegment.source is one of ${SEGMENT_SOURCES.join(', ')}.`,
      'externalSegment.source',
    )
  return { id, name, source: known }
}

/** @throws HttpError `malformed` */
export function fromSegmentBody(body: SegmentBody): Segment {
  checkRules(body)
  return {
    name: body.displayName,
    isActive: body.isActive ?? true,
    ...(body.description ? { description: body.description } : {}),
    color: body.color ?? COLOR,
    isShown: body.shouldDisplayToAgent ?? false,
    ...(body.externalSegment ? { external: externalOf(body.externalSegment) } : {}),
    days: body.assignmentExpirationDays ?? DAYS,
  }
}

/** A segment with what a body says of it; what it leaves out stays. @throws HttpError `malformed` */
export function patchedSegment(body: PatchBody, before: Listed<Segment>): Segment {
  checkRules(body)
  const { name, isActive, description, color, isShown, external: known, days } = before
  if (body.externalSegment && !known)
    throw new HttpError('malformed', 'This segment stands for none of another system.', 'externalSegment')
  const wanted = body.description === undefined ? description : body.description
  return {
    name: body.displayName ?? name,
    isActive: body.isActive ?? isActive,
    ...(wanted ? { description: wanted } : {}),
    color: body.color ?? color,
    isShown: body.shouldDisplayToAgent ?? isShown,
    ...(known ? { external: { ...known, ...(body.externalSegment ? { name: body.externalSegment.name } : {}) } } : {}),
    days: body.assignmentExpirationDays ?? days,
  }
}

export const assignmentSchema = z.object({
  dateAssigned: z.string(),
  dateForUnassignment: z.string(),
  segment: z.object({ id: z.string(), selfUri: z.string() }),
  externalContact: z.object({ id: z.string(), selfUri: z.string() }),
})

export const toAssignment = ({
  segmentId,
  contactId,
  assignedAt,
  until,
}: SegmentAssignment): z.infer<typeof assignmentSchema> => ({
  dateAssigned: assignedAt,
  dateForUnassignment: until,
  segment: { id: segmentId, selfUri: `${SEGMENTS}/${segmentId}` },
  externalContact: { id: contactId, selfUri: contactUri(contactId) },
})
