// The settings' part about the organisation's server: which one, and the way to all the rest.
import { Button, Card, DataList, Group, Stack, Text, Title } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { ErrorNotice } from '../components/ErrorNotice'
import { useSyncStatus } from '../components/sync-status'
import { useNavigation } from '../state/navigation'
import { stateWords } from '../sync/words'
import { ICON, WIDTH } from '../theme'

export function Server() {
  const sync = useSyncStatus()
  const go = useNavigation((navigation) => navigation.go)
  const { server, user, signedOut } = sync.value ?? {}
  return (
    <Card component="section" aria-label="Server">
      <Title order={2} mb="sm" id="settings-server">
        Server
      </Title>
      <Stack gap="md">
        {sync.error && <ErrorNotice error={sync.error} />}
        {server ? (
          <DataList labelWidth={WIDTH.choice}>
            {[
              ['Organisation', server.org],
              ['Address', server.url],
              ['Signed in as', signedOut ? 'Nobody' : (user?.name ?? 'Nobody')],
              ['State', sync.value ? stateWords(sync.value).label : ''],
            ].map(([label, value]) => (
              <DataList.Item key={label}>
                <DataList.ItemLabel>{label}</DataList.ItemLabel>
                <DataList.ItemValue className="scv-wrap scv-selectable">{value}</DataList.ItemValue>
              </DataList.Item>
            ))}
          </DataList>
        ) : (
          <Text size="sm" c="dimmed">
            This device works by itself. Connect it with your organisation’s server to share people and journeys with
            your team; what is on it joins what is there.
          </Text>
        )}
        <Group justify="flex-end">
          {server && (
            <Button
              size="xs"
              variant="default"
              rightSection={<IconChevronRight size={ICON.sm} aria-hidden />}
              onClick={() => go({ screen: 'sync' })}
            >
              Open Sync
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => go({ screen: 'connect' })}>
            {server ? 'Connect to another server' : 'Connect to a server'}
          </Button>
        </Group>
      </Stack>
    </Card>
  )
}
