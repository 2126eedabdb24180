// Values that a person once had, or that lost against another: nothing an agent ever typed is gone.
// Invariant: putting one back makes the value it replaces an earlier one, so that nothing is lost by it either.
import { Badge, Box, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import type { LostValue, PersonView } from '@shared/model/views'
import { IconRestore } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { client, useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { fieldLabel, formerly, puttingBack, valueText } from '../format/field-values'
import { formatMoment, formatNumber } from '../format/locale'
import { ICON } from '../theme'

/** More than these are shown on demand: a long life has many earlier values. */
const FEW = 5
const PAGE = 50

export function EarlierValues({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  const [all, setAll] = useState(false)
  const { lostValues, lostTotal } = person
  if (lostValues.length === 0) return null
  const row = (lost: LostValue) => (
    <Earlier key={`${lost.key} ${lost.stamp}`} lost={lost} person={person} readOnly={readOnly} />
  )
  return (
    <Card component="section" aria-label="Earlier values">
      <Title order={2} mb="xs">
        Earlier values
      </Title>
      <Stack gap="sm">
        {all && lostTotal > lostValues.length ? (
          <Pages person={person} row={row} />
        ) : (
          <Stack gap="sm" role="list" aria-label="Earlier values">
            {(all ? lostValues : lostValues.slice(0, FEW)).map(row)}
          </Stack>
        )}
        {lostTotal > FEW && (
          <Button size="compact-sm" variant="subtle" onClick={() => setAll(!all)} className="scv-start">
            {all ? 'Show fewer' : `Show all ${formatNumber(lostTotal)}`}
          </Button>
        )}
      </Stack>
    </Card>
  )
}

/** More than a page of them. */
function Pages({ person, row }: { person: PersonView; row: (lost: LostValue) => ReactNode }) {
  const [offset, setOffset] = useState(0)
  const { value, error } = useLive(
    'people.lostValues',
    { contactId: person.id, offset, limit: PAGE },
    { keepPrevious: true },
  )
  if (error) return <ErrorNotice error={error} />
  const { items, total } = value ?? { items: person.lostValues, total: person.lostTotal }
  const last = Math.min(offset + PAGE, total)
  return (
    <>
      <Stack gap="sm" role="list" aria-label="Earlier values">
        {items.map(row)}
      </Stack>
      <Group gap="xs" role="group" aria-label="Pages of earlier values">
        <Button
          size="compact-sm"
          variant="default"
          disabled={offset === 0}
          onClick={() => setOffset(Math.max(0, offset - PAGE))}
        >
          Newer
        </Button>
        <Button size="compact-sm" variant="default" disabled={last >= total} onClick={() => setOffset(offset + PAGE)}>
          Older
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {formatNumber(offset + 1)} to {formatNumber(last)} of {formatNumber(total)}
        </Text>
      </Group>
    </>
  )
}

function Earlier({ lost, person, readOnly }: { lost: LostValue; person: PersonView; readOnly: boolean }) {
  const update = useCall('people.update')
  const label = fieldLabel(lost.key)
  const text = valueText(lost.key, lost.value)
  const changes = puttingBack(lost.key, lost.value, person.fields)
  const putBack = async (): Promise<void> => {
    if (!changes) return
    try {
      await update.run({ contactId: person.id, changes })
      showUndo({
        text: `${label} is ${text} again.`,
        onUndo: () => client.call('people.update', { contactId: person.id, changes: formerly(person.fields, changes) }),
      })
    } catch {
      // It stands in `update.error`, which is shown below the value.
    }
  }
  return (
    <Box role="listitem">
      <Group wrap="nowrap" gap="xs" align="flex-start" justify="space-between">
        <Box miw={0}>
          <Text size="sm" className="scv-wrap">
            <Text component="span" size="sm" c="dimmed">
              {label}:{' '}
            </Text>
            {text}
          </Text>
          <Text size="xs" c="dimmed">
            Written {formatMoment(lost.at)} by {lost.by}
          </Text>
          {lost.overwrittenUnseen && (
            <Badge size="sm" variant="light" color="yellow">
              Replaced by someone who had not seen it
            </Badge>
          )}
        </Box>
        {!readOnly && changes && (
          <Button
            size="compact-sm"
            variant="default"
            className="scv-fixed"
            leftSection={<IconRestore size={ICON.sm} aria-hidden />}
            aria-label={`Put back ${label}: ${text}`}
            loading={update.pending}
            onClick={() => void putBack()}
          >
            Put back
          </Button>
        )}
      </Group>
      {update.error && <ErrorNotice error={update.error} />}
    </Box>
  )
}
