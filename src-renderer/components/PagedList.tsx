// A long live list on screen, in every state it can be in: on its way, refused, empty, or there.
import { Box, Skeleton, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorNotice } from './ErrorNotice'
import type { Paged } from './use-paged'
import { VirtualList } from './VirtualList'

interface PagedListProps<T> {
  /** What the list is, for screen readers. */
  label: string
  paged: Paged<T>
  /** In pixels; of rows that grow, when they are closed. */
  rowHeight: number
  /** Rows may become higher than `rowHeight`. */
  grows?: boolean
  renderRow: (item: T, index: number) => ReactNode
  /** Shown in the list's stead when it has no rows. */
  empty: ReactNode
  /** Above the rows, when there are any. */
  children?: ReactNode
}

export function PagedList<T>({ label, paged, rowHeight, grows, renderRow, empty, children }: PagedListProps<T>) {
  if (paged.error) return <ErrorNotice error={paged.error} />
  if (paged.total === undefined) {
    return (
      <Stack gap="xs" role="status" aria-label="Loading">
        {[0, 1, 2, 3, 4].map((row) => (
          <Skeleton key={row} h={rowHeight - 8} />
        ))}
      </Stack>
    )
  }
  if (paged.total === 0) return empty
  return (
    <>
      {children}
      <VirtualList
        label={label}
        count={paged.total}
        rowHeight={rowHeight}
        {...(grows ? { grows } : {})}
        onRange={paged.onRange}
        renderRow={(index) => {
          const item = paged.row(index)
          return item === undefined ? (
            <Box py="tight" h={rowHeight}>
              <Skeleton h={rowHeight - 8} />
            </Box>
          ) : (
            renderRow(item, index)
          )
        }}
      />
    </>
  )
}
