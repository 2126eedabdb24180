// How an organisation imports people, settled once: settings of imports, and which columns of a table go where.
// Invariant: what an import would not follow is refused when it is settled.
import { ScvError } from '@shared/errors'
import { type ImportSettings, MATCHED_BY } from '@shared/model/import-settings'
import { FIELD_TITLE_MAX, ID_MAX, IMPORT_COLUMNS_MAX, NAME_MAX } from '@shared/model/limits'
import { z } from 'zod'
import type { Listed } from '../../engine/derive/versioned-settings'
import type { Caller } from '../caller'
import { idSchema, limitQuery } from '../schemas/common'
import { BASE } from '../schemas/contact'
import { checkSettingsId, entitiesAfter, pageAfter, unknownSettings } from '../schemas/listed'
import { type Routes, refusals } from './route'

const SETTINGS = `${BASE}/import/settings`
const VIEW = { permission: 'externalContacts:import:add' } as const
const EDIT = { permission: 'externalContacts:settings:edit' } as const
const tags = ['imports']
const settingsParams = z.object({ settingsId: idSchema })
const unread = z.unknown().optional()

const settingsBody = z.strictObject({
  id: z.string().nullish(),
  name: z.string().min(1).max(FIELD_TITLE_MAX),
  matchingCriteria: z.array(z.enum(MATCHED_BY)).max(MATCHED_BY.length).nullish(),
  mergeContacts: z.boolean(),
  externalSourceId: z.string().min(1).max(ID_MAX),
  importFields: z
    .array(z.strictObject({ name: z.string().min(1).max(NAME_MAX), included: z.boolean() }))
    .max(IMPORT_COLUMNS_MAX),
  dateCreated: unread,
  selfUri: unread,
})
const settingsSchema = z.object({
  id: z.string(),
  name: z.string(),
  matchingCriteria: z.array(z.string()),
  mergeContacts: z.literal(false),
  externalSourceId: z.string(),
  importFields: z.array(z.object({ name: z.string(), included: z.boolean() })),
  dateCreated: z.string(),
  selfUri: z.string(),
})
const toSettings = (one: Listed<ImportSettings>): z.infer<typeof settingsSchema> => ({
  id: one.id,
  name: one.name,
  matchingCriteria: one.matchedBy,
  mergeContacts: false,
  externalSourceId: one.externalSourceId,
  importFields: one.fields.map(({ name, isIncluded }) => ({ name, included: isIncluded })),
  dateCreated: one.createdAt,
  selfUri: `${SETTINGS}/${one.id}`,
})

async function settingsOf(queries: Pick<Caller['queries'], 'importSettings'>, id: string) {
  const found = (await queries.importSettings()).find((one) => one.id === id)
  if (!found) throw unknownSettings('import settings')
  return toSettings(found)
}

export const importSettingsRoutes: Routes = (api, { engine }) => {
  /** @throws HttpError `malformed`, ScvError `invalid_input` */
  async function fromSettings(body: z.infer<typeof settingsBody>): Promise<ImportSettings> {
    if (body.mergeContacts)
      throw new ScvError(
        'invalid_input',
        'An import merges no people: it changes the one person that a row means, and tells of others.',
        {
          field: 'mergeContacts',
        },
      )
    const sources = await engine.queries.externalSources()
    if (!sources.some(({ id }) => id === body.externalSourceId))
      throw new ScvError('invalid_input', 'There is no external source with this id: list it first.', {
        field: 'externalSourceId',
      })
    return {
      name: body.name,
      externalSourceId: body.externalSourceId,
      matchedBy: [...new Set(body.matchingCriteria ?? [])],
      fields: body.importFields.map(({ name, included }) => ({ name, isIncluded: included })),
    }
  }

  api.get(
    SETTINGS,
    {
      config: VIEW,
      schema: {
        summary: 'The import settings',
        tags,
        querystring: z.object({
          after: z.string().max(1024).optional(),
          pageSize: limitQuery(1, 100, 25),
          sortOrder: z.enum(['Ascending', 'Descending']).default('Ascending'),
          name: z.string().max(FIELD_TITLE_MAX).optional(),
        }),
        response: { 200: pageAfter(settingsSchema), ...refusals },
      },
    },
    async ({ query: { after, pageSize, sortOrder, name }, caller }) => {
      const all = (await caller.queries.importSettings())
        .filter((one) => name === undefined || one.name.toLowerCase().includes(name.toLowerCase()))
        .map(toSettings)
      return entitiesAfter(sortOrder === 'Descending' ? all.reverse() : all, pageSize, after, SETTINGS)
    },
  )

  api.post(
    SETTINGS,
    {
      config: EDIT,
      schema: {
        summary: 'Settle how people are imported',
        tags,
        body: settingsBody,
        response: { 200: settingsSchema, ...refusals },
      },
    },
    async ({ body, caller }) => {
      checkSettingsId(body.id)
      const id = await engine.importSettings.create(caller.actor(), await fromSettings(body))
      return settingsOf(engine.queries, id)
    },
  )

  api.get(
    `${SETTINGS}/:settingsId`,
    {
      config: VIEW,
      schema: {
        summary: 'Import settings',
        tags,
        params: settingsParams,
        response: { 200: settingsSchema, ...refusals },
      },
    },
    ({ params, caller }) => settingsOf(caller.queries, params.settingsId),
  )

  api.put(
    `${SETTINGS}/:settingsId`,
    {
      config: EDIT,
      schema: {
        summary: 'Change import settings',
        tags,
        params: settingsParams,
        body: settingsBody,
        response: { 200: settingsSchema, ...refusals },
      },
    },
    async ({ params: { settingsId }, body, caller }) => {
      checkSettingsId(body.id, settingsId)
      await engine.importSettings.update(caller.actor(), settingsId, await fromSettings(body))
      return settingsOf(engine.queries, settingsId)
    },
  )

  api.delete(
    `${SETTINGS}/:settingsId`,
    {
      config: EDIT,
      schema: {
        summary: 'Take import settings back',
        tags,
        params: settingsParams,
        response: { 200: z.object({}), ...refusals },
      },
    },
    async ({ params, caller }) => {
      await engine.importSettings.remove(caller.actor(), params.settingsId)
      return {}
    },
  )
}
