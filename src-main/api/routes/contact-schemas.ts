// Schemas of custom fields, as the reference manages them: each change is a further version.
// Invariant: a version that was read once reads the same ever after.
import { ScvError } from '@shared/errors'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { z } from 'zod'
import type { Caller } from '../caller'
import { HttpError } from '../errors'
import { idSchema } from '../schemas/common'
import { SCHEMAS, schemaUri } from '../schemas/contact'
import {
  type DataSchemaBody,
  dataSchemaBody,
  dataSchemaSchema,
  strayIn,
  toContactSchema,
  toDataSchema,
} from '../schemas/data-schema'
import { type Routes, refusals } from './route'

const VIEW = { permission: 'externalContacts:contact:view' } as const
const EDIT = { permission: 'externalContacts:settings:edit' } as const
const tags = ['contact schemas']
const schemaParams = z.object({ schemaId: idSchema })
const listingSchema = z.object({ total: z.number(), entities: z.array(dataSchemaSchema), selfUri: z.string() })
const schemaAnswer = { 200: dataSchemaSchema, ...refusals }
const listingAnswer = { 200: listingSchema, ...refusals }

const unknownSchema = () => new ScvError('not_found', 'There is no schema with this id.', { field: 'schemaId' })
const latestOf = (versions: readonly ContactSchemaVersion[]): ContactSchemaVersion => {
  const latest = versions.at(-1)
  if (!latest) throw unknownSchema()
  return latest
}

/** All versions of a schema. @throws ScvError `not_found` */
async function versionsOf(queries: Pick<Caller['queries'], 'contactSchemas'>, schemaId: string) {
  const versions = (await queries.contactSchemas()).find(([first]) => first?.id === schemaId)
  if (!versions) throw unknownSchema()
  return versions
}

/** @throws HttpError `malformed` for what the type does not have, a field that is required and not there, or another id */
function checkBody(body: DataSchemaBody, schemaId?: string): void {
  const { properties, required } = body.jsonSchema
  for (const [name, property] of Object.entries(properties ?? {})) {
    const field = strayIn(name, property)
    if (field) throw new HttpError('malformed', 'A field of this type has no such thing.', field)
  }
  const absent = required?.find((name) => !Object.hasOwn(properties ?? {}, name))
  if (absent !== undefined)
    throw new HttpError('malformed', `There is no field “${absent}” to be required.`, 'jsonSchema.required')
  if (schemaId !== undefined && body.id && body.id !== schemaId)
    throw new HttpError('malformed', 'The id is another one than that of the address.', 'id')
}

export const contactSchemaRoutes: Routes = (api, { engine }) => {
  api.get(
    SCHEMAS,
    {
      config: VIEW,
      schema: { summary: 'The schemas of custom fields, each in its latest version', tags, response: listingAnswer },
    },
    async ({ caller }) => {
      const entities = (await caller.queries.contactSchemas()).map((versions) => toDataSchema(latestOf(versions)))
      return { total: entities.length, entities, selfUri: SCHEMAS }
    },
  )

  api.post(
    SCHEMAS,
    {
      config: EDIT,
      schema: { summary: 'Make a schema of custom fields', tags, body: dataSchemaBody, response: schemaAnswer },
    },
    async ({ body, caller }) => {
      checkBody(body)
      const id = await engine.schemas.create(caller.actor(), toContactSchema(body))
      return toDataSchema(latestOf(await versionsOf(engine.queries, id)))
    },
  )

  api.get(
    `${SCHEMAS}/:schemaId`,
    {
      config: VIEW,
      schema: { summary: 'A schema in its latest version', tags, params: schemaParams, response: schemaAnswer },
    },
    async ({ params, caller }) => toDataSchema(latestOf(await versionsOf(caller.queries, params.schemaId))),
  )

  api.put(
    `${SCHEMAS}/:schemaId`,
    {
      config: EDIT,
      schema: {
        summary: 'Write a further version of a schema; `version` is the latest one known',
        tags,
        params: schemaParams,
        body: dataSchemaBody,
        response: schemaAnswer,
      },
    },
    async ({ params: { schemaId }, body, caller }) => {
      checkBody(body, schemaId)
      if (!body.version) throw new HttpError('malformed', 'Say which version it was that you read.', 'version')
      await engine.schemas.update(caller.actor(), schemaId, body.version, toContactSchema(body))
      return toDataSchema(latestOf(await versionsOf(engine.queries, schemaId)))
    },
  )

  api.delete(
    `${SCHEMAS}/:schemaId`,
    {
      config: EDIT,
      schema: {
        summary: 'Take a schema back; contacts that have it keep their values',
        tags,
        params: schemaParams,
        response: { 200: z.object({}), ...refusals },
      },
    },
    async ({ params, caller }) => {
      await engine.schemas.remove(caller.actor(), params.schemaId)
      return {}
    },
  )

  api.get(
    `${SCHEMAS}/:schemaId/versions`,
    {
      config: VIEW,
      schema: { summary: 'All versions of a schema', tags, params: schemaParams, response: listingAnswer },
    },
    async ({ params: { schemaId }, caller }) => {
      const entities = (await versionsOf(caller.queries, schemaId)).map(toDataSchema)
      return { total: entities.length, entities, selfUri: `${schemaUri(schemaId)}/versions` }
    },
  )

  api.get(
    `${SCHEMAS}/:schemaId/versions/:versionId`,
    {
      config: VIEW,
      schema: {
        summary: 'A schema as it was in a version',
        tags,
        params: schemaParams.extend({ versionId: idSchema }),
        response: schemaAnswer,
      },
    },
    async ({ params: { schemaId, versionId }, caller }) => {
      const versions = await versionsOf(caller.queries, schemaId)
      const found = versions.find(({ version }) => String(version) === versionId)
      if (!found) throw new ScvError('not_found', 'There is no such version of this schema.', { field: 'versionId' })
      return toDataSchema(found)
    },
  )
}
