// Texts that name a thing, or tell when it was written, each of a kind of its own: a text of one kind does not pass for one
// of another, though all are strings at run time and at rest.
// Invariant: a text becomes one of these here alone. That happens where its kind is known: where it is made, and at the
// doors, whose schemas check it; documents, rows and files say in their types what they hold.
// Moments need no kind of their own: those that are compared are numbers (milliseconds) or stamps, and an ISO text is made
// of one only to be shown.
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

/** What a merge, a note or an entry of the audit trail is stored under: a UUID that was made with it. */
export const mergeIdSchema = z.string().brand<'MergeId'>()
export type MergeId = z.infer<typeof mergeIdSchema>
export const asMergeId = (text: string): MergeId => text as MergeId
/** Reads the ids that were stored as a list. */
export const readMergeIds = (json: string): MergeId[] => JSON.parse(json) as MergeId[]
export const noteIdSchema = z.string().brand<'NoteId'>()
export type NoteId = z.infer<typeof noteIdSchema>
export const asNoteId = (text: string): NoteId => text as NoteId
export const auditIdSchema = z.string().brand<'AuditId'>()
export type AuditId = z.infer<typeof auditIdSchema>
export const asAuditId = (text: string): AuditId => text as AuditId

/** What a decision is stored under: a digest of its kind and what it is about. */
export type DecisionId = string & z.core.$brand<'DecisionId'>
export const asDecisionId = (text: string): DecisionId => text as DecisionId

/** An item of the Reconcile list: a digest of what it is about; one of sync names the document that was set aside. */
export const itemIdSchema = z.string().brand<'ItemId'>()
export type ItemId = z.infer<typeof itemIdSchema>
export const asItemId = (text: string): ItemId => text as ItemId

/** An installation with a data folder of its own: the last part of its stamps, and what it is called on the server. */
export const deviceIdSchema = z.string().brand<'DeviceId'>()
export type DeviceId = z.infer<typeof deviceIdSchema>
export const asDeviceId = (text: string): DeviceId => text as DeviceId
/** Stands where no device is known; in a stamp it comes before all devices. */
export const NO_DEVICE = asDeviceId('')
/** In a stamp it comes after all devices. */
export const AFTER_ALL_DEVICES = asDeviceId('~')

/** A contact, whether it is a canonical one, the ancestor of one, or one that no device knows. */
export const contactIdSchema = z.string().brand<'ContactId'>()
export type ContactId = z.infer<typeof contactIdSchema>
export const asContactId = (text: string): ContactId => text as ContactId
/** The canonical contact of a merge set: it stands for the person, and its ancestors never do. Any of them is a ContactId. */
export const personIdSchema = contactIdSchema.brand<'PersonId'>()
export type PersonId = z.infer<typeof personIdSchema>
/** Takes a contact for the canonical one of its set: one just made, or found to be the head of its set. */
export const asPersonId = (text: string): PersonId => text as PersonId
/** Reads the ids that were stored as a list. */
export const readContactIds = (json: string): ContactId[] => JSON.parse(json) as ContactId[]
/** Stands where an interaction belongs to no contact. */
export const NO_CONTACT = asContactId('')
/** Comes before all people, in the order of their ids. */
export const NO_PERSON = asPersonId(NO_CONTACT)
