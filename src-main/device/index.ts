// This installation's own file: read at the start, written with every change, followed by the window.

import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '@shared/contract/app'
import type { DeviceId } from '@shared/model/ids'
import { USER_NAME_MAX } from '@shared/model/limits'
import { BehaviorSubject } from 'rxjs'
import { type DeviceFile, newDeviceId, readDeviceFile, writeDeviceFile } from './device-file'
import { homeOf, isElsewhere } from './home'

const DEFAULTS: Settings = {
  defaultRegion: regionOfSystem(),
  retentionDays: 60,
  userName: nameOfSystemUser(),
  workSignedOut: false,
  lockWithSystem: true,
  announce: 'channel',
  badge: true,
  tray: true,
}

function regionOfSystem(): string {
  return new Intl.Locale(Intl.DateTimeFormat().resolvedOptions().locale).maximize().region ?? 'US'
}

/** Until a person says what they are called, and for a device without a window. */
function nameOfSystemUser(): string {
  try {
    return userInfo().username.trim().slice(0, USER_NAME_MAX) || 'owner'
  } catch {
    return 'owner' // a user that the system has no entry for
  }
}

/** @throws ScvError `storage_corrupt` */
export function openDevice(dataDir: string) {
  const path = join(dataDir, 'device.json')
  const stored = readDeviceFile(path, DEFAULTS)
  const home = homeOf(dataDir)
  const file$ = new BehaviorSubject(stored)
  /** Changes what the device remembers, durably. */
  function save(change: Partial<DeviceFile>): void {
    const next = { ...file$.value, ...change }
    writeDeviceFile(path, next)
    file$.next(next)
  }
  /** Gives this device another name. @returns the name */
  function rename(): DeviceId {
    const { deviceId: former, formerNames = [] } = file$.value
    const deviceId = newDeviceId()
    save({ deviceId, formerNames: [...formerNames, former] })
    return deviceId
  }
  if (stored.home && isElsewhere(stored.home, home)) {
    rename()
    save({ home })
  } else if (stored.home?.path !== home.path || stored.home.inode !== home.inode) save({ home })
  return { file$, save, rename }
}
