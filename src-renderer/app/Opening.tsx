// While the data opens: that it does, or how far lists and search are where they have to be derived first.
import { Loader, Progress, Stack, Text } from '@mantine/core'
import { useLive } from '../bridge/hooks'
import { formatNumber } from '../format/locale'
import { WIDTH } from '../theme'

export function Opening() {
  const views = useLive('app.views', {})
  const rebuild = views.status === 'ready' && !views.value.answers ? views.value.rebuild : null
  if (!rebuild)
    return (
      <Stack align="center" gap="xs">
        <Loader size="sm" />
        <Text size="sm" c="dimmed">
          Opening your data…
        </Text>
      </Stack>
    )
  const { done, total } = rebuild
  return (
    <Stack align="center" gap="xs">
      <Text size="sm">Preparing lists and search…</Text>
      <Progress w={WIDTH.form} value={total > 0 ? (100 * done) / total : 0} aria-label="Preparing lists and search" />
      <Text size="sm" c="dimmed">
        {formatNumber(done)} of {formatNumber(total)} records. Nothing is lost; this happens once.
      </Text>
    </Stack>
  )
}
