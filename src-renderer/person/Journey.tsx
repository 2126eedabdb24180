// Everything a person has done with us: totals by channel, a picture, and the list. Follows live.
// Invariant: the totals count the whole journey whatever is filtered, so that a filter never hides that there is more.
import { Box, Button, Chip, EmptyState, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core'
import { CHANNELS, type Channel } from '@shared/model/interaction'
import type { InteractionView, JourneyFilter, PersonView } from '@shared/model/views'
import { IconFilterOff, IconMessagePlus, IconTimeline } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { useNow } from '../components/use-now'
import { rowFrom, usePages } from '../components/use-pages'
import { VirtualList } from '../components/VirtualList'
import { formatNumber } from '../format/locale'
import { CHANNEL_WORDS } from '../format/words'
import { useNavigation } from '../state/navigation'
import { ROW_HEIGHT } from '../theme'
import { InteractionDetails } from './InteractionDetails'
import { InteractionRow } from './InteractionRow'
import { JourneyPicture } from './JourneyPicture'
import { timeSpan } from './points'

const PAGE = 100
const DAY = 86_400_000
const SPANS = [
  { value: 'all', label: 'All' },
  { value: '365', label: '1 year' },
  { value: '90', label: '90 days' },
  { value: '30', label: '30 days' },
] as const

export function Journey({ person }: { person: PersonView }) {
  const record = useNavigation((state) => state.record)
  const now = useNow()
  const [chosen, setChosen] = useState<Channel[]>([])
  const [span, setSpan] = useState<string>('all')
  const [opened, setOpened] = useState<InteractionView | null>(null)
  const { even, odd, onRange } = usePages(PAGE)

  // Whole days, so that the question stays the same while the clock moves on.
  const from = span === 'all' ? undefined : new Date(Math.floor(now / DAY) * DAY - Number(span) * DAY).toISOString()
  const filter: JourneyFilter = {
    ...(chosen.length > 0 ? { channels: chosen } : {}),
    ...(from === undefined ? {} : { from }),
  }
  const whole = useLive('people.journey', { contactId: person.id, filter: {}, offset: 0, limit: 1 })
  const ask = (offset: number | null) =>
    offset === null ? null : { contactId: person.id, filter, offset, limit: PAGE }
  const evenPage = useLive('people.journey', ask(even))
  const oddPage = useLive('people.journey', ask(odd))
  const shown = evenPage.status === 'ready' ? evenPage.value : oddPage.status === 'ready' ? oddPage.value : undefined
  const error = whole.error ?? evenPage.error ?? oddPage.error

  const points = shown?.points ?? []
  const [first, last] = useMemo(() => timeSpan(points), [points])
  const left = from === undefined ? first - DAY : Date.parse(from)
  const right = from === undefined ? Math.max(last, first) + DAY : Math.max(now, last)

  if (error) return <ErrorNotice error={error} />
  if (whole.status !== 'ready') return <Skeleton h={220} aria-label="Loading the journey" />
  if (whole.value.total === 0) {
    return (
      <EmptyState
        pt="xl"
        icon={<IconTimeline aria-hidden />}
        title="No interactions yet"
        description="Calls, mails, chats and visits appear here as soon as they are recorded."
      >
        <EmptyState.Actions>
          <Button
            leftSection={<IconMessagePlus size={18} aria-hidden />}
            onClick={() => record({ contactId: person.id })}
          >
            Record an interaction
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    )
  }

  const used = CHANNELS.filter((channel) => (whole.value.byChannel[channel] ?? 0) > 0)
  return (
    <Stack gap="sm" h="100%">
      <Chip.Group multiple value={chosen} onChange={(value) => setChosen(value as Channel[])}>
        <Group gap={6} role="group" aria-label="Show only these channels">
          {used.map((channel) => (
            <Chip key={channel} value={channel} size="xs" variant="light">
              {CHANNEL_WORDS[channel]} {formatNumber(whole.value.byChannel[channel] ?? 0)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Group justify="space-between" gap="sm">
        <Text size="xs" c="dimmed" role="status">
          {shown
            ? shown.total === whole.value.total
              ? `${formatNumber(shown.total)} ${shown.total === 1 ? 'interaction' : 'interactions'}, newest first`
              : `${formatNumber(shown.total)} of ${formatNumber(whole.value.total)} interactions, newest first`
            : 'Loading…'}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="Stretch of time"
          data={SPANS.map(({ value, label }) => ({ value, label }))}
          value={span}
          onChange={setSpan}
        />
      </Group>
      {shown && shown.total === 0 ? (
        <EmptyState
          size="sm"
          pt="xl"
          icon={<IconFilterOff aria-hidden />}
          title="Nothing matches this filter"
          description={`${formatNumber(whole.value.total)} interactions are outside of it.`}
        >
          <EmptyState.Actions>
            <Button
              variant="default"
              onClick={() => {
                setChosen([])
                setSpan('all')
              }}
            >
              Show all
            </Button>
          </EmptyState.Actions>
        </EmptyState>
      ) : (
        <>
          {shown ? <JourneyPicture points={points} from={left} to={right} /> : <Skeleton h={140} />}
          <VirtualList
            label="Interactions"
            count={shown?.total ?? 0}
            rowHeight={ROW_HEIGHT.interaction}
            onRange={onRange}
            renderRow={(index) => {
              const interaction = rowFrom(index, PAGE, [
                [even, evenPage.value?.items],
                [odd, oddPage.value?.items],
              ])
              return interaction ? (
                <InteractionRow interaction={interaction} now={now} onOpen={() => setOpened(interaction)} />
              ) : (
                <Box px="xs" py={8}>
                  <Skeleton h={ROW_HEIGHT.interaction - 16} />
                </Box>
              )
            }}
          />
        </>
      )}
      <InteractionDetails interaction={opened} onClose={() => setOpened(null)} />
    </Stack>
  )
}
