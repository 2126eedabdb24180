// The gate before a window's data: what opens by itself, what waits for a person, and what the status says of it.
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { openSqlite, PLAIN } from '../../src-main/sqlite/database'
import { setSqliteKey, sqliteKey } from '../../src-main/sqlite/key'
import { createVaultGate, type Keychain, type VaultGate } from '../../src-main/vault/gate'
import { ScvError } from '../../src-shared/errors'

const root = mkdtempSync(join(tmpdir(), 'scv-gate-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
afterEach(() => setSqliteKey(undefined))

const NO_KEYCHAIN: Keychain = {
  available: () => false,
  encrypt: () => Buffer.alloc(0),
  decrypt: () => '',
}
/** One that keeps under a key of its own; another mark is another user's, or one that was reset. */
const keychain = (mark: string): Keychain => ({
  available: () => true,
  encrypt: (text) => Buffer.from(mark + text),
  decrypt: (data) => {
    const text = data.toString()
    if (!text.startsWith(mark)) throw new Error('Not of this keychain')
    return text.slice(mark.length)
  },
})

const context = { signal: new AbortController().signal }
let restarts = 0
/** A start of the application on a folder. */
function start(
  dataDir: string,
  chain: Keychain,
  { plainText = false, requireOpen = () => undefined }: { plainText?: boolean; requireOpen?: () => void } = {},
): VaultGate {
  setSqliteKey(undefined)
  return createVaultGate({
    dataDir,
    keychain: chain,
    plainText,
    requireOpen,
    restart: () => {
      restarts += 1
    },
    cost: { N: 2, r: 1, p: 1 },
  })
}
let count = 0
const folder = () => {
  count += 1
  return join(root, String(count))
}
const status = (gate: VaultGate) => gate.status$.value
const PASSPHRASE = 'correct horse battery'

/** A database as it was left by an application without a key. */
function leavePlain(dir: string): () => Buffer {
  mkdirSync(join(dir, 'documents'), { recursive: true })
  const path = join(dir, 'documents', 'scv.sqlite')
  const db = openSqlite(path, { under: PLAIN })
  db.exec("CREATE TABLE person (name TEXT); INSERT INTO person VALUES ('Planted')")
  db.close()
  return () => readFileSync(path)
}

test('without a keychain nothing opens before a passphrase is set; both it and the recovery key open it from then on', async () => {
  for (const isNew of [true, false]) {
    const dir = folder()
    const bytes = isNew ? undefined : leavePlain(dir)
    const first = start(dir, NO_KEYCHAIN)
    let isOpen = false
    const opened = first.open().then(() => {
      isOpen = true
    })
    await expect.poll(() => status(first)).toMatchObject({ stage: 'unprotected', kept: 'plain' })
    await expect(first.handlers['vault.unlock']({ secret: PASSPHRASE }, context)).rejects.toMatchObject({
      code: 'key_needed',
    })
    expect(isOpen).toBe(false)
    const told: string[] = []
    first.status$.subscribe(({ stage }) => told.push(stage))
    const { recoveryKey } = await first.handlers['vault.protect']({ passphrase: PASSPHRASE }, context)
    await opened
    expect(told.includes('working')).toBe(!isNew)
    expect(status(first)).toMatchObject({
      stage: 'open',
      kept: 'encrypted',
      opens: { passphrase: true, recoveryKey: true },
    })
    expect(bytes?.().includes('Planted') ?? false).toBe(false)
    const key = sqliteKey()
    for (const secret of [PASSPHRASE, recoveryKey]) {
      const next = start(dir, NO_KEYCHAIN, { plainText: true }) // the switch is for what has no key
      const done = next.open()
      await expect.poll(() => status(next)).toMatchObject({ stage: 'locked', kept: 'encrypted' })
      await next.handlers['vault.unlock']({ secret }, context)
      await done
      expect(sqliteKey()).toBe(key)
    }
  }
})

test('data whose wrapped key is gone is told as such, and gets no new one', async () => {
  const dir = folder()
  mkdirSync(join(dir, 'documents'), { recursive: true })
  writeFileSync(join(dir, 'documents', 'scv.sqlite'), randomBytes(4096))
  for (const chain of [NO_KEYCHAIN, keychain('ann:')]) {
    const gate = start(dir, chain)
    await expect(gate.open()).rejects.toMatchObject({ code: 'storage_corrupt' })
  }
  expect(readdirSync(dir)).toEqual(['documents'])
})

test('a wrapped key of a newer version is told as such, and is left as it is', async () => {
  const dir = folder()
  mkdirSync(dir)
  const written = JSON.stringify({ version: 2, sealedBy: 'something new' })
  writeFileSync(join(dir, 'vault.json'), written)
  for (const plainText of [true, false])
    await expect(start(dir, keychain('ann:'), { plainText }).open()).rejects.toMatchObject({ code: 'update_needed' })
  expect(readFileSync(join(dir, 'vault.json'), 'utf8')).toBe(written)
})

test('started as plain text a folder is plain, says so, and is encrypted from the start after a passphrase was set', async () => {
  const dir = folder()
  const first = start(dir, keychain('ann:'), { plainText: true })
  await first.open()
  expect(status(first)).toMatchObject({ stage: 'open', kept: 'plain' })
  await expect(first.handlers['vault.makeRecoveryKey']({}, context)).rejects.toMatchObject({ code: 'key_needed' })
  const bytes = leavePlain(dir)
  await first.handlers['vault.protect']({ passphrase: PASSPHRASE }, context)
  expect(status(first)).toMatchObject({ stage: 'open', kept: 'from next start', opens: { passphrase: true } })
  await expect(first.handlers['vault.protect']({ passphrase: PASSPHRASE }, context)).rejects.toMatchObject({
    code: 'conflict',
  })
  await first.handlers['vault.restart']({}, context)
  expect(restarts).toBe(1)

  const second = start(dir, NO_KEYCHAIN)
  let isOpen = false
  const opened = second.open().then(() => {
    isOpen = true
  })
  await expect.poll(() => status(second)).toMatchObject({ stage: 'locked', kept: 'encrypted' })
  await expect(second.handlers['vault.unlock']({ secret: 'something else' }, context)).rejects.toMatchObject({
    code: 'wrong_key',
  })
  expect([isOpen, status(second).stage]).toEqual([false, 'locked'])
  const told: string[] = []
  second.status$.subscribe(({ stage }) => told.push(stage))
  await second.handlers['vault.unlock']({ secret: PASSPHRASE }, context)
  await opened
  expect(told).toContain('working')
  expect(status(second)).toMatchObject({ stage: 'open', kept: 'encrypted' })
  expect(bytes().includes('Planted')).toBe(false)

  // A new passphrase and a recovery key: each opens, the former passphrase does not.
  await second.handlers['vault.setPassphrase']({ passphrase: 'another one by now' }, context)
  const { recoveryKey } = await second.handlers['vault.makeRecoveryKey']({}, context)
  expect(status(second).opens).toEqual({ keychain: false, passphrase: true, recoveryKey: true })
  const key = sqliteKey()
  const third = start(dir, NO_KEYCHAIN)
  void third.open()
  await expect.poll(() => status(third).stage).toBe('locked')
  await expect(third.handlers['vault.unlock']({ secret: PASSPHRASE }, context)).rejects.toThrow(ScvError)
  await third.handlers['vault.unlock']({ secret: recoveryKey.toLowerCase() }, context)
  expect(sqliteKey()).toBe(key)
  await expect(third.handlers['vault.unlock']({ secret: recoveryKey }, context)).rejects.toMatchObject({
    code: 'conflict',
  })
})

test('with a keychain a folder is encrypted and opens by itself; a keychain that was reset is replaced by the recovery key', async () => {
  const dir = folder()
  const first = start(dir, keychain('ann:'))
  await first.open()
  expect(status(first)).toMatchObject({ stage: 'open', kept: 'encrypted', opens: { keychain: true } })
  const { recoveryKey } = await first.handlers['vault.makeRecoveryKey']({}, context)
  const key = sqliteKey()

  const again = start(dir, keychain('ann:'))
  await again.open()
  expect(sqliteKey()).toBe(key)

  for (const chain of [keychain('bob:'), NO_KEYCHAIN]) {
    const other = start(dir, chain)
    void other.open()
    await expect.poll(() => status(other).stage).toBe('locked')
    expect(sqliteKey()).toBeUndefined()
  }
  const reset = start(dir, keychain('reset:'))
  void reset.open()
  await expect.poll(() => status(reset).stage).toBe('locked')
  await reset.handlers['vault.unlock']({ secret: recoveryKey }, context)
  const after = start(dir, keychain('reset:'))
  await after.open()
  expect(sqliteKey()).toBe(key)
})

test('while nothing may be changed no key is made or told', async () => {
  const dir = folder()
  const gate = start(dir, keychain('ann:'), {
    requireOpen: () => {
      throw new ScvError('locked', 'Unlock it first.')
    },
  })
  await gate.open()
  for (const ask of [
    () => gate.handlers['vault.makeRecoveryKey']({}, context),
    () => gate.handlers['vault.setPassphrase']({ passphrase: PASSPHRASE }, context),
    () => gate.handlers['vault.protect']({ passphrase: PASSPHRASE }, context),
  ])
    await expect(ask()).rejects.toMatchObject({ code: 'locked' })
})
