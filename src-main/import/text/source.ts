// The file being imported, as bytes.
// Invariant: all bytes read are of the file as it was opened; a file that vanishes or changes meanwhile is an error, never a mix.
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { ScvError } from '@shared/errors'
import { decryptionAt } from '../../files/temp-files'

/** Small enough that parsing one never blocks long, large enough that reading is not the bottleneck. */
const CHUNK_BYTES = 64 * 1024

/** A file as it was when it was opened. */
export interface FileIdentity {
  path: string
  /** What people call it: the last part of the path. */
  name: string
  size: number
  mtimeMs: number
  inode: number
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '')

function readFailure(name: string, error: unknown): ScvError {
  return new ScvError('file_unreadable', `“${name}” cannot be read (${codeOf(error) || 'unknown reason'}).`)
}

/**
 * Notes which file is meant and what it looks like now.
 * @param path empty where no file was chosen, or it is not known any more which
 * @throws ScvError `file_not_found`, `file_unreadable`
 */
export async function identifyFile(path: string): Promise<FileIdentity> {
  if (path === '')
    throw new ScvError('file_not_found', 'Choose the file again: the application does not know which one is meant.')
  const name = basename(path)
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new ScvError('file_unreadable', `“${name}” is a folder or a device, not a file.`)
    return { path, name, size: found.size, mtimeMs: found.mtimeMs, inode: found.ino }
  } catch (error) {
    if (error instanceof ScvError) throw error
    if (codeOf(error) === 'ENOENT') throw new ScvError('file_not_found', `There is no file “${name}”.`)
    throw readFailure(name, error)
  }
}

/** An open handle outlives the file's name, so the name is asked again each time. */
async function assertUnchanged(file: FileIdentity): Promise<void> {
  const now = await identifyFile(file.path).catch((error: unknown) => {
    if (error instanceof ScvError && error.code === 'file_not_found')
      throw new ScvError('file_not_found', `“${file.name}” disappeared while it was read.`)
    throw error
  })
  if (now.size !== file.size || now.mtimeMs !== file.mtimeMs || now.inode !== file.inode)
    throw new ScvError('file_unreadable', `“${file.name}” changed while it was read.`)
}

/**
 * Reads a file in chunks, each a fresh buffer.
 * @param start first byte wanted
 * @throws ScvError `file_not_found` if it is gone meanwhile, `file_unreadable` if it changed or cannot be read
 */
export async function* readBytes(file: FileIdentity, start = 0): AsyncGenerator<Buffer, void, undefined> {
  await assertUnchanged(file)
  const handle = await open(file.path).catch((error: unknown) => {
    throw readFailure(file.name, error)
  })
  try {
    let position = start
    const decipher = decryptionAt(file.path, start)
    while (position < file.size) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, file.size - position))
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position).catch((error: unknown) => {
        throw readFailure(file.name, error)
      })
      await assertUnchanged(file)
      // The size did not change, so an early end means that another program is at work on the file.
      if (bytesRead === 0) throw new ScvError('file_unreadable', `“${file.name}” changed while it was read.`)
      position += bytesRead
      const bytes = chunk.subarray(0, bytesRead)
      yield decipher ? decipher.update(bytes) : bytes
    }
  } finally {
    await handle.close()
  }
}
