// Segments: groups of customers that an organisation names, and that calls put people into.
import { z } from 'zod'
import { FIELD_DESCRIPTION_MAX, FIELD_TITLE_MAX, ID_MAX, SEGMENT_DAYS_MAX } from './limits'

/** Systems that segments come from. */
export const SEGMENT_SOURCES = ['AdobeExperiencePlatform', 'Custom'] as const

export const segmentSchema = z.strictObject({
  name: z.string().trim().min(1).max(FIELD_TITLE_MAX),
  isActive: z.boolean(),
  description: z.string().max(FIELD_DESCRIPTION_MAX).optional(),
  color: z.string().regex(/^#[0-9a-f]{6}$/i, 'Write a colour as #1A2B3C'),
  isShown: z.boolean(),
  /** The same group in another system. */
  external: z
    .strictObject({
      id: z.string().min(1).max(ID_MAX),
      name: z.string().min(1).max(FIELD_TITLE_MAX),
      source: z.enum(SEGMENT_SOURCES),
    })
    .optional(),
  /** Days after which a person is in it no more. */
  days: z.number().int().min(1).max(SEGMENT_DAYS_MAX),
})
export type Segment = z.infer<typeof segmentSchema>

/** That a person is in a segment. */
export interface SegmentAssignment {
  segmentId: string
  contactId: string
  assignedAt: string
  until: string
}
