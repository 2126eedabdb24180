// What an organisation has several of, as it is asked for: schemas of custom fields, and external sources.
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import type { ExternalSource } from '@shared/model/external-source'
import { contactSchemasIn } from '../derive/contact-schemas'
import { externalSourcesIn } from '../derive/external-sources'
import { CONTACT_SCHEMAS, EXTERNAL_SOURCES, listedIn, listIdOf, type SettingKind } from '../derive/versioned-settings'
import type { Runtime } from '../runtime'

export function organisationQueries({ store }: Runtime) {
  async function settings(kind: SettingKind) {
    const id = listIdOf(kind)
    const list = (await store.get('decisions', [id])).get(id)
    return (await store.get('decisions', listedIn(list))).values()
  }

  return {
    /** All versions of each schema, the first one first. */
    contactSchemas: async (): Promise<ContactSchemaVersion[][]> => [
      ...contactSchemasIn(await settings(CONTACT_SCHEMAS)).values(),
    ],

    /** The external sources there are, by name. */
    externalSources: async (): Promise<ExternalSource[]> => externalSourcesIn(await settings(EXTERNAL_SOURCES)),
  }
}
