// What devices did apart and an agent may want to settle: the list at the left, one item with its sides at the right.
// Invariant: the focus is never lost: when an item is settled it goes to the list, which has marked the next one.
import { Badge, Box, Card, EmptyState, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core'
import { RECONCILE_KINDS, type ReconcileItem, type ReconcileKind } from '@shared/contract/reconcile'
import { IconCheck } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { LoadingRow } from '../components/LoadingRow'
import { Page } from '../components/Page'
import { useNow } from '../components/use-now'
import { type Paged, usePaged } from '../components/use-paged'
import { VirtualList } from '../components/VirtualList'
import { formatMoment, formatNumber, formatRelative } from '../format/locale'
import { useReconcileMemory } from '../state/reconcile'
import { HEIGHT, ICON, ROW_HEIGHT } from '../theme'
import { ItemDetail } from './ItemDetail'
import { nextOpen, placeOf } from './places'
import { itemDetail, KIND_WORDS } from './words'

const PAGE = 50
const LIST_ID = 'reconcile-items'
const optionId = (index: number): string => `reconcile-item-${index}`

export function ReconcileScreen() {
  const { kind, show } = useReconcileMemory()
  const count = useLive('reconcile.count', {})
  const total = count.value?.total ?? 0
  const entries = RECONCILE_KINDS.filter((one) => one === kind || (count.value?.byKind[one] ?? 0) > 0)
  return (
    <Page
      title="Reconcile"
      subtitle="Everything is settled already by fixed rules, the same on every device. Here you can see how, and decide otherwise."
    >
      {total > 0 && (
        <Box className="scv-fixed scv-scroll-across">
          <SegmentedControl
            aria-label="Kind"
            size="sm"
            value={kind ?? 'all'}
            onChange={(value) => show(value === 'all' ? null : (value as ReconcileKind))}
            data={[
              { value: 'all', label: `All ${formatNumber(total)}` },
              ...entries.map((one) => ({
                value: one,
                label: `${KIND_WORDS[one].plural} ${formatNumber(count.value?.byKind[one] ?? 0)}`,
              })),
            ]}
          />
        </Box>
      )}
      <Listed key={kind ?? 'all'} kind={kind} />
    </Page>
  )
}

function Listed({ kind }: { kind: ReconcileKind | null }) {
  const { open, index, settled, look } = useReconcileMemory()
  const items = usePaged('reconcile.items', kind === null ? {} : { kind }, PAGE)
  const detail = useRef<HTMLHeadingElement>(null)

  // The open item as the list has it now; when it is gone, the next below it.
  const place = open ? placeOf(items, open.id, index) : undefined
  const shown = place === undefined ? undefined : items.row(place)
  useEffect(() => {
    if (shown && place !== undefined && (shown !== open || place !== index)) look(shown, place)
  }, [shown, open, place, index, look])
  useEffect(() => {
    if (open || items.total === undefined || items.total === 0) return
    const next = nextOpen(items, index, settled)
    if (next) look(next.item, next.index)
  })

  if (items.error) return <ErrorNotice error={items.error} />
  if (items.total === undefined) {
    return (
      <Box className="scv-reconcile" role="status" aria-label="Loading">
        <Stack gap="xs">
          {[0, 1, 2, 3, 4].map((row) => (
            <Skeleton key={row} h={ROW_HEIGHT.open - 8} />
          ))}
        </Stack>
        <Skeleton h={HEIGHT.list} />
      </Box>
    )
  }
  if (items.total === 0 && !open) return <NothingOpen kind={kind} />
  return (
    <Box className="scv-reconcile">
      <List items={items} onEnter={() => detail.current?.focus()} />
      <Card padding="lg" className="scv-scroll" tabIndex={0} role="region" aria-label="The item">
        {open && <ItemDetail key={open.id} item={open} heading={detail} onSettled={focusList} />}
      </Card>
    </Box>
  )
}

/** The list, or where it was. */
function focusList(): void {
  const list = document.getElementById(LIST_ID) ?? document.querySelector<HTMLElement>('[data-page-title]')
  list?.focus()
}

function List({ items, onEnter }: { items: Paged<ReconcileItem>; onEnter: () => void }) {
  const { open, index, look } = useReconcileMemory()
  const now = useNow()
  const total = items.total ?? 0
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 6,
      PageUp: -6,
      Home: -total,
      End: total,
    }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const next = Math.max(0, Math.min(total - 1, index + step))
      const item = items.row(next)
      if (item) look(item, next)
    } else if (event.key === 'Enter' || event.key === 'ArrowRight') {
      event.preventDefault()
      onEnter()
    }
  }
  return (
    <Card padding="tight" className="scv-column">
      <VirtualList
        kind="listbox"
        id={LIST_ID}
        label="To reconcile, newest first"
        count={total}
        rowHeight={ROW_HEIGHT.open}
        onRange={items.onRange}
        follow={index}
        own={{ active: open ? optionId(index) : undefined, onKeyDown }}
        renderRow={(at) => {
          const item = items.row(at)
          return item ? (
            <Row
              item={item}
              at={at}
              total={total}
              now={now}
              selected={item.id === open?.id}
              onPick={() => look(item, at)}
            />
          ) : (
            <LoadingRow height={ROW_HEIGHT.open} />
          )
        }}
      />
    </Card>
  )
}

interface RowProps {
  item: ReconcileItem
  at: number
  total: number
  now: number
  selected: boolean
  onPick: () => void
}

function Row({ item, at, total, now, selected, onPick }: RowProps) {
  const words = KIND_WORDS[item.kind]
  return (
    <Box
      id={optionId(at)}
      role="option"
      aria-selected={selected}
      aria-setsize={total}
      aria-posinset={at + 1}
      className="scv-row"
      px="sm"
      h="100%"
      onClick={onPick}
    >
      <Group h="100%" gap="sm" wrap="nowrap">
        <words.icon size={ICON.xl} aria-hidden className="scv-fixed" />
        <Box flex={1} miw={0}>
          <Group gap="snug" wrap="nowrap" justify="space-between">
            <Text size="sm" fw={600} truncate>
              {item.subject}
            </Text>
            <Text size="xs" c="dimmed" className="scv-fixed" title={formatMoment(item.at)}>
              {formatRelative(item.at, now)}
            </Text>
          </Group>
          <Group gap="snug" wrap="nowrap">
            <Badge size="xs" variant="light" color={words.color} className="scv-fixed">
              {words.label}
            </Badge>
            <Text size="xs" c="dimmed" truncate>
              {itemDetail(item)}
            </Text>
          </Group>
        </Box>
      </Group>
    </Box>
  )
}

function NothingOpen({ kind }: { kind: ReconcileKind | null }) {
  return (
    <EmptyState
      pt="xl"
      icon={<IconCheck aria-hidden />}
      title="Nothing to settle"
      description={
        kind === null
          ? 'When people work apart and both change the same thing, you find it here, with both sides.'
          : 'Nothing of this kind is open.'
      }
    />
  )
}
