// What arrived through the local API since the application started, newest first; undecided ones stand out.
import { Button, EmptyState, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core'
import { IconPhoneIncoming, IconSettings } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { Page } from '../components/Page'
import { VirtualList } from '../components/VirtualList'
import { formatNumber } from '../format/locale'
import { useIncomingMemory } from '../state/incoming'
import { useNavigation } from '../state/navigation'
import { ICON, ROW_GAP, ROW_HEIGHT } from '../theme'
import { IncomingCard } from './IncomingCard'
import { useIncoming } from './use-incoming'

/** As many as are remembered; older ones are found in the journeys. */
const MOST = 50

export function IncomingScreen() {
  const { live, all, open } = useIncoming()
  const { putAside, listed: which, list } = useIncomingMemory()
  // An interaction that was seen here does not pop up on the next screen.
  const seen = all.map(({ interaction }) => interaction.id).join(' ')
  useEffect(() => putAside(...(seen === '' ? [] : seen.split(' '))), [putAside, seen])
  const shown = which === 'open' ? open : all
  return (
    <Page
      title="Incoming"
      subtitle="Interactions that telephony, chat and other systems hand over, and whom they belong to."
      actions={
        all.length > 0 && (
          <SegmentedControl
            aria-label="Which to show"
            data={[
              { value: 'open', label: `Open (${formatNumber(open.length)})` },
              { value: 'all', label: `All (${formatNumber(all.length)})` },
            ]}
            value={which}
            onChange={(value) => list(value === 'all' ? 'all' : 'open')}
          />
        )
      }
    >
      {live.error ? (
        <ErrorNotice error={live.error} />
      ) : live.status === 'loading' ? (
        <Stack gap="sm" role="status" aria-label="Loading">
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} h={ROW_HEIGHT.incoming - ROW_GAP} />
          ))}
        </Stack>
      ) : all.length === 0 ? (
        <NothingYet />
      ) : shown.length === 0 ? (
        <EmptyState
          pt="xl"
          icon={<IconPhoneIncoming aria-hidden />}
          title="Everything is decided"
          description="What arrives next pops up on every screen and waits here."
        >
          <EmptyState.Actions>
            <Button variant="default" onClick={() => list('all')}>
              Show all of them
            </Button>
          </EmptyState.Actions>
        </EmptyState>
      ) : (
        <>
          {all.length >= MOST && (
            <Text size="sm" c="dimmed">
              The latest {formatNumber(MOST)}. Older ones are in the journeys of the people they belong to.
            </Text>
          )}
          <VirtualList
            label="Interactions that arrived"
            count={shown.length}
            rowHeight={ROW_HEIGHT.incoming}
            grows
            renderRow={(index) => {
              const incoming = shown[index]
              return (
                incoming && (
                  <div className="scv-incoming">
                    <IncomingCard key={incoming.interaction.id} incoming={incoming} />
                  </div>
                )
              )
            }}
          />
        </>
      )}
    </Page>
  )
}

function NothingYet() {
  const api = useLive('api.status', {})
  const go = useNavigation((state) => state.go)
  const off = api.value && !api.value.enabled
  const message = api.value?.enabled ? api.value.message : undefined
  return (
    <EmptyState
      pt="xl"
      icon={<IconPhoneIncoming aria-hidden />}
      title={off ? 'The local API is switched off' : 'Nothing has arrived yet'}
      description={
        off
          ? 'Telephony, chat and other systems on this computer can hand over interactions once it is on. The person then pops up here, with the reason.'
          : (message ??
            'As soon as a system hands over a call, a mail or a chat, the person it belongs to pops up, with the reason.')
      }
    >
      {(off || message) && (
        <EmptyState.Actions>
          <Button leftSection={<IconSettings size={ICON.lg} aria-hidden />} onClick={() => go({ screen: 'settings' })}>
            Open the settings
          </Button>
        </EmptyState.Actions>
      )}
    </EmptyState>
  )
}
