// Sync, whole: what it is doing, what is still to travel, who is signed in, and what was set aside.
import { Box, Skeleton, Stack } from '@mantine/core'
import { BackButton } from '../components/BackButton'
import { ErrorNotice } from '../components/ErrorNotice'
import { Page } from '../components/Page'
import { useSyncStatus } from '../components/sync-status'
import { HEIGHT } from '../theme'
import { Account } from './Account'
import { Collections } from './Collections'
import { SetAsideCard } from './SetAsideCard'
import { StateCard } from './StateCard'

export function SyncScreen() {
  const sync = useSyncStatus()
  return (
    <Page
      title="Sync"
      subtitle="What this device exchanges with your organisation’s server."
      actions={<BackButton />}
      scroll
    >
      {sync.status === 'error' ? (
        <ErrorNotice error={sync.error} />
      ) : !sync.value ? (
        <Stack gap="md" role="status" aria-label="Loading">
          <Skeleton h={HEIGHT.block} />
          <Skeleton h={HEIGHT.box} />
        </Stack>
      ) : (
        <Stack gap="md">
          <StateCard status={sync.value} />
          {sync.value.server && (
            <Box className="scv-sync">
              <Collections status={sync.value} />
              <Account status={sync.value} />
            </Box>
          )}
          {sync.value.server && <SetAsideCard status={sync.value} />}
        </Stack>
      )}
    </Page>
  )
}
