// Identifiers: the eleven types of the reference and how each is written down.
// Invariant: two identifiers are the same exactly if type and normalised value are the same (domain specification, section 2).
import { z } from 'zod'
import { IDENTIFIER_SOURCE_MAX, IDENTIFIER_VALUE_MAX } from './limits'

/** Exact strings of the reference's `ContactIdentifier.type`. */
export const IDENTIFIER_TYPES = [
  'Phone',
  'Email',
  'Cookie',
  'ExternalId',
  'SocialLine',
  'SocialFacebook',
  'SocialTwitter',
  'SocialWhatsapp',
  'SocialInstagram',
  'SocialWhatsappBsuid',
  'AppleOpaqueId',
] as const

export const identifierTypeSchema = z.enum(IDENTIFIER_TYPES)
export type IdentifierType = z.infer<typeof identifierTypeSchema>

/** An identifier as a caller gives it: any notation. `source` is the external system, and only for `ExternalId`. */
export const identifierInputSchema = z.object({
  type: identifierTypeSchema,
  value: z.string().min(1).max(IDENTIFIER_VALUE_MAX),
  source: z.string().min(1).max(IDENTIFIER_SOURCE_MAX).optional(),
})
export type IdentifierInput = z.infer<typeof identifierInputSchema>

/** What an interaction came by, as it was sent: an empty value is what some exchanges send for a withheld number. */
export const sentIdentifierSchema = identifierInputSchema.extend({ value: z.string().max(IDENTIFIER_VALUE_MAX) })

/** A normalised identifier: `value` is the key. */
export const identifierSchema = z.object({
  type: identifierTypeSchema,
  value: z.string(),
  source: z.string().optional(),
})
export type Identifier = z.infer<typeof identifierSchema>

/** The external system that stands for rows of imports which name no identifier: never typed, and never shown. */
export const IMPORTED_ROW = 'imported-row'

/** Whether an identifier is one that people know. */
export const isKnownToPeople = ({ source }: Pick<Identifier, 'source'>): boolean => source !== IMPORTED_ROW
