// The lock before the window: nothing of a person is on screen until the password is given, or another user signs in.
// Invariant: what was typed behind it is a draft and there again afterwards.
import { Button, Card, Center, Group, PasswordInput, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { AccessState } from '@shared/contract/access'
import { PASSWORD_MAX } from '@shared/model/limits'
import { IconLock } from '@tabler/icons-react'
import { type FormEvent, useEffect, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { useSyncStatus } from '../components/sync-status'
import { SignInDialog } from '../sync/SignInDialog'
import { ICON, MARK, WIDTH } from '../theme'

export function LockScreen({ access }: { access: AccessState }) {
  const unlock = useCall('access.unlock')
  const status = useSyncStatus().value
  const [password, setPassword] = useState('')
  const [signingIn, setSigningIn] = useState<'again' | 'other' | null>(null)
  useEffect(() => notifications.clean(), [])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    // A refusal stands in `unlock.error`, which is shown below.
    void unlock.run(access.asksPassword ? { password } : {}).catch(() => setPassword(''))
  }
  return (
    <Center h="100%" p="lg" bg="var(--scv-frame)">
      <Card component="main" padding="xl" w={WIDTH.wide}>
        <form onSubmit={submit} aria-label="Unlock">
          <Stack gap="md">
            <Group gap="sm" wrap="nowrap">
              <ThemeIcon variant="light" size={MARK.huge} radius="xl" aria-hidden>
                <IconLock size={ICON.xxl} />
              </ThemeIcon>
              <div>
                <Title order={1} size="h2">
                  Locked
                </Title>
                <Text size="sm" c="dimmed">
                  {access.user ?? access.last ?? 'Single Customer View'}
                </Text>
              </div>
            </Group>
            {access.asksPassword ? (
              <PasswordInput
                label="Password"
                autoFocus
                maxLength={PASSWORD_MAX}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
                visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
              />
            ) : (
              <Text size="sm">
                This device has no password of its own: the lock only keeps people off the screen. Connect it with a
                server to be asked for one.
              </Text>
            )}
            {unlock.error && <ErrorNotice error={unlock.error} />}
            <Group justify="space-between">
              {access.asksPassword && status ? (
                <Group gap="xs">
                  <Button size="compact-sm" variant="subtle" onClick={() => setSigningIn('again')}>
                    Sign in again
                  </Button>
                  <Button size="compact-sm" variant="subtle" onClick={() => setSigningIn('other')}>
                    Another user
                  </Button>
                </Group>
              ) : (
                <span />
              )}
              <Button type="submit" loading={unlock.pending} autoFocus={!access.asksPassword}>
                Unlock
              </Button>
            </Group>
          </Stack>
        </form>
        {status && (
          <SignInDialog
            status={status}
            as={signingIn ?? 'again'}
            opened={signingIn !== null}
            onClose={() => setSigningIn(null)}
          />
        )}
      </Card>
    </Center>
  )
}
