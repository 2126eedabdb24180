// A person as of a moment, line by line beside the person of today: what differs is marked, and each value can be put back.
// Invariant: a day stands for its last minute on this device's clock; what is shown is what was shown then, and nothing made up.
import {
  Badge,
  Box,
  Button,
  Card,
  Group,
  Skeleton,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  Title,
  VisuallyHidden,
} from '@mantine/core'
import type { PastPersonView, PersonAsOf } from '@shared/model/history'
import type { PersonView } from '@shared/model/views'
import { IconRestore } from '@tabler/icons-react'
import { useState } from 'react'
import { useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { fieldLabel, valueText } from '../format/field-values'
import { formatDay, formatMoment, formatNumber, fromLocalInput, toLocalInput } from '../format/locale'
import { listNames, personName } from '../format/words'
import { useMay } from '../state/access'
import { HEIGHT, ICON } from '../theme'
import { type ComparedLine, changeBack, compared } from './comparison'
import { usePutBack } from './use-put-back'

/** The last moment of a minute: what was done within it is done. */
const endOfMinute = (at: string): string => new Date(Date.parse(at) + 59_999).toISOString()

interface AsOfProps {
  person: PersonView | undefined
  contactId: string
  at: string | undefined
  onChange: (at: string) => void
}

export function AsOf({ person, contactId, at, onChange }: AsOfProps) {
  const found = useLive('people.asOf', at === undefined ? null : { contactId, at }, { keepPrevious: true })
  return (
    <Card component="section" aria-label="As of a moment" mih={0} h="100%" className="scv-column">
      <Group gap="sm" align="flex-end" mb="sm">
        <TextInput
          type="datetime-local"
          label="This person as of"
          max={toLocalInput(Date.now())}
          value={at === undefined ? '' : toLocalInput(Date.parse(at))}
          onChange={(event) => {
            const chosen = fromLocalInput(event.currentTarget.value)
            if (chosen) onChange(endOfMinute(chosen))
          }}
        />
      </Group>
      {at === undefined ? (
        <Text size="sm" c="dimmed">
          Choose a day and time, or “As of then” beside a change, to see how this person stood and what differs today.
        </Text>
      ) : found.error ? (
        <ErrorNotice error={found.error} />
      ) : !found.value ? (
        <Skeleton h={HEIGHT.tall} aria-label="Loading" role="status" />
      ) : (
        <Box flex={1} mih={0} className="scv-scroll" tabIndex={0} role="region" aria-label="Then and today">
          <Then asOf={found.value} person={person} />
        </Box>
      )}
    </Card>
  )
}

function Then({ asOf, person }: { asOf: PersonAsOf; person: PersonView | undefined }) {
  const { people, since, isErased } = asOf
  if (isErased) return <Text size="sm">This person was erased. How they stood before is not kept.</Text>
  if (people.length === 0)
    return <Text size="sm">This person was not in the book yet. They were added on {formatMoment(since)}.</Text>
  return (
    <Stack gap="md">
      {people.length > 1 && (
        <Text size="sm">
          On {formatDay(asOf.at)} these were {formatNumber(people.length)} people: {listNames(people)}. They were merged
          since.
        </Text>
      )}
      {people.map((then) => (
        <OnePerson key={then.id} then={then} today={asOf.today} person={person} />
      ))}
    </Stack>
  )
}

const STATUS_WORDS: Readonly<Record<PastPersonView['status'], string | undefined>> = {
  active: undefined,
  deleted: 'In the bin then',
  expired: 'Aged out then',
  erased: 'Was one with a person who was erased since',
  undone: undefined,
}

function OnePerson({
  then,
  today,
  person,
}: {
  then: PastPersonView
  today: PersonAsOf['today']
  person: PersonView | undefined
}) {
  const [onlyDiffering, setOnlyDiffering] = useState(false)
  const lines = compared(then, today)
  const differing = lines.filter(({ differs }) => differs).length
  const status = STATUS_WORDS[then.status]
  const name = personName(then)
  return (
    <Box component="section" aria-label={`${name}, then and today`}>
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <Title order={2}>{name}</Title>
          {status && (
            <Badge variant="light" color="yellow">
              {status}
            </Badge>
          )}
        </Group>
        <Switch
          size="sm"
          label="Only what differs"
          checked={onlyDiffering}
          onChange={(event) => setOnlyDiffering(event.currentTarget.checked)}
        />
      </Group>
      <Text size="sm" c="dimmed" role="status">
        {differing === 0
          ? 'All details were as they are today.'
          : `${formatNumber(differing)} of ${formatNumber(lines.length)} details differ from today.`}
      </Text>
      <Table layout="fixed" verticalSpacing="tight" mt="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="24%">Detail</Table.Th>
            <Table.Th>Then</Table.Th>
            <Table.Th>Today</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(onlyDiffering ? lines.filter(({ differs }) => differs) : lines).map((line) => (
            <Line key={line.key} line={line} person={person} />
          ))}
        </Table.Tbody>
      </Table>
      <Beside then={then} />
    </Box>
  )
}

function Line({ line, person }: { line: ComparedLine; person: PersonView | undefined }) {
  const may = useMay()
  const { putBack, pending, error } = usePutBack(person)
  const label = fieldLabel(line.key)
  const [then, today] = [valueText(line.key, line.was), valueText(line.key, line.today)]
  const changes =
    line.differs && person?.status === 'active' && may('contact:edit') ? changeBack(line, person.fields) : undefined
  return (
    <Table.Tr data-differs={line.differs} className="scv-compared">
      <Table.Th scope="row" fw={400} c="dimmed" className="scv-wrap">
        {label}
      </Table.Th>
      <Table.Td className="scv-wrap">
        <Stack gap="tight" align="flex-start">
          <span>{then || <Empty />}</span>
          {changes && (
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconRestore size={ICON.sm} aria-hidden />}
              aria-label={then === '' ? `Empty ${label} again` : `Put back ${label}: ${then}`}
              loading={pending}
              onClick={() =>
                void putBack(changes, then === '' ? `${label} is empty again.` : `${label} is ${then} again.`)
              }
            >
              Put back
            </Button>
          )}
          {error && <ErrorNotice error={error} />}
        </Stack>
      </Table.Td>
      <Table.Td className="scv-wrap">
        {line.differs ? <strong>{today || <Empty />}</strong> : today}
        {line.differs && <VisuallyHidden> (differs)</VisuallyHidden>}
      </Table.Td>
    </Table.Tr>
  )
}

const Empty = () => (
  <Text span size="sm" c="dimmed">
    Empty
  </Text>
)

/** What else was known then. */
function Beside({ then }: { then: PastPersonView }) {
  const { identifiers, notes, records, interactions } = then
  return (
    <Stack gap="xs" mt="md">
      {identifiers.length > 0 && (
        <Text size="sm" className="scv-wrap">
          <Text span c="dimmed" inherit>
            Recognised by:
          </Text>{' '}
          {identifiers.map(({ display }) => display).join(', ')}
        </Text>
      )}
      {records.length > 1 && (
        <Text size="sm" className="scv-wrap">
          <Text span c="dimmed" inherit>
            Made of:
          </Text>{' '}
          {listNames(records)}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {interactions === 1 ? '1 conversation by then.' : `${formatNumber(interactions)} conversations by then.`}
      </Text>
      {notes.map((note) => (
        <Box key={note.id}>
          <Text size="sm" className="scv-text">
            {note.text}
          </Text>
          <Text size="xs" c="dimmed">
            Note of {note.by}, {formatMoment(note.at)}
          </Text>
        </Box>
      ))}
    </Stack>
  )
}
