// A notification that says what was done and offers to take it back.
import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'

/** How long it stays, in ms: time enough to have looked at what came out. */
const OFFER_MS = 20_000

interface UndoNotice {
  /** A later notice of the same id takes the place of the former. */
  id: string
  text: string
  onUndo: () => void
}

export function showUndo({ id, text, onUndo }: UndoNotice): void {
  notifications.hide(id)
  notifications.show({
    id,
    autoClose: OFFER_MS,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" flex={1}>
          {text}
        </Text>
        <Button
          size="xs"
          variant="light"
          onClick={() => {
            notifications.hide(id)
            onUndo()
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  })
}
