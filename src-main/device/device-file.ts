// What this device remembers beside the documents: its id, and the user's settings. Not replicated.

import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Settings, settingsSchema } from '@shared/contract/app'
import { ScvError } from '@shared/errors'
import { asDeviceId, type DeviceId, deviceIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { DEVICE_ID } from '../engine/documents/stamp'
import { homeSchema } from './home'
import { replaceJson } from './json-file'

const fileSchema = z.object({
  deviceId: deviceIdSchema.regex(DEVICE_ID),
  /** What it was called before: it was found to be a copy of a device that goes on under that name. */
  formerNames: z.array(deviceIdSchema.regex(DEVICE_ID)).optional(),
  /** Whether one of the first-start choices was made. */
  started: z.boolean(),
  settings: settingsSchema,
  /** Where the folder was when it was opened last; an older version did not note it. */
  home: homeSchema.optional(),
  /** The window was locked, and not unlocked since. */
  locked: z.boolean().optional(),
})
export type DeviceFile = z.infer<typeof fileSchema>

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A name that no other device has. */
export const newDeviceId = (): DeviceId =>
  asDeviceId(Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join(''))

/** Reads the file, or makes up a new device. @throws ScvError `storage_corrupt` when it is not what we wrote */
export function readDeviceFile(path: string, defaults: Settings): DeviceFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const made: DeviceFile = { deviceId: newDeviceId(), started: false, settings: defaults }
    writeDeviceFile(path, made)
    return made
  }
  try {
    const { settings, ...rest } = JSON.parse(text)
    // A version before knew fewer settings.
    return fileSchema.parse({ ...rest, settings: { ...laterSettings(defaults), ...settings } })
  } catch {
    throw new ScvError(
      'storage_corrupt',
      `${path} is damaged. Put a backup in its place, or move the data folder away.`,
    )
  }
}

/** The settings that the first version did not have. */
const laterSettings = ({ workSignedOut, lockWithSystem, announce, badge, tray }: Settings) => ({
  workSignedOut,
  lockWithSystem,
  announce,
  badge,
  tray,
})

export function writeDeviceFile(path: string, content: DeviceFile): void {
  replaceJson(path, content)
}
