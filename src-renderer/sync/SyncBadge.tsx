// The state of sync at the foot of the navigation and who is signed in: always there, and the way to the Sync screen.
import { Box, Group, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { useAppInfo } from '../components/app-info'
import { useSyncStatus } from '../components/sync-status'
import { formatNumber, formatPercent } from '../format/locale'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'
import { firstSyncPercent, pendingOf, pendingWords, STATE_WORDS } from './words'

export function SyncBadge() {
  const { counts, settings } = useAppInfo()
  const { place, go } = useNavigation()
  const { value: status, error } = useSyncStatus()
  const here = place.screen === 'sync'
  const words = STATE_WORDS[error ? 'failed' : (status?.state ?? 'off')]
  const pending = status ? pendingWords(pendingOf(status)) : ''
  const first = status?.firstSync
  const percent = first ? firstSyncPercent(first) : null
  const people = `${formatNumber(counts.curated)} ${counts.curated === 1 ? 'contact' : 'contacts'}`
  // The name that stands on what is written here; none while the server asks to sign in.
  const who =
    !status || status.state === 'off'
      ? settings.userName
      : status.state === 'signed-out'
        ? ''
        : (status.user?.name ?? '')
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
        aria-label={`Sync: ${words.label}. ${detail}${who === '' ? '' : `. You are ${who}`}`}
        {...(here ? { 'aria-current': 'page' } : {})}
        onClick={() => go({ screen: 'sync' })}
      >
        <Group gap="xs" wrap="nowrap">
          <Box c={`var(--mantine-color-${words.color}-light-color)`} lh={0} className="scv-fixed" aria-hidden>
            <words.icon size={ICON.lg} />
          </Box>
          <Box miw={0} flex={1}>
            <Group gap="xs" justify="space-between" wrap="nowrap">
              <Text size="xs" fw={600} role="status" className="scv-fixed">
                {words.label}
              </Text>
              <Text size="xs" c="dimmed" truncate title={who}>
                {who}
              </Text>
            </Group>
            <Text size="xs" c="dimmed" truncate>
              {detail}
            </Text>
          </Box>
        </Group>
      </UnstyledButton>
    </Tooltip>
  )
}
