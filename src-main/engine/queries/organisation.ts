// What an organisation has several of, as it is asked for: schemas of custom fields, external sources, how it imports, segments.
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import type { ExternalSource } from '@shared/model/external-source'
import {
  type CsvMapping,
  csvMappingSchema,
  type ImportSettings,
  importSettingsSchema,
} from '@shared/model/import-settings'
import { type Segment, segmentSchema } from '@shared/model/segment'
import { contactSchemasIn } from '../derive/contact-schemas'
import { externalSourcesIn } from '../derive/external-sources'
import {
  CONTACT_SCHEMAS,
  CSV_MAPPINGS,
  EXTERNAL_SOURCES,
  IMPORT_SETTINGS,
  type Listed,
  latestSettings,
  SEGMENTS,
  type SettingKind,
} from '../derive/versioned-settings'
import type { Runtime } from '../runtime'
import { storedSettings } from '../stored-settings'

export function organisationQueries({ store }: Runtime) {
  const settings = (kind: SettingKind) => storedSettings(store, kind)

  return {
    /** All versions of each schema, the first one first. */
    contactSchemas: async (): Promise<ContactSchemaVersion[][]> => [
      ...contactSchemasIn(await settings(CONTACT_SCHEMAS)).values(),
    ],

    /** The external sources there are, by name. */
    externalSources: async (): Promise<ExternalSource[]> => externalSourcesIn(await settings(EXTERNAL_SOURCES)),

    /** The settings of imports there are, the first one first. */
    importSettings: async (): Promise<Listed<ImportSettings>[]> =>
      latestSettings(await settings(IMPORT_SETTINGS), 'settings', importSettingsSchema),

    /** The mappings of columns there are, the first one first. */
    csvMappings: async (): Promise<Listed<CsvMapping>[]> =>
      latestSettings(await settings(CSV_MAPPINGS), 'mapping', csvMappingSchema),

    /** The segments there are, the first one first. */
    segments: async (): Promise<Listed<Segment>[]> =>
      latestSettings(await settings(SEGMENTS), 'segment', segmentSchema),
  }
}
