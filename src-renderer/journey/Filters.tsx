// What narrows a journey besides its channels: direction, dates, queue, agent, and the record interactions are tied to.
// Invariant: only what occurs can be chosen, with how often; dates and the picture's stretch are one thing.
import { Badge, Button, Group, Popover, Select, type SelectProps, SimpleGrid, TextInput } from '@mantine/core'
import type { JourneyFacets } from '@shared/model/views'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { formatNumber } from '../format/locale'
import { DIRECTION_WORDS, personName } from '../format/words'
import { useJourneyMemory } from '../state/journey'
import { ICON, WIDTH } from '../theme'
import { dayOf, dayStart, nextDay, orAll, type Stretch, within } from './stretch'

interface FiltersProps {
  facets: JourneyFacets
  whole: Stretch | null
}

/** How many of these filters are set. */
function useCountOfFilters(): number {
  return useJourneyMemory(
    ({ direction, queue, agent, recordId, stretch }) =>
      [direction, queue, agent, recordId, stretch].filter((one) => one !== null).length,
  )
}

/** In a row of their own, where there is room. */
export function Filters(props: FiltersProps) {
  const count = useCountOfFilters()
  const clear = useJourneyMemory((state) => state.clear)
  return (
    <Group gap="xs" align="flex-end" role="group" aria-label="Filter the journey" wrap="nowrap">
      <Fields {...props} />
      {count > 0 && (
        <Button size="xs" variant="subtle" onClick={clear} className="scv-fixed">
          Show all
        </Button>
      )}
    </Group>
  )
}

/** Behind a button, beside the person's details. */
export function FiltersButton(props: FiltersProps) {
  const count = useCountOfFilters()
  const clear = useJourneyMemory((state) => state.clear)
  return (
    <Popover position="bottom-end" width={WIDTH.wide} trapFocus returnFocus withArrow>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={ICON.md} aria-hidden />}
          rightSection={
            count > 0 ? (
              <Badge size="xs" circle>
                {count}
              </Badge>
            ) : null
          }
        >
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <SimpleGrid cols={2} spacing="sm">
          <Fields {...props} within />
        </SimpleGrid>
        <Group justify="flex-end" mt="sm">
          <Button size="xs" variant="subtle" disabled={count === 0} onClick={clear}>
            Show all
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  )
}

function Fields({ facets, whole, within: inside = false }: FiltersProps & { within?: boolean }) {
  const { direction, queue, agent, recordId, stretch, choose } = useJourneyMemory()
  const common: SelectProps = {
    size: 'xs',
    clearable: true,
    placeholder: 'Any',
    miw: 0,
    flex: 1,
    // A list of its own outside would count as a click outside of the drop-down.
    comboboxProps: { withinPortal: !inside },
  }
  const counted = (values: JourneyFacets['queues']) =>
    values.map(({ value, count }) => ({ value, label: `${value} (${formatNumber(count)})` }))
  const shown = stretch ?? whole
  const change = (next: Partial<Stretch>): void => {
    if (!whole || !shown) return
    const from = next.from ?? shown.from
    const to = next.to ?? shown.to
    // A first day after the last one means that day, and the other way round.
    const ordered =
      from < to ? { from, to } : next.from !== undefined ? { from, to: nextDay(from) } : { from: to - 86_400_000, to }
    choose({ stretch: orAll(within(ordered, whole), whole) })
  }
  return (
    <>
      <Select
        {...common}
        label="Direction"
        searchable={false}
        data={(['inbound', 'outbound'] as const).map((value) => ({
          value,
          label: `${DIRECTION_WORDS[value]} (${formatNumber(facets.byDirection[value] ?? 0)})`,
        }))}
        value={direction}
        onChange={(value) => choose({ direction: value === 'inbound' || value === 'outbound' ? value : null })}
      />
      <Select
        {...common}
        label="Queue"
        searchable
        disabled={facets.queues.length === 0}
        data={counted(facets.queues)}
        value={queue}
        onChange={(value) => choose({ queue: value })}
      />
      <Select
        {...common}
        label="Agent"
        searchable
        disabled={facets.agents.length === 0}
        data={counted(facets.agents)}
        value={agent}
        onChange={(value) => choose({ agent: value })}
      />
      {facets.records.length > 1 && (
        <Select
          {...common}
          label="Record"
          data={recordChoices(facets)}
          value={recordId}
          onChange={(value) => choose({ recordId: value })}
        />
      )}
      <TextInput
        size="xs"
        miw={0}
        flex={1}
        type="date"
        label="From"
        disabled={!whole}
        value={shown ? dayOf(shown.from) : ''}
        onChange={(event) => {
          const from = dayStart(event.currentTarget.value)
          if (from !== undefined) change({ from })
        }}
      />
      <TextInput
        size="xs"
        miw={0}
        flex={1}
        type="date"
        label="To"
        disabled={!whole}
        value={shown ? dayOf(shown.to - 1) : ''}
        onChange={(event) => {
          const to = dayStart(event.currentTarget.value)
          if (to !== undefined) change({ to: nextDay(to) })
        }}
      />
    </>
  )
}

/** Records of one name are told apart by their place. */
function recordChoices({ records }: JourneyFacets) {
  return records.map(({ id, count, ...person }, at) => {
    const name = personName(person)
    const namesakes = records.filter((other) => personName(other) === name)
    const which =
      namesakes.length > 1 ? ` #${records.slice(0, at + 1).filter((one) => personName(one) === name).length}` : ''
    return { value: id, label: `${name}${which} (${formatNumber(count)})` }
  })
}
