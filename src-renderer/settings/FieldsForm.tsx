// The form of a set of fields: what each is called, of what type it is, and what it holds.
// Invariant: nothing typed is lost: the form is a draft until it is saved or discarded; a version is written over no other
// than the one the form began with.
import { ActionIcon, Button, Checkbox, Fieldset, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import type { ContactSchema, ContactSchemaVersion, FieldType } from '@shared/model/contact-schema'
import { FIELD_DESCRIPTION_MAX, FIELD_OPTIONS_MAX, FIELD_TITLE_MAX, SCHEMA_FIELDS_MAX } from '@shared/model/limits'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { FormEvent } from 'react'
import { client, useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { TagsField } from '../components/TagsField'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { ICON, WIDTH } from '../theme'
import {
  BOUND_WORDS,
  type FieldRow,
  type FormTexts,
  formOf,
  isSavable,
  NEW_ROW,
  nextKey,
  rowFault,
  rowsIn,
  schemaIn,
  TYPE_WORDS,
} from './schema-form'

/** What a draft is about that is of no set yet. */
export const NEW_SET = 'new'

/** A schema without what only a version has. */
const saidBy = ({ name, title, description, isEnabled, fields }: ContactSchemaVersion): ContactSchema => ({
  ...{ name, isEnabled, fields },
  ...(title === undefined ? {} : { title }),
  ...(description === undefined ? {} : { description }),
})

interface FieldsFormProps {
  /** The latest version of the set; none: it is a new one. */
  former: ContactSchemaVersion | undefined
  onClose: () => void
}

export function FieldsForm({ former, onClose }: FieldsFormProps) {
  const create = useCall('schemas.create')
  const update = useCall('schemas.update')
  const draft = useDraft<FormTexts>('schema', former?.id ?? NEW_SET, formOf(former))
  const texts = draft.values
  const rows = rowsIn(texts)
  const error = create.error ?? update.error
  const save = async (): Promise<void> => {
    const schema = schemaIn(texts, former)
    const { name } = schema
    try {
      if (former) {
        const version = Number(texts['version'])
        await update.run({ id: former.id, version, schema })
        const back = { id: former.id, version: version + 1, schema: saidBy(former) }
        showUndo({
          text: `${name} is saved.`,
          onUndo: () => client.call('schemas.update', back),
        })
      } else {
        const { id } = await create.run({ schema })
        showUndo({
          text: `${name} reaches every device.`,
          onUndo: () => client.call('schemas.remove', { id }),
        })
      }
      draft.end()
      onClose()
    } catch {
      // It stands in `error`, and the form stays open with what was typed.
    }
  }
  return (
    <Stack
      component="form"
      gap="md"
      aria-label={former?.name ?? 'New set of fields'}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void save()
      }}
    >
      <TextInput
        label="Name of the set"
        description="Agents choose it for a contact by this name, e.g. Membership."
        required
        maxLength={FIELD_TITLE_MAX}
        autoComplete="off"
        data-autofocus
        value={texts['name'] ?? ''}
        onChange={(event) => draft.set({ name: event.currentTarget.value })}
      />
      <Checkbox
        label="In use"
        description="When it is not in use, contacts that have it keep it, and no other contact gets it."
        checked={texts['isEnabled'] !== 'no'}
        onChange={(event) => draft.set({ isEnabled: event.currentTarget.checked ? 'yes' : 'no' })}
      />
      {rows.map(({ key, row }, at) => (
        <OneField
          key={key}
          row={row}
          legend={`Field ${at + 1}`}
          fault={rowFault(
            row,
            rows.flatMap((other) => (other.key === key ? [] : other.row)),
          )}
          onChange={(change) => draft.set({ [key]: JSON.stringify({ ...row, ...change }) })}
          onRemove={() => draft.set({ [key]: '' })}
        />
      ))}
      <Group>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={ICON.md} aria-hidden />}
          disabled={rows.length >= SCHEMA_FIELDS_MAX}
          onClick={() => draft.set({ [nextKey(texts)]: JSON.stringify(NEW_ROW) })}
        >
          Add a field
        </Button>
      </Group>
      {error && <ErrorNotice error={error} />}
      <Group justify="flex-end">
        <Button
          variant="default"
          onClick={() => {
            discard(draft.key)
            onClose()
          }}
        >
          Cancel
        </Button>
        <Button
          type="submit"
          loading={create.pending || update.pending}
          disabled={!isSavable(texts, former) || (former !== undefined && !draft.begun)}
        >
          Save
        </Button>
      </Group>
    </Stack>
  )
}

interface OneFieldProps {
  row: FieldRow
  legend: string
  fault: string | undefined
  onChange: (change: Partial<FieldRow>) => void
  onRemove: () => void
}

const TYPES = Object.entries(TYPE_WORDS).map(([value, label]) => ({ value, label }))

function OneField({ row, legend, fault, onChange, onRemove }: OneFieldProps) {
  const bounds = BOUND_WORDS[row.type]
  const said = row.title.trim() || legend
  return (
    <Fieldset legend={legend} aria-label={said}>
      <Stack gap="xs">
        <Group wrap="nowrap" align="flex-start">
          <TextInput
            label="Called"
            flex={1}
            maxLength={FIELD_TITLE_MAX}
            autoComplete="off"
            value={row.title}
            onChange={(event) => onChange({ title: event.currentTarget.value })}
          />
          <Select
            label="Type"
            w={WIDTH.field}
            data={TYPES}
            allowDeselect={false}
            disabled={row.former !== undefined}
            description={row.former ? 'Stays as it is' : undefined}
            inputWrapperOrder={['label', 'input', 'description']}
            value={row.type}
            onChange={(type) => type && onChange({ type: type as FieldType, min: '', max: '' })}
          />
          <ActionIcon variant="subtle" color="gray" mt="xl" aria-label={`Take ${said} out`} onClick={onRemove}>
            <IconTrash size={ICON.md} aria-hidden />
          </ActionIcon>
        </Group>
        {row.type === 'enum' && (
          <TagsField
            label="Can be chosen"
            description="Enter after each."
            maxTags={FIELD_OPTIONS_MAX}
            splitChars={[',', ';']}
            value={row.choices}
            onChange={(choices) => onChange({ choices })}
          />
        )}
        {bounds !== undefined && (
          <Group grow>
            <TextInput
              label={`At least${bounds === '' ? '' : `, ${bounds}`}`}
              inputMode="decimal"
              value={row.min}
              onChange={(event) => onChange({ min: event.currentTarget.value })}
            />
            <TextInput
              label={`At most${bounds === '' ? '' : `, ${bounds}`}`}
              inputMode="decimal"
              value={row.max}
              onChange={(event) => onChange({ max: event.currentTarget.value })}
            />
          </Group>
        )}
        <TextInput
          label="Hint"
          placeholder="What agents read beside it"
          maxLength={FIELD_DESCRIPTION_MAX}
          autoComplete="off"
          value={row.description}
          onChange={(event) => onChange({ description: event.currentTarget.value })}
        />
        <Group justify="space-between">
          <Checkbox
            label="Must be filled in"
            checked={row.isRequired}
            onChange={(event) => onChange({ isRequired: event.currentTarget.checked })}
          />
          {fault && (
            <Text size="xs" c={row.title === '' ? 'dimmed' : 'var(--mantine-color-error)'}>
              {fault}
            </Text>
          )}
        </Group>
      </Stack>
    </Fieldset>
  )
}
