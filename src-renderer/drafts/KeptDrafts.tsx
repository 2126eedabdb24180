// Brings drafts from the device's file and says so, above every screen, when they cannot be kept there.
import { Alert } from '@mantine/core'
import { ScvError } from '@shared/errors'
import { IconAlertTriangle } from '@tabler/icons-react'
import { errorWords } from '../format/errors'
import { drafts, useKeptDrafts } from './use-draft'

export function KeptDrafts() {
  useKeptDrafts()
  const failure = drafts.store((state) => state.failure)
  if (failure === null) return null
  return (
    <Alert color="red" variant="filled" icon={<IconAlertTriangle aria-hidden />} role="alert" p="xs" radius={0}>
      What you type cannot be kept on this device at the moment: it is in this window only, and is tried again.{' '}
      {failure instanceof ScvError ? errorWords(failure).message : ''}
    </Alert>
  )
}
