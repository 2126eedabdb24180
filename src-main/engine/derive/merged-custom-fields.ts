// Custom fields of a merged person that the schema it comes to have does not let in.
// Invariant: pure; what finds no place is told, so that it stays visible as history, and the person can be edited by its schema.
import { type ContactSchemaVersion, customFieldFault } from '@shared/model/contact-schema'
import type { JSONValue } from '../documents/json'

/** All versions of each schema, by the schema's id. */
export type SchemaVersions = ReadonlyMap<string, readonly ContactSchemaVersion[]>

const CUSTOM = 'customFields/'

/** The version that a contact's register names; undefined: none, or one that is not known here. */
function versionNamed(value: JSONValue | null | undefined, schemas: SchemaVersions): ContactSchemaVersion | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  const { id, version } = value
  return typeof id === 'string' ? schemas.get(id)?.find((one) => one.version === version) : undefined
}

/**
 * The registers of custom fields that do not fit.
 * @param values by register
 */
export function unfitCustomFields(values: ReadonlyMap<string, JSONValue | null>, schemas: SchemaVersions): string[] {
  const schema = versionNamed(values.get('schema'), schemas)
  if (!schema) return []
  return [...values].flatMap(([key, value]) => {
    if (!key.startsWith(CUSTOM) || value === null) return []
    const field = schema.fields.find(({ name }) => name === key.slice(CUSTOM.length))
    return field && customFieldFault(field, value) === undefined ? [] : key
  })
}
