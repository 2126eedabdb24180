// People side by side: a column each, a row for each field, and where they differ a choice.
// Invariant: every value that is not chosen says what becomes of it.

import { ActionIcon, Badge, Box, Button, Group, Radio, Text, Tooltip, VisuallyHidden } from '@mantine/core'
import type { MergeField, MergePreview } from '@shared/contract/merging'
import { phoneNumberSchema } from '@shared/model/contact'
import type { ContactId } from '@shared/model/ids'
import { IconX } from '@tabler/icons-react'
import { type KeyboardEvent, useId } from 'react'
import { PersonAvatar } from '../components/PersonAvatar'
import { factsOf } from '../components/PersonFacts'
import { TypeBadge } from '../components/TypeBadge'
import { useNow } from '../components/use-now'
import { byField, fieldLabel, nameOf, valueText } from '../format/field-values'
import { formatDay, formatNumber } from '../format/locale'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'
import { choiceOf, chosenOf, NAME_ROW, withNameRow } from './name-row'

interface ComparisonProps {
  preview: MergePreview
  /** What was chosen by hand: field → whose value. */
  choices: Readonly<Record<string, string>>
  onChoose: (choices: Readonly<Record<string, string>>) => void
  onLeaveOut: (contactId: string) => void
}

/** As many identifiers of a person are listed: enough to know them by. */
const FEW = 5

/** Whether there is something to choose: not everybody has the same. */
const isOpen = (row: MergeField, people: number): boolean => row.differs || Object.keys(row.values).length < people

export function Comparison({ preview, choices, onChoose, onLeaveOut }: ComparisonProps) {
  const { people } = preview
  const back = useNavigation((state) => state.back)
  const now = useNow()
  const group = useId()
  // A field that none of them has stands here only because a value moved to it; the result shows it.
  const [name, ...others] = withNameRow(preview)
  const rows = [
    ...(name?.field === NAME_ROW ? [name] : []),
    ...(name?.field === NAME_ROW ? others : preview.fields)
      .filter((row) => Object.keys(row.values).length > 0)
      .sort((a, b) => byField(a.field, b.field)),
  ]
  const takeAll = (contactId: string): void =>
    onChoose(
      Object.assign(
        {},
        ...rows.filter((row) => contactId in row.values).map((row) => choiceOf(row.field, contactId, preview)),
      ),
    )
  const onKeyDown = (event: KeyboardEvent): void => {
    // A choice has nothing of its own to do with Escape, unlike a field that is being typed in.
    if (event.key === 'Escape') back()
  }
  return (
    <Box className="scv-merge-table" tabIndex={0} role="region" aria-label="People side by side" onKeyDown={onKeyDown}>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <VisuallyHidden>Field</VisuallyHidden>
            </th>
            {people.map((person) => (
              <th key={person.id} scope="col">
                <Group wrap="nowrap" gap="xs" align="flex-start">
                  <PersonAvatar person={person} />
                  <Box flex={1} miw={0}>
                    <Text fw={600} size="sm" lineClamp={2}>
                      {nameOf(person)}
                    </Text>
                    <Text size="xs" c="dimmed" fw={400}>
                      Added {formatDay(person.createdAt)}
                    </Text>
                    {factsOf(person, now).map((fact) => (
                      <Text key={fact} size="xs" c="dimmed" fw={400} truncate>
                        {fact}
                      </Text>
                    ))}
                  </Box>
                  {people.length > 2 && (
                    <Tooltip label="Leave out">
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        size="sm"
                        aria-label={`Leave ${nameOf(person)} out`}
                        onClick={() => onLeaveOut(person.id)}
                      >
                        <IconX size={ICON.md} aria-hidden />
                      </ActionIcon>
                    </Tooltip>
                  )}
                </Group>
                <Group gap="snug" mt="snug" wrap="nowrap">
                  <TypeBadge type={person.type} />
                  {rows.some((row) => row.differs) && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => takeAll(person.id)}
                      aria-label={`Take all of ${nameOf(person)}`}
                    >
                      Take all
                    </Button>
                  )}
                </Group>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">
              <Text size="sm" c="dimmed" fw={400}>
                Recognised by
              </Text>
            </th>
            {people.map((person) => (
              <td key={person.id}>
                {person.identifiers.slice(0, FEW).map((identifier) => (
                  <Text key={identifier} size="xs" className="scv-wrap">
                    {identifier}
                  </Text>
                ))}
                {person.identifiers.length > FEW && (
                  <Text size="xs" c="dimmed">
                    and {formatNumber(person.identifiers.length - FEW)} more
                  </Text>
                )}
                {person.identifiers.length === 0 && (
                  <Text size="xs" c="dimmed">
                    Nothing yet
                  </Text>
                )}
              </td>
            ))}
          </tr>
          {rows.map((row) => (
            <tr key={row.field} data-differs={row.differs || undefined}>
              <th scope="row">
                <Text size="sm" c="dimmed" fw={400} className="scv-wrap">
                  {fieldLabel(row.field)}
                </Text>
                {row.differs && (
                  <Badge size="sm" variant="light" color="yellow">
                    Differs
                  </Badge>
                )}
              </th>
              {people.map((person) => (
                <td key={person.id} data-taken={isTaken(row, person.id, choices) || undefined}>
                  <Cell
                    row={row}
                    person={person}
                    preview={preview}
                    taken={isTaken(row, person.id, choices)}
                    name={`${group} ${row.field}`}
                    onChoose={() => onChoose(choiceOf(row.field, person.id, preview))}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && (
        <Text size="sm" c="dimmed" p="md">
          None of them has any details; only what they did is joined.
        </Text>
      )}
    </Box>
  )
}

/** Whether a field is as this person has it; with no value taken, the agent chose to leave the field empty. */
const isTaken = (row: MergeField, contactId: string, choices: Readonly<Record<string, string>>): boolean =>
  row.from === null ? chosenOf(row.field, choices) === contactId : row.from === contactId && row.movedFrom === undefined

interface CellProps {
  row: MergeField
  person: MergePreview['people'][number]
  preview: MergePreview
  taken: boolean
  /** Of the group of radio buttons. */
  name: string
  onChoose: () => void
}

function Cell({ row, person, preview, taken, name, onChoose }: CellProps) {
  const text = valueText(row.field, row.values[person.id])
  if (!isOpen(row, preview.people.length)) {
    return (
      <Text size="sm" className="scv-wrap">
        {text}
      </Text>
    )
  }
  const fate = taken ? undefined : fateOf(row, person.id, preview)
  return (
    <Radio
      size="sm"
      name={name}
      checked={taken}
      onChange={onChoose}
      aria-label={`${fieldLabel(row.field)}: ${text || 'Leave empty'}, ${nameOf(person)}`}
      label={
        <Text component="span" size="sm" {...(text === '' ? { c: 'dimmed' } : {})} className="scv-wrap">
          {text || 'Leave empty'}
        </Text>
      }
      description={fate}
    />
  )
}

/** What becomes of a value that is not the one chosen; undefined where there is nothing to say. */
function fateOf(row: MergeField, contactId: ContactId, preview: MergePreview): string | undefined {
  if (!(contactId in row.values)) return undefined
  if (row.field === NAME_ROW)
    return row.values[contactId] === (row.from === null ? undefined : row.values[row.from])
      ? undefined
      : 'Kept as an earlier value'
  const moved = preview.fields.find((other) => other.from === contactId && other.movedFrom === row.field)
  if (moved) return `Kept as ${fieldLabel(moved.field)}`
  if (preview.losing.some((one) => one.from === contactId && one.field === row.field)) return 'Kept as an earlier value'
  // It finds no other place because the same number or address has one already.
  const text = sameness(row.values[contactId])
  const twin = preview.fields.find((other) => {
    const source = preview.fields.find((each) => each.field === (other.movedFrom ?? other.field))
    return other.from !== null && sameness(source?.values[other.from]) === text
  })
  return twin && twin.field !== row.field ? `Kept as ${fieldLabel(twin.field)}` : undefined
}

/** What makes two values the same number or address. */
function sameness(value: unknown): string {
  if (typeof value === 'string') return value.trim().toLowerCase()
  const phone = phoneNumberSchema.safeParse(value)
  return phone.success ? (phone.data.e164 ?? phone.data.userInput) : JSON.stringify(value ?? null)
}
