// The state of sync at the foot of the navigation of the data: always there, and the way to the Sync screen.
import { Box, Group, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { useAppInfo } from '../components/app-info'
import { useSyncStatus } from '../components/sync-status'
import { formatNumber, formatPercent } from '../format/locale'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'
import { firstSyncPercent, pendingOf, pendingWords, STATE_WORDS, stateWords } from './words'

export function SyncBadge() {
  const { counts } = useAppInfo()
  const { place, go } = useNavigation()
  const { value: status, error } = useSyncStatus()
  const here = place.screen === 'sync'
  const words = error ? STATE_WORDS.failed : status ? stateWords(status) : STATE_WORDS.off
  const pending = status ? pendingWords(pendingOf(status)) : ''
  const first = status?.firstSync
  const percent = first ? firstSyncPercent(first) : null
  const people = `${formatNumber(counts.curated)} ${counts.curated === 1 ? 'contact' : 'contacts'}`
  const detail = first
    ? percent === null
      ? 'First sync…'
      : `First sync: ${formatPercent(percent)}`
    : pending !== ''
      ? pending
      : people
  return (
    <Tooltip label={words.title} position="top-start">
      <UnstyledButton
        className="scv-row"
        display="block"
        w="100%"
        px="xs"
        py="snug"
        bg={here ? 'var(--scv-selected)' : 'transparent'}
        aria-label={`Sync: ${words.label}. ${detail}`}
        {...(here ? { 'aria-current': 'page' } : {})}
        onClick={() => go({ screen: 'sync' })}
      >
        <Group gap="xs" wrap="nowrap">
          <Box c={`var(--mantine-color-${words.color}-light-color)`} lh={0} className="scv-fixed" aria-hidden>
            <words.icon size={ICON.lg} />
          </Box>
          <Box miw={0} flex={1}>
            <Text size="xs" fw={600} role="status">
              {words.label}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {detail}
            </Text>
          </Box>
        </Group>
      </UnstyledButton>
    </Tooltip>
  )
}
