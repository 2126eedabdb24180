// The reference's DataSchema of custom fields, as it comes and as it goes.
// Invariant: what a GET answers is a valid body of a PUT, and says the same; a word that would not be kept is refused.
import {
  type ContactSchema,
  type ContactSchemaVersion,
  type CustomField,
  FIELD_TYPE_NAMES,
  FIELD_TYPES,
  type FieldType,
} from '@shared/model/contact-schema'
import {
  CONTACT_SCHEMAS_MAX,
  CUSTOM_NAME_MAX,
  FIELD_DESCRIPTION_MAX,
  FIELD_OPTIONS_MAX,
  FIELD_TITLE_MAX,
  SCHEMA_FIELDS_MAX,
  TAG_LENGTH_MAX,
} from '@shared/model/limits'
import { z } from 'zod'
import { SCHEMAS, schemaUri } from './contact'

const answered = z.unknown().optional()
const count = z.number().int().min(0).nullish()
const DRAFT = 'http://json-schema.org/draft-04/schema#'
const APPLIES_TO = 'CONTACT'
const DEFINITION = '#/definitions/'
const REF = '$ref'

const REFS = FIELD_TYPE_NAMES.map((type) => DEFINITION + type) as [string, ...string[]]

const propertyBody = z.strictObject({
  /** Names the type as `$ref`. A member of that name written down in a description would be taken for a reference. */
  allOf: z.array(z.record(z.string(), z.enum(REFS)).refine((one) => Object.keys(one).join() === REF)).length(1),
  title: z.string().min(1).max(FIELD_TITLE_MAX),
  description: z.string().max(FIELD_DESCRIPTION_MAX).nullish(),
  minLength: count,
  maxLength: count,
  minimum: z.number().nullish(),
  maximum: z.number().nullish(),
  minItems: count,
  maxItems: count,
  uniqueItems: z.literal(true).nullish(),
  items: z.strictObject({ minLength: count, maxLength: count }).nullish(),
  enum: z.array(z.string().min(1).max(TAG_LENGTH_MAX)).max(FIELD_OPTIONS_MAX).nullish(),
  _enumProperties: z
    .record(
      z.string(),
      z.strictObject({ title: z.string().max(FIELD_TITLE_MAX).nullish(), _disabled: z.boolean().nullish() }),
    )
    .nullish(),
})
type PropertyBody = z.infer<typeof propertyBody>

export const dataSchemaBody = z.strictObject({
  id: z.string().nullish(),
  name: z.string().max(FIELD_TITLE_MAX).nullish(),
  version: z.number().int().min(0).nullish(),
  appliesTo: z.array(z.literal(APPLIES_TO)).max(1).nullish(),
  enabled: z.boolean().nullish(),
  createdBy: answered,
  dateCreated: answered,
  selfUri: answered,
  jsonSchema: z.strictObject({
    id: answered,
    $schema: z.string().max(128).nullish(),
    title: z.string().max(FIELD_TITLE_MAX).nullish(),
    description: z.string().max(FIELD_DESCRIPTION_MAX).nullish(),
    type: z.literal('object').nullish(),
    required: z.array(z.string()).max(SCHEMA_FIELDS_MAX).nullish(),
    properties: z.record(z.string().min(1).max(CUSTOM_NAME_MAX), propertyBody).nullish(),
    /** No field that the schema does not name is let in. */
    additionalProperties: z.union([z.literal(false), z.strictObject({})]).nullish(),
  }),
})
export type DataSchemaBody = z.infer<typeof dataSchemaBody>

const shownProperty = z.record(z.string(), z.unknown())
export const dataSchemaSchema = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number(),
  appliesTo: z.array(z.literal(APPLIES_TO)),
  enabled: z.boolean(),
  createdBy: z.object({ id: z.string() }),
  dateCreated: z.string(),
  jsonSchema: z.object({
    $schema: z.string(),
    title: z.string(),
    description: z.string().optional(),
    type: z.literal('object'),
    required: z.array(z.string()).optional(),
    properties: z.record(z.string(), shownProperty),
    additionalProperties: z.literal(false),
  }),
  selfUri: z.string(),
})
export type DataSchema = z.infer<typeof dataSchemaSchema>

/** Without what says nothing. */
const said = <T extends object>(members: T) =>
  Object.fromEntries(Object.entries(members).filter(([, one]) => one !== undefined && one !== null)) as {
    [K in keyof T]?: Exclude<T[K], null | undefined>
  }

type Bounds = readonly ['minLength' | 'minItems' | 'minimum', 'maxLength' | 'maxItems' | 'maximum']
/** Under which names the least and most of a type stand, where it has any. */
function boundsOf(type: FieldType): Bounds | undefined {
  if (type === 'integer' || type === 'number') return ['minimum', 'maximum']
  if (type === 'tag') return ['minItems', 'maxItems']
  return type === 'enum' || FIELD_TYPES[type] === undefined ? undefined : ['minLength', 'maxLength']
}
const BY_TYPE = [
  ...(['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems'] as const),
  ...(['items', 'uniqueItems', 'enum', '_enumProperties'] as const),
] as const

/** What of a property means nothing for its type, by its path; undefined: nothing. */
export function strayIn(name: string, property: PropertyBody): string | undefined {
  const type = typeOf(property)
  const own: readonly string[] = [
    ...(boundsOf(type) ?? []),
    ...(type === 'tag' ? ['items', 'uniqueItems'] : []),
    ...(type === 'enum' ? ['enum', '_enumProperties'] : []),
  ]
  const stray =
    BY_TYPE.find((one) => !own.includes(one) && (property[one] ?? undefined) !== undefined) ??
    Object.keys(property._enumProperties ?? {}).find((value) => !property.enum?.includes(value))
  return stray && `jsonSchema.properties.${name}.${stray}`
}

const typeOf = ({ allOf }: PropertyBody) => (allOf[0]?.[REF] ?? '').slice(DEFINITION.length) as FieldType

function fieldOf(name: string, property: PropertyBody, isRequired: boolean): CustomField {
  const type = typeOf(property)
  const [least, most] = boundsOf(type) ?? []
  const options = property.enum?.map((value) => {
    const of = property._enumProperties?.[value]
    return { value, ...said({ title: of?.title, isDisabled: of?._disabled || undefined }) }
  })
  return {
    name,
    type,
    title: property.title,
    ...said({
      description: property.description,
      isRequired: isRequired || undefined,
      min: least && property[least],
      max: most && property[most],
      entryMin: property.items?.minLength,
      entryMax: property.items?.maxLength,
      options,
    }),
  }
}

/** A body as the engine takes it. */
export function toContactSchema({ name, enabled, jsonSchema }: DataSchemaBody): ContactSchema {
  const { title, description, required, properties } = jsonSchema
  return {
    name: name || title || '',
    ...said({ title, description }),
    isEnabled: enabled ?? true,
    fields: Object.entries(properties ?? {}).map(([key, property]) =>
      fieldOf(key, property, required?.includes(key) === true),
    ),
  }
}

function propertyOf({ type, title, description, min, max, entryMin, entryMax, options }: CustomField) {
  const [least, most] = boundsOf(type) ?? []
  const items = said({ minLength: entryMin, maxLength: entryMax })
  return {
    allOf: [{ [REF]: DEFINITION + type }],
    title,
    ...said({ description, ...(least && { [least]: min }), ...(most && { [most]: max }) }),
    ...(type === 'tag' ? { uniqueItems: true } : {}),
    ...(Object.keys(items).length > 0 ? { items } : {}),
    ...(options
      ? {
          enum: options.map(({ value }) => value),
          _enumProperties: Object.fromEntries(
            options.map((one) => [one.value, { title: one.title ?? one.value, _disabled: one.isDisabled === true }]),
          ),
        }
      : {}),
  }
}

export function toDataSchema(version: ContactSchemaVersion): DataSchema {
  const { id, name, title, description, isEnabled, fields, createdAt, createdBy } = version
  const required = fields.filter(({ isRequired }) => isRequired).map((field) => field.name)
  return {
    id,
    name,
    version: version.version,
    appliesTo: [APPLIES_TO],
    enabled: isEnabled,
    createdBy: { id: createdBy },
    dateCreated: createdAt,
    jsonSchema: {
      $schema: DRAFT,
      title: title ?? name,
      ...(description === undefined ? {} : { description }),
      type: 'object',
      ...(required.length > 0 ? { required } : {}),
      properties: Object.fromEntries(fields.map((field) => [field.name, propertyOf(field)])),
      additionalProperties: false,
    },
    selfUri: schemaUri(id),
  }
}

const SHOWN_TYPES: Readonly<Record<FieldType, string>> = {
  text: 'string',
  longtext: 'string',
  url: 'string',
  identifier: 'string',
  enum: 'string',
  integer: 'integer',
  number: 'number',
  date: 'string',
  datetime: 'string',
  checkbox: 'boolean',
  tag: 'array',
}
const limitSchema = z.object({ min: z.number(), max: z.number() })
export const coretypeSchema = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number(),
  current: z.boolean(),
  schema: z.object({ title: z.string(), type: z.string() }),
  validationFields: z.array(z.string()).optional(),
  validationLimits: z.record(z.string(), limitSchema).optional(),
  selfUri: z.string(),
})

/** A type of fields, as the reference lists it. */
export function toCoretype(type: FieldType): z.infer<typeof coretypeSchema> {
  const bounds = boundsOf(type)
  const limits = { min: 0, max: FIELD_TYPES[type] ?? 0 }
  return {
    id: type,
    name: type,
    version: 1,
    current: true,
    schema: { title: type, type: SHOWN_TYPES[type] },
    ...(bounds ? { validationFields: [...bounds] } : {}),
    ...(bounds && limits.max > 0 ? { validationLimits: Object.fromEntries(bounds.map((one) => [one, limits])) } : {}),
    selfUri: `${SCHEMAS}/coretypes/${type}`,
  }
}

export const quantityLimitsSchema = z.object({
  minFieldNameCharacters: z.number(),
  maxFieldNameCharacters: z.number(),
  minFieldTitleCharacters: z.number(),
  maxFieldTitleCharacters: z.number(),
  minFieldDescriptionCharacters: z.number(),
  maxFieldDescriptionCharacters: z.number(),
  minSchemaNameCharacters: z.number(),
  maxSchemaNameCharacters: z.number(),
  minSchemaDescriptionCharacters: z.number(),
  maxSchemaDescriptionCharacters: z.number(),
  maxNumberOfSchemasPerOrg: z.number(),
  maxNumberOfFieldsPerSchema: z.number(),
  maxNumberOfFieldsPerOrg: z.number(),
  selfUri: z.string(),
})
export const QUANTITY_LIMITS: z.infer<typeof quantityLimitsSchema> = {
  minFieldNameCharacters: 1,
  maxFieldNameCharacters: CUSTOM_NAME_MAX,
  minFieldTitleCharacters: 1,
  maxFieldTitleCharacters: FIELD_TITLE_MAX,
  minFieldDescriptionCharacters: 0,
  maxFieldDescriptionCharacters: FIELD_DESCRIPTION_MAX,
  minSchemaNameCharacters: 1,
  maxSchemaNameCharacters: FIELD_TITLE_MAX,
  minSchemaDescriptionCharacters: 0,
  maxSchemaDescriptionCharacters: FIELD_DESCRIPTION_MAX,
  maxNumberOfSchemasPerOrg: CONTACT_SCHEMAS_MAX,
  maxNumberOfFieldsPerSchema: SCHEMA_FIELDS_MAX,
  maxNumberOfFieldsPerOrg: CONTACT_SCHEMAS_MAX * SCHEMA_FIELDS_MAX,
  selfUri: `${SCHEMAS}/limits`,
}
