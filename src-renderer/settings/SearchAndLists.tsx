// The settings' part about what is derived from the records: it can be made anew without losing anything.
import { Button, Card, Group, Progress, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { formatNumber } from '../format/locale'

export function SearchAndLists() {
  const rebuild = useCall('app.rebuildViews')
  const views = useLive('app.views', {})
  const progress = views.status === 'ready' ? views.value.rebuild : null
  const start = async (): Promise<void> => {
    try {
      const { milliseconds } = await rebuild.run({})
      const seconds = formatNumber(Math.max(1, Math.round(milliseconds / 1000)))
      notifications.show({ message: `Search and lists were rebuilt in ${seconds} s.` })
    } catch {
      // It stands in `rebuild.error`.
    }
  }
  return (
    <Card component="section" aria-label="Search and lists">
      <Title order={2} mb="sm">
        Search and lists
      </Title>
      <Stack gap="md">
        <Group wrap="nowrap" gap="md" justify="space-between">
          <Text size="sm" c="dimmed">
            If something cannot be found although it is there, have search, journeys and lists rebuilt from the records.
            Nothing is lost, and work goes on meanwhile.
          </Text>
          <Button
            size="xs"
            variant="default"
            className="scv-fixed"
            loading={rebuild.pending || progress !== null}
            onClick={() => void start()}
          >
            Rebuild
          </Button>
        </Group>
        {progress && (
          <Progress
            value={progress.total > 0 ? (100 * progress.done) / progress.total : 0}
            aria-label="Rebuilding search and lists"
          />
        )}
        {rebuild.error && <ErrorNotice error={rebuild.error} />}
      </Stack>
    </Card>
  )
}
