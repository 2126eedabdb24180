// Settings that an organisation has several of, where nothing but their shape is to be checked: external sources, settings of
// imports, mappings of columns, segments.
// Invariant: each change is a further version, and of two made apart the later holds.
import { ScvError } from '@shared/errors'
import { type ExternalSourceInput, externalSourceInputSchema } from '@shared/model/external-source'
import {
  type CsvMapping,
  csvMappingSchema,
  type ImportSettings,
  importSettingsSchema,
} from '@shared/model/import-settings'
import { EXTERNAL_SOURCES_MAX, IMPORT_SETTINGS_MAX, SEGMENTS_MAX } from '@shared/model/limits'
import { type Segment, segmentSchema } from '@shared/model/segment'
import type { z } from 'zod'
import {
  CSV_MAPPINGS,
  EXTERNAL_SOURCES,
  IMPORT_SETTINGS,
  SEGMENTS,
  type SettingKind,
  settingVersions,
} from '../derive/versioned-settings'
import { newSettingId } from '../documents/ids'
import type { JSONValue } from '../documents/json'
import { refusalOf } from '../issues'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { settingsIn, standSetting, writeSetting } from './versioned-settings'

interface ListedKind<T> {
  kind: SettingKind
  /** What a version says stands under it. */
  member: string
  schema: z.ZodType<T>
  max: number
  /** What one is called, and several, in refusals. */
  one: string
  several: string
  /** How an address names one. */
  idField: string
}

function listed<T extends object>(
  { execute }: Runtime,
  { kind, member, schema, max, one, several, idField }: ListedKind<T>,
) {
  /** @throws ScvError `invalid_input` */
  function read(given: T): JSONValue {
    const parsed = schema.safeParse(given)
    if (!parsed.success) throw refusalOf(parsed.error, `The ${one}`)
    return { ...parsed.data } as JSONValue
  }

  /** How many versions one has. @throws ScvError `not_found` */
  async function versionIn(work: UnitOfWork, id: string): Promise<number> {
    const versions = settingVersions(await settingsIn(work, kind)).get(id)
    if (!versions) throw new ScvError('not_found', `There is no ${one} with this id.`, { field: idField })
    return versions.length
  }

  return {
    /**
     * Lists one.
     * @returns its id
     * @throws ScvError `forbidden`, `invalid_input`, `too_many`
     */
    async create(actor: Actor, given: T): Promise<string> {
      requirePermission(actor, 'externalContacts:settings:edit')
      const value = read(given)
      return execute(actor, async (work) => {
        if (settingVersions(await settingsIn(work, kind)).size >= max)
          throw new ScvError('too_many', `There are at most ${max} ${several}.`, { field: 'name' })
        const id = newSettingId(work.stamp)
        await writeSetting(work, kind, id, { version: 1, [member]: value })
        return id
      })
    },

    /**
     * Changes one.
     * @param known the version that the writer read; absent: whichever it is
     * @throws ScvError `forbidden`, `not_found`, `invalid_input`, `outdated` when there is a later one
     */
    async update(actor: Actor, id: string, given: T, known?: number): Promise<void> {
      requirePermission(actor, 'externalContacts:settings:edit')
      const value = read(given)
      await execute(actor, async (work) => {
        const latest = await versionIn(work, id)
        if (known !== undefined && known !== latest)
          throw new ScvError('outdated', `The latest version is ${latest}: read it first.`, { field: 'version' })
        await writeSetting(work, kind, id, { version: latest + 1, [member]: value })
      })
    },

    /** @throws ScvError `forbidden`, `not_found` */
    async remove(actor: Actor, id: string): Promise<void> {
      requirePermission(actor, 'externalContacts:settings:edit')
      await execute(actor, async (work) => {
        await versionIn(work, id)
        await standSetting(work, kind, id, false)
      })
    },
  }
}

export const externalSourceCommands = (runtime: Runtime) =>
  listed<ExternalSourceInput>(runtime, {
    kind: EXTERNAL_SOURCES,
    member: 'source',
    schema: externalSourceInputSchema,
    max: EXTERNAL_SOURCES_MAX,
    one: 'external source',
    several: 'external sources',
    idField: 'externalSourceId',
  })

export const importSettingsCommands = (runtime: Runtime) =>
  listed<ImportSettings>(runtime, {
    kind: IMPORT_SETTINGS,
    member: 'settings',
    schema: importSettingsSchema,
    max: IMPORT_SETTINGS_MAX,
    one: 'import settings',
    several: 'import settings',
    idField: 'settingsId',
  })

export const csvMappingCommands = (runtime: Runtime) =>
  listed<CsvMapping>(runtime, {
    kind: CSV_MAPPINGS,
    member: 'mapping',
    schema: csvMappingSchema,
    max: IMPORT_SETTINGS_MAX,
    one: 'mapping of columns',
    several: 'mappings of columns',
    idField: 'settingsId',
  })

export const segmentCommands = (runtime: Runtime) =>
  listed<Segment>(runtime, {
    kind: SEGMENTS,
    member: 'segment',
    schema: segmentSchema,
    max: SEGMENTS_MAX,
    one: 'segment',
    several: 'segments',
    idField: 'segmentId',
  })
