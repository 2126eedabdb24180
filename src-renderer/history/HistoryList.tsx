// What was done to a person, the latest first, by days: a sentence for each moment, and each value from what to what.
// Invariant: a value that is long or no longer kept is never shown as if it were whole.
import { Badge, Box, Button, Card, EmptyState, Group, Skeleton, Stack, Text } from '@mantine/core'
import type { ContactField } from '@shared/model/contact'
import type { HistoryChange, HistoryEvent, HistoryKind } from '@shared/model/history'
import type { PersonView } from '@shared/model/views'
import { IconHistory, IconRestore } from '@tabler/icons-react'
import { useState } from 'react'
import { useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { NewerOlder } from '../components/NewerOlder'
import { useNow } from '../components/use-now'
import { formatDay, formatMoment, formatNumber, formatRelative } from '../format/locale'
import { useMay } from '../state/access'
import { HEIGHT, ICON } from '../theme'
import { changeBack } from './comparison'
import { changeLabel, changeText, historySentence } from './history-words'
import { usePutBack } from './use-put-back'

const PAGE = 50

interface HistoryListProps {
  person: PersonView | undefined
  contactId: string
  kinds: readonly HistoryKind[]
  /** The moment that is looked at. */
  at: string | undefined
  onLook: (at: string) => void
}

export function HistoryList({ person, contactId, kinds, at, onLook }: HistoryListProps) {
  /** What each page that was gone through goes on behind, the first page first, which follows nothing. */
  const [pages, setPages] = useState<readonly (string | undefined)[]>([undefined])
  const after = pages.at(-1)
  const asked = {
    contactId,
    ...(kinds.length > 0 ? { kinds: [...kinds] } : {}),
    ...(after ? { after } : {}),
    limit: PAGE,
  }
  const found = useLive('people.history', asked, { keepPrevious: true })
  if (found.status === 'error') return <ErrorNotice error={found.error} />
  if (!found.value)
    return (
      <Stack gap="xs" role="status" aria-label="Loading the history">
        {[0, 1, 2, 3].map((row) => (
          <Skeleton key={row} h={HEIGHT.row} />
        ))}
      </Stack>
    )
  const { events, next, isErased } = found.value
  const days = Map.groupBy(events, (event) => formatDay(event.at))
  return (
    <Stack gap="xs" mih={0} h="100%">
      <Card p={0} flex={1} mih={0} className="scv-scroll" tabIndex={0} role="region" aria-label="What was done">
        {events.length === 0 ? (
          <EmptyState
            py="xl"
            icon={<IconHistory aria-hidden />}
            title={next === null ? 'Nothing of this kind' : 'None among these'}
            description={next === null ? 'Nothing of this kind was done to this person.' : 'There are older ones.'}
          />
        ) : (
          [...days].map(([day, ofDay]) => (
            <Box key={day} component="section" aria-label={day}>
              <Text size="xs" fw={600} c="dimmed" px="md" py="snug" className="scv-merge-day">
                {day}
              </Text>
              <Stack gap={0} component="ul" m={0} p={0} className="scv-plain-list">
                {ofDay.map((event) => (
                  <Event key={event.stamp} event={event} person={person} isLookedAt={event.at === at} onLook={onLook} />
                ))}
              </Stack>
            </Box>
          ))
        )}
        {isErased && (
          <Text size="sm" c="dimmed" p="md">
            This person was erased. What was done is kept, and none of the values.
          </Text>
        )}
      </Card>
      {(pages.length > 1 || next !== null) && <NewerOlder pages={pages} next={next} onTurn={setPages} />}
    </Stack>
  )
}

interface EventProps {
  event: HistoryEvent
  person: PersonView | undefined
  isLookedAt: boolean
  onLook: (at: string) => void
}

function Event({ event, person, isLookedAt, onLook }: EventProps) {
  const now = useNow()
  return (
    <Box component="li" px="md" py="xs" data-selected={isLookedAt} className="scv-history-event">
      <Group wrap="nowrap" gap="sm" justify="space-between" align="flex-start">
        <Box miw={0}>
          <Text size="sm" fw={600} className="scv-wrap">
            {historySentence(event)}
          </Text>
          <Text size="xs" c="dimmed" title={formatMoment(event.at)}>
            {event.by} · {formatRelative(event.at, now)} · device {event.device.slice(0, 8)}
          </Text>
        </Box>
        <Button
          size="compact-xs"
          variant="subtle"
          className="scv-fixed"
          aria-label={`Look at this person as of ${formatMoment(event.at)}`}
          aria-pressed={isLookedAt}
          onClick={() => onLook(event.at)}
        >
          As of then
        </Button>
      </Group>
      {event.changes.length > 0 && (
        <Stack gap="hair" component="ul" m={0} p={0} className="scv-plain-list" aria-label="From what to what">
          {event.changes.map((change) => (
            <Change key={`${change.key} ${change.contactId}`} change={change} person={person} />
          ))}
        </Stack>
      )}
      {event.more > 0 && (
        <Text size="xs" c="dimmed">
          And {formatNumber(event.more)} more. “As of then” shows all of them.
        </Text>
      )}
      {event.reason && (
        <Text size="sm" className="scv-wrap">
          “{event.reason}”
        </Text>
      )}
    </Box>
  )
}

function Change({ change, person }: { change: HistoryChange; person: PersonView | undefined }) {
  const may = useMay()
  const { putBack, pending, error } = usePutBack(person)
  const { key, isCut, isUnseen, isReplaced, isBeforeLost } = change
  const label = changeLabel(change)
  const [before, after] = [changeText(key, change.before), changeText(key, change.after)]
  const isField = !['note', 'identifier', 'type'].includes(key)
  const changes =
    person?.status === 'active' && isField && !isCut && before !== '' && may('contact:edit')
      ? changeBack({ key, was: change.before }, person.fields)
      : undefined
  const isThere = JSON.stringify(person?.fields[key as ContactField]) === JSON.stringify(change.before)
  return (
    <Box component="li">
      <Group wrap="nowrap" gap="xs" justify="space-between" align="flex-start">
        <Text size="sm" className="scv-wrap">
          <Text span c="dimmed" inherit>
            {label}:
          </Text>{' '}
          {before !== '' && <del>{before}</del>} {before !== '' && after !== '' && '→'} {after}
          {after === '' && ' (emptied)'}
        </Text>
        {changes && !isThere && (
          <Button
            size="compact-xs"
            variant="default"
            className="scv-fixed"
            leftSection={<IconRestore size={ICON.sm} aria-hidden />}
            aria-label={`Put back ${label}: ${before}`}
            loading={pending}
            onClick={() => void putBack(changes, `${label} is ${before} again.`)}
          >
            Put back
          </Button>
        )}
      </Group>
      <Group gap="tight">
        {isUnseen && <Mark text="Written by someone who had not seen what was there" />}
        {isReplaced && <Mark text="Replaced at once by someone who had seen it" />}
        {isBeforeLost && <Mark text="What was there before is not kept" />}
      </Group>
      {error && <ErrorNotice error={error} />}
    </Box>
  )
}

const Mark = ({ text }: { text: string }) => (
  <Badge size="sm" variant="light" color="yellow">
    {text}
  </Badge>
)
