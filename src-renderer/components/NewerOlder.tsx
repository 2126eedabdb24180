// Turning the pages of a list that goes back in time by cursors.
// Invariant: the pages that were turned are remembered, so that the way back asks for the same ones.
import { Button, Group } from '@mantine/core'

interface NewerOlderProps<Cursor> {
  /** The cursors of the pages up to the one shown; the first is that of the newest. */
  pages: readonly Cursor[]
  /** Of the page behind; null: there is none. */
  next: Cursor | null
  onTurn: (pages: Cursor[]) => void
}

export function NewerOlder<Cursor>({ pages, next, onTurn }: NewerOlderProps<Cursor>) {
  return (
    <Group gap="xs" justify="flex-end" role="group" aria-label="Pages">
      <Button size="xs" variant="default" disabled={pages.length === 1} onClick={() => onTurn(pages.slice(0, -1))}>
        Newer
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={next === null}
        onClick={() => next !== null && onTurn([...pages, next])}
      >
        Older
      </Button>
    </Group>
  )
}
