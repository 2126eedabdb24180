// The columns of the custom fields that the organisation types: one for each field of each schema.
// Invariant: our own import knows each column again, and no two columns of a file have one name.
import type { ContactFields } from '@shared/model/contact'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'

export interface TypedColumn {
  header: string
  schemaId: string
  /** Of the field. */
  name: string
}

/** @param taken headers of the other columns */
export function typedColumns(
  schemas: readonly (readonly ContactSchemaVersion[])[],
  taken: readonly string[],
): TypedColumn[] {
  const all = schemas.flatMap((versions) => {
    const latest = versions.at(-1)
    return latest
      ? latest.fields.map(({ name, title }) => ({ schemaId: latest.id, schema: latest.name, name, title }))
      : []
  })
  const used = new Set(taken.map((header) => header.toLowerCase()))
  const unique = (wanted: readonly string[]): string => {
    const free = wanted.find((header) => !used.has(header.toLowerCase()))
    let header = free ?? wanted[0] ?? ''
    for (let count = 2; used.has(header.toLowerCase()); count++) header = `${wanted[0]} (${count})`
    used.add(header.toLowerCase())
    return header
  }
  return all.map(({ schemaId, schema, name, title }) => {
    const isAlone = all.filter((other) => other.title.toLowerCase() === title.toLowerCase()).length === 1
    const long = `${title} (${schema})`
    return { header: unique(isAlone ? [title, long, name] : [long, name]), schemaId, name }
  })
}

/** Whether a contact's custom field has a column of its own. */
export const hasColumn = (columns: readonly TypedColumn[], { schema }: ContactFields, name: string): boolean =>
  schema !== undefined && columns.some((column) => column.schemaId === schema.id && column.name === name)
