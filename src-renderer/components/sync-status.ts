// What sync is doing, as the badge and the screens read it; they share one subscription.
import type { SyncStatus } from '@shared/contract/sync'
import type { Live } from '../bridge/create-hooks'
import { useLive } from '../bridge/hooks'

export const useSyncStatus = (): Live<SyncStatus> => useLive('sync.status', {})
