// The inputs of fields that the organisation types: each by its type, with what is wrong with what stands in it.
// Invariant: what is typed stays text until it is saved, so that an unfinished value is kept as a draft like any other.
import { Select, SimpleGrid, Textarea, TextInput } from '@mantine/core'
import type { CustomField } from '@shared/model/contact-schema'
import { customFieldText, readCustomField } from '@shared/model/custom-field-text'
import { TagsField } from './TagsField'

interface TypedInputsProps {
  fields: readonly CustomField[]
  /** What is typed, by the name of the field. */
  values: Readonly<Record<string, string>>
  onChange: (name: string, text: string) => void
}

/** What is wrong with what was typed for a field, as a sentence; undefined: nothing, or nothing was typed. */
export function typedFault(field: CustomField, text: string): string | undefined {
  if (text.trim() === '') return undefined
  const read = readCustomField(field, text)
  return 'fault' in read ? `${read.fault.charAt(0).toUpperCase()}${read.fault.slice(1)}.` : undefined
}

export function TypedInputs({ fields, values, onChange }: TypedInputsProps) {
  return (
    <SimpleGrid cols={2} spacing="md" verticalSpacing="xs">
      {fields.map((field) => (
        <TypedInput
          key={field.name}
          field={field}
          text={values[field.name] ?? ''}
          onChange={(text) => onChange(field.name, text)}
        />
      ))}
    </SimpleGrid>
  )
}

/** What kind of input of the browser a type has. */
const KINDS: Readonly<Partial<Record<CustomField['type'], string>>> = { date: 'date', url: 'url' }

function TypedInput({ field, text, onChange }: { field: CustomField; text: string; onChange: (text: string) => void }) {
  const { type, title, description, isRequired = false, options = [] } = field
  const common = { label: title, description, withAsterisk: isRequired, error: typedFault(field, text) }
  switch (type) {
    case 'enum':
      return (
        <Select
          {...common}
          clearable
          searchable
          value={text === '' ? null : text}
          onChange={(value) => onChange(value ?? '')}
          data={options
            .filter(({ value, isDisabled }) => !isDisabled || value === text)
            .map(({ value, title: called }) => ({ value, label: called ?? value }))}
        />
      )
    case 'checkbox':
      return (
        <Select
          {...common}
          clearable
          value={text === '' ? null : text}
          onChange={(value) => onChange(value ?? '')}
          data={[
            { value: 'yes', label: 'Yes' },
            { value: 'no', label: 'No' },
          ]}
        />
      )
    case 'tag':
      return (
        <TagsField
          {...common}
          splitChars={[',', ';']}
          value={text.split('; ').filter((one) => one !== '')}
          onChange={(tags) => onChange(customFieldText(tags))}
        />
      )
    case 'longtext':
      return (
        <Textarea {...common} autosize minRows={2} value={text} onChange={(e) => onChange(e.currentTarget.value)} />
      )
    case 'datetime':
      return (
        <TextInput
          {...common}
          placeholder="2026-06-01T09:00:00Z"
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    default:
      return (
        <TextInput
          {...common}
          type={KINDS[type] ?? 'text'}
          inputMode={type === 'integer' || type === 'number' ? 'decimal' : undefined}
          autoComplete="off"
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
  }
}
