// Who is likely the same person: clusters by certainty at the left, one with why at the right. Nothing is merged by itself.
// Invariant: the keys work on the list, and a cluster that is settled makes way for the next, so that a hundred go quickly.
import { Badge, Box, Button, Card, EmptyState, Group, Loader, SegmentedControl, Skeleton, Text } from '@mantine/core'
import type { Certainty } from '@shared/contract/duplicates'
import { IconArrowsJoin2, IconCheck, IconRefresh } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { LoadingRow } from '../components/LoadingRow'
import { Page } from '../components/Page'
import { type Paged, usePaged } from '../components/use-paged'
import { VirtualList } from '../components/VirtualList'
import { CERTAINTY_WORDS } from '../format/likeness-words'
import { formatChance, formatNumber } from '../format/locale'
import { personName } from '../format/words'
import { useMay } from '../state/access'
import { type DuplicatesView, useDuplicatesMemory } from '../state/duplicates'
import { usePageCommands } from '../state/page-commands'
import { HEIGHT, ICON, ROW_HEIGHT } from '../theme'
import { ClusterDetail } from './ClusterDetail'
import { MergeAllDialog } from './MergeAllDialog'
import { type Settling, type ShownCluster, useSettling } from './use-settling'

const PAGE = 50
const CERTAINTIES: readonly Certainty[] = ['veryLikely', 'likely', 'possible']
const optionId = (index: number): string => `duplicate-${index}`

export function DuplicatesScreen() {
  const memory = useDuplicatesMemory()
  const state = useLive('duplicates.state', {})
  const search = useCall('duplicates.search')
  const [merging, setMerging] = useState(false)
  const may = useMay()
  const counts = state.value?.counts ?? { veryLikely: 0, likely: 0, possible: 0 }
  const all = counts.veryLikely + counts.likely + counts.possible
  const aside = state.value?.aside ?? 0
  // The last that was put back is shown where it went, and stays there once it is put aside again.
  const isNoneAside = state.value !== undefined && aside === 0
  const view = memory.view === 'aside' && isNoneAside ? 'all' : memory.view
  const { show } = memory
  useEffect(() => {
    if (view !== memory.view) show(view)
  }, [view, memory.view, show])
  usePageCommands([
    {
      label: 'Look for duplicates again',
      description: 'Compares everybody anew',
      icon: IconRefresh,
      run: () => void search.run({ run: true }).catch(() => undefined),
    },
  ])
  return (
    <Page
      title="Duplicates"
      subtitle="People who are likely one and the same, and why. Nothing is merged by itself."
      actions={
        may('identity:merge') && (
          <Button
            variant="default"
            leftSection={<IconArrowsJoin2 size={ICON.md} aria-hidden />}
            disabled={counts.veryLikely === 0}
            onClick={() => setMerging(true)}
          >
            Merge all very likely…
          </Button>
        )
      }
    >
      {search.error && <ErrorNotice error={search.error} />}
      <Progressing search={search} />
      {all + aside > 0 && (
        <Box className="scv-fixed scv-scroll-across">
          <SegmentedControl
            aria-label="Which to show"
            size="sm"
            value={view}
            onChange={(value) => show(value as DuplicatesView)}
            data={[
              { value: 'all', label: `All ${formatNumber(all)}` },
              ...CERTAINTIES.map((one) => ({
                value: one,
                label: `${CERTAINTY_WORDS[one].label} ${formatNumber(counts[one])}`,
              })),
              ...(aside > 0 ? [{ value: 'aside', label: `Put aside ${formatNumber(aside)}` }] : []),
            ]}
          />
        </Box>
      )}
      {view === 'aside' ? <PutAside /> : <Suggested key={view} view={view} isReady={state.value?.phase === 'ready'} />}
      <MergeAllDialog opened={merging} onClose={() => setMerging(false)} />
    </Page>
  )
}

/** How far the search is, while there is one. */
function Progressing({ search }: { search: ReturnType<typeof useCall<'duplicates.search'>> }) {
  const { value } = useLive('duplicates.state', {})
  if (!value || value.phase === 'ready' || value.phase === 'idle') return null
  return (
    <Group gap="sm" role="status" mih={HEIGHT.bar}>
      <Loader size="xs" aria-hidden />
      <Text size="sm" flex={1}>
        {value.phase === 'reading'
          ? `${formatNumber(value.people)} of about ${formatNumber(value.expected)} people read`
          : `Comparing ${formatNumber(value.people)} people; you can go on working`}
      </Text>
      <Button
        size="xs"
        variant="default"
        onClick={() => void search.run({ run: false }).catch(() => undefined)}
        loading={search.pending}
      >
        Stop
      </Button>
    </Group>
  )
}

function Suggested({ view, isReady }: { view: Certainty | 'all'; isReady: boolean }) {
  const clusters = usePaged('duplicates.clusters', view === 'all' ? {} : { certainty: view }, PAGE)
  return (
    <Listed
      clusters={clusters}
      label="Likely the same people, the most certain first"
      none={isReady && <NothingFound />}
    />
  )
}

function PutAside() {
  const clusters = usePaged('duplicates.aside', {}, PAGE)
  return <Listed clusters={clusters} label="Put aside, the latest first" none={null} />
}

interface ListedProps {
  clusters: Paged<ShownCluster>
  label: string
  /** Shown where there are none. */
  none: ReactNode
}

function Listed({ clusters, label, none }: ListedProps) {
  const { index, look } = useDuplicatesMemory()
  const settling = useSettling()
  const heading = useRef<HTMLHeadingElement>(null)
  const total = clusters.total ?? 0
  const at = Math.max(0, Math.min(index, total - 1))
  const open = clusters.row(at)
  useEffect(() => {
    if (total > 0 && at !== index) look(at)
  }, [total, at, index, look])

  if (clusters.error) return <ErrorNotice error={clusters.error} />
  if (clusters.total === undefined) return <Skeleton h={HEIGHT.list} role="status" aria-label="Loading" />
  if (total === 0) return none
  return (
    <>
      {settling.error && <ErrorNotice error={settling.error} />}
      <Box className="scv-reconcile">
        <List clusters={clusters} label={label} at={at} settling={settling} onEnter={() => heading.current?.focus()} />
        <Card
          padding="lg"
          className="scv-scroll"
          tabIndex={0}
          role="region"
          aria-label="Why"
          onKeyDown={(event) => {
            if (event.key === 'ArrowLeft') toList()
            else if (settleByKey(event, open, settling)) toList()
          }}
        >
          {open && <ClusterDetail key={keyOf(open)} cluster={open} settling={settling} heading={heading} />}
        </Card>
      </Box>
    </>
  )
}

const LIST_ID = 'duplicates'
const toList = (): void => document.getElementById(LIST_ID)?.focus()

/** The letters that settle a cluster, in the list and beside it. @returns whether it was one */
function settleByKey(event: KeyboardEvent, open: ShownCluster | undefined, settling: Settling): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || !open) return false
  const { merge, never, notNow, putBack } = settling
  const keys = open.at === undefined ? { m: merge, n: never, l: notNow } : { m: merge, n: never, b: putBack }
  const settle = new Map(Object.entries(keys)).get(event.key.toLowerCase())
  if (!settle) return false
  event.preventDefault()
  void settle(open)
  return true
}

const keyOf = ({ people }: ShownCluster): string => people.map(({ id }) => id).join(' ')

interface ListProps {
  clusters: Paged<ShownCluster>
  label: string
  at: number
  settling: Settling
  onEnter: () => void
}

function List({ clusters, label, at, settling, onEnter }: ListProps) {
  const look = useDuplicatesMemory((state) => state.look)
  const total = clusters.total ?? 0
  const onKeyDown = (event: KeyboardEvent): void => {
    if (settleByKey(event, clusters.row(at), settling)) return
    const move = (step: number) => look(Math.max(0, Math.min(total - 1, at + step)))
    const actions: Readonly<Record<string, () => unknown>> = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      PageDown: () => move(6),
      PageUp: () => move(-6),
      Home: () => move(-total),
      End: () => move(total),
      Enter: onEnter,
      ArrowRight: onEnter,
    }
    const action = actions[event.key]
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    action()
  }
  return (
    <Card padding="tight" className="scv-column">
      <VirtualList
        kind="listbox"
        id={LIST_ID}
        label={label}
        count={total}
        rowHeight={ROW_HEIGHT.open}
        onRange={clusters.onRange}
        follow={at}
        own={{ active: optionId(at), onKeyDown }}
        renderRow={(row) => {
          const cluster = clusters.row(row)
          return cluster ? (
            <Row cluster={cluster} at={row} total={total} selected={row === at} onPick={() => look(row)} />
          ) : (
            <LoadingRow height={ROW_HEIGHT.open} />
          )
        }}
      />
    </Card>
  )
}

interface RowProps {
  cluster: ShownCluster
  at: number
  total: number
  selected: boolean
  onPick: () => void
}

function Row({ cluster, at, total, selected, onPick }: RowProps) {
  const words = CERTAINTY_WORDS[cluster.certainty]
  const [first, ...others] = cluster.people
  return (
    <Box
      id={optionId(at)}
      role="option"
      aria-selected={selected}
      aria-setsize={total}
      aria-posinset={at + 1}
      className="scv-row"
      px="sm"
      py="snug"
      h="100%"
      onClick={onPick}
    >
      <Group gap="snug" wrap="nowrap" justify="space-between">
        <Text size="sm" fw={600} truncate>
          {first && personName(first)}
        </Text>
        <Badge size="xs" variant="light" color={words.color} className="scv-fixed">
          {words.label} · {formatChance(cluster.probability)}
        </Badge>
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {others.map((person) => [personName(person), person.detail].filter(Boolean).join(', ')).join(' · ')}
      </Text>
    </Box>
  )
}

function NothingFound() {
  return (
    <EmptyState
      pt="xl"
      icon={<IconCheck aria-hidden />}
      title="No duplicates"
      description="Everybody was compared with everybody else. When a change makes two look like one, you find them here."
    />
  )
}
