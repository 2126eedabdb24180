// A new passphrase, typed twice. Invariant: what is sent was typed alike both times, and is long enough.
import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ScvError } from '@shared/errors'
import { PASSPHRASE_LEAST, PASSPHRASE_MOST } from '@shared/model/limits'
import { ErrorNotice } from '../components/ErrorNotice'

interface PassphraseFormProps {
  /** What the button says. */
  action: string
  pending: boolean
  error: ScvError | undefined
  onSubmit(passphrase: string): void
  /** Without it there is no way back. */
  onCancel?: () => void
}

export function PassphraseForm({ action, pending, error, onSubmit, onCancel }: PassphraseFormProps) {
  const form = useForm({
    initialValues: { passphrase: '', again: '' },
    validate: {
      passphrase: (text) =>
        text.length < PASSPHRASE_LEAST ? `${PASSPHRASE_LEAST} characters or more: several words are best.` : null,
      again: (text, { passphrase }) => (text === passphrase ? null : 'It is not the same.'),
    },
  })
  const shows = { visibilityToggleButtonProps: { 'aria-label': 'Show what is typed' } }
  return (
    <form onSubmit={form.onSubmit(({ passphrase }) => onSubmit(passphrase))} noValidate>
      <Stack gap="md">
        <PasswordInput
          label="Passphrase"
          required
          withAsterisk={false}
          maxLength={PASSPHRASE_MOST}
          data-autofocus
          autoComplete="new-password"
          {...shows}
          {...form.getInputProps('passphrase')}
        />
        <PasswordInput
          label="Once more"
          required
          withAsterisk={false}
          maxLength={PASSPHRASE_MOST}
          autoComplete="new-password"
          {...shows}
          {...form.getInputProps('again')}
        />
        {error && <ErrorNotice error={error} />}
        <Group justify="flex-end">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={pending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
