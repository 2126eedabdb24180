// The custom fields of a person: those that the organisation types, read and edited by type, and what else there is of them.
// Invariant: nothing typed is lost: the form is a draft until it is saved or discarded.
import { Button, Group, Menu, Stack, Text } from '@mantine/core'
import type { ContactChanges } from '@shared/model/contact'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { customFieldText } from '@shared/model/custom-field-text'
import type { PersonView } from '@shared/model/views'
import { IconPencil, IconPlus } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { client, useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { TypedInputs, typedFault } from '../components/TypedInputs'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { useBegun, useDraft } from '../drafts/use-draft'
import { schemaOf, schemasToGive, schemaToEditBy, typedInput, typedTexts, typedWords } from '../format/typed-fields'
import { ICON, WIDTH } from '../theme'

const SUBJECT = 'typed'

export function CustomFields({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  const answer = useLive('people.schemas', {})
  const all = answer.status === 'ready' ? answer.value : []
  const { fields } = person
  const begun = useBegun().find(
    ({ form, subject }) => form === 'field' && subject.startsWith(`${person.id}/${SUBJECT}/`),
  )
  const [chosen, setChosen] = useState<string | null>(null)
  const schema = schemaOf(fields, all)
  const toGive = fields.schema === undefined && fields.customFields === undefined ? schemasToGive(all) : []
  const editedId = chosen ?? begun?.subject.split('/')[2] ?? null
  const edited =
    editedId === null || readOnly
      ? undefined
      : schema?.id === editedId
        ? schemaToEditBy(fields, all)
        : toGive.find(({ id }) => id === editedId)
  const values = Object.entries(fields.customFields ?? {})
  if (edited) return <TypedForm key={edited.id} person={person} schema={edited} onClose={() => setChosen(null)} />
  if (values.length === 0 && !schema && (readOnly || toGive.length === 0)) return null
  return (
    <Stack gap="tight" role="group" aria-label="Custom fields">
      {(schema || toGive.length > 0) && (
        <Group justify="space-between">
          <Text size="sm" fw={500}>
            {schema?.title || schema?.name}
          </Text>
          {!readOnly && schema && (
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={<IconPencil size={ICON.sm} aria-hidden />}
              onClick={() => setChosen(schema.id)}
            >
              Edit {schema.name}
            </Button>
          )}
          {!readOnly && toGive.length > 0 && <GiveSchema schemas={toGive} onGive={setChosen} />}
        </Group>
      )}
      {values.map(([name, value]) => {
        const field = schema?.fields.find((one) => one.name === name)
        return (
          <Group key={name} wrap="nowrap" gap="xs" align="baseline">
            <Text size="sm" c="dimmed" w={WIDTH.label} className="scv-fixed scv-wrap">
              {field?.title ?? name}
            </Text>
            <Text size="sm" flex={1} miw={0} className="scv-wrap">
              {schema ? typedWords(schema, name, value) : customFieldText(value)}
            </Text>
          </Group>
        )
      })}
    </Stack>
  )
}

function GiveSchema({ schemas, onGive }: { schemas: readonly ContactSchemaVersion[]; onGive: (id: string) => void }) {
  return (
    <Menu>
      <Menu.Target>
        <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={ICON.sm} aria-hidden />}>
          Fields of the organisation
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {schemas.map(({ id, name }) => (
          <Menu.Item key={id} onClick={() => onGive(id)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

interface TypedFormProps {
  person: PersonView
  schema: ContactSchemaVersion
  onClose: () => void
}

function TypedForm({ person, schema, onClose }: TypedFormProps) {
  const update = useCall('people.update')
  const { id: contactId, fields } = person
  const draft = useDraft<Record<string, string>>(
    'field',
    `${contactId}/${SUBJECT}/${schema.id}`,
    typedTexts(schema, fields),
  )
  const hasFault = schema.fields.some((field) => typedFault(field, draft.values[field.name] ?? ''))
  const input = typedInput(schema, draft.values)
  const close = (): void => {
    draft.end()
    onClose()
  }
  const save = async (): Promise<void> => {
    if (!input) return
    const former: ContactChanges = {
      schema: fields.schema ?? null,
      customFields: fields.customFields ?? null,
    }
    try {
      await update.run({ contactId, changes: input })
      close()
      showUndo({
        text: `${schema.name} is saved.`,
        onUndo: () => client.call('people.update', { contactId, changes: former }),
      })
    } catch {
      // It stands in `update.error`, and the form stays open with what was typed.
    }
  }
  return (
    <Stack
      component="form"
      gap="xs"
      aria-label={schema.name}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void save()
      }}
    >
      <Text size="sm" fw={500}>
        {schema.title || schema.name}
      </Text>
      {update.error && <ErrorNotice error={update.error} />}
      <TypedInputs
        fields={schema.fields}
        values={draft.values}
        onChange={(name, text) => draft.set({ [name]: text })}
      />
      <Group gap="xs" justify="flex-end">
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            discard(draft.key)
            onClose()
          }}
        >
          Cancel
        </Button>
        <Button size="xs" type="submit" loading={update.pending} disabled={hasFault}>
          Save
        </Button>
      </Group>
    </Stack>
  )
}
