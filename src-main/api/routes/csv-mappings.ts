// Which columns of a table go where, settled once: the reference's settings for CSV files.
import { ScvError } from '@shared/errors'
import type { CsvMapping } from '@shared/model/import-settings'
import { ID_MAX, IMPORT_COLUMNS_MAX, NAME_MAX } from '@shared/model/limits'
import { z } from 'zod'
import type { Listed } from '../../engine/derive/versioned-settings'
import type { Caller } from '../caller'
import { idSchema, limitQuery } from '../schemas/common'
import { BASE } from '../schemas/contact'
import { checkSettingsId, entitiesAfter, pageAfter, unknownSettings } from '../schemas/listed'
import { type Routes, refusals } from './route'

const MAPPINGS = `${BASE}/import/csv/settings`
const VIEW = { permission: 'externalContacts:import:add' } as const
const EDIT = { permission: 'externalContacts:settings:edit' } as const
const tags = ['imports']
const settingsParams = z.object({ settingsId: idSchema })
const unread = z.unknown().optional()

const mappingBody = z.strictObject({
  id: z.string().nullish(),
  externalSettingsId: z.string().min(1).max(ID_MAX).nullish(),
  mappings: z
    .array(
      z.strictObject({ sourceField: z.string().min(1).max(NAME_MAX), targetField: z.string().min(1).max(NAME_MAX) }),
    )
    .min(1)
    .max(IMPORT_COLUMNS_MAX),
  selfUri: unread,
})
const mappingSchema = z.object({
  id: z.string(),
  externalSettingsId: z.string().optional(),
  mappings: z.array(z.object({ sourceField: z.string(), targetField: z.string() })),
  selfUri: z.string(),
})

const toMapping = ({ id, settingsId, entries }: Listed<CsvMapping>): z.infer<typeof mappingSchema> => ({
  id,
  ...(settingsId === undefined ? {} : { externalSettingsId: settingsId }),
  mappings: entries.map(({ header, path }) => ({ sourceField: header, targetField: path })),
  selfUri: `${MAPPINGS}/${id}`,
})

async function mappingOf(queries: Pick<Caller['queries'], 'csvMappings'>, id: string) {
  const found = (await queries.csvMappings()).find((one) => one.id === id)
  if (!found) throw unknownSettings('CSV settings')
  return toMapping(found)
}

export const csvMappingRoutes: Routes = (api, { engine, csvImports }) => {
  /** @throws ScvError `invalid_input` */
  async function fromMapping(caller: Caller, body: z.infer<typeof mappingBody>): Promise<CsvMapping> {
    const { externalSettingsId, mappings } = body
    if (externalSettingsId && !(await engine.queries.importSettings()).some(({ id }) => id === externalSettingsId))
      throw new ScvError('invalid_input', 'There are no import settings with this id.', { field: 'externalSettingsId' })
    const columns = new Set(mappings.map(({ sourceField }) => sourceField.trim().toLowerCase()))
    if (columns.size < mappings.length)
      throw new ScvError('invalid_input', 'A column goes to one field.', { field: 'mappings' })
    const entries = mappings.map(({ sourceField, targetField }) => ({ header: sourceField, path: targetField }))
    await csvImports.for(caller).checkMapping(entries)
    return {
      ...(externalSettingsId ? { settingsId: externalSettingsId } : {}),
      entries,
    }
  }

  api.get(
    MAPPINGS,
    {
      config: VIEW,
      schema: {
        summary: 'The settings for CSV files, or those for some import settings',
        tags,
        querystring: z.object({
          after: z.string().max(1024).optional(),
          pageSize: limitQuery(1, 200, 25),
          externalSettingsId: idSchema.optional(),
        }),
        response: { 200: pageAfter(mappingSchema), ...refusals },
      },
    },
    async ({ query: { after, pageSize, externalSettingsId }, caller }) => {
      const all = (await caller.queries.csvMappings()).filter(
        (one) => externalSettingsId === undefined || one.settingsId === externalSettingsId,
      )
      return entitiesAfter(all.map(toMapping), pageSize, after, MAPPINGS)
    },
  )

  api.post(
    MAPPINGS,
    {
      config: EDIT,
      schema: {
        summary: 'Settle which columns go where',
        tags,
        body: mappingBody,
        response: { 200: mappingSchema, ...refusals },
      },
    },
    async ({ body, caller }) => {
      checkSettingsId(body.id)
      const id = await engine.csvMappings.create(caller.actor(), await fromMapping(caller, body))
      return mappingOf(engine.queries, id)
    },
  )

  api.get(
    `${MAPPINGS}/:settingsId`,
    {
      config: VIEW,
      schema: {
        summary: 'Settings for CSV files',
        tags,
        params: settingsParams,
        response: { 200: mappingSchema, ...refusals },
      },
    },
    ({ params, caller }) => mappingOf(caller.queries, params.settingsId),
  )

  api.put(
    `${MAPPINGS}/:settingsId`,
    {
      config: EDIT,
      schema: {
        summary: 'Change which columns go where',
        tags,
        params: settingsParams,
        body: mappingBody,
        response: { 200: mappingSchema, ...refusals },
      },
    },
    async ({ params: { settingsId }, body, caller }) => {
      checkSettingsId(body.id, settingsId)
      await engine.csvMappings.update(caller.actor(), settingsId, await fromMapping(caller, body))
      return mappingOf(engine.queries, settingsId)
    },
  )

  api.delete(
    `${MAPPINGS}/:settingsId`,
    {
      config: EDIT,
      schema: {
        summary: 'Take settings for CSV files back',
        tags,
        params: settingsParams,
        response: { 200: z.object({}), ...refusals },
      },
    },
    async ({ params, caller }) => {
      await engine.csvMappings.remove(caller.actor(), params.settingsId)
      return {}
    },
  )
}
