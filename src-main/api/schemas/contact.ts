// The reference's ExternalContact and ContactIdentifier (SDK `index.d.ts`), as they come and as they go.
// Invariant: whatever a GET answers is a valid body of a PUT; members only the system sets are read over, and any other that
// would not be kept is refused.

import { type ContactChanges, contactFieldsSchema, contactInputSchema, contactTypeSchema } from '@shared/model/contact'
import { type IdentifierInput, identifierTypeSchema } from '@shared/model/identifier'
import { EXTERNAL_ID_MAX, IDENTIFIER_SOURCE_MAX, IDENTIFIER_VALUE_MAX } from '@shared/model/limits'
import type { ClaimView } from '@shared/model/views'
import { z } from 'zod'
import type { RecordView } from '../../engine/queries/record'
import { contactIdInput, idSchema } from './common'
import { displayedNumbers } from './displayed'
import { divisionBody, divisionSchema, HOME } from './division'
import { saidOfContact } from './said'
import { strictly } from './strictly'

export const BASE = '/api/v2/externalcontacts'

const refSchema = z.object({ id: z.string(), selfUri: z.string().optional() })
/** A member that only the system sets: taken, since answers have it, and read over. */
const answered = z.unknown().optional()
const externalSource = z.strictObject({
  id: z.string().max(IDENTIFIER_SOURCE_MAX).nullish(),
  name: z.string().max(IDENTIFIER_SOURCE_MAX).nullish(),
  active: answered,
  linkConfiguration: answered,
  version: answered,
  selfUri: answered,
})

/** An identifier as a caller gives it. `source` is our short form of `externalSource.id`. */
export const identifierBody = z.strictObject({
  type: identifierTypeSchema,
  value: z.string().min(1).max(IDENTIFIER_VALUE_MAX),
  externalSource: externalSource.nullish(),
  source: z.string().min(1).max(IDENTIFIER_SOURCE_MAX).nullish(),
  division: divisionBody,
  dateCreated: answered,
})

export function toIdentifier({
  type,
  value,
  externalSource: from,
  source,
}: z.infer<typeof identifierBody>): IdentifierInput {
  const id = from?.id || from?.name || source
  return { type, value, ...(type === 'ExternalId' && id ? { source: id } : {}) }
}

export const contactIdentifierSchema = z.object({
  type: identifierTypeSchema,
  value: z.string(),
  dateCreated: z.string().optional(),
  externalSource: z.object({ id: z.string() }).optional(),
})

export function toContactIdentifier({
  type,
  value,
  source,
  claimedAt,
}: Pick<ClaimView, 'type' | 'value' | 'source'> & { claimedAt?: string }): z.infer<typeof contactIdentifierSchema> {
  return {
    type,
    value,
    ...(claimedAt === undefined ? {} : { dateCreated: claimedAt }),
    ...(source ? { externalSource: { id: source } } : {}),
  }
}

/** Any JSON, which the engine checks: a schema that holds itself cannot be written down in OpenAPI in place. */
const customFields = z.record(z.string(), z.unknown())
/** The fields of a contact as they are shown. */
export const shownFields = contactFieldsSchema.extend({
  customFields: customFields.optional(),
  schema: z.object({ id: z.string(), version: z.number(), selfUri: z.string().optional() }).optional(),
})

const {
  externalIds: _ids,
  externalOrganization: _organisation,
  customFields: _custom,
  schema: _schema,
  ...fields
} = contactInputSchema.shape
const SYSTEM = [
  'type',
  'createDate',
  'modifyDate',
  'identifiers',
  'externalDataSources',
  'canonicalContact',
  'mergeSet',
  'mergedFrom',
  'mergedTo',
  'mergeOperation',
  'selfUri',
] as const
const SCHEMA_ANSWERS = [
  ...(['name', 'appliesTo', 'enabled', 'createdBy', 'dateCreated', 'jsonSchema', 'selfUri'] as const),
] as const
/** The fields as the reference has them: null empties, and what it needs less strictly than we do. */
const contactShape = z.strictObject({
  id: idSchema.nullish(),
  ...(Object.fromEntries(SYSTEM.map((name) => [name, answered])) as Record<(typeof SYSTEM)[number], typeof answered>),
  division: divisionBody,
  ...(Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, strictly(field as z.ZodType).nullable()]),
  ) as {
    [K in keyof typeof fields]: z.ZodNullable<(typeof fields)[K]>
  }),
  externalIds: z
    .array(z.strictObject({ externalSource, value: z.string().max(EXTERNAL_ID_MAX) }))
    .max(100)
    .nullish(),
  externalOrganization: z
    .strictObject({
      id: z.string().max(IDENTIFIER_SOURCE_MAX).nullish(),
      name: z.string().max(IDENTIFIER_SOURCE_MAX).nullish(),
      createDate: answered,
      modifyDate: answered,
      externalDataSources: answered,
      identifiers: answered,
      selfUri: answered,
    })
    .nullish(),
  customFields: customFields.nullish(),
  /** By which custom fields are typed; what else the reference says of it is an answer. */
  schema: z
    .strictObject({
      id: idSchema,
      version: z.number().int().min(1),
      ...(Object.fromEntries(SCHEMA_ANSWERS.map((name) => [name, answered])) as Record<
        (typeof SCHEMA_ANSWERS)[number],
        typeof answered
      >),
    })
    .nullish(),
})
export const contactBody = z.preprocess(saidOfContact, contactShape)
export type ContactBody = z.infer<typeof contactBody>
/** The same of a contact that is there. */
export const contactEntity = z.preprocess(saidOfContact, contactShape.extend({ id: contactIdInput }))

/** A body as changes for the engine. */
export function toChanges(body: ContactBody): ContactChanges {
  const { id: _id, division: _one, schema, externalIds, externalOrganization, ...given } = body
  const rest = Object.fromEntries(
    Object.entries(given).filter(([name]) => !(SYSTEM as readonly string[]).includes(name)),
  )
  return {
    ...rest,
    ...(schema === undefined ? {} : { schema: schema && { id: schema.id, version: schema.version } }),
    ...(externalIds === undefined
      ? {}
      : {
          externalIds:
            externalIds?.map(({ externalSource: { id, name }, value }) => ({
              externalSource: { id: id || name || '', ...(name ? { name } : {}) },
              value,
            })) ?? null,
        }),
    ...(externalOrganization === undefined
      ? {}
      : {
          externalOrganization: externalOrganization && {
            ...(externalOrganization.id ? { id: externalOrganization.id } : {}),
            name: externalOrganization.name ?? '',
          },
        }),
  } as ContactChanges
}

export const externalContactSchema = shownFields.extend({
  id: z.string().optional(),
  type: contactTypeSchema,
  createDate: z.string(),
  modifyDate: z.string(),
  identifiers: z.array(contactIdentifierSchema).optional(),
  canonicalContact: refSchema.nullable(),
  mergeSet: z.array(refSchema).nullable(),
  mergedFrom: z.array(refSchema).nullable(),
  mergedTo: refSchema.nullable(),
  /** Never told: `mergedFrom` and `mergedTo` say the same. */
  mergeOperation: z.null(),
  division: divisionSchema,
  selfUri: z.string().optional(),
})
export type ExternalContact = z.infer<typeof externalContactSchema>

export const SCHEMAS = `${BASE}/contacts/schemas`
export const schemaUri = (id: string): string => `${SCHEMAS}/${id}`
export const contactUri = (id: string): string => `${BASE}/contacts/${id}`
const refOf = (id: string) => ({ id, selfUri: contactUri(id) })

/** A record as the reference shows it. */
export function toExternalContact(record: RecordView, identifiers?: readonly ClaimView[]): ExternalContact {
  return {
    id: record.id,
    type: record.type,
    ...displayedNumbers(record.fields),
    ...(record.fields.schema
      ? { schema: { ...record.fields.schema, selfUri: schemaUri(record.fields.schema.id) } }
      : {}),
    createDate: record.createdAt,
    modifyDate: record.modifiedAt,
    ...(identifiers ? { identifiers: identifiers.map(toContactIdentifier) } : {}),
    canonicalContact: record.canonicalContact === null ? null : refOf(record.canonicalContact),
    mergeSet: record.mergeSet?.map(refOf) ?? null,
    mergedFrom: record.mergedFrom?.map(refOf) ?? null,
    mergedTo: record.mergedTo === null ? null : refOf(record.mergedTo),
    mergeOperation: null,
    division: HOME,
    selfUri: contactUri(record.id),
  }
}
