// Brings drafts from the device's file and says so when they cannot be kept there.
import { Affix, Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { LAYER } from '../theme'
import { drafts, useKeptDrafts } from './use-draft'

export function KeptDrafts() {
  useKeptDrafts()
  const failure = drafts.store((state) => state.failure)
  if (failure === null) return null
  return (
    <Affix position={{ bottom: 'md', left: 'md' }} zIndex={LAYER.popUp}>
      <Alert color="red" variant="filled" icon={<IconAlertTriangle aria-hidden />} role="alert" p="sm">
        What you type cannot be kept on this device at the moment ({failure instanceof Error ? failure.message : ''}) It
        is in this window only, and is tried again.
      </Alert>
    </Affix>
  )
}
