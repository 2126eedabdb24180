// What lies beside the data about its key: how it is wrapped. Without the file the folder is new or plain.
// Invariant: never a key in the open; the file is replaced whole, and read only as it was written.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ScvError } from '@shared/errors'
import { z } from 'zod'
import { wrapSchema } from './wraps'

const FILE = 'vault.json'
const VERSION = 1

const fileSchema = z.object({
  version: z.literal(VERSION),
  /** By the system's keychain; base64. */
  keychain: z.base64().max(16_384).optional(),
  passphrase: wrapSchema.optional(),
  recovery: wrapSchema.optional(),
  /** The key before, sealed under this one: until every file was put under this one. */
  former: z.string().max(1024).optional(),
})
export type VaultFile = z.infer<typeof fileSchema>

export const vaultPath = (dataDir: string): string => join(dataDir, FILE)

/** What a newer version of the application may have written. */
const newerSchema = z.object({ version: z.number().int().gt(VERSION) })

/** @returns undefined: there is none @throws ScvError `storage_corrupt`, `update_needed` */
export function readVault(dataDir: string): VaultFile | undefined {
  const path = vaultPath(dataDir)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    // No file, or no folder: what is wrong with a folder is told where it is opened.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
  try {
    const content: unknown = JSON.parse(text)
    if (newerSchema.safeParse(content).success)
      throw new ScvError(
        'update_needed',
        `${path} was written by a newer version of this application. Start that version. Nothing was changed.`,
      )
    return fileSchema.parse(content)
  } catch (error) {
    if (error instanceof ScvError) throw error
    throw new ScvError(
      'storage_corrupt',
      `${path} holds the wrapped key of the data and cannot be read. Put it back from a backup.`,
    )
  }
}

/** Without it the data is gone: it is on the disk, with its name, when this ends. */
export function writeVault(dataDir: string, content: VaultFile): void {
  const path = vaultPath(dataDir)
  writeFileSync(`${path}.new`, JSON.stringify(content), { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
  if (process.platform === 'win32') return // it cannot open folders
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
