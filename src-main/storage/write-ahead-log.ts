// What a write-ahead log and its index tell: how much waits in the log of an open file, and, before SQLite opens a file that
// a process died with, whether its log is still whole.
// SQLite itself takes the log up to the first frame that does not check out and silently forgets the rest, which is
// right for a write that was cut off, but not for commits that were acknowledged. The index beside the log ("-shm")
// says how far the commits went: SQLite advances it after a commit is on disk, so with `synchronous` FULL the log can
// never legally be shorter, not even after a power cut.
// Formats: https://www.sqlite.org/fileformat2.html#walformat and https://www.sqlite.org/walformat.html
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { storageError } from './errors'

const LOG_HEADER = 32
const FRAME_HEADER = 24
/** Two copies of the 48-byte index header, then the number of frames that are in the database file already. */
const INDEX_HEADER = 48
const INDEX_BYTES = 2 * INDEX_HEADER + 4
const MAGIC_LITTLE_ENDIAN = 0x377f0682
const MAGIC_BIG_ENDIAN = 0x377f0683
const WAL_VERSION = 3_007_000
/** How much of a log is read at once. */
const CHUNK = 1024 * 1024

/** What the index says of the log: its last committed frame, how many frames were moved on, its salts and its pages' size. */
type LogIndex = {
  readonly committed: number
  readonly moved: number
  readonly salts: string
  readonly pageSize: number
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** The first bytes of a file, or undefined when it has not so many. */
function readStart(path: string, length: number): Buffer | undefined {
  if (sizeOf(path) < length) return undefined
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(length)
    return readSync(file, bytes, 0, length, 0) === length ? bytes : undefined
  } finally {
    closeSync(file)
  }
}

/**
 * How much stands in the log of an open database and waits to be moved into its file, in bytes; 0 once all of it was moved.
 * The log's own length does not tell: a log that was moved is written over, which is cheaper than to let a new one grow.
 */
export function waitingInLog(path: string): number {
  const index = readIndex(`${path}-shm`)
  if (!index || index.moved === index.committed) return 0
  return LOG_HEADER + index.committed * (FRAME_HEADER + index.pageSize)
}

/** The index, or undefined when there is none or when a power cut left something that is none. */
function readIndex(path: string): LogIndex | undefined {
  const bytes = readStart(path, INDEX_BYTES)
  if (!bytes) return undefined
  const [header, copy] = [bytes.subarray(0, INDEX_HEADER), bytes.subarray(INDEX_HEADER, 2 * INDEX_HEADER)]
  if (!header.equals(copy)) return undefined
  // The index is in the byte order of the machine, the salts are as they are in the log.
  const isLittle = header.readUInt32LE(0) === WAL_VERSION
  const read = (from: Buffer, offset: number) => (isLittle ? from.readUInt32LE(offset) : from.readUInt32BE(offset))
  if (read(header, 0) !== WAL_VERSION || header[12] !== 1) return undefined
  const pageSize = isLittle ? header.readUInt16LE(14) : header.readUInt16BE(14)
  return {
    pageSize: pageSize === 1 ? 65_536 : pageSize,
    committed: read(header, 16),
    moved: read(bytes, 2 * INDEX_HEADER),
    salts: header.toString('hex', 32, 40),
  }
}

/** The running checksum of the log: two sums over pairs of 32-bit words. */
class Checksum {
  first = 0
  second = 0
  readonly #isBigEndian: boolean

  constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian
  }

  add(bytes: Buffer, from: number, to: number): void {
    for (let i = from; i < to; i += 8) {
      const a = this.#isBigEndian ? bytes.readUInt32BE(i) : bytes.readUInt32LE(i)
      const b = this.#isBigEndian ? bytes.readUInt32BE(i + 4) : bytes.readUInt32LE(i + 4)
      this.first = (this.first + a + this.second) >>> 0
      this.second = (this.second + b + this.first) >>> 0
    }
  }

  matches(bytes: Buffer, at: number): boolean {
    return this.first === bytes.readUInt32BE(at) && this.second === bytes.readUInt32BE(at + 4)
  }
}

/** A log's salts and the number of its last frame that ends a commit and checks out with all before it. */
type LogContent = { readonly salts: string; readonly committed: number }

/** Reads a log as SQLite's recovery does; undefined when its header is not one. */
function readLog(path: string): LogContent | undefined {
  const size = sizeOf(path)
  if (size < LOG_HEADER) return undefined
  const file = openSync(path, 'r')
  try {
    const header = Buffer.alloc(LOG_HEADER)
    readSync(file, header, 0, LOG_HEADER, 0)
    const magic = header.readUInt32BE(0)
    if (magic !== MAGIC_LITTLE_ENDIAN && magic !== MAGIC_BIG_ENDIAN) return undefined
    const checksum = new Checksum(magic === MAGIC_BIG_ENDIAN)
    checksum.add(header, 0, 24)
    if (header.readUInt32BE(4) !== WAL_VERSION || !checksum.matches(header, 24)) return undefined
    const salts = header.toString('hex', 16, 24)
    const frameSize = FRAME_HEADER + header.readUInt32BE(8)
    const frames = Buffer.alloc(Math.max(1, Math.trunc(CHUNK / frameSize)) * frameSize)
    let committed = 0
    let number = 0
    for (let position = LOG_HEADER; position + frameSize <= size; ) {
      const got = readSync(file, frames, 0, frames.length, position)
      const whole = got - (got % frameSize)
      for (let at = 0; at < whole; at += frameSize) {
        if (frames.toString('hex', at + 8, at + 16) !== salts) return { salts, committed }
        checksum.add(frames, at, at + 8)
        checksum.add(frames, at + FRAME_HEADER, at + frameSize)
        if (!checksum.matches(frames, at + 16)) return { salts, committed }
        number++
        if (frames.readUInt32BE(at + 4) !== 0) committed = number
      }
      if (whole === 0) break
      position += whole
    }
    return { salts, committed }
  } finally {
    closeSync(file)
  }
}

/**
 * Refuses a file of which acknowledged commits are gone with its log. Changes nothing on disk. Costs nothing after a
 * clean close, which leaves neither log nor index. Only for files written with `synchronous` FULL: with less, a power
 * cut may shorten the log by right.
 * @throws StorageError `Corrupted`
 */
export function assertLogIsWhole(path: string): void {
  const index = readIndex(`${path}-shm`)
  if (!index || index.committed === 0) return
  const log = readLog(`${path}-wal`)
  // After a power cut the index may be of an older log than the one on disk, and then says nothing about it.
  if (log && log.salts !== index.salts) return
  const committed = log?.committed ?? 0
  if (committed >= index.committed) return
  // A log of which every page is in the database file already may be gone. A shortened one may not: it would bring
  // old pages back.
  if (committed === 0 && index.moved === index.committed) return
  throw storageError(
    'Corrupted',
    `The end of the write-ahead log is missing or damaged: ${index.committed - committed} of ${index.committed} pages ` +
      `of committed writes are gone. To open the file without them all the same, delete ${path}-shm`,
    path,
  )
}
