// Files on their way through: tables that were sent, reports and exports that are fetched. They are about people, and lie on the
// disk because they are large.
// Invariant: what lies in a folder for them can be read by this process alone, with a key that it never writes; once it has
// ended, it cannot be read any more. They are as long as they would be in the open, and every place in them can be read by itself.
import { type Cipheriv, createCipheriv, createDecipheriv, type Decipheriv, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { pipeline as link, type Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const CIPHER = 'aes-256-ctr'
const BLOCK = 16
const KEY = randomBytes(32)
/** Files that are noted before those that are gone are forgotten. */
const NOTED = 1000

const folders = new Set<string>()
/** Of each file the counter of its first block. */
const starts = new Map<string, Buffer>()

/** From now on what is written into a folder by way of this module is for this process alone. */
export function keepTemporary(folder: string): void {
  folders.add(resolve(folder) + sep)
}

/** What is written to a file from its beginning goes through this; undefined: it is none of those. */
export function encryptionOf(path: string): Cipheriv | undefined {
  const whole = resolve(path)
  if (![...folders].some((folder) => whole.startsWith(folder))) return undefined
  if (starts.size > NOTED) for (const one of starts.keys()) if (!existsSync(one)) starts.delete(one)
  const start = randomBytes(BLOCK)
  starts.set(whole, start)
  return createCipheriv(CIPHER, KEY, start)
}

/** What is read of a file from a place on goes through this; undefined: it is in the open. */
export function decryptionAt(path: string, position: number): Decipheriv | undefined {
  const start = starts.get(resolve(path))
  if (!start) return undefined
  const counter = (BigInt(`0x${start.toString('hex')}`) + BigInt(Math.floor(position / BLOCK))) % (1n << 128n)
  const decipher = createDecipheriv(CIPHER, KEY, Buffer.from(counter.toString(16).padStart(2 * BLOCK, '0'), 'hex'))
  decipher.update(Buffer.alloc(position % BLOCK))
  return decipher
}

export const tempFiles = {
  /** Writes a file; ends when all of it is written. */
  async write(path: string, from: Readable, ...through: Transform[]): Promise<void> {
    const cipher = encryptionOf(path)
    await pipeline([from, ...through, ...(cipher ? [cipher] : []), createWriteStream(path, { mode: 0o600 })])
  },

  /** @param end the last byte that is wanted; the file's, unless given */
  read(path: string, start = 0, end?: number): Readable {
    const file = createReadStream(path, { start, ...(end === undefined ? {} : { end }) })
    const decipher = decryptionAt(path, start)
    // An error of the file comes out where it is read, and a reader that leaves closes the file.
    return decipher ? link(file, decipher, () => undefined) : file
  },
}
