// The fields that the organisation types, in the form of a new contact.
import { Card, Group, Select, Title } from '@mantine/core'
import type { ContactInput } from '@shared/model/contact'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { useLive } from '../bridge/hooks'
import { TypedInputs, typedFault } from '../components/TypedInputs'
import { schemasToGive, typedInput } from '../format/typed-fields'
import { WIDTH } from '../theme'

/** Keys of form values hold no dots, which the form library would read as paths. */
const SCHEMA_KEY = 'typed schema'
const keyOf = (name: string): string => `typed/${encodeURIComponent(name).replaceAll('.', '%2E')}`

interface TypedFields {
  schemas: readonly ContactSchemaVersion[]
  schema: ContactSchemaVersion | undefined
  /** By the name of the field. */
  texts: Readonly<Record<string, string>>
  isEmpty: boolean
  hasFault: boolean
  /** For the contact; nothing where nothing was typed. */
  input: Pick<ContactInput, 'schema' | 'customFields'>
}

/** What stands in a form of typed fields. @param values of the form */
export function useTypedFields(values: Readonly<Record<string, string>>): TypedFields {
  const answer = useLive('people.schemas', {})
  const schemas = answer.status === 'ready' ? schemasToGive(answer.value) : []
  const schema = schemas.find(({ id }) => id === values[SCHEMA_KEY])
  const fields = schema?.fields ?? []
  const texts = Object.fromEntries(fields.map(({ name }) => [name, values[keyOf(name)] ?? '']))
  const isEmpty = Object.values(texts).every((text) => text.trim() === '')
  return {
    ...{ schemas, schema, texts, isEmpty },
    hasFault: fields.some((field) => typedFault(field, texts[field.name] ?? '')),
    input: schema && !isEmpty ? (typedInput(schema, texts) ?? {}) : {},
  }
}

interface TypedSectionProps {
  typed: TypedFields
  values: Readonly<Record<string, string>>
  onChange: (key: string, text: string) => void
}

export function TypedSection({ typed: { schemas, schema, texts }, values, onChange }: TypedSectionProps) {
  if (schemas.length === 0) return null
  return (
    <Card component="section" aria-label="Fields of the organisation">
      <Group justify="space-between" mb="xs">
        <Title order={2}>Fields of the organisation</Title>
        <Select
          size="xs"
          w={WIDTH.field}
          aria-label="Which fields"
          placeholder="None"
          clearable
          value={values[SCHEMA_KEY] || null}
          onChange={(id) => onChange(SCHEMA_KEY, id ?? '')}
          data={schemas.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Group>
      {schema && (
        <TypedInputs fields={schema.fields} values={texts} onChange={(name, text) => onChange(keyOf(name), text)} />
      )}
    </Card>
  )
}
