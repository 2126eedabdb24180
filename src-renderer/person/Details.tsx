// A person's fields, grouped as one would look for them, and a way to add those that are empty.
import { Box, Card, Group, Select, Stack, Switch, Text, Title } from '@mantine/core'
import type { PersonView } from '@shared/model/views'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { useBegun } from '../drafts/use-draft'
import { FIELD_LINES, type FieldLine, fieldLine, LINE_GROUPS } from '../format/fields'
import { HEIGHT, ICON, WIDTH } from '../theme'
import { CustomFields } from './CustomFields'
import { EditableLine } from './EditableLine'

export function Details({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  const [added, setAdded] = useState<string | null>(null)
  const begun = useBegun().filter(({ form }) => form === 'field')
  const isBegun = ({ key }: FieldLine) => begun.some(({ subject }) => subject === `${person.id}/${key}`)
  const filled = FIELD_LINES.filter((line) => line.read(person.fields) !== '' || (!readOnly && isBegun(line)))
  const empty = FIELD_LINES.filter((line) => !filled.includes(line) && line.key !== added)

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
        <CustomFields person={person} readOnly={readOnly} />
        <SurveyOptOut person={person} readOnly={readOnly} />
      </Stack>
    </Card>
  )
}

function AddField({ empty, onAdd }: { empty: readonly string[]; onAdd: (key: string) => void }) {
  const lines = empty.map(fieldLine)
  return (
    <Select
      size="xs"
      w={WIDTH.field}
      aria-label="Add a field"
      placeholder="Add a field"
      leftSection={<IconPlus size={ICON.sm} aria-hidden />}
      searchable
      value={null}
      onChange={(key) => {
        if (key !== null) onAdd(key)
      }}
      data={LINE_GROUPS.map((group) => ({
        group,
        items: lines.filter((line) => line.group === group).map(({ key, label }) => ({ value: key, label })),
      })).filter(({ items }) => items.length > 0)}
      nothingFoundMessage="No such field"
      maxDropdownHeight={HEIGHT.list}
      comboboxProps={{ width: WIDTH.choice, position: 'bottom-end' }}
    />
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
