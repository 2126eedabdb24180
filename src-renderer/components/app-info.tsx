// The application's facts, watched once above the frame and read by the screens below it.
// Invariant: what stands below the provider is rendered again only where it reads something that changed; settings are
// one object for as long as they are equal, whatever the counts do.
import type { AppInfo, Settings } from '@shared/contract/app'
import { createContext, type ReactNode, useContext, useState } from 'react'

const InfoContext = createContext<AppInfo | null>(null)
const SettingsContext = createContext<Settings | null>(null)

export function AppInfoProvider({ value, children }: { value: AppInfo; children: ReactNode }) {
  const [settings, setSettings] = useState(value.settings)
  const same = JSON.stringify(settings) === JSON.stringify(value.settings)
  if (!same) setSettings(value.settings)
  return (
    <InfoContext value={value}>
      <SettingsContext value={same ? settings : value.settings}>{children}</SettingsContext>
    </InfoContext>
  )
}

function known<T>(value: T | null): T {
  if (value === null) throw new Error('The facts of the application are read outside the frame')
  return value
}

/** Settings, counts and facts of this installation. Only below the frame, where they are known. */
export const useAppInfo = (): AppInfo => known(useContext(InfoContext))

/** The settings alone, for components that counts do not concern. Only below the frame. */
export const useSettings = (): Settings => known(useContext(SettingsContext))
