// Who is signed in where, what they may do, where their password is kept, and the ways out.
import { Button, Card, DataList, Group, Modal, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { SyncStatus } from '@shared/contract/sync'
import { useState } from 'react'
import { useCall } from '../bridge/hooks'
import { useSettings } from '../components/app-info'
import { Breakable } from '../components/Breakable'
import { ErrorNotice } from '../components/ErrorNotice'
import { roleSentences } from '../format/roles'
import { useNavigation } from '../state/navigation'
import { WIDTH } from '../theme'
import { SignInDialog } from './SignInDialog'
import { changes, PASSWORD_WORDS, pendingOf } from './words'

export function Account({ status }: { status: SyncStatus }) {
  const go = useNavigation((navigation) => navigation.go)
  const [dialog, setDialog] = useState<'other' | 'out' | null>(null)
  const close = (): void => setDialog(null)
  const { user, server, passwordKept, signedOut } = status
  const roles = roleSentences(user?.roles ?? [])
  const facts: [string, string][] = [
    ['Signed in as', signedOut ? `Nobody; last ${user?.name ?? 'nobody'}` : (user?.name ?? 'Nobody')],
    ['May do', roles.length > 0 ? roles.join('\n') : user ? 'Nothing: no role in this organisation' : 'Not known'],
    ['Organisation', server?.org ?? ''],
    ['Server', server?.url ?? ''],
    ...(passwordKept ? [['Password', PASSWORD_WORDS[passwordKept]] as [string, string]] : []),
  ]
  return (
    <Card component="section" aria-label="Who and where">
      <Title order={2} mb="sm">
        Who and where
      </Title>
      <Stack gap="md">
        <DataList labelWidth={WIDTH.label}>
          {facts.map(([label, value]) => (
            <DataList.Item key={label}>
              <DataList.ItemLabel>{label}</DataList.ItemLabel>
              <DataList.ItemValue className="scv-text scv-selectable">
                {label === 'Server' ? <Breakable text={value} /> : value}
              </DataList.ItemValue>
            </DataList.Item>
          ))}
        </DataList>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => setDialog('other')}>
            Sign in as another user
          </Button>
          <Button size="xs" variant="default" onClick={() => go({ screen: 'connect' })}>
            Another server
          </Button>
          {!signedOut && (
            <Button size="xs" variant="default" onClick={() => setDialog('out')}>
              Sign out
            </Button>
          )}
        </Group>
      </Stack>
      <SignInDialog status={status} as="other" opened={dialog === 'other'} onClose={close} />
      <SignOutDialog status={status} opened={dialog === 'out'} onClose={close} />
    </Card>
  )
}

interface SignOutDialogProps {
  status: SyncStatus
  opened: boolean
  onClose: () => void
}

export const SignOutDialog = ({ status, opened, onClose }: SignOutDialogProps) => (
  <Modal opened={opened} onClose={onClose} title="Sign out?">
    <SignOut status={status} onClose={onClose} />
  </Modal>
)

function SignOut({ status, onClose }: { status: SyncStatus; onClose: () => void }) {
  const signOut = useCall('sync.signOut')
  const { workSignedOut } = useSettings()
  const waiting = pendingOf(status).up
  const confirm = async (): Promise<void> => {
    try {
      await signOut.run({})
      onClose()
      notifications.show({ message: 'Signed out. Everything on this device is still there.' })
    } catch {
      // It stands in `signOut.error`, which is shown below.
    }
  }
  return (
    <Stack gap="md">
      <Text size="sm">
        The password is forgotten and nothing is exchanged until a user signs in.{' '}
        {workSignedOut
          ? 'Everything on this device stays, and what is done on it goes on standing in your name.'
          : 'Everything on this device stays to be looked at; to change anything, sign in.'}
        {waiting > 0 && ` ${changes(waiting)} not sent yet ${waiting === 1 ? 'waits' : 'wait'} for your next sign-in.`}
      </Text>
      {signOut.error && <ErrorNotice error={signOut.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={signOut.pending} onClick={() => void confirm()}>
          Sign out
        </Button>
      </Group>
    </Stack>
  )
}
