// Everything that is known of the person, each row on the side of the person it belongs to; a click or a key moves it.
// Invariant: a row never leaves its line when it moves, so that nothing jumps away from under the pointer.
import { Badge, Box, Group, Text } from '@mantine/core'
import type { SplitSide } from '@shared/contract/splitting'
import { IconArrowLeft, IconArrowRight, IconPin } from '@tabler/icons-react'
import { type KeyboardEvent, useState } from 'react'
import { VirtualList } from '../components/VirtualList'
import { HEIGHT, ICON } from '../theme'
import { sideWords, type ThingRow } from './things'

interface ThingListProps {
  rows: readonly ThingRow[]
  /** Ids of those that were placed by hand. */
  placed: ReadonlySet<string>
  names: { stays: string; moves: string }
  onPlace: (id: string, side: SplitSide) => void
}

const idOf = (index: number): string => `split-thing-${index}`
const other = (side: SplitSide): SplitSide => (side === 'moves' ? 'stays' : 'moves')

export function ThingList({ rows, placed, names, onPlace }: ThingListProps) {
  const [at, setAt] = useState(0)
  const active = Math.min(at, rows.length - 1)
  const row = rows[active]

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !row) return
    const to = MOVES[event.key]?.(active, rows.length - 1)
    const side = PLACES[event.key]?.(row)
    if (to === undefined && side === undefined) return
    event.preventDefault()
    if (to !== undefined) setAt(to)
    else if (side !== undefined) onPlace(row.id, side)
  }

  return (
    <VirtualList
      label="What is known of this person"
      count={rows.length}
      rowHeight={HEIGHT.row}
      grows
      kind="listbox"
      id="split-things"
      follow={active}
      own={{ active: row && idOf(active), onKeyDown }}
      renderRow={(index) => {
        const thing = rows[index]
        return (
          thing && (
            <Thing
              row={thing}
              id={idOf(index)}
              isActive={index === active}
              isPlaced={placed.has(thing.id)}
              names={names}
              onMove={() => {
                setAt(index)
                onPlace(thing.id, other(thing.side))
              }}
            />
          )
        )
      }}
    />
  )
}

const PAGE = 10
const MOVES: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  PageDown: (at, last) => Math.min(at + PAGE, last),
  PageUp: (at) => Math.max(at - PAGE, 0),
  Home: () => 0,
  End: (_at, last) => last,
}
const PLACES: Readonly<Record<string, (row: ThingRow) => SplitSide | undefined>> = {
  ArrowLeft: () => 'stays',
  ArrowRight: () => 'moves',
  ' ': ({ side }) => other(side),
  Enter: ({ side }) => other(side),
  b: ({ canBeBoth }) => (canBeBoth ? 'both' : undefined),
}

interface ThingProps {
  row: ThingRow
  id: string
  isActive: boolean
  isPlaced: boolean
  names: ThingListProps['names']
  onMove: () => void
}

function Thing({ row, id, isActive, isPlaced, names, onMove }: ThingProps) {
  const { side, label, text, detail } = row
  return (
    // Keys are the list's: it has the focus.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox takes the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the listbox has the focus
    <div
      id={id}
      role="option"
      aria-selected={side !== 'stays'}
      aria-label={`${label}: ${text}, ${detail}, ${sideWords(side, names.stays, names.moves)}`}
      className="scv-split-line"
      data-side={side}
      data-active={isActive || undefined}
      onClick={onMove}
    >
      <Box className="scv-split-thing">
        <Group gap="xs" wrap="nowrap" justify="space-between" align="flex-start">
          {side === 'moves' && <IconArrowLeft size={ICON.sm} aria-hidden className="scv-fixed" />}
          <Box flex={1} miw={0}>
            <Text size="sm" lineClamp={2} className="scv-wrap">
              <Text component="span" size="xs" c="dimmed">
                {label}{' '}
              </Text>
              {text}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {detail}
            </Text>
          </Box>
          {side === 'both' && (
            <Badge variant="light" color="gray" className="scv-fixed">
              Both have it
            </Badge>
          )}
          {isPlaced && <IconPin size={ICON.sm} aria-label="Placed by you" className="scv-fixed" />}
          {side === 'stays' && <IconArrowRight size={ICON.sm} aria-hidden className="scv-fixed" />}
        </Group>
      </Box>
    </div>
  )
}
