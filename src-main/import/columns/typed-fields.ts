// Columns that go to the fields by which the organisation types its custom ones: which there are, and which header means one.
// Invariant: a contact has one schema, so that the columns of a file are taken to fields of one.
import type { ContactSchemaVersion, CustomField } from '@shared/model/contact-schema'
import { levelHeader } from './headers'

/** A field with the schema that it is of. */
export interface TypedField {
  schema: Pick<ContactSchemaVersion, 'id' | 'version' | 'name'>
  field: CustomField
}

const nameOf = ({ schema, field }: TypedField) => `field/${schema.id}/${field.name}`

/** The latest version of each schema that is in use. */
export function schemasInUse(all: readonly (readonly ContactSchemaVersion[])[]): ContactSchemaVersion[] {
  return all.flatMap((versions) => versions.at(-1) ?? []).filter(({ isEnabled }) => isEnabled)
}

const fieldsIn = (schemas: readonly ContactSchemaVersion[]): TypedField[] =>
  schemas.flatMap((schema) => schema.fields.map((field) => ({ schema, field })))

/** What a field is called beside those of other schemas; exports name columns so, too. */
const labelOf = (title: string, schemaName: string) => `${title} (${schemaName})`

/** What columns can be chosen to go to, with what to call it. */
export function typedTargets(schemas: readonly ContactSchemaVersion[]): { target: string; label: string }[] {
  return fieldsIn(schemas).map((one) => ({ target: nameOf(one), label: labelOf(one.field.title, one.schema.name) }))
}

/** The field that a target names; undefined: it names none of these. */
export const typedFieldOf = (target: string, schemas: readonly ContactSchemaVersion[]): TypedField | undefined =>
  target.startsWith('field/') ? fieldsIn(schemas).find((one) => nameOf(one) === target) : undefined

/**
 * Where columns of no known field go: to the one whose title or name they have. A contact has one schema, so that the one
 * counts which most columns are of.
 */
export function recogniseTyped(
  headers: readonly string[],
  targets: readonly string[],
  schemas: readonly ContactSchemaVersion[],
): string[] {
  const wanted = headers.map((header, i) => (targets[i] === 'custom' ? levelHeader(header) : undefined))
  const found = schemas.map((schema) => {
    const taken = new Set<string>()
    return wanted.map((header) => {
      if (header === undefined || header === '') return undefined
      const field = schema.fields.find(
        ({ name, title }) =>
          !taken.has(name) &&
          [title, name, labelOf(title, schema.name)].some((called) => levelHeader(called) === header),
      )
      if (field) taken.add(field.name)
      return field && nameOf({ schema, field })
    })
  })
  const count = (one: readonly (string | undefined)[]) => one.filter((target) => target !== undefined).length
  const [best = []] = found.sort((a, b) => count(b) - count(a))
  return targets.map((target, i) => best[i] ?? target)
}
