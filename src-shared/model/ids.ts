// Texts that name a thing, or tell when it was written, each of a kind of its own: a text of one kind does not pass for one
// of another, though all are strings at run time and at rest.
// Invariant: a text becomes one of these here alone. That happens where its kind is known: where it is made, and at the
// doors, whose schemas check it; documents, rows and files say in their types what they hold.
import { z } from 'zod'

/** A stamp (`engine/documents/stamp.ts`): when a device wrote something, in an order that all devices share. */
export const stampSchema = z.string().brand<'Stamp'>()
export type Stamp = z.infer<typeof stampSchema>
/** Takes a text for a stamp that was just made, or is known to be one. */
export const asStamp = (text: string): Stamp => text as Stamp
/** Comes before all stamps: where there is none. */
export const NO_STAMP = asStamp('')

/** What an interaction is stored under: a digest of its conversation and communication. */
export const interactionIdSchema = z.string().brand<'InteractionId'>()
export type InteractionId = z.infer<typeof interactionIdSchema>
export const asInteractionId = (text: string): InteractionId => text as InteractionId

/** What an identifier is stored under: a digest of its type, source and value. */
export type IdentifierId = string & z.core.$brand<'IdentifierId'>
export const asIdentifierId = (text: string): IdentifierId => text as IdentifierId

/** A contact, whether it is a canonical one, the ancestor of one, or one that no device knows. */
export const contactIdSchema = z.string().brand<'ContactId'>()
export type ContactId = z.infer<typeof contactIdSchema>
export const asContactId = (text: string): ContactId => text as ContactId
/** Reads the ids that were stored as a list. */
export const readContactIds = (json: string): ContactId[] => JSON.parse(json) as ContactId[]
/** Stands where an interaction belongs to no contact. */
export const NO_CONTACT = asContactId('')
