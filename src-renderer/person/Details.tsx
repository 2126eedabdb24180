// A person's fields, grouped as one would look for them, and a way to add those that are empty.
import { Box, Button, Card, Combobox, Group, Stack, Switch, Text, Title, useCombobox } from '@mantine/core'
import type { PersonView } from '@shared/model/views'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { FIELD_LINES, fieldLine, LINE_GROUPS } from '../format/fields'
import { EditableLine } from './EditableLine'

export function Details({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  const [added, setAdded] = useState<string | null>(null)
  const filled = FIELD_LINES.filter((line) => line.read(person.fields) !== '')
  const empty = FIELD_LINES.filter((line) => line.read(person.fields) === '' && line.key !== added)
  const custom = Object.entries(person.fields.customFields ?? {})

  return (
    <Card component="section" aria-label="Details">
      <Group justify="space-between" mb="xs">
        <Title order={2}>Details</Title>
        {!readOnly && empty.length > 0 && <AddField empty={empty.map((line) => line.key)} onAdd={setAdded} />}
      </Group>
      <Stack gap="sm">
        {filled.length === 0 && added === null && (
          <Text size="sm" c="dimmed">
            Nothing is known yet.
          </Text>
        )}
        {LINE_GROUPS.map((group) => {
          const lines = filled.filter((line) => line.group === group && line.key !== added)
          return lines.length === 0 ? null : (
            <Stack key={group} gap={0} role="group" aria-label={group}>
              {lines.map((line) => (
                <EditableLine
                  key={line.key}
                  contactId={person.id}
                  line={line}
                  fields={person.fields}
                  info={person.fieldInfo[line.field]}
                  readOnly={readOnly}
                />
              ))}
            </Stack>
          )
        })}
        {added !== null && (
          <EditableLine
            key={`add ${added}`}
            contactId={person.id}
            line={fieldLine(added)}
            fields={person.fields}
            info={undefined}
            adding
            onDone={() => setAdded(null)}
          />
        )}
        {custom.length > 0 && (
          <Stack gap={4} role="group" aria-label="Custom fields">
            {custom.map(([name, value]) => (
              <Group key={name} wrap="nowrap" gap="xs" align="baseline">
                <Text size="sm" c="dimmed" w={112} style={{ flexShrink: 0, overflowWrap: 'anywhere' }}>
                  {name}
                </Text>
                <Text size="sm" flex={1} miw={0} style={{ overflowWrap: 'anywhere' }}>
                  {typeof value === 'string' ? value : JSON.stringify(value)}
                </Text>
              </Group>
            ))}
          </Stack>
        )}
        <SurveyOptOut person={person} readOnly={readOnly} />
      </Stack>
    </Card>
  )
}

function AddField({ empty, onAdd }: { empty: readonly string[]; onAdd: (key: string) => void }) {
  const [search, setSearch] = useState('')
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption()
      combobox.focusTarget()
      setSearch('')
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  })
  const matching = empty.map(fieldLine).filter((line) => line.label.toLowerCase().includes(search.trim().toLowerCase()))
  return (
    <Combobox
      store={combobox}
      width={260}
      position="bottom-end"
      onOptionSubmit={(key) => {
        combobox.closeDropdown()
        onAdd(key)
      }}
    >
      <Combobox.Target withAriaAttributes={false}>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => combobox.toggleDropdown()}
        >
          Add a field
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          placeholder="Which field?"
          aria-label="Which field?"
        />
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label="Fields">
          {matching.length === 0 && <Combobox.Empty>No such field</Combobox.Empty>}
          {LINE_GROUPS.map((group) => {
            const lines = matching.filter((line) => line.group === group)
            return lines.length === 0 ? null : (
              <Combobox.Group key={group} label={group}>
                {lines.map((line) => (
                  <Combobox.Option key={line.key} value={line.key}>
                    {line.label}
                  </Combobox.Option>
                ))}
              </Combobox.Group>
            )
          })}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

function SurveyOptOut({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  const update = useCall('people.update')
  return (
    <Box>
      <Switch
        size="sm"
        label="Wants no surveys"
        checked={person.fields.surveyOptOut ?? false}
        disabled={readOnly || update.pending}
        onChange={(event) => {
          const surveyOptOut = event.currentTarget.checked
          // A failure stands in `update.error`, which is shown below.
          update.run({ contactId: person.id, changes: { surveyOptOut } }).catch(() => undefined)
        }}
      />
      {update.error && <ErrorNotice error={update.error} />}
    </Box>
  )
}
