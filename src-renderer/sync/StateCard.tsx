// What sync is doing now, why, and the one thing to do about it.
import { Box, Button, Card, Group, Progress, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { SyncStatus } from '@shared/contract/sync'
import { IconPlayerPause, IconPlayerPlay, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { useNow } from '../components/use-now'
import { formatCountdown, formatMoment, formatNumber, formatPercent, formatRelative } from '../format/locale'
import { useMay } from '../state/access'
import { useNavigation } from '../state/navigation'
import { ICON, MARK, WIDTH } from '../theme'
import { SignInDialog } from './SignInDialog'
import { clockWords, firstSyncPercent, pendingOf, pendingWords, stateWords } from './words'

export function StateCard({ status }: { status: SyncStatus }) {
  const words = stateWords(status)
  const clock = clockWords(status.clockOffset)
  return (
    <Card component="section" aria-label="State">
      <Group align="flex-start" wrap="nowrap" gap="md">
        <ThemeIcon size={MARK.huge} radius="xl" variant="light" color={words.color} aria-hidden>
          <words.icon size={ICON.xxl} />
        </ThemeIcon>
        <Stack gap="sm" flex={1} miw={0}>
          <Box role="status">
            <Title order={2}>{words.title}</Title>
            <Text size="sm" maw={WIDTH.page}>
              {words.text}
            </Text>
            {status.message && (
              <Text size="sm" mt="tight" maw={WIDTH.page} className="scv-wrap">
                {status.message}
              </Text>
            )}
          </Box>
          {status.firstSync && <FirstSync status={status} />}
          <When status={status} />
          {clock && (
            <Text size="sm" c="dimmed">
              {clock}
            </Text>
          )}
          <Actions status={status} />
        </Stack>
      </Group>
    </Card>
  )
}

/** The first exchange with a server, with how much there is of it. */
function FirstSync({ status: { firstSync, state } }: { status: SyncStatus }) {
  if (!firstSync) return null
  const percent = firstSyncPercent(firstSync) ?? 0
  return (
    <Stack gap="tight" maw={WIDTH.page}>
      <Progress.Root size="lg">
        <Progress.Section value={percent} aria-label="First sync" animated={state === 'syncing'} />
      </Progress.Root>
      <Text size="sm" c="dimmed">
        First sync: {formatNumber(firstSync.done)} of {formatNumber(firstSync.total)} records · {formatPercent(percent)}
        . It goes on where it stopped, also after a restart.
      </Text>
    </Stack>
  )
}

function When({ status }: { status: SyncStatus }) {
  const now = useNow()
  if (!status.server) return null
  const pending = pendingWords(pendingOf(status))
  const next =
    status.nextAttempt === null
      ? ''
      : Date.parse(status.nextAttempt) - Date.now() < 60_000
        ? 'Tried again within a minute.'
        : `Tried again ${formatCountdownFine(status.nextAttempt, now)}.`
  return (
    <Text size="sm" c="dimmed">
      {status.lastExchange ? (
        <>
          Last exchange{' '}
          <span title={formatMoment(status.lastExchange)}>{formatRelative(status.lastExchange, now)}</span>.
        </>
      ) : (
        'Nothing was exchanged yet.'
      )}
      {pending !== '' && ` Waiting: ${pending}.`} {next}
    </Text>
  )
}

/** Within the hour in minutes, beyond it as any deadline. */
const formatCountdownFine = (moment: string, now: number): string =>
  Date.parse(moment) - now < 3_600_000 ? formatRelative(moment, now) : formatCountdown(moment, now)

const CAN_PAUSE: readonly SyncStatus['state'][] = ['connecting', 'syncing', 'live', 'offline', 'failed']
const CAN_TRY: readonly SyncStatus['state'][] = ['offline', 'failed', 'no-database', 'not-allowed', 'untrusted']
const CONNECT_ANEW: readonly SyncStatus['state'][] = ['untrusted', 'no-database']

function Actions({ status }: { status: SyncStatus }) {
  const { state } = status
  const go = useNavigation((navigation) => navigation.go)
  const pause = useCall('sync.pause')
  const resume = useCall('sync.resume')
  const tryNow = useCall('sync.tryNow')
  const [signingIn, setSigningIn] = useState(false)
  const may = useMay()
  // A failure stands in `error`, which is shown below.
  const run = (call: { run(input: object): Promise<unknown> }) => () => void call.run({}).catch(() => undefined)
  const error = pause.error ?? resume.error ?? tryNow.error
  const connect = state === 'off' || CONNECT_ANEW.includes(state)
  return (
    <>
      <Group gap="xs">
        {state === 'signed-out' && <Button onClick={() => setSigningIn(true)}>Sign in again</Button>}
        {state === 'paused' && may('contact:edit') && (
          <Button
            leftSection={<IconPlayerPlay size={ICON.lg} aria-hidden />}
            loading={resume.pending}
            onClick={run(resume)}
          >
            Resume
          </Button>
        )}
        {CAN_TRY.includes(state) && (
          <Button
            leftSection={<IconRefresh size={ICON.lg} aria-hidden />}
            loading={tryNow.pending}
            onClick={run(tryNow)}
          >
            Try now
          </Button>
        )}
        {connect && (
          <Button variant={state === 'off' ? 'filled' : 'default'} onClick={() => go({ screen: 'connect' })}>
            {state === 'off'
              ? 'Connect to a server'
              : state === 'untrusted'
                ? 'Connect again with a certificate'
                : 'Connect to another organisation'}
          </Button>
        )}
        {CAN_PAUSE.includes(state) && may('contact:edit') && (
          <Button
            variant="default"
            leftSection={<IconPlayerPause size={ICON.lg} aria-hidden />}
            loading={pause.pending}
            onClick={run(pause)}
          >
            Pause
          </Button>
        )}
      </Group>
      {error && <ErrorNotice error={error} />}
      <SignInDialog status={status} as="again" opened={signingIn} onClose={() => setSigningIn(false)} />
    </>
  )
}
