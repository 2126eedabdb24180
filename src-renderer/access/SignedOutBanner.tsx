// Above every screen while no user is signed in: what that means, and the way to sign in.
import { Button, Group, Text } from '@mantine/core'
import { IconLogin2 } from '@tabler/icons-react'
import { useState } from 'react'
import { useSyncStatus } from '../components/sync-status'
import { useAccessMemory } from '../state/access'
import { SignInDialog } from '../sync/SignInDialog'
import { ICON } from '../theme'

export function SignedOutBanner() {
  const access = useAccessMemory((state) => state.access)
  const status = useSyncStatus().value
  const [opened, setOpened] = useState(false)
  if (!access || !status || access.user !== null || access.is === 'locked') return null
  const isReadOnly = access.is === 'read-only'
  return (
    <Group
      justify="space-between"
      wrap="nowrap"
      px="lg"
      py="snug"
      bg="var(--mantine-color-yellow-light)"
      role="region"
      aria-label="Signed out"
    >
      <Text size="sm" c="var(--mantine-color-yellow-light-color)">
        {isReadOnly
          ? 'You are signed out. You can look at everything; to change anything, sign in.'
          : `You are signed out. What you do is kept on this device in the name of ${access.last ?? 'its owner'}, and sent after the next sign-in.`}
      </Text>
      <Button
        size="compact-sm"
        className="scv-fixed"
        leftSection={<IconLogin2 size={ICON.sm} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        Sign in
      </Button>
      <SignInDialog status={status} as="again" opened={opened} onClose={() => setOpened(false)} />
    </Group>
  )
}
