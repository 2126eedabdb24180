// What sync is doing, watched once in the frame and read by the badge and the screens below it.
import type { SyncStatus } from '@shared/contract/sync'
import { createContext, useContext } from 'react'
import type { Live } from '../bridge/create-hooks'

const Context = createContext<Live<SyncStatus>>({ status: 'loading' })
export const SyncStatusProvider = Context.Provider

/** Only below the frame, where it is watched. */
export const useSyncStatus = (): Live<SyncStatus> => useContext(Context)
