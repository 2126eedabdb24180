// The schemas of custom fields that an organisation has.
// Invariant: what this version of the application cannot read is counted as a version and not shown.
import { type ContactSchemaVersion, contactSchemaSchema } from '@shared/model/contact-schema'
import { z } from 'zod'
import type { DecisionDocument } from '../documents/decision'
import { stampMoment } from '../documents/stamp'
import { settingVersions } from './versioned-settings'

/** What a version says: the schema, and which version its writer meant it to be. */
const saidSchema = z.object({ version: z.number().int().min(1), schema: contactSchemaSchema })

/** The versions of every schema that stands, the first one first; by the schema's id. */
export function contactSchemasIn(documents: Iterable<DecisionDocument>): Map<string, ContactSchemaVersion[]> {
  const schemas = new Map<string, ContactSchemaVersion[]>()
  for (const [id, versions] of settingVersions(documents)) {
    const readable = versions.flatMap(({ version, at, by, says }) => {
      const said = saidSchema.safeParse(says)
      if (!said.success) return []
      return [{ ...said.data.schema, id, version, createdAt: stampMoment(at), createdBy: by }]
    })
    if (readable.length > 0) schemas.set(id, readable)
  }
  return schemas
}
