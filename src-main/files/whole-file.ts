// Writing a file that a person asked for, whole or not at all.
// Invariant: what stands at the path is the former file or the complete new one, whatever happens on the way.
import { open, rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { ScvError } from '@shared/errors'
import { encryptionOf } from './temp-files'

/** A line at a time costs a turn of the file system's threads each. */
const CHARACTERS_AT_ONCE = 64 * 1024

/**
 * Writes into a neighbour of the file, which takes its place once all of it is on the disk. Only the owner may read it:
 * it holds personal data.
 * @param write appends text or bytes through its argument; what it throws undoes everything
 * @throws ScvError `storage_full`, `file_unreadable`
 */
export async function writeWhole(
  path: string,
  write: (append: (content: string | Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  const part = `${path}.part`
  try {
    const file = await open(part, 'w', 0o600)
    const cipher = encryptionOf(path)
    try {
      let waiting = ''
      const flush = async () => {
        const text = waiting
        waiting = ''
        if (text !== '') await file.writeFile(cipher ? cipher.update(text, 'utf8') : text)
      }
      await write(async (content) => {
        if (typeof content !== 'string') {
          await flush()
          await file.writeFile(cipher ? cipher.update(content) : content)
          return
        }
        waiting += content
        if (waiting.length >= CHARACTERS_AT_ONCE) await flush()
      })
      await flush()
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    if (error instanceof ScvError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === '') throw error
    if (code === 'ENOSPC') throw new ScvError('storage_full', `The disk is full; “${basename(path)}” was not saved.`)
    throw new ScvError('file_unreadable', `“${basename(path)}” cannot be written (${code}).`)
  }
}
