// The key of what this process and its threads keep on the disk; without one it is plain.
// Invariant: it is set before the first file is opened, and never written or shown.
import { workerData } from 'node:worker_threads'

/** Bytes of a key. */
export const KEY_BYTES = 32

let inUse: string | undefined = (workerData as { sqliteKey?: string } | null)?.sqliteKey

/** @param key undefined: files are plain */
export function setSqliteKey(key: Buffer | undefined): void {
  inUse = key?.toString('hex')
}

/** In hexadecimal digits. */
export const sqliteKey = (): string | undefined => inUse

/** Authenticated, and the fastest of those that the library has. */
const CIPHER = 'aegis'

/** What is said to a connection before anything else. */
export const keyStatements = (key: string): string => `PRAGMA cipher = '${CIPHER}'; PRAGMA key = 'raw:${key}'`

/** What puts all pages of a file under another key. Its journal must not be a write-ahead log. */
export const rekeyStatements = (key: string): string => `PRAGMA cipher = '${CIPHER}'; PRAGMA rekey = 'raw:${key}'`

/** How a plain database file begins; one that is encrypted begins with bytes of chance. */
export const PLAIN_HEADER = 'SQLite format 3\0'
