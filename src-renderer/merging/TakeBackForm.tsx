// The form of a dialog that takes back what was done to people some time ago: first it looks for what was written since, then
// asks for a reason and to confirm. Invariant: what is confirmed is what is shown; the reason is a draft like all that is typed.
import { Box, Button, Group, Loader, Stack, Text, TextInput } from '@mantine/core'
import type { ScvError } from '@shared/errors'
import { REASON_MAX } from '@shared/model/limits'
import type { ReactNode } from 'react'
import { ErrorNotice } from '../components/ErrorNotice'
import { discard } from '../drafts/discard'
import type { DraftOf, NO_REASON } from '../drafts/use-draft'

/** While it looks for what was written since; `error`: it could not. */
export function LookingSince({ what, error }: { what: string; error: ScvError | undefined }) {
  if (error) return <ErrorNotice error={error} />
  return (
    <Group role="status" gap="xs">
      <Loader size="sm" />
      <Text size="sm">{what}</Text>
    </Group>
  )
}

interface TakeBackFormProps {
  draft: DraftOf<typeof NO_REASON>
  /** On the button that leaves everything as it is. */
  keep: string
  /** On the button that takes it back. */
  confirm: string
  pending: boolean
  /** Something is still to be chosen. */
  disabled?: boolean
  error: ScvError | undefined
  onConfirm: () => void
  onClose: () => void
  /** What it will do, and what was written since. */
  children: ReactNode
}

export function TakeBackForm({ draft, keep, confirm, children, error, ...rest }: TakeBackFormProps) {
  const { pending, disabled = false, onConfirm, onClose } = rest
  const cancel = (): void => {
    discard(draft.key)
    onClose()
  }
  return (
    <Stack gap="md">
      {children}
      <TextInput
        label="Reason"
        description="Optional. Stands in the audit trail."
        value={draft.values.reason}
        maxLength={REASON_MAX}
        onChange={(event) => draft.set({ reason: event.currentTarget.value })}
      />
      {error && <ErrorNotice error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={cancel}>
          {keep}
        </Button>
        <Button loading={pending} disabled={disabled} onClick={onConfirm}>
          {confirm}
        </Button>
      </Group>
    </Stack>
  )
}

/** The reason for a command; nothing where none was given. */
export const givenReason = (reason: string): { reason?: string } =>
  reason.trim() === '' ? {} : { reason: reason.trim() }

interface SinceProps {
  /** What was written, in one line or more. */
  children: ReactNode
  choice: ReactNode
}

/** One thing written since, with the choice it leaves. */
export const WrittenSince = ({ children, choice }: SinceProps) => (
  <Group wrap="nowrap" justify="space-between" align="flex-end">
    <Box miw={0}>{children}</Box>
    {choice}
  </Group>
)
