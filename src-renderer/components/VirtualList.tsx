// A list of any length of which only the rows in view exist.
// Invariant: every row says its place and the length of the whole list, so that a screen reader is not misled.
import { Box } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEventHandler, type ReactNode, useEffect, useRef } from 'react'

interface VirtualListProps {
  /** What the list is, for screen readers. */
  label: string
  count: number
  /** In pixels. */
  rowHeight: number
  /** Rows are measured, since some become higher than `rowHeight`. */
  grows?: boolean
  renderRow: (index: number) => ReactNode
  /** Told which rows are in view (with a few beyond), so that the caller can load them. */
  onRange?: (first: number, last: number) => void
  /** Keeps this row in view. */
  follow?: number
  /** A listbox is worked with the arrow keys from a field elsewhere; a list is walked by its own buttons. */
  kind?: 'list' | 'listbox'
  id?: string
  /** Of a listbox that takes the focus itself: the id of the marked option, and what its keys do. */
  own?: { active: string | undefined; onKeyDown: KeyboardEventHandler }
}

export function VirtualList({
  label,
  count,
  rowHeight,
  grows = false,
  renderRow,
  onRange,
  follow,
  kind = 'list',
  id,
  own,
}: VirtualListProps) {
  const box = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  })
  const rows = virtualizer.getVirtualItems()
  const first = rows[0]?.index ?? 0
  const last = rows.at(-1)?.index ?? 0

  useEffect(() => onRange?.(first, last), [onRange, first, last])
  useEffect(() => {
    if (follow !== undefined) virtualizer.scrollToIndex(follow)
  }, [follow, virtualizer])

  return (
    <Box
      ref={box}
      flex={1}
      mih={0}
      className="scv-scroll"
      // A list that scrolls must be reachable by keyboard; a listbox is steered from its field.
      aria-label={label}
      {...(kind === 'list' ? { tabIndex: 0, role: 'region' } : { role: 'listbox', id })}
      {...(own ? { tabIndex: 0, onKeyDown: own.onKeyDown } : {})}
      {...(own?.active === undefined ? {} : { 'aria-activedescendant': own.active })}
    >
      <Box
        {...(kind === 'list' ? { role: 'list', 'aria-label': label } : { role: 'presentation' })}
        pos="relative"
        h={virtualizer.getTotalSize()}
      >
        {rows.map((row) => (
          <Box
            key={row.key}
            role={kind === 'list' ? 'listitem' : 'presentation'}
            {...(kind === 'list' ? { 'aria-setsize': count, 'aria-posinset': row.index + 1 } : {})}
            pos="absolute"
            top={0}
            left={0}
            w="100%"
            {...(grows ? { ref: virtualizer.measureElement, 'data-index': row.index } : { h: rowHeight })}
            style={{ transform: `translateY(${row.start}px)` }}
          >
            {renderRow(row.index)}
          </Box>
        ))}
      </Box>
    </Box>
  )
}
