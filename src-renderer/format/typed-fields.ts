// Custom fields that the organisation types, between a contact and what stands in a form.
// Invariant: what is typed is text until it fits its field; a value that its schema has no field for stays as an earlier one.
import type { ContactFields, ContactInput } from '@shared/model/contact'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { customFieldText, readCustomField, type TypedValue } from '@shared/model/custom-field-text'

type Versions = readonly (readonly ContactSchemaVersion[])[]

/** Schemas that a contact may be given, each in its latest version. */
export const schemasToGive = (all: Versions): ContactSchemaVersion[] =>
  all.flatMap((versions) => versions.at(-1) ?? []).filter(({ isEnabled }) => isEnabled)

/** The version that types the fields of a contact; undefined: none, or one that is not known here. */
export const schemaOf = ({ schema }: ContactFields, all: Versions): ContactSchemaVersion | undefined =>
  schema && all.flat().find(({ id, version }) => id === schema.id && version === schema.version)

/** The version that a contact is edited by: the latest one if that has a field for each of its values, else its own. */
export function schemaToEditBy(fields: ContactFields, all: Versions): ContactSchemaVersion | undefined {
  const own = schemaOf(fields, all)
  const latest = own && schemasToGive(all).find(({ id }) => id === own.id)
  const names = new Set(latest?.fields.map(({ name }) => name))
  return latest && Object.keys(fields.customFields ?? {}).every((name) => names.has(name)) ? latest : own
}

/** The values of a contact as a form begins with them, by the name of the field. */
export const typedTexts = (schema: ContactSchemaVersion, fields: ContactFields): Record<string, string> =>
  Object.fromEntries(schema.fields.map(({ name }) => [name, customFieldText(fields.customFields?.[name])]))

/** What a form says of typed fields, as the contact's; undefined: something does not fit its field. */
export function typedInput(
  schema: ContactSchemaVersion,
  texts: Readonly<Record<string, string>>,
): Pick<ContactInput, 'schema' | 'customFields'> | undefined {
  const values: Record<string, TypedValue> = {}
  for (const field of schema.fields) {
    const text = (texts[field.name] ?? '').trim()
    if (text === '') continue
    const read = readCustomField(field, text)
    if ('fault' in read) return undefined
    values[field.name] = read.value
  }
  return { schema: { id: schema.id, version: schema.version }, customFields: values }
}

/** A value in words: a choice by its title. */
export function typedWords(schema: ContactSchemaVersion, name: string, value: unknown): string {
  const field = schema.fields.find((one) => one.name === name)
  const option = field?.options?.find((one) => one.value === value)
  if (option) return option.title ?? option.value
  const text = customFieldText(value)
  return field?.type === 'checkbox' ? text.charAt(0).toUpperCase() + text.slice(1) : text
}
