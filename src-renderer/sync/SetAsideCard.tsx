// What was refused by the server or cannot be read: the latest few, and the way to all of it.
import { Badge, Box, Button, Card, Group, Stack, Text, Title, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { SetAside, SyncStatus } from '@shared/contract/sync'
import { IconChevronRight } from '@tabler/icons-react'
import { useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { useNow } from '../components/use-now'
import { formatMoment, formatNumber, formatRelative } from '../format/locale'
import { useMay } from '../state/access'
import { useNavigation } from '../state/navigation'
import { useReconcileMemory } from '../state/reconcile'
import { ICON, WIDTH } from '../theme'
import { COLLECTION_WORDS, pendingOf } from './words'

const SHOWN = 5

export function SetAsideCard({ status }: { status: SyncStatus }) {
  const items = useLive('sync.setAside', { offset: 0, limit: SHOWN })
  const retry = useCall('sync.retry')
  const go = useNavigation((navigation) => navigation.go)
  const now = useNow()
  const may = useMay()
  const total = items.value?.total ?? pendingOf(status).setAside
  const tryAll = async (): Promise<void> => {
    try {
      const { left } = await retry.run({})
      notifications.show({
        message:
          left === 0 ? 'All of it went through.' : `${formatNumber(left)} ${left === 1 ? 'is' : 'are'} still waiting.`,
      })
    } catch {
      // It stands in `retry.error`, which is shown below.
    }
  }
  return (
    <Card component="section" aria-label="What could not be exchanged">
      <Group justify="space-between" mb="xs">
        <Title order={2}>What could not be exchanged</Title>
        {total > 0 && (
          <Group gap="xs">
            {may('contact:edit') && (
              <Button size="xs" variant="default" loading={retry.pending} onClick={() => void tryAll()}>
                Try all again
              </Button>
            )}
            <Button
              size="xs"
              variant="default"
              rightSection={<IconChevronRight size={ICON.sm} aria-hidden />}
              onClick={() => {
                useReconcileMemory.getState().show(items.value?.items[0]?.kind ?? 'refused')
                go({ screen: 'reconcile' })
              }}
            >
              Settle in Reconcile
            </Button>
          </Group>
        )}
      </Group>
      {retry.error && <ErrorNotice error={retry.error} />}
      {items.error && <ErrorNotice error={items.error} />}
      {total === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing. What the server refuses or this device cannot read would wait here; everything else goes on.
        </Text>
      ) : (
        <Stack gap="snug" component="ul" m={0} p={0} className="scv-plain-list">
          {items.value?.items.map((item) => (
            <Line key={item.id} item={item} now={now} />
          ))}
          {total > SHOWN && (
            <Text component="li" size="sm" c="dimmed">
              and {formatNumber(total - SHOWN)} more
            </Text>
          )}
        </Stack>
      )}
    </Card>
  )
}

function Line({ item, now }: { item: SetAside; now: number }) {
  return (
    <Group component="li" wrap="nowrap" gap="sm">
      <Box w={WIDTH.field} className="scv-fixed">
        <Badge variant="light" color={item.kind === 'refused' ? 'red' : 'yellow'}>
          {item.kind === 'refused' ? 'Refused by server' : 'Cannot be read'}
        </Badge>
      </Box>
      <Text size="sm" flex={1} miw={0} truncate title={item.reason}>
        {COLLECTION_WORDS[item.collection]}: {item.reason}
      </Text>
      <Tooltip label={formatMoment(item.at)}>
        <Text size="xs" c="dimmed" className="scv-fixed">
          {formatRelative(item.at, now)}
        </Text>
      </Tooltip>
    </Group>
  )
}
