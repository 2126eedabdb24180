// Schemas of custom fields: which fields an organisation gives its contacts, of what type, and what each may hold.
// Invariant: whether a value fits its field depends on the two alone, so that every device says the same.
import { z } from 'zod'
import {
  CUSTOM_NAME_MAX,
  FIELD_DESCRIPTION_MAX,
  FIELD_OPTIONS_MAX,
  FIELD_TITLE_MAX,
  SCHEMA_FIELDS_MAX,
  TAG_LENGTH_MAX,
  URL_MAX,
} from './limits'

/** The reference's types, each with how much it holds unless its field says less: characters, or entries of a list. */
export const FIELD_TYPES = {
  text: 100,
  longtext: 1000,
  url: URL_MAX,
  identifier: 100,
  enum: TAG_LENGTH_MAX,
  integer: undefined,
  number: undefined,
  date: undefined,
  datetime: undefined,
  checkbox: undefined,
  tag: 20,
} as const
export type FieldType = keyof typeof FIELD_TYPES
export const FIELD_TYPE_NAMES = Object.keys(FIELD_TYPES) as [FieldType, ...FieldType[]]

const optionSchema = z.strictObject({
  value: z.string().min(1).max(TAG_LENGTH_MAX),
  title: z.string().max(FIELD_TITLE_MAX).optional(),
  /** Kept where it was chosen, and chosen no more. */
  isDisabled: z.boolean().optional(),
})
const customFieldSchema = z.strictObject({
  name: z.string().min(1).max(CUSTOM_NAME_MAX),
  type: z.enum(FIELD_TYPE_NAMES),
  title: z.string().min(1).max(FIELD_TITLE_MAX),
  description: z.string().max(FIELD_DESCRIPTION_MAX).optional(),
  isRequired: z.boolean().optional(),
  /** Of a text its characters, of a number the number, of tags how many. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** Characters of each tag. */
  entryMin: z.number().int().min(0).max(TAG_LENGTH_MAX).optional(),
  entryMax: z.number().int().min(1).max(TAG_LENGTH_MAX).optional(),
  options: z.array(optionSchema).min(1).max(FIELD_OPTIONS_MAX).optional(),
})
export type CustomField = z.infer<typeof customFieldSchema>

export const contactSchemaSchema = z.strictObject({
  name: z.string().trim().min(1).max(FIELD_TITLE_MAX),
  title: z.string().max(FIELD_TITLE_MAX).optional(),
  description: z.string().max(FIELD_DESCRIPTION_MAX).optional(),
  /** One that is not stays with the contacts that have it, and is given to no other. */
  isEnabled: z.boolean(),
  fields: z.array(customFieldSchema).max(SCHEMA_FIELDS_MAX),
})
export type ContactSchema = z.infer<typeof contactSchemaSchema>

/** A schema as it was said at one time. Versions are counted from 1. */
export const contactSchemaVersionSchema = contactSchemaSchema.extend({
  id: z.string(),
  version: z.number().int(),
  createdAt: z.string(),
  createdBy: z.string(),
})
export type ContactSchemaVersion = z.infer<typeof contactSchemaVersionSchema>

const MARKS = /[\ud800-\udbff][\udc00-\udfff]/g
/** How many characters a text has, as JSON Schema counts them: a sign outside the basic plane is one. */
const charactersIn = (text: string): number => text.replace(MARKS, ' ').length

/** Of any address: `http://` and a name. */
const SHORTEST_URL = 8

/** Why no value at all could fulfil a definition whose parts are right each by itself; undefined: some value can. */
function emptyFault({ type, min, max, entryMin, entryMax, isRequired, options }: CustomField): string | undefined {
  if (min !== undefined && max !== undefined && min > max) return 'The least is more than the most'
  if (entryMin !== undefined && entryMax !== undefined && entryMin > entryMax)
    return 'The least of an entry is more than the most'
  if (type === 'integer' && min !== undefined && max !== undefined && Math.ceil(min) > Math.floor(max))
    return 'No whole number lies between the least and the most'
  if (type === 'url' && max !== undefined && max < SHORTEST_URL)
    return `An address has at least ${SHORTEST_URL} characters`
  return isRequired && options?.every(({ isDisabled }) => isDisabled) ? 'None of the choices can be chosen' : undefined
}

/** What is wrong with a field's own definition; undefined: nothing. */
export function definitionFault(field: CustomField): string | undefined {
  const { type, min, max, options } = field
  const most = FIELD_TYPES[type]
  if ((type === 'enum') !== (options !== undefined)) return 'A field of type enum, and no other, has its choices'
  if (options && new Set(options.map(({ value }) => value)).size < options.length) return 'A choice stands there twice'
  if ((field.entryMin ?? field.entryMax) !== undefined && type !== 'tag') return 'Only tags have entries'
  const empty = emptyFault(field)
  if (empty || (min ?? max) === undefined) return empty
  if (most === undefined && type !== 'integer' && type !== 'number')
    return `A field of type ${type} has no least or most`
  if (type === 'enum') return 'A field of type enum has no least or most'
  if (most === undefined) return undefined
  return [min, max].some((bound) => bound !== undefined && (bound < 0 || bound > most))
    ? `A field of type ${type} holds 0 to ${most}`
    : undefined
}

function textFault({ min = 0, max }: CustomField, most: number, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'it is a text'
  const length = charactersIn(value)
  if (length < min) return `it has at least ${min} characters`
  return length > (max ?? most) ? `it has at most ${max ?? most} characters` : undefined
}

function numberFault({ type, min, max }: CustomField, value: unknown): string | undefined {
  if (typeof value !== 'number' || !(type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value)))
    return type === 'integer' ? 'it is a whole number' : 'it is a number'
  if (min !== undefined && value < min) return `it is at least ${min}`
  return max !== undefined && value > max ? `it is at most ${max}` : undefined
}

function tagsFault({ min = 0, max = FIELD_TYPES.tag, entryMin = 1, entryMax }: CustomField, value: unknown) {
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) return 'it is a list of texts'
  const most = entryMax ?? TAG_LENGTH_MAX
  if (value.length < min || value.length > max) return `it has ${min} to ${max} entries`
  if (new Set(value).size < value.length) return 'each entry stands there once'
  const fits = (length: number) => length >= entryMin && length <= most
  return (value as string[]).map(charactersIn).every(fits)
    ? undefined
    : `each entry has ${entryMin} to ${most} characters`
}

const isUrl = (value: unknown): boolean => typeof value === 'string' && /^https?:\/\/[^\s/]+\S*$/i.test(value)
const isDate = (value: unknown): boolean => z.iso.date().safeParse(value).success
const isMoment = (value: unknown): boolean => z.iso.datetime({ offset: true, local: true }).safeParse(value).success

/** What is wrong with a value, as the end of a sentence about its field; undefined: it fits. */
export function customFieldFault(field: CustomField, value: unknown): string | undefined {
  switch (field.type) {
    case 'text':
    case 'longtext':
    case 'identifier':
      return textFault(field, FIELD_TYPES[field.type], value)
    case 'url':
      return (
        textFault(field, FIELD_TYPES.url, value) ?? (isUrl(value) ? undefined : 'it is an address such as https://…')
      )
    case 'enum':
      return field.options?.some((option) => option.value === value && !option.isDisabled)
        ? undefined
        : 'it is one of the choices'
    case 'integer':
    case 'number':
      return numberFault(field, value)
    case 'date':
      return isDate(value) ? undefined : 'it is a date such as 2026-06-01'
    case 'datetime':
      return isMoment(value) ? undefined : 'it is a moment such as 2026-06-01T09:00:00Z'
    case 'checkbox':
      return typeof value === 'boolean' ? undefined : 'it is true or false'
    case 'tag':
      return tagsFault(field, value)
  }
}
