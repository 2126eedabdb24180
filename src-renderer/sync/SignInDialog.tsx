// Signing in again, as the same user or as another one.
// Invariant: nothing of the former user’s unsent work is left behind before it was said and agreed to.

import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import type { SyncStatus } from '@shared/contract/sync'
import { PASSWORD_MAX, USER_NAME_MAX } from '@shared/model/limits'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { ForSession } from './ForSession'
import { KeepPlain } from './KeepPlain'
import { UnsentNotice } from './UnsentNotice'
import { readRefusal, useAsked } from './use-refusal'
import { changes, pendingOf } from './words'

interface SignInDialogProps {
  status: SyncStatus
  /** `again`: the same user, whose name stands there already. */
  as: 'again' | 'other'
  opened: boolean
  onClose: () => void
}

export function SignInDialog({ opened, onClose, ...rest }: SignInDialogProps) {
  const title = rest.as === 'again' ? 'Sign in again' : 'Sign in as another user'
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <SignInForm onClose={onClose} {...rest} />
    </Modal>
  )
}

function SignInForm({ status, as, onClose }: Omit<SignInDialogProps, 'opened'>) {
  const signIn = useCall('sync.signIn')
  const { unsent, field, asksForPlain } = readRefusal(signIn.error)
  const offerPlain = useAsked(signIn.error)
  const former = status.user?.name
  const form = useForm({
    initialValues: {
      user: as === 'again' ? (former ?? '') : '',
      password: '',
      insistOnPlain: false,
      forSession: false,
    },
    validate: {
      user: (user) => (user.trim() === '' ? 'The name you have on the server.' : null),
      password: (password) => (password === '' ? 'Your password on the server.' : null),
    },
  })
  const submit = async (values: typeof form.values, leaveUnsent: boolean): Promise<void> => {
    try {
      await signIn.run({ ...values, user: values.user.trim(), leaveUnsent })
      onClose()
      notifications.show({ message: `Signed in as ${values.user.trim()}.` })
    } catch {
      // It stands in `signIn.error`, which is shown below.
    }
  }
  const waiting = pendingOf(status).up
  const changesUser = former !== undefined && form.values.user.trim() !== '' && form.values.user.trim() !== former
  return (
    <form onSubmit={form.onSubmit((values) => void submit(values, false))} noValidate>
      <Stack gap="md">
        {status.server && (
          <Text size="sm" c="dimmed" className="scv-wrap">
            {status.server.org} on {status.server.url}
          </Text>
        )}
        <TextInput
          label="User name"
          required
          maxLength={USER_NAME_MAX}
          autoComplete="off"
          spellCheck={false}
          data-autofocus={as === 'other' || former === undefined ? true : undefined}
          {...form.getInputProps('user')}
        />
        <PasswordInput
          label="Password"
          required
          maxLength={PASSWORD_MAX}
          data-autofocus={as === 'again' && former !== undefined ? true : undefined}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          {...form.getInputProps('password')}
          error={form.errors['password'] ?? (field === 'password' ? true : undefined)}
        />
        <ForSession {...form.getInputProps('forSession', { type: 'checkbox' })} />
        {changesUser && waiting > 0 && unsent === undefined && (
          <Text size="sm" role="status">
            {changes(waiting)} of {former} {waiting === 1 ? 'has' : 'have'} not been sent yet. They are sent only while{' '}
            {former} is signed in.
          </Text>
        )}
        {offerPlain && (
          <KeepPlain
            checked={form.values.insistOnPlain}
            onChange={(checked) => form.setFieldValue('insistOnPlain', checked)}
          />
        )}
        {unsent !== undefined ? (
          <UnsentNotice
            count={unsent}
            former={former}
            pending={signIn.pending}
            onGoOn={() => void submit(form.values, true)}
          />
        ) : (
          signIn.error && !asksForPlain && <ErrorNotice error={signIn.error} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={signIn.pending}>
            Sign in
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
