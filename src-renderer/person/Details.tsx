// A person's fields, grouped as one would look for them, and a way to add those that are empty.
import { Box, Card, Group, Select, Stack, Switch, Text, Title } from '@mantine/core'
import type { PersonView } from '@shared/model/views'
import { IconPlus } from '@tabler/icons-react'
import { type FocusEvent, useState } from 'react'
import { client, useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { useBegun } from '../drafts/use-draft'
import { FIELD_LINES, type FieldLine, LINE_GROUPS, type LineGroup } from '../format/fields'
import { personName } from '../format/words'
import { HEIGHT, ICON, WIDTH } from '../theme'
import { CustomFields } from './CustomFields'
import { EditableLine } from './EditableLine'

/** Fields that are being added, in the order in which Tab goes through them. */
interface Adding {
  keys: readonly string[]
  /** Several at once, which stay until the focus leaves them. */
  together: boolean
}
const NOTHING_ADDED: Adding = { keys: [], together: false }
/** The choice that adds all of an address. */
const WHOLE_ADDRESS = 'address'

export function Details({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  const [adding, setAdding] = useState(NOTHING_ADDED)
  const begun = useBegun().filter(({ form }) => form === 'field')
  const isBegun = ({ key }: FieldLine) => begun.some(({ subject }) => subject === `${person.id}/${key}`)
  const filled = FIELD_LINES.filter((line) => line.read(person.fields) !== '' || (!readOnly && isBegun(line)))
  const empty = FIELD_LINES.filter((line) => !filled.includes(line) && !adding.keys.includes(line.key))
  const add = (key: string): void => {
    const together = key === WHOLE_ADDRESS
    setAdding({ together, keys: together ? empty.filter(({ part }) => part).map((line) => line.key) : [key] })
  }
  const onDone = (): void => setAdding((now) => (now.together ? now : NOTHING_ADDED))
  /** What was added together makes way once something beside it has the focus. */
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent): void => {
    if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) setAdding(NOTHING_ADDED)
  }

  return (
    <Card component="section" aria-label="Details">
      <Group justify="space-between" mb="xs">
        <Title order={2}>Details</Title>
        {!readOnly && empty.length > 0 && <AddField empty={empty} onAdd={add} />}
      </Group>
      <Stack gap="sm">
        {filled.length === 0 && adding.keys.length === 0 && (
          <Text size="sm" c="dimmed">
            Nothing is known yet.
          </Text>
        )}
        {LINE_GROUPS.map((group) => {
          const lines = FIELD_LINES.filter(
            (line) => line.group === group && (filled.includes(line) || adding.keys.includes(line.key)),
          )
          return lines.length === 0 ? null : (
            <Stack
              key={group}
              gap={0}
              role="group"
              aria-label={group}
              {...(adding.together && lines.some(({ key }) => adding.keys.includes(key)) ? { onBlur } : {})}
            >
              {lines.map((line) => (
                <EditableLine
                  key={line.key}
                  contactId={person.id}
                  line={line}
                  fields={person.fields}
                  info={person.fieldInfo[line.field]}
                  readOnly={readOnly}
                  {...(adding.keys.includes(line.key)
                    ? { adding: { focus: line.key === adding.keys[0], stays: adding.together }, onDone }
                    : {})}
                />
              ))}
            </Stack>
          )
        })}
        <CustomFields person={person} readOnly={readOnly} />
        <SurveyOptOut person={person} readOnly={readOnly} />
      </Stack>
    </Card>
  )
}

function AddField({ empty, onAdd }: { empty: readonly FieldLine[]; onAdd: (key: string) => void }) {
  const itemsOf = (group: LineGroup) => {
    const items = empty.filter((line) => line.group === group).map(({ key, label }) => ({ value: key, label }))
    return group === 'Address' && items.length > 1
      ? [{ value: WHOLE_ADDRESS, label: 'Whole address' }, ...items]
      : items
  }
  return (
    <Select
      size="xs"
      w={WIDTH.field}
      aria-label="Add a field"
      placeholder="Add a field"
      leftSection={<IconPlus size={ICON.sm} aria-hidden />}
      searchable
      selectFirstOptionOnChange // by keyboard: typed and Enter
      value={null}
      onChange={(key) => {
        if (key !== null) onAdd(key)
      }}
      data={LINE_GROUPS.map((group) => ({ group, items: itemsOf(group) })).filter(({ items }) => items.length > 0)}
      nothingFoundMessage="No such field"
      maxDropdownHeight={HEIGHT.list}
      comboboxProps={{ width: WIDTH.choice, position: 'bottom-end' }}
    />
  )
}

function SurveyOptOut({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  const update = useCall('people.update')
  const choose = async (surveyOptOut: boolean): Promise<void> => {
    const contactId = person.id
    try {
      await update.run({ contactId, changes: { surveyOptOut } })
      showUndo({
        text: `${personName(person)} ${surveyOptOut ? 'wants no surveys' : 'may be sent surveys'}.`,
        onUndo: () => client.call('people.update', { contactId, changes: { surveyOptOut: !surveyOptOut } }),
      })
    } catch {
      // It stands in `update.error`, which is shown below.
    }
  }
  return (
    <Box>
      <Switch
        size="sm"
        label="Wants no surveys"
        checked={person.fields.surveyOptOut ?? false}
        disabled={readOnly || update.pending}
        onChange={(event) => void choose(event.currentTarget.checked)}
      />
      {update.error && <ErrorNotice error={update.error} />}
    </Box>
  )
}
