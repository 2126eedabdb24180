// The key of a data folder: made by chance, wrapped by what a person knows or the system keeps, found again at each start.
// Invariant: a folder that is encrypted opens with its key or not at all, and is not touched by a wrong one; the wrapped key is
// on the disk before the first file is put under it.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ScvError } from '@shared/errors'
import { storageFailure } from '../database/storage-failure'
import { openText, sealText } from '../files/sealed-text'
import { KEY_BYTES, setSqliteKey, sqliteKey } from '../sqlite/key'
import { lockFolder } from '../storage/folder-lock'
import { bringUnder, type Progress, stateOfFiles } from './folder-files'
import { newRecoveryKey, readRecoveryKey } from './recovery-key'
import { readVault, type VaultFile, vaultPath, writeVault } from './vault-file'
import { COST, unwrapKey, wrapKey } from './wraps'

type Wraps = Pick<VaultFile, 'keychain' | 'passphrase' | 'recovery'>

/** What wraps a key, and opens what it has wrapped. */
export interface KeyHolder {
  wrap(key: Buffer): Promise<Wraps>
  /** @returns undefined: none of the wraps is one of its own */
  unwrap(wraps: Wraps): Promise<Buffer | undefined>
}

/** A passphrase; what it wrapped opens with a recovery key in its place as well. @param cost less in tests */
export function bySecret(secret: string, cost = COST): KeyHolder {
  return {
    wrap: async (key) => ({ passphrase: await wrapKey(key, secret, cost) }),
    async unwrap({ passphrase, recovery }) {
      // Each try takes half a second, and what is no recovery key opens no wrap of one.
      const wraps = readRecoveryKey(secret) === undefined ? [passphrase] : [recovery, passphrase]
      for (const one of wraps) {
        const key = one && (await unwrapKey(one, secret))
        if (key) return key
      }
      return undefined
    },
  }
}

/** A recovery key that was just made. */
export const byRecoveryKey = (key: string, cost = COST): KeyHolder => ({
  wrap: async (data) => ({ recovery: await wrapKey(data, key, cost) }),
  unwrap: async ({ recovery }) => recovery && unwrapKey(recovery, key),
})

/** Two that hold the same key: either opens what both have wrapped. */
export const together = (one: KeyHolder, other: KeyHolder): KeyHolder => ({
  wrap: async (key) => ({ ...(await one.wrap(key)), ...(await other.wrap(key)) }),
  unwrap: async (wraps) => (await one.unwrap(wraps)) ?? (await other.unwrap(wraps)),
})

/** @throws ScvError `storage_corrupt`: the wrapped key is gone while the files that it is for are there */
export function requireVault(dataDir: string): void {
  if (readVault(dataDir) || stateOfFiles(dataDir) !== 'encrypted') return
  throw new ScvError('storage_corrupt', `${vaultPath(dataDir)}, which holds the wrapped key, is gone. Put it back.`)
}

/** Whether a folder needs a key to be opened, seen without one. */
export const isEncrypted = (dataDir: string): boolean =>
  readVault(dataDir) !== undefined || stateOfFiles(dataDir) === 'encrypted'

/**
 * Makes a folder ready to be opened by this process: with its key, under which all that lies in it is brought; a folder without
 * a key gets one. Goes on with what a killed process had begun.
 * @param holder of the key; undefined: there is none, and a folder that is not encrypted stays so
 * @throws ScvError `key_needed`, `wrong_key`, `folder_in_use`, `storage_corrupt`, `storage_full`, `storage_failed`
 */
export async function openVault(
  dataDir: string,
  holder: KeyHolder | undefined,
  onProgress?: (progress: Progress) => void,
): Promise<'plain' | 'encrypted'> {
  if (!holder) {
    if (isEncrypted(dataDir))
      throw new ScvError('key_needed', `The data in ${dataDir} is encrypted. Its key is needed.`)
    setSqliteKey(undefined)
    return 'plain'
  }
  const known = readVault(dataDir)
  const key = known ? await keyIn(known, holder) : randomBytes(KEY_BYTES)
  await holding(dataDir, async () => {
    if (!known) {
      if (readVault(dataDir)) throw new ScvError('folder_in_use', `Another process has just encrypted ${dataDir}.`)
      requireVault(dataDir)
      writeVault(dataDir, { version: 1, ...(await holder.wrap(key)) })
    }
    await settle(dataDir, key, onProgress)
  })
  setSqliteKey(key)
  return 'encrypted'
}

/**
 * Puts all that lies in a folder under a new key, which another holder wraps; former wraps, and the recovery key with them,
 * open nothing any more. The folder must not be open.
 * @throws ScvError as `openVault`
 */
export async function changeKey(
  dataDir: string,
  holder: KeyHolder,
  next: KeyHolder,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  const known = readVault(dataDir)
  if (!known) throw new ScvError('key_needed', `The data in ${dataDir} is not encrypted: there is no key to change.`)
  const former = await keyIn(known, holder)
  const key = randomBytes(KEY_BYTES)
  await holding(dataDir, async () => {
    await settle(dataDir, former, onProgress)
    const hex = (one: Buffer) => one.toString('hex')
    writeVault(dataDir, { version: 1, ...(await next.wrap(key)), former: sealText(hex(former), hex(key)) })
    await settle(dataDir, key, onProgress)
  })
  setSqliteKey(key)
}

/**
 * Makes a recovery key, in the place of a former one.
 * @param keep puts it where it will be found, before the former one opens nothing any more
 * @returns it, to be shown once @throws ScvError `key_needed`
 */
export async function makeRecoveryKey(
  dataDir: string,
  cost = COST,
  keep: (text: string) => void = () => undefined,
): Promise<string> {
  const text = newRecoveryKey()
  keep(text)
  await addWraps(dataDir, byRecoveryKey(text, cost).wrap)
  return text
}

/** Wraps the key in use once more, in the place of what a wrap of this kind opened before. @throws ScvError `key_needed` */
export async function addWraps(dataDir: string, wrap: KeyHolder['wrap']): Promise<void> {
  const [known, key] = [readVault(dataDir), sqliteKey()]
  if (!known || key === undefined)
    throw new ScvError('key_needed', `The data in ${dataDir} is not encrypted: there is no key yet.`)
  const wraps = await wrap(Buffer.from(key, 'hex'))
  writeVault(dataDir, { ...known, ...wraps })
}

/**
 * Makes a key for a folder that this process has open and that is plain: all in it comes under the key at the next start.
 * @throws ScvError `conflict` when there is one
 */
export async function makeKeyForNextStart(dataDir: string, holder: KeyHolder): Promise<void> {
  if (readVault(dataDir)) throw new ScvError('conflict', 'This device has a key already.')
  writeVault(dataDir, { version: 1, ...(await holder.wrap(randomBytes(KEY_BYTES))) })
}

async function keyIn(file: VaultFile, holder: KeyHolder): Promise<Buffer> {
  const key = await holder.unwrap(file)
  if (!key) throw new ScvError('wrong_key', 'This is not the key of the data. Nothing was changed.')
  return key
}

/** Brings all files under the key that the vault has, and forgets the one before. */
async function settle(dataDir: string, key: Buffer, onProgress?: (progress: Progress) => void): Promise<void> {
  const hex = key.toString('hex')
  const file = readVault(dataDir)
  const former = file?.former === undefined ? undefined : openText(file.former, hex)
  await bringUnder(dataDir, hex, former, onProgress)
  if (!file || former === undefined) return
  const { former: _done, ...rest } = file
  writeVault(dataDir, rest)
}

/** Does something with a folder that no other process may have open meanwhile. */
async function holding(dataDir: string, act: () => Promise<void>): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = takeFolder(dataDir)
  try {
    await act()
  } finally {
    lock.release()
  }
}

function takeFolder(dataDir: string): { release(): void } {
  try {
    return lockFolder(join(dataDir, 'documents'))
  } catch (error) {
    throw storageFailure(error)
  }
}
