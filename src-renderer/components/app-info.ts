// The application's facts, watched once in the frame and read by every screen below it.
import type { AppInfo } from '@shared/contract/app'
import { createContext, useContext } from 'react'

const Context = createContext<AppInfo | null>(null)
export const AppInfoProvider = Context.Provider

/** Settings, counts and facts of this installation. Only below the frame, where they are known. */
export function useAppInfo(): AppInfo {
  const info = useContext(Context)
  if (!info) throw new Error('useAppInfo outside the frame')
  return info
}
