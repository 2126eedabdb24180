// A row of a list whose content is on its way. Invariant: as high as the row will be, so that nothing jumps when it comes.
import { Box, Skeleton } from '@mantine/core'

/** @param height of the row, in pixels */
export function LoadingRow({ height }: { height: number }) {
  return (
    <Box py="tight" role="option" aria-selected={false} aria-label="Loading">
      <Skeleton h={height - 8} />
    </Box>
  )
}
