// @vitest-environment happy-dom
// What is rendered again when the application's facts change, and what is not.

import type { AppInfo } from '@shared/contract/app'
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { AppInfoProvider, useAppInfo, useSettings } from '../../src-renderer/components/app-info'
import { asDeviceId } from '../../src-shared/model/ids'

afterEach(cleanup)

const info = (curated: number, retentionDays = 60): AppInfo => ({
  version: '1',
  deviceId: asDeviceId('d'),
  dataDir: '/d',
  started: true,
  settings: {
    defaultRegion: 'DE',
    retentionDays,
    userName: 'Ann',
    workSignedOut: false,
    lockWithSystem: true,
    announce: 'channel',
    badge: true,
    tray: true,
  },
  defaultRegion: { region: 'DE', from: 'device', device: 'DE', organisation: null },
  mayChangeOrganisation: true,
  counts: { curated, autoCreated: 0, interactions: 0 },
})

test('a count that changes renders its readers, not those of the settings, and not what stands between', () => {
  const rendered: string[] = []
  const Counts = () => {
    rendered.push(`counts ${useAppInfo().counts.curated}`)
    return null
  }
  const Retention = () => {
    rendered.push(`retention ${useSettings().retentionDays}`)
    return null
  }
  const Between = ({ children }: { children: React.ReactNode }) => {
    rendered.push('between')
    return children
  }
  const below = (
    <Between>
      <Counts />
      <Retention />
    </Between>
  )
  const { rerender } = render(<AppInfoProvider value={info(1)}>{below}</AppInfoProvider>)
  rendered.length = 0
  rerender(<AppInfoProvider value={info(2)}>{below}</AppInfoProvider>)
  expect(rendered).toEqual(['counts 2'])
  rendered.length = 0
  rerender(<AppInfoProvider value={info(2, 90)}>{below}</AppInfoProvider>)
  expect(rendered).toContain('retention 90')
  expect(rendered).not.toContain('between')
})
