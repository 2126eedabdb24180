// Puts a database file under another key: a copy is put under it and takes the place of the file, which is then overwritten.
// Invariant: at every moment either the file as it was or the whole new one stands at its path or can be put there; what a
// killed process left is told by its name alone, so that the next start goes on.
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { openSqlite } from '../sqlite/database'
import { rekeyStatements } from '../sqlite/key'

export interface RecodingTask {
  readonly path: string
  /** Keys in hexadecimal digits, or `plain`. */
  readonly from: string
  readonly to: string
}

/** The copy while it is made. */
export const MADE = '.recoding'
/** The former file until it is overwritten. */
const FORMER = '.former'
const LEFT = /\.(recoding|former)(-wal|-shm|-journal)?$/

/** The file that a path is a step of; undefined: it is none. */
export const recodedFile = (path: string): string | undefined => (LEFT.test(path) ? path.replace(LEFT, '') : undefined)

/** What SQLite leaves beside a file. */
const BESIDE = ['-wal', '-shm', '-journal']
const ZEROES = Buffer.alloc(1024 * 1024)

/** Puts a file under another key. @throws the error of SQLite or of the file system; the file is then as it was */
export function recode({ path, from, to }: RecodingTask): void {
  const made = path + MADE
  closeWhole(path, from)
  copyFileSync(path, made)
  const copy = openSqlite(made, { under: from })
  try {
    copy.exec(rekeyStatements(to))
  } finally {
    copy.close()
  }
  takePlace(path)
}

/** Puts what was made in the place of the file, whose bytes are then overwritten. */
export function takePlace(path: string): void {
  const [made, former] = [path + MADE, path + FORMER]
  flushed(made)
  renameSync(path, former)
  renameSync(made, path)
  overwrite(former)
}

/** Ends what a killed process had begun with a file. */
export function endRecoding(path: string): void {
  const [made, former] = [path + MADE, path + FORMER]
  // The former is out of the way only once the copy is whole.
  if (!existsSync(path) && existsSync(former)) renameSync(existsSync(made) ? made : former, path)
  if (existsSync(former)) overwrite(former)
  for (const suffix of ['', ...BESIDE]) rmSync(made + suffix, { force: true })
}

/** Whether a file opens under a key. */
export function isUnder(path: string, key: string): boolean {
  try {
    const database = openSqlite(path, { under: key })
    try {
      database.prepare('SELECT count(*) FROM sqlite_schema').get()
      return true
    } finally {
      database.close()
    }
  } catch {
    return false
  }
}

/** Moves into the file what stands beside it. */
function closeWhole(path: string, key: string): void {
  const database = openSqlite(path, { under: key, timeout: 2000 })
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get()
    database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE')
  } finally {
    database.close()
  }
  for (const suffix of BESIDE) rmSync(path + suffix, { force: true })
}

/** Its pages are gone, not only its name. */
function overwrite(path: string): void {
  const file = openSync(path, 'r+')
  try {
    for (let left = statSync(path).size, at = 0; left > 0; ) {
      const written = writeSync(file, ZEROES, 0, Math.min(left, ZEROES.length), at)
      at += written
      left -= written
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  rmSync(path)
}

function flushed(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
