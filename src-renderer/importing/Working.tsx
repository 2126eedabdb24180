// While a dry run or an import is at work: how far it is, what it has done so far, and a way to stop it.
import { Button, Card, Group, Progress, Stack, Text, Title } from '@mantine/core'
import type { ImportFile, ImportState } from '@shared/model/import'
import { IconPlayerStop } from '@tabler/icons-react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { formatNumber, formatPercent } from '../format/locale'
import { ICON, WIDTH } from '../theme'
import { CountTiles } from './CountTiles'

export function Working({ file, state }: { file: ImportFile; state: ImportState | null }) {
  const cancel = useCall('import.cancel')
  const percent = Math.round((state?.progress ?? 0) * 100)
  const running = state?.phase === 'running'
  const title = running ? `Importing ${file.fileName}…` : `Trying ${file.fileName}…`
  return (
    <Card padding="xl" maw={WIDTH.broad}>
      <Stack gap="md">
        <Group justify="space-between">
          <Title order={2}>{title}</Title>
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={ICON.lg} aria-hidden />}
            loading={cancel.pending}
            // A failure stands in `cancel.error`, which is shown below.
            onClick={() => cancel.run({ importId: file.importId }).catch(() => undefined)}
          >
            Cancel
          </Button>
        </Group>
        <Progress.Root size="lg">
          <Progress.Section value={percent} aria-label={title} animated />
        </Progress.Root>
        <Text size="sm" c="dimmed">
          {formatPercent(percent)}
          {state ? ` · ${formatNumber(state.counts.rows)} ${state.counts.rows === 1 ? 'row' : 'rows'} read` : ''}
          {running ? ' · you can go on working meanwhile' : ' · nothing is written yet'}
        </Text>
        {state && <CountTiles counts={state.counts} dryRun={state.dryRun} />}
        {cancel.error && <ErrorNotice error={cancel.error} />}
      </Stack>
    </Card>
  )
}
