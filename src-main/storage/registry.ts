// Which folders and files this process has open. Storages and RxDB databases that name the same file share it.
// Invariants: a folder is locked exactly while a file in it is open; a file is opened once, and opened again only
// after it was closed completely.
import { join, resolve } from 'node:path'
import { DatabaseFile } from './database-file'
import { type FolderLock, lockFolder } from './folder-lock'
import type { StorageSettings } from './types'

type OpenFolder = { readonly lock: FolderLock; files: number }
type OpenFile = {
  readonly opened: Promise<DatabaseFile>
  users: number
  /** How many of the users have begun to leave. */
  leaving: number
  closing: Promise<void> | undefined
}

const folders = new Map<string, OpenFolder>()
const files = new Map<string, OpenFile>()

/** Name of the file of a database: lower-case letters, digits, `-` and `_` are kept, anything else becomes `%` and hex. */
export function fileNameOf(databaseName: string): string {
  // Upper case too: on some disks A and a are the same name.
  const safe = databaseName.replace(/[^a-z0-9_-]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `${safe}.sqlite`
}

const pathOf = (settings: StorageSettings, databaseName: string): string =>
  join(resolve(settings.folder), fileNameOf(databaseName))

function enterFolder(folder: string): void {
  const open = folders.get(folder)
  if (open) open.files++
  else folders.set(folder, { lock: lockFolder(folder), files: 1 })
}

function leaveFolder(folder: string): void {
  const open = folders.get(folder)
  if (!open) return
  open.files--
  if (open.files > 0) return
  folders.delete(folder)
  open.lock.release()
}

/** The file of a database for one more user; each must call `releaseFile` once. */
export async function acquireFile(settings: StorageSettings, databaseName: string): Promise<DatabaseFile> {
  const path = pathOf(settings, databaseName)
  for (let known = files.get(path); known; known = files.get(path)) {
    if (!known.closing) {
      known.users++
      return known.opened
    }
    await known.closing
  }
  const folder = resolve(settings.folder)
  enterFolder(folder)
  const entry: OpenFile = { opened: DatabaseFile.open(path, settings), users: 1, leaving: 0, closing: undefined }
  files.set(path, entry)
  try {
    return await entry.opened
  } catch (error) {
    // A caller that waited for the same opening fails with it; the next attempt starts afresh.
    if (files.get(path) === entry) {
      files.delete(path)
      leaveFolder(folder)
    }
    throw error
  }
}

/**
 * Tells that a user begins to leave, before it waits for its own work. Once all of them are leaving, an open transaction
 * has no caller left to end it, and writes may be waiting behind it: it is rolled back.
 */
export async function beginToLeave(file: DatabaseFile): Promise<void> {
  const entry = files.get(file.path)
  if (!entry) return
  entry.leaving++
  if (entry.leaving === entry.users) await file.abandonTransaction()
}

/** Gives a file back, after `beginToLeave`; the last user closes it. */
export async function releaseFile(file: DatabaseFile, folder: string): Promise<void> {
  const entry = files.get(file.path)
  if (!entry) return
  entry.users--
  entry.leaving--
  if (entry.users > 0) return
  entry.closing = file.close().finally(() => {
    files.delete(file.path)
    leaveFolder(resolve(folder))
  })
  await entry.closing
}

/** The file of a database if it is open in this process. */
export function openFileOf(settings: StorageSettings, databaseName: string): Promise<DatabaseFile> | undefined {
  const entry = files.get(pathOf(settings, databaseName))
  return entry && !entry.closing ? entry.opened : undefined
}
