// This installation's own file: read at the start, written with every change, followed by the window.
import { join } from 'node:path'
import type { Settings } from '@shared/contract/app'
import { BehaviorSubject } from 'rxjs'
import { type DeviceFile, readDeviceFile, writeDeviceFile } from './device-file'

const DEFAULTS: Settings = { defaultRegion: regionOfSystem(), retentionDays: 60, userName: 'me' }

function regionOfSystem(): string {
  return new Intl.Locale(Intl.DateTimeFormat().resolvedOptions().locale).maximize().region ?? 'US'
}

/** @throws ScvError `storage_corrupt` */
export function openDevice(dataDir: string) {
  const path = join(dataDir, 'device.json')
  const file$ = new BehaviorSubject(readDeviceFile(path, DEFAULTS))
  return {
    file$,
    /** Changes what the device remembers, durably. */
    save(change: Partial<DeviceFile>): void {
      const next = { ...file$.value, ...change }
      writeDeviceFile(path, next)
      file$.next(next)
    },
  }
}
