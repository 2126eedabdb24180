// Who works at this window, at the foot of the frame: their name and role, and the ways to lock, sign out or change places.
import { Group, Menu, Text, UnstyledButton } from '@mantine/core'
import { IconLock, IconLogin2, IconLogout, IconUserCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { client } from '../bridge/hooks'
import { showFailure } from '../components/failure-notice'
import { useSyncStatus } from '../components/sync-status'
import { roleLabels } from '../format/roles'
import { useAccessMemory } from '../state/access'
import { LOCK_KEYS } from '../state/keys'
import { SignOutDialog } from '../sync/Account'
import { SignInDialog } from '../sync/SignInDialog'
import { ICON } from '../theme'

/** Locks the window; what was typed is kept. */
export const lockNow = (): void =>
  void client.call('access.lock', {}).catch((error: unknown) => showFailure('Not locked.', error))

export function WhoIsHere() {
  const access = useAccessMemory((state) => state.access)
  const status = useSyncStatus().value
  const [dialog, setDialog] = useState<'in' | 'other' | 'out' | null>(null)
  const close = (): void => setDialog(null)
  if (!access) return null
  const { user, roles } = access
  const name = user ?? 'Nobody is signed in'
  const role = roleLabels(roles)
  const isConnected = status?.server != null
  return (
    <>
      <Menu position="top-start" width="target">
        <Menu.Target>
          <UnstyledButton
            className="scv-row"
            display="block"
            w="100%"
            px="xs"
            py="tight"
            aria-label={user === null ? 'Nobody is signed in' : `You are ${user}`}
          >
            <Group gap="xs" wrap="nowrap">
              <IconUserCircle size={ICON.lg} aria-hidden className="scv-fixed" />
              <Text size="xs" fw={600} truncate title={name}>
                {name}
              </Text>
              {role !== '' && access.is === 'open' && (
                <Text size="xs" c="dimmed" truncate className="scv-fixed" ml="auto">
                  {role}
                </Text>
              )}
            </Group>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconLock size={ICON.md} aria-hidden />}
            rightSection={LOCK_KEYS.keys}
            onClick={lockNow}
          >
            Lock
          </Menu.Item>
          {isConnected && user === null && (
            <Menu.Item leftSection={<IconLogin2 size={ICON.md} aria-hidden />} onClick={() => setDialog('in')}>
              Sign in…
            </Menu.Item>
          )}
          {isConnected && (
            <Menu.Item leftSection={<IconLogin2 size={ICON.md} aria-hidden />} onClick={() => setDialog('other')}>
              Sign in as another user…
            </Menu.Item>
          )}
          {isConnected && user !== null && (
            <Menu.Item leftSection={<IconLogout size={ICON.md} aria-hidden />} onClick={() => setDialog('out')}>
              Sign out…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {status && (
        <>
          <SignInDialog
            status={status}
            as={dialog === 'other' ? 'other' : 'again'}
            opened={dialog === 'in' || dialog === 'other'}
            onClose={close}
          />
          <SignOutDialog status={status} opened={dialog === 'out'} onClose={close} />
        </>
      )}
    </>
  )
}
