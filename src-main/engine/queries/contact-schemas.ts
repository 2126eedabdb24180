// The schemas of custom fields as they are asked for.
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { contactSchemasIn, SCHEMA_LIST_ID } from '../derive/contact-schemas'
import type { Runtime } from '../runtime'

export function contactSchemaQueries({ store }: Runtime) {
  return {
    /** All versions of each schema, the first one first. */
    async contactSchemas(): Promise<ContactSchemaVersion[][]> {
      const list = (await store.get('decisions', [SCHEMA_LIST_ID])).get(SCHEMA_LIST_ID)
      const documents = await store.get('decisions', list?.seen ?? [])
      return [...contactSchemasIn(documents.values()).values()]
    },
  }
}
