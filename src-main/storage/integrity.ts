// Finds a damaged file before anything is built on it, at a cost that does not grow with the file in the normal case.
// On a clean close the size and time of the file are written beside it. If they still hold on open, no program has
// touched the file since, and its header and catalog are all that is read. Otherwise the whole structure is checked: at once
// when the file is small, else in the background, after a crash (which by SQLite's write-ahead log cannot have damaged it) as
// after another program changed it. A check that is not through when the file is closed is begun anew when it is opened.
import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { PLAIN_HEADER, sqliteKey } from '../sqlite/key'
import { Connection } from './connection'
import { asStorageError, StorageError, storageError } from './errors'
import { beginCheck, judgeQuickCheck, QUICK_CHECK, type RunningCheck } from './maintenance'
import { assertLogIsWhole } from './write-ahead-log'

/** Files up to this size are checked at once, in about 10 ms. */
const SMALL_FILE = 8 * 1024 * 1024

/** How the file was left: never made, closed properly, by a process that died, or changed since it was closed. */
export type FileState = 'new' | 'clean' | 'unclean' | 'changed'

const stampPath = (path: string): string => `${path}.clean`

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function stampOf(path: string): string {
  const { size, mtimeNs } = statSync(path, { bigint: true })
  return `${size} ${mtimeNs}`
}

function readStamp(path: string): string | undefined {
  return statSync(stampPath(path), { throwIfNoEntry: false }) ? readFileSync(stampPath(path), 'utf8') : undefined
}

/** Leaves the note that the file was closed properly; call after its last connection is gone. */
export function writeStamp(path: string): void {
  writeNote(path, stampOf(path))
}

/** Leaves none, so that the file is checked when it is opened again. */
export function removeStamp(path: string): void {
  rmSync(stampPath(path), { force: true })
}

/** From here on the file counts as in use: if the process dies now, the next open knows, and knows since which boot. */
export function markInUse(path: string): void {
  writeNote(path, inUseMark())
}

// A disk that has no room for the note is no failure: nothing depends on it, and without it the next open checks more.
function writeNote(path: string, note: string): void {
  try {
    writeFileSync(stampPath(path), note)
  } catch (error) {
    const typed = asStorageError(error, path)
    if (!(typed instanceof StorageError) || typed.kind !== 'Full') throw error
    removeStamp(path) // half a note
  }
}

function inUseMark(): string {
  return `open ${bootOfMachine()}`
}

/**
 * Something that stays the same until the machine starts anew. Where the system has no name for it, the minute of the
 * start does; when a corrected clock moves that, one check of a log is left out.
 */
function bootOfMachine(): string {
  const linux = '/proc/sys/kernel/random/boot_id'
  if (existsSync(linux)) return readFileSync(linux, 'utf8').trim()
  return String(Math.round((Date.now() / 1000 - uptime()) / 60))
}

/**
 * Page size and layout version (SQLite's user_version, see catalog.ts) from the file's header. An encrypted one shows the
 * size of its pages alone; whether they are of this key is seen when the first is read.
 */
function headerOf(path: string): { pageSize: number; version?: number } {
  const header = Buffer.alloc(100)
  const file = openSync(path, 'r')
  try {
    if (readSync(file, header, 0, 100, 0) < 100 || (sqliteKey() === undefined) !== isPlain(header)) {
      throw storageError('Corrupted', 'The file does not start like a database', path)
    }
  } finally {
    closeSync(file)
  }
  const size = header.readUInt16BE(16)
  const pageSize = size === 1 ? 65_536 : size
  if (!isPageSize(pageSize)) throw storageError('Corrupted', 'The file does not start like a database', path)
  return { pageSize, ...(isPlain(header) ? { version: header.readUInt32BE(60) } : {}) }
}

const isPlain = (header: Buffer): boolean => header.toString('latin1', 0, PLAIN_HEADER.length) === PLAIN_HEADER

const isPageSize = (size: number): boolean => size >= 512 && size <= 65_536 && (size & (size - 1)) === 0

/**
 * Looks at the file and its log before SQLite does.
 * The log is held against its index only within one boot of the machine: nothing syncs the index, so after a power cut
 * it proves nothing.
 * @param isFullySynchronous whether the file is written with `synchronous` FULL, so that its log must be whole
 * @throws StorageError `Corrupted` for a file that is cut off or no database, or whose log has lost commits
 */
export function inspectFile(path: string, isFullySynchronous: boolean): FileState {
  const size = sizeOf(path)
  const stamp = readStamp(path)
  if (isFullySynchronous && stamp === inUseMark()) assertLogIsWhole(path)
  const logSize = sizeOf(`${path}-wal`)
  if (size === 0) {
    if (stamp !== undefined || logSize > 0) throw storageError('Corrupted', 'The database file is empty', path)
    return 'new'
  }
  const { pageSize, version } = headerOf(path)
  // With a log, a process may have died in the middle of a checkpoint; the log then holds the missing pages.
  if (logSize > 0) return 'unclean'
  if (size % pageSize !== 0) throw storageError('Corrupted', 'The database file is cut off', path)
  // More than the one page that SQLite makes before the catalog: opening it would switch a foreign file's journal mode.
  if (version === 0 && size > pageSize) throw storageError('Corrupted', 'The file is no database of this storage', path)
  return stamp === stampOf(path) ? 'clean' : 'changed'
}

/**
 * Checks a file, after `inspectFile`, as deeply as its state asks for. Changes nothing: it reads with a connection that
 * cannot write, because the close of one that can would move the log into a file that turns out to be damaged.
 * @returns the check that goes on in the background, if any
 * @throws StorageError `Corrupted`
 */
export function checkFile(path: string, state: FileState): RunningCheck | undefined {
  if (state === 'new') return undefined
  // A rollback journal is left when a process died in the moment that it made the file: there is no log yet to lose, and
  // only a connection that can write may undo what was half made.
  const readOnly = sizeOf(`${path}-journal`) === 0
  const reader = new Connection(path, { readOnly, pragmas: {} })
  try {
    const pages = Number(reader.get('PRAGMA page_count')?.[0])
    const pageSize = Number(reader.get('PRAGMA page_size')?.[0])
    const size = sizeOf(path)
    if (state !== 'unclean' && size < pages * pageSize) {
      throw storageError('Corrupted', 'The database file is cut off', path)
    }
    if (state === 'clean') return undefined
    if (size <= SMALL_FILE) {
      judgeQuickCheck(reader.get(QUICK_CHECK)?.[0], path)
      return undefined
    }
  } finally {
    reader.close()
  }
  return beginCheck(path)
}
