// The way back as a button, for screens that are reached from another one.
import { Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { BACK_KEYS } from '../state/keys'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'
import { KeysTip } from './KeysTip'

export function BackButton() {
  const { past, back } = useNavigation()
  if (past.length === 0) return null
  return (
    <KeysTip label="To the screen before this one" keys={BACK_KEYS}>
      <Button
        variant="default"
        leftSection={<IconArrowLeft size={ICON.lg} aria-hidden />}
        aria-keyshortcuts="Alt+ArrowLeft Escape"
        onClick={back}
      >
        Back
      </Button>
    </KeysTip>
  )
}
