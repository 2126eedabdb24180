// A notification that says what was done and offers to take it back, as the key for the last step does.
// Invariant: one such notification is shown at a time, of the latest step; steps before it are within reach of the key. What
// could not be taken back is said, and can be tried again where it was done.
import { Button, Group, Kbd, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { UNDO_KEYS } from '../state/keys'
import { useLastStep } from '../state/last-step'
import { showFailure } from './failure-notice'

/** How long it stays, in ms: time enough to have looked at what came out. */
const OFFER_MS = 20_000

const NOTICE_ID = 'last step'
/** The step whose notice was shown last. */
let shown: symbol | undefined

interface UndoNotice {
  text: string
  /** Takes it back; a rejection is said. */
  onUndo: () => unknown
  /** What `onUndo` does where it cannot take the whole step back. */
  label?: string
  /** What can be done with the result, in front of taking it back. */
  beside?: ReactNode
}

export function showUndo({ text, onUndo, label = 'Undo', beside }: UndoNotice): void {
  const id = Symbol(text)
  const takeBack = async (): Promise<void> => {
    useLastStep.getState().forget(id)
    if (shown === id) notifications.hide(NOTICE_ID)
    try {
      await onUndo()
    } catch (error) {
      showFailure('Not taken back.', error)
    }
  }
  useLastStep.getState().did({ id, takeBack: () => void takeBack() })
  shown = id
  notifications.hide(NOTICE_ID)
  notifications.show({
    id: NOTICE_ID,
    autoClose: OFFER_MS,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" flex={1}>
          {text}
        </Text>
        {beside}
        <Button
          size="xs"
          variant="light"
          aria-keyshortcuts="Control+Z"
          rightSection={
            <Kbd size="xs" aria-hidden>
              {UNDO_KEYS.keys}
            </Kbd>
          }
          onClick={() => void takeBack()}
        >
          {label}
        </Button>
      </Group>
    ),
  })
}
