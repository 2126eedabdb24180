// One process per folder. The lock is an exclusive SQLite transaction on an empty file, so it belongs to the process
// at the level of the operating system: it is gone the moment the process is, also after kill -9.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqlite, type SqliteDatabase } from '../sqlite/database'
import { asStorageError, StorageError, storageError } from './errors'
import { giveRoom, keepRoom } from './spare-room'

const LOCK_FILE = 'storage.lock'
// Apart from the lock file: opening and closing that one in this process would drop the lock (POSIX advisory locks).
const OWNER_FILE = 'storage.lock.pid'

/** A folder that this process holds. */
export type FolderLock = { release(): void }

function ownerOf(folder: string): string {
  try {
    const pid = readFileSync(join(folder, OWNER_FILE), 'utf8').trim()
    return /^\d+$/.test(pid) ? `process ${pid}` : 'another process'
  } catch (error) {
    // The owner writes its number just after it has taken the lock, so for a moment there may be none.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'another process'
    throw asStorageError(error, folder)
  }
}

/** For the message that another process gets: a disk without room for it is no reason to refuse the folder. */
function writeOwner(folder: string): void {
  try {
    writeFileSync(join(folder, OWNER_FILE), String(process.pid))
  } catch (error) {
    const typed = asStorageError(error, folder)
    if (!(typed instanceof StorageError) || typed.kind !== 'Full') throw error
  }
}

/**
 * Takes the folder for this process, making it when missing.
 * @throws StorageError `Locked` when another process (or another thread of this one) holds it, naming folder and process.
 */
export function lockFolder(folder: string): FolderLock {
  let database: SqliteDatabase | undefined
  try {
    mkdirSync(folder, { recursive: true })
    database = openSqlite(join(folder, LOCK_FILE), { timeout: 0 })
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    giveRoom(folder)
    writeOwner(folder)
  } catch (error) {
    database?.close()
    const typed = asStorageError(error, folder)
    if (typed instanceof StorageError && typed.kind === 'Locked') {
      throw storageError('Locked', `The data folder is in use by ${ownerOf(folder)}`, folder, { cause: error })
    }
    throw typed
  }
  const held = database
  return {
    release() {
      rmSync(join(folder, OWNER_FILE), { force: true })
      keepRoom(folder)
      held.close()
    },
  }
}
