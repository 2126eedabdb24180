// Everything a person has done with us: totals by channel, a picture, and the list below it. Follows live.
// Invariant: the totals count the whole journey whatever is filtered, so that a filter never hides that there is more; the
// list holds what the picture shows.
import { ActionIcon, Button, Chip, EmptyState, Group, Skeleton, Stack, Text, Tooltip } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { CHANNELS, type Channel } from '@shared/model/interaction'
import type { AskedJourneyFilter, InteractionView, JourneyFacets, JourneyMark, PersonView } from '@shared/model/views'
import { IconArrowsMaximize, IconFilterOff, IconMessagePlus, IconTimeline } from '@tabler/icons-react'
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import { useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { PagedList } from '../components/PagedList'
import { useNow } from '../components/use-now'
import { usePaged } from '../components/use-paged'
import { formatDays, formatNumber } from '../format/locale'
import { CHANNEL_WORDS } from '../format/words'
import { useMay } from '../state/access'
import { useCorrecting } from '../state/correcting'
import { useJourneyMemory } from '../state/journey'
import { useNavigation } from '../state/navigation'
import { usePageCommands } from '../state/page-commands'
import { HEIGHT, ICON, LANE_HEIGHT, MARK, OVERVIEW_HEIGHT, ROW_HEIGHT } from '../theme'
import { ChosenBar } from './ChosenBar'
import { CorrectDialog } from './CorrectDialog'
import { Filters, FiltersButton } from './Filters'
import { InteractionDetails } from './InteractionDetails'
import { InteractionRow } from './InteractionRow'
import { JourneyPicture } from './JourneyPicture'
import { Segments } from './Segments'
import { around, orAll, wholeOf } from './stretch'
import { ZoomButtons } from './ZoomButtons'

const PAGE = 100
/** Most marks a lane: about one for four or five pixels. */
const BINS = { narrow: 110, wide: 200 } as const
/** A stretch that is still being moved is not asked about yet. */
const SETTLE_MS = 90

interface JourneyProps {
  person: PersonView
  /** On a screen of its own, with more room. */
  wide?: boolean
}

export function Journey({ person, wide = false }: JourneyProps) {
  const facets = useLive('people.journeyFacets', { contactId: person.id })
  const begin = useJourneyMemory((state) => state.begin)
  const known = useJourneyMemory((state) => state.contactId === person.id)
  useEffect(() => begin(person.id), [begin, person.id])
  if (facets.error) return <ErrorNotice error={facets.error} />
  if (!facets.value || !known) return <Skeleton h={HEIGHT.box} aria-label="Loading the journey" />
  if (facets.value.total === 0)
    return (
      <>
        <Segments contactId={person.id} />
        <NothingYet contactId={person.id} />
      </>
    )
  return <Whole person={person} facets={facets.value} wide={wide} />
}

function NothingYet({ contactId }: { contactId: string }) {
  const record = useNavigation((state) => state.record)
  const may = useMay()
  return (
    <EmptyState
      pt="xl"
      icon={<IconTimeline aria-hidden />}
      title="No interactions yet"
      description="Calls, mails, chats and visits appear here as soon as they are recorded."
    >
      {may('conversation:associate') && (
        <EmptyState.Actions>
          <Button leftSection={<IconMessagePlus size={ICON.lg} aria-hidden />} onClick={() => record({ contactId })}>
            Record an interaction
          </Button>
        </EmptyState.Actions>
      )}
    </EmptyState>
  )
}

interface WholeProps {
  person: PersonView
  facets: JourneyFacets
  wide: boolean
}

function Whole({ person, facets, wide }: WholeProps) {
  const memory = useJourneyMemory()
  const { channels, direction, queue, agent, recordId, stretch, choose, clear } = memory
  const now = useNow()
  const [opened, setOpened] = useState<InteractionView | null>(null)
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const find = useCall('interactions.get')
  const may = useMay()
  const changeable = person.status === 'active' && may('conversation:associate')
  /** Ids of those chosen to be corrected together; null while none are being chosen. */
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null)
  const correct = (ids: readonly string[]): void => {
    setOpened(null)
    useCorrecting.getState().ask({ personId: person.id, interactionIds: ids })
  }
  const [settled] = useDebouncedValue(stretch, SETTLE_MS)

  const undated: AskedJourneyFilter = {
    ...(channels.length > 0 ? { channels: [...channels] } : {}),
    ...(direction ? { direction } : {}),
    ...(queue ? { queue } : {}),
    ...(agent ? { agent } : {}),
    ...(recordId ? { contactIds: [recordId] } : {}),
  }
  const filter: AskedJourneyFilter = settled
    ? { ...undated, from: new Date(settled.from).toISOString(), to: new Date(settled.to).toISOString() }
    : undated
  const size = wide ? 'wide' : 'narrow'
  const drawn = useLive(
    'people.journeyPicture',
    { contactId: person.id, filter, bins: BINS[size] },
    { keepPrevious: true },
  )
  const list = usePaged('people.journey', { contactId: person.id, filter }, PAGE)
  const picture = drawn.value
  const { span } = facets
  // biome-ignore lint/correctness/useExhaustiveDependencies: every answer brings an object of its own
  const whole = useMemo(() => (span ? wholeOf(span) : null), [span?.from, span?.to])
  const shown = stretch ?? whole
  const used = CHANNELS.filter((channel) => (facets.byChannel[channel] ?? 0) > 0)
  const lanes = useMemo(
    () =>
      CHANNELS.filter(
        (channel) => (facets.byChannel[channel] ?? 0) > 0 && (channels.length === 0 || channels.includes(channel)),
      ),
    [facets.byChannel, channels],
  )

  const show = (next: { from: number; to: number }): void => {
    if (whole) choose({ stretch: orAll(next, whole) })
  }
  usePageCommands([
    {
      label: 'Show the whole journey',
      description: 'Without filter, from the first interaction to the last',
      icon: IconFilterOff,
      run: clear,
    },
  ])
  const openMark = async (mark: JourneyMark): Promise<void> => {
    if (mark.id === undefined) {
      if (whole) show(around(mark, whole))
      return
    }
    try {
      setOpened(await find.run({ interactionId: mark.id }))
    } catch {
      // It stands in `find.error`, which is shown below the picture.
    }
  }
  const toggle = useCallback((id: string): void => setUnfolded((before) => toggled(before, id)), [])
  const chooseOne = useCallback((id: string): void => setChosen((before) => before && toggled(before, id)), [])

  return (
    <Stack gap="xs" h="100%">
      <Segments contactId={person.id} />
      <Totals facets={facets} used={used} chosen={channels} onChoose={(value) => choose({ channels: value })} />
      {wide && <Filters facets={facets} whole={whole} />}
      <Group justify="space-between" gap="xs" wrap="nowrap" mih={HEIGHT.line}>
        <Text size="xs" c="dimmed" role="status" truncate>
          {list.total === undefined ? 'Loading…' : countWords(list.total, facets.total, stretch)}
        </Text>
        <Group gap="snug" wrap="nowrap">
          {changeable && !chosen && (
            <Button size="compact-xs" variant="subtle" onClick={() => setChosen(new Set())}>
              Choose several
            </Button>
          )}
          {whole && shown && <ZoomButtons whole={whole} shown={shown} onShow={show} />}
          {!wide && <FiltersButton facets={facets} whole={whole} />}
          {!wide && <Enlarge contactId={person.id} />}
        </Group>
      </Group>
      {drawn.error ? (
        <ErrorNotice error={drawn.error} />
      ) : !picture ? (
        <Skeleton h={lanes.length * LANE_HEIGHT[size] + OVERVIEW_HEIGHT + 24} aria-label="Drawing the journey" />
      ) : (
        whole &&
        shown && (
          <JourneyPicture
            picture={picture}
            lanes={lanes}
            whole={whole}
            shown={shown}
            wide={wide}
            onShow={show}
            onMark={(mark) => void openMark(mark)}
          />
        )
      )}
      {find.error && <ErrorNotice error={find.error} />}
      {chosen && (
        <ChosenBar chosen={chosen.size} onCorrect={() => correct([...chosen])} onClose={() => setChosen(null)} />
      )}
      <PagedList
        label="Interactions"
        paged={list}
        rowHeight={ROW_HEIGHT.interaction}
        grows
        renderRow={(interaction) => (
          <InteractionRow
            interaction={interaction}
            now={now}
            unfolded={unfolded.has(interaction.id)}
            chosen={chosen ? chosen.has(interaction.id) : undefined}
            onChoose={chooseOne}
            onOpen={setOpened}
            onToggle={toggle}
          />
        )}
        empty={<NothingMatches total={facets.total} onClear={clear} />}
      />
      <InteractionDetails
        interaction={opened}
        onClose={() => setOpened(null)}
        onCorrect={changeable ? ({ id }) => correct([id]) : undefined}
      />
      <CorrectDialog person={person} />
    </Stack>
  )
}

/** The set with this id in it, or without it if it was there. */
function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return next
}

interface TotalsProps {
  facets: JourneyFacets
  used: readonly Channel[]
  chosen: readonly Channel[]
  onChoose: (channels: Channel[]) => void
}

function Totals({ facets, used, chosen, onChoose }: TotalsProps) {
  return (
    <Chip.Group multiple value={[...chosen]} onChange={(value) => onChoose(used.filter((one) => value.includes(one)))}>
      <Group gap="snug" role="group" aria-label="Totals by channel; choose those to show">
        {used.map((channel) => (
          <Chip key={channel} value={channel} size="xs" variant="light">
            {CHANNEL_WORDS[channel]} {formatNumber(facets.byChannel[channel] ?? 0)}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  )
}

function Enlarge({ contactId }: { contactId: string }): ReactNode {
  const go = useNavigation((state) => state.go)
  return (
    <Tooltip label="The journey on a screen of its own">
      <ActionIcon
        variant="default"
        size={MARK.lg}
        aria-label="Enlarge the journey"
        onClick={() => go({ screen: 'journey', contactId })}
      >
        <IconArrowsMaximize size={ICON.md} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}

function NothingMatches({ total, onClear }: { total: number; onClear: () => void }) {
  return (
    <EmptyState
      size="sm"
      pt="md"
      icon={<IconFilterOff aria-hidden />}
      title="Nothing matches"
      description={`The filter or the dates hide ${formatNumber(total)} ${total === 1 ? 'interaction' : 'interactions'}.`}
    >
      <EmptyState.Actions>
        <Button variant="default" onClick={onClear}>
          Show all
        </Button>
      </EmptyState.Actions>
    </EmptyState>
  )
}

function countWords(shown: number, total: number, stretch: { from: number; to: number } | null): string {
  const all = `${formatNumber(total)} ${total === 1 ? 'interaction' : 'interactions'}`
  if (!stretch) return shown === total ? `${all}, newest first` : `${formatNumber(shown)} of ${all}, newest first`
  return `${formatNumber(shown)} of ${formatNumber(total)}, ${formatDays(stretch.from, stretch.to - 1)}`
}
