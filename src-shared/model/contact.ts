// Contacts: the reference's `ExternalContact` fields (SDK `index.d.ts`) as schemas, for input and for what is stored.
// Invariant: every field a person can type is listed in CONTACT_FIELDS; nothing else is ever a register of a contact.

import { z } from 'zod'
import {
  CUSTOM_DEPTH_MAX,
  CUSTOM_FIELDS_MAX,
  CUSTOM_NAME_MAX,
  CUSTOM_VALUE_MAX,
  EXTERNAL_ID_MAX,
  EXTERNAL_IDS_MAX,
  ID_MAX,
  LIST_MAX,
  NAME_MAX,
  TAG_LENGTH_MAX,
  TAGS_MAX,
  URL_MAX,
} from './limits'

export const CONTACT_TYPES = ['Ephemeral', 'Identified', 'Curated'] as const
export const contactTypeSchema = z.enum(CONTACT_TYPES)
/** Ordered: a contact's type only ever rises (domain specification, section 6). */
export type ContactType = z.infer<typeof contactTypeSchema>

const text = (max: number) => z.string().trim().max(max)

/**
 * A phone field. `userInput` is what was typed; `display` what to show; `e164` and `countryCode` are set only for a
 * valid number. `normalizationCountryCode` (ISO 3166 alpha-2) is the region a national notation was read in.
 */
export const phoneNumberSchema = z.object({
  userInput: z.string(),
  display: z.string(),
  e164: z.string().optional(),
  countryCode: z.string().optional(),
  extension: z.number().int().nonnegative().optional(),
  acceptsSMS: z.boolean().optional(),
  normalizationCountryCode: z.string().length(2).optional(),
})
export type PhoneNumber = z.infer<typeof phoneNumberSchema>

/** A phone as a caller gives it: at least one of the notations. */
const phoneInputSchema = z
  .object({
    userInput: text(NAME_MAX).optional(),
    display: text(NAME_MAX).optional(),
    e164: text(64).optional(),
    countryCode: z.string().optional(),
    extension: z.number().int().nonnegative().optional(),
    acceptsSMS: z.boolean().optional(),
    normalizationCountryCode: z.string().length(2).optional(),
  })
  .refine((phone) => Boolean(phone.userInput || phone.display || phone.e164), { message: 'A phone number is missing' })
export type PhoneInput = z.infer<typeof phoneInputSchema>

export const addressSchema = z.object({
  address1: text(512).optional(),
  address2: text(512).optional(),
  city: text(NAME_MAX).optional(),
  state: text(NAME_MAX).optional(),
  postalCode: text(64).optional(),
  countryCode: text(64).optional(),
})
export type Address = z.infer<typeof addressSchema>

const twitterIdSchema = z.object({
  id: text(NAME_MAX).optional(),
  name: text(NAME_MAX).optional(),
  screenName: text(NAME_MAX).optional(),
  verified: z.boolean().optional(),
  profileUrl: text(URL_MAX).optional(),
})
const lineIdSchema = z.object({
  ids: z.array(z.object({ userId: text(NAME_MAX).min(1) })).max(LIST_MAX),
  displayName: text(NAME_MAX).optional(),
})
const facebookIdSchema = z.object({
  ids: z.array(z.object({ scopedId: text(NAME_MAX).min(1) })).max(LIST_MAX),
  displayName: text(NAME_MAX).optional(),
})
const instagramIdSchema = z.object({
  ids: z.array(z.object({ scopedId: text(NAME_MAX).min(1) })).max(LIST_MAX),
  displayName: text(NAME_MAX).optional(),
  handle: text(NAME_MAX).optional(),
})
const externalIdSchema = z.object({
  externalSource: z.object({ id: text(NAME_MAX).min(1), name: text(NAME_MAX).optional() }),
  value: text(EXTERNAL_ID_MAX).min(1),
})
export type ExternalId = z.infer<typeof externalIdSchema>

const scalarFields = {
  salutation: text(NAME_MAX),
  firstName: text(NAME_MAX),
  middleName: text(NAME_MAX),
  lastName: text(NAME_MAX),
  title: text(NAME_MAX),
  workEmail: text(320),
  personalEmail: text(320),
  otherEmail: text(320),
  address: addressSchema,
  twitterId: twitterIdSchema,
  lineId: lineIdSchema,
  facebookId: facebookIdSchema,
  instagramId: instagramIdSchema,
  whatsappBsuid: text(NAME_MAX),
  appleOpaqueIds: z.array(z.object({ value: text(NAME_MAX).min(1) })).max(LIST_MAX),
  externalIds: z.array(externalIdSchema).max(EXTERNAL_IDS_MAX),
  externalOrganization: z.object({ id: text(NAME_MAX).optional(), name: text(NAME_MAX) }),
  surveyOptOut: z.boolean(),
  externalSystemUrl: text(URL_MAX),
  /** What a person is filed under: labels, categories, groups of other programs. */
  tags: z.array(text(TAG_LENGTH_MAX).min(1)).max(TAGS_MAX),
  customFields: z.record(z.string(), z.json()),
  /** By which custom fields are typed; absent: any name and any JSON. */
  schema: z.object({ id: text(ID_MAX).min(1), version: z.number().int().min(1) }),
} as const

const phoneFields = <T extends z.ZodType>(phone: T) => ({
  workPhone: phone,
  cellPhone: phone,
  homePhone: phone,
  otherPhone: phone,
})

/** The values of a contact as stored and shown. */
export const contactFieldsSchema = z
  .object({
    ...scalarFields,
    ...phoneFields(phoneNumberSchema),
    whatsAppId: z.object({ phoneNumber: phoneNumberSchema, displayName: text(NAME_MAX).optional() }),
  })
  .partial()
export type ContactFields = z.infer<typeof contactFieldsSchema>

const isDeep = (value: unknown, left: number): boolean =>
  value !== null &&
  typeof value === 'object' &&
  (left === 0 || Object.values(value).some((member) => isDeep(member, left - 1)))

/** What is wrong with a custom field; undefined: nothing. */
function customFault(name: string, value: unknown): string | undefined {
  if (name.length > CUSTOM_NAME_MAX) return `A name has at most ${CUSTOM_NAME_MAX} characters`
  if (isDeep(value, CUSTOM_DEPTH_MAX)) return `At most ${CUSTOM_DEPTH_MAX} lists and objects stand in each other`
  return JSON.stringify(value).length > CUSTOM_VALUE_MAX ? `At most ${CUSTOM_VALUE_MAX} characters fit` : undefined
}

const customFieldsInput = scalarFields.customFields.superRefine((fields, context) => {
  if (Object.keys(fields).length > CUSTOM_FIELDS_MAX) {
    context.addIssue({ code: 'custom', message: `At most ${CUSTOM_FIELDS_MAX} custom fields fit` })
    return
  }
  for (const [name, value] of Object.entries(fields)) {
    const message = customFault(name, value)
    if (message) context.addIssue({ code: 'custom', message, path: [name.slice(0, TAG_LENGTH_MAX)] })
  }
})

/** The values of a contact as a caller gives them. Absent: unsaid. `null`: to be emptied (updates only). */
export const contactInputSchema = z
  .object({
    ...scalarFields,
    ...phoneFields(phoneInputSchema),
    whatsAppId: z.object({ phoneNumber: phoneInputSchema, displayName: text(NAME_MAX).optional() }),
    customFields: customFieldsInput,
  })
  .partial()
  .strict()
export type ContactInput = z.infer<typeof contactInputSchema>

/** Changes to a contact: only the fields named change; `null` empties one. */
export type ContactChanges = { [K in keyof ContactInput]: ContactInput[K] | null }
export const contactChangesSchema = z
  .object(Object.fromEntries(Object.entries(contactInputSchema.shape).map(([name, field]) => [name, field.nullable()])))
  .strict() as unknown as z.ZodType<ContactChanges>

export const PHONE_FIELDS = ['workPhone', 'cellPhone', 'homePhone', 'otherPhone'] as const
export const EMAIL_FIELDS = ['workEmail', 'personalEmail', 'otherEmail'] as const
export const CONTACT_FIELDS = Object.keys(contactFieldsSchema.shape) as ContactField[]

/**
 * Where a value of a contact stands: a field, or a member of one (`customFields/Loyalty`). Open by nature: documents of newer
 * versions have fields that this one keeps and shows without knowing them.
 */
export const fieldKeySchema = z.string()

export type PhoneField = (typeof PHONE_FIELDS)[number]
export type EmailField = (typeof EMAIL_FIELDS)[number]
export type ContactField = keyof ContactFields

const FAMILY_FIRST = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}々ー]+$/u

/** What to call a contact in one line: its name, else its organisation, else its first address or number, else nothing. */
export function displayNameOf(fields: ContactFields): string {
  const { firstName, middleName, lastName } = fields
  // Chinese, Korean and Japanese names: the family's first, and no space between.
  if (firstName && lastName && FAMILY_FIRST.test(firstName + lastName)) return lastName + (middleName ?? '') + firstName
  const name = [firstName, middleName, lastName].filter(Boolean).join(' ')
  if (name !== '') return name
  if (fields.externalOrganization?.name) return fields.externalOrganization.name
  for (const field of EMAIL_FIELDS) if (fields[field]) return fields[field]
  for (const field of PHONE_FIELDS) if (fields[field]) return fields[field].display
  return fields.whatsAppId?.displayName ?? fields.twitterId?.name ?? fields.twitterId?.screenName ?? ''
}
