// The schemas of custom fields that an organisation has, from its decisions: each version a document that never changes, and one
// document that lists them, which every device knows.
// Invariant: versions are counted in the order they were written, so that of two written apart both are listed and the later
// holds; what this version of the application cannot read is counted and not shown.
import { type ContactSchemaVersion, contactSchemaSchema } from '@shared/model/contact-schema'
import type { Stamp } from '@shared/model/ids'
import { z } from 'zod'
import type { DecisionDocument } from '../documents/decision'
import { settingId } from '../documents/ids'
import { current } from '../documents/register'
import { stampMoment } from '../documents/stamp'

export const SCHEMA_LIST = 'contactSchemas'
export const SCHEMA_LIST_ID = settingId(SCHEMA_LIST)
export const SCHEMA_VERSION = 'contactSchema'

/** What a version says: the schema, and which version its writer meant it to be. */
export const saidSchema = z.object({ version: z.number().int().min(1), schema: contactSchemaSchema })

interface Written {
  document: DecisionDocument
  at: Stamp
  by: string
  meant: number
}

/** The versions of a schema as they were written, those that were taken back left out. */
function inOrder(documents: readonly DecisionDocument[]): Written[] {
  return documents
    .flatMap((document) => {
      const { definition } = document
      if (!definition || current(document.standing)?.v !== true) return []
      const { version } = (definition.says ?? {}) as { version?: unknown }
      const meant = typeof version === 'number' ? version : Number.MAX_SAFE_INTEGER
      return [{ document, at: definition.at, by: definition.by, meant }]
    })
    .sort((a, b) => a.meant - b.meant || (a.at < b.at ? -1 : 1))
}

/** The versions of every schema that stands, the first one first; by the schema's id. */
export function contactSchemasIn(documents: Iterable<DecisionDocument>): Map<string, ContactSchemaVersion[]> {
  const ofSchema = Map.groupBy(documents, ({ subjects }) => subjects[1] ?? '')
  const schemas = new Map<string, ContactSchemaVersion[]>()
  for (const [id, versions] of ofSchema) {
    const readable = inOrder(versions).flatMap(({ document, at, by }, i) => {
      const said = saidSchema.safeParse(document.definition?.says)
      if (!said.success) return []
      return [{ ...said.data.schema, id, version: i + 1, createdAt: stampMoment(at), createdBy: by }]
    })
    if (readable.length > 0) schemas.set(id, readable)
  }
  return schemas
}
