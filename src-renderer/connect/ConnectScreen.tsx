// Connecting a device that has data already, or another server: reached from Settings, Sync and the palette.
import { Alert, Card, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconInfoCircle } from '@tabler/icons-react'
import { useAppInfo } from '../components/app-info'
import { BackButton } from '../components/BackButton'
import { Page } from '../components/Page'
import { useSyncStatus } from '../components/sync-status'
import { formatNumber } from '../format/locale'
import { useNavigation } from '../state/navigation'
import { WIDTH } from '../theme'
import { ConnectForm } from './ConnectForm'

export function ConnectScreen() {
  const { counts } = useAppInfo()
  const { value: status } = useSyncStatus()
  const { replace, back, past } = useNavigation()
  const people = counts.curated + counts.autoCreated
  const known = status?.server
  return (
    <Page
      title="Connect to a server"
      subtitle="Share people and journeys with your team. Devices keep working apart and agree again when they meet."
      actions={<BackButton />}
      keepFocus
      scroll
    >
      <Stack gap="md" maw={WIDTH.page}>
        {people > 0 && (
          <Alert color="gray" variant="light" icon={<IconInfoCircle aria-hidden />} role="note">
            {known
              ? `This device is connected with ${known.org} on ${known.url}. What is on it goes to the server you name now.`
              : `What is on this device (${formatNumber(people)} ${people === 1 ? 'person' : 'people'}) joins what is on the server. If both know the same person, you find them in Reconcile.`}
          </Alert>
        )}
        <Card>
          <ConnectForm
            key={status ? 'known' : 'unknown'}
            {...(known ? { initial: { url: known.url, org: known.org, user: status?.user?.name ?? '' } } : {})}
            {...(status?.user ? { former: status.user.name } : {})}
            cancelLabel="Cancel"
            onCancel={() => (past.length > 0 ? back() : replace({ screen: 'sync' }))}
            onConnected={(user) => {
              replace({ screen: 'sync' })
              notifications.show({ message: `Connected. You are signed in as ${user}.` })
            }}
          />
        </Card>
      </Stack>
    </Page>
  )
}
