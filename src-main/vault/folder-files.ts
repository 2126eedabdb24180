// All that lies encrypted in a data folder, brought under its key.
// Invariant: afterwards nothing in the folder that holds data is readable without the key; it can be ended at any moment and
// begun again.
import { closeSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ScvError } from '@shared/errors'
import { openText, sealText } from '../files/sealed-text'
import { PLAIN } from '../sqlite/database'
import { PLAIN_HEADER } from '../sqlite/key'
import { createThread } from '../sqlite/thread'
import { endRecoding, isUnder, MADE, type RecodingTask, recodedFile, takePlace } from './recoding'
import THREAD_SOURCE from './recoding-thread?thread'

/** How far it is, in bytes of database files. */
export interface Progress {
  readonly done: number
  readonly total: number
}

/** Small files that are about people; some are put aside under a longer name. */
const TEXTS = /^(drafts|arrivals)\.json(\.damaged)?$/
/** Half-written ones. */
const HALF_TEXTS = /^(drafts|arrivals)\.json\.(new|part)$/
const DATABASE = /\.sqlite$/
/** Those that are not derived from others. */
const isOriginal = (path: string): boolean =>
  basename(dirname(path)) === 'documents' || basename(path) === 'sync.sqlite'

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** Paths of the files in the folder and in the folders within. */
function filesIn(dataDir: string): string[] {
  if (!statSync(dataDir, { throwIfNoEntry: false })?.isDirectory()) return []
  const entries = readdirSync(dataDir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Whether a database file is as it was before encryption. */
function isPlain(path: string): boolean {
  const start = Buffer.alloc(PLAIN_HEADER.length)
  const file = openSync(path, 'r')
  try {
    return readSync(file, start, 0, start.length, 0) === start.length && start.toString('latin1') === PLAIN_HEADER
  } finally {
    closeSync(file)
  }
}

/** What the database files of a folder are, whatever stands beside them. */
export function stateOfFiles(dataDir: string): 'none' | 'plain' | 'encrypted' {
  const files = filesIn(dataDir).filter((path) => DATABASE.test(path) && sizeOf(path) > 0)
  if (files.length === 0) return 'none'
  return files.some((path) => isOriginal(path) && !isPlain(path)) ? 'encrypted' : 'plain'
}

/**
 * Brings every file under a key. The folder must be held by this process, and none of its files be open.
 * @param key in hexadecimal digits @param former the key that some may still be under
 * @throws ScvError `storage_full`, `storage_corrupt`, `storage_failed`; what was done until then stays
 */
export async function bringUnder(
  dataDir: string,
  key: string,
  former: string | undefined,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<void> {
  for (const path of new Set(filesIn(dataDir).map(recodedFile))) if (path !== undefined) endRecoding(path)
  const files = filesIn(dataDir)
  for (const path of files.filter((one) => HALF_TEXTS.test(basename(one)))) rmSync(path, { force: true })
  for (const path of files.filter((one) => TEXTS.test(basename(one)))) bringTextUnder(path, key, former)

  const tasks = files.flatMap((path) => {
    const from = DATABASE.test(path) && sizeOf(path) > 0 ? keyOf(path, key, former) : undefined
    return from === undefined ? [] : [{ path, from, to: key }]
  })
  if (tasks.length === 0) return
  const total = tasks.reduce((sum, { path }) => sum + sizeOf(path), 0)
  const run = createThread<RecodingTask, void>(THREAD_SOURCE, 'vault-recoding')
  try {
    let done = 0
    for (const task of tasks) {
      onProgress({ done, total })
      const size = sizeOf(task.path)
      await run(task).catch((error: unknown) => giveUp(task.path, error))
      done += size
    }
    onProgress({ done, total })
  } finally {
    run.end()
  }
}

/** The key that a file must be taken from; undefined: it is where it belongs, or is for its opener to judge. */
function keyOf(path: string, key: string, former: string | undefined): string | undefined {
  if (isPlain(path)) return PLAIN
  return former === undefined || isUnder(path, key) || !isUnder(path, former) ? undefined : former
}

function bringTextUnder(path: string, key: string, former: string | undefined): void {
  const written = readFileSync(path, 'utf8')
  for (const one of former === undefined ? [key] : [key, former]) {
    const text = opened(written, one)
    if (text === undefined) continue // under the other one, or it is damaged: its opener puts that aside
    if (one === key && text !== written) return
    writeFileSync(path + MADE, sealText(text, key), { mode: 0o600 })
    takePlace(path)
    return
  }
}

function opened(written: string, key: string): string | undefined {
  try {
    return openText(written, key)
  } catch {
    return undefined
  }
}

/** What is derived is derived anew; of what is not, the person is told. */
function giveUp(path: string, error: unknown): void {
  const { errcode, code, message } = error as { errcode?: number; code?: string; message: string }
  endRecoding(path)
  const isDamaged = errcode === 11 || errcode === 26
  if (isDamaged && !isOriginal(path)) {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
    return
  }
  if (isDamaged)
    throw new ScvError(
      'storage_corrupt',
      `${path} is damaged and was left as it is: ${message}. Put a backup in its place.`,
    )
  if (errcode === 13 || code === 'ENOSPC')
    throw new ScvError(
      'storage_full',
      `There is no room to encrypt ${path}: as much as it is large must be free. Nothing was lost.`,
    )
  throw new ScvError('storage_failed', `${path} could not be encrypted: ${message}. Nothing was lost.`)
}
