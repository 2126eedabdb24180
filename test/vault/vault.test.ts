// The key of a data folder: its wraps, the migration of a folder that was plain, a change of the key, and what a process that
// was killed in the middle of either leaves behind.
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openText, sealText } from '../../src-main/files/sealed-text'
import { openSqlite } from '../../src-main/sqlite/database'
import { setSqliteKey, sqliteKey } from '../../src-main/sqlite/key'
import { bySecret, changeKey, isEncrypted, makeRecoveryKey, openVault } from '../../src-main/vault'
import { recode } from '../../src-main/vault/recoding'
import { newRecoveryKey, readRecoveryKey } from '../../src-main/vault/recovery-key'
import { readVault, vaultPath, writeVault } from '../../src-main/vault/vault-file'
import { unwrapKey, wrapKey } from '../../src-main/vault/wraps'

/** Guessing is cheap here, and so is the test. */
const CHEAP = { N: 2, r: 1, p: 1 }
const PLANTED = 'Planted Person'
const holder = bySecret('correct horse battery', CHEAP)
const other = bySecret('another one altogether', CHEAP)

const root = mkdtempSync(join(tmpdir(), 'scv-vault-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
afterEach(() => setSqliteKey(undefined))

const FILES = ['documents/scv.sqlite', 'projections.sqlite', 'sync.sqlite']
/** A folder as a version before encryption left it when it was killed: part of each file still stands in its log. */
const plain = join(root, 'plain')
beforeAll(() => {
  mkdirSync(join(root, 'made', 'documents'), { recursive: true })
  for (const file of FILES) {
    const path = join(root, 'made', file)
    const db = openSqlite(path)
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA user_version = 7; CREATE TABLE person (name TEXT, rest TEXT)`)
    const insert = db.prepare('INSERT INTO person VALUES (?, ?)')
    for (let i = 0; i < 100; i++) insert.run(`${PLANTED} ${i}`, 'x'.repeat(300))
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    for (let i = 100; i < 120; i++) insert.run(`${PLANTED} ${i}`, 'x'.repeat(300))
    mkdirSync(join(plain, dirname(file)), { recursive: true })
    for (const suffix of ['', '-wal', '-shm']) copyFileSync(path + suffix, join(plain, file) + suffix)
    db.close()
  }
  writeFileSync(join(plain, 'drafts.json'), JSON.stringify({ version: 1, note: PLANTED }))
})

let count = 0
function copyOf(folder: string): string {
  count += 1
  const copy = join(root, `copy-${count}`)
  cpSync(folder, copy, { recursive: true })
  return copy
}

const allIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
const readable = (folder: string) => allIn(folder).filter((path) => readFileSync(path).includes(PLANTED))
/** Of all files but those that say who has the folder open, and keep room on the disk meanwhile. */
const contentOf = (folder: string) =>
  allIn(folder)
    .filter((path) => !/storage\.(lock|room)$/.test(path))
    .map((path) => [basename(path), createHash('sha256').update(readFileSync(path)).digest('hex')])

/** What a folder holds, read with the key in use. */
function people(folder: string): number[] {
  return FILES.map((file) => {
    const db = openSqlite(join(folder, file))
    const [row] = db.prepare('SELECT count(*) AS n FROM person WHERE name LIKE ?').all(`${PLANTED}%`)
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 7 })
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    db.close()
    return Number(row?.['n'])
  })
}

/** The folder is whole under its key, and nothing in it can be read without. */
function expectEncrypted(folder: string): void {
  expect(people(folder)).toEqual([120, 120, 120])
  expect(openText(readFileSync(join(folder, 'drafts.json'), 'utf8'))).toContain(PLANTED)
  expect(readable(folder)).toEqual([])
  expect(allIn(folder).filter((path) => /\.(recoding|former|new)/.test(basename(path)))).toEqual([])
}

describe('wraps', () => {
  const key = Buffer.alloc(32, 7)

  test('open with their secret only, and only as they were written', async () => {
    const wrap = await wrapKey(key, 'a passphrase é', CHEAP)
    expect(await unwrapKey(wrap, 'a passphrase e\u0301')).toEqual(key) // another keyboard's é
    expect(await unwrapKey(wrap, 'a passphrase e')).toBeUndefined()
    const changed = Buffer.from(wrap.data, 'base64')
    changed[0] = (changed[0] ?? 0) ^ 1
    expect(await unwrapKey({ ...wrap, data: changed.toString('base64') }, 'a passphrase é')).toBeUndefined()
    expect(JSON.stringify(wrap)).not.toContain(key.toString('base64').slice(0, 12))
  })

  test('a recovery key is read as it may be typed, and a slip is no key', () => {
    const text = newRecoveryKey()
    expect(text).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(readRecoveryKey(text.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(
      text,
    )
    const slip = (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
    expect(readRecoveryKey(slip)).toBeUndefined()
    expect(newRecoveryKey()).not.toBe(text)
  })
})

describe('a folder', () => {
  test('without a key stays as it is', async () => {
    const folder = copyOf(plain)
    expect(await openVault(folder, undefined)).toBe('plain')
    expect(readable(folder)).toHaveLength(7) // files, logs, drafts: the search can find
    expect(people(folder)).toEqual([120, 120, 120])
  })

  test('that was plain is encrypted whole, and opens with its key alone', async () => {
    const folder = copyOf(plain)
    const told: number[] = []
    expect(await openVault(folder, holder, ({ done, total }) => told.push(done / total))).toBe('encrypted')
    expectEncrypted(folder)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect([told[0], told.at(-1)]).toEqual([0, 1])

    setSqliteKey(undefined)
    const before = contentOf(folder)
    await expect(openVault(folder, other)).rejects.toMatchObject({ code: 'wrong_key' })
    await expect(openVault(folder, undefined)).rejects.toMatchObject({ code: 'key_needed' })
    expect(contentOf(folder)).toEqual(before)
    expect(await openVault(folder, holder)).toBe('encrypted')
    expectEncrypted(folder)
  })

  test('that is new is encrypted from the start', async () => {
    const folder = join(root, 'new')
    await openVault(folder, holder)
    expect(isEncrypted(folder)).toBe(true)
    const db = openSqlite(join(folder, 'sync.sqlite'))
    db.exec(`CREATE TABLE person (name TEXT); INSERT INTO person VALUES ('${PLANTED}')`)
    db.close()
    expect(readable(folder)).toEqual([])
  })

  test('whose wrapped key is gone, or cannot be read, is not taken for a new one', async () => {
    const folder = copyOf(plain)
    await openVault(folder, holder)
    writeFileSync(vaultPath(folder), '{')
    await expect(openVault(folder, holder)).rejects.toMatchObject({ code: 'storage_corrupt' })
    rmSync(vaultPath(folder))
    const before = contentOf(folder)
    await expect(openVault(folder, undefined)).rejects.toMatchObject({ code: 'key_needed' })
    await expect(openVault(folder, holder)).rejects.toMatchObject({ code: 'storage_corrupt' })
    expect(contentOf(folder)).toEqual(before)
  })

  test('a file of views that is damaged is given up, one of documents is told and left', async () => {
    const folder = copyOf(plain)
    for (const file of ['projections.sqlite', 'documents/scv.sqlite']) {
      const path = join(folder, file)
      rmSync(`${path}-wal`)
      const bytes = readFileSync(path)
      bytes.fill(0x55, 100, 4096)
      writeFileSync(path, bytes)
    }
    const damaged = readFileSync(join(folder, 'documents/scv.sqlite'))
    await expect(openVault(folder, holder)).rejects.toMatchObject({ code: 'storage_corrupt' })
    expect(readFileSync(join(folder, 'documents/scv.sqlite'))).toEqual(damaged)
    copyFileSync(join(plain, 'documents/scv.sqlite'), join(folder, 'documents/scv.sqlite'))
    await openVault(folder, holder)
    expect(existsSync(join(folder, 'projections.sqlite'))).toBe(false)
  })
})

describe('a migration that was killed goes on', () => {
  const key = Buffer.alloc(32, 9)
  const hex = key.toString('hex')
  const first = FILES[0] ?? ''

  /** A folder whose wrapped key is written, and of whose first file this was done. */
  async function halfway(done: (path: string) => void): Promise<string> {
    const folder = copyOf(plain)
    writeVault(folder, { version: 1, ...(await holder.wrap(key)) })
    done(join(folder, first))
    return folder
  }
  const recoded = (path: string) => recode({ path, from: 'plain', to: hex })
  /** The plain file with nothing beside it, and the encrypted one. */
  function both(path: string): [Buffer, Buffer] {
    const before = openSqlite(path)
    before.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE')
    before.close()
    const former = readFileSync(path)
    recoded(path)
    return [former, readFileSync(path)]
  }

  test.each<[string, (path: string) => void]>([
    ['before any file', () => undefined],
    ['between two files', recoded],
    [
      'while a copy is made',
      (path) => {
        writeFileSync(`${path}.recoding`, readFileSync(path).subarray(0, 5000))
        writeFileSync(`${path}.recoding-journal`, PLANTED)
      },
    ],
    [
      'once the former file is out of the way',
      (path) => {
        const [former] = both(path)
        renameSync(path, `${path}.recoding`)
        writeFileSync(`${path}.former`, former)
      },
    ],
    [
      'while the former file is overwritten',
      (path) => {
        const [former] = both(path)
        writeFileSync(`${path}.former`, former.fill(0, 0, 8192))
      },
    ],
  ])('%s', async (_when, done) => {
    const folder = await halfway(done)
    expect(await openVault(folder, holder)).toBe('encrypted')
    expect(sqliteKey()).toBe(hex)
    expectEncrypted(folder)
  })
})

describe('the key', () => {
  test('is changed for all files, and the former opens nothing', async () => {
    const folder = copyOf(plain)
    await openVault(folder, holder)
    const [former, before] = [sqliteKey(), readFileSync(join(folder, 'sync.sqlite'))]
    await changeKey(folder, holder, other)
    expect(sqliteKey()).not.toBe(former)
    expect(readFileSync(join(folder, 'sync.sqlite')).equals(before)).toBe(false)
    expectEncrypted(folder)
    expect(readVault(folder)).not.toHaveProperty('former')
    await expect(openVault(folder, holder)).rejects.toMatchObject({ code: 'wrong_key' })
    expect(() =>
      openSqlite(join(folder, 'sync.sqlite'), { under: former ?? '' }).exec('SELECT * FROM person'),
    ).toThrow()
  })

  test('that was being changed when the process was killed: all files come under the new one', async () => {
    const folder = copyOf(plain)
    await openVault(folder, holder)
    const former = sqliteKey() ?? ''
    const key = Buffer.alloc(32, 3)
    const hex = key.toString('hex')
    writeVault(folder, { version: 1, ...(await other.wrap(key)), former: sealText(former, hex) })
    recode({ path: join(folder, 'projections.sqlite'), from: former, to: hex })
    setSqliteKey(undefined)
    await openVault(folder, other)
    expect(sqliteKey()).toBe(hex)
    expectEncrypted(folder)
    expect(readVault(folder)).not.toHaveProperty('former')
  })

  test('is found again with the recovery key, until another is made', async () => {
    const folder = copyOf(plain)
    await openVault(folder, holder)
    const text = await makeRecoveryKey(folder, CHEAP)
    await openVault(folder, bySecret(text.toLowerCase(), CHEAP))
    expectEncrypted(folder)
    expect(readFileSync(vaultPath(folder), 'utf8')).not.toContain(text)
    await makeRecoveryKey(folder, CHEAP)
    await expect(openVault(folder, bySecret(text, CHEAP))).rejects.toMatchObject({ code: 'wrong_key' })
    await openVault(folder, holder)
  })

  test('still opens by the former recovery key where the new one could not be kept', async () => {
    const folder = copyOf(plain)
    await openVault(folder, holder)
    const text = await makeRecoveryKey(folder, CHEAP)
    const full = () => {
      throw new Error('no room')
    }
    await expect(makeRecoveryKey(folder, CHEAP, full)).rejects.toThrow('no room')
    await openVault(folder, bySecret(text, CHEAP))
  })
})

test('the notices that go with the native library name all who hold rights in it', () => {
  const require = createRequire(import.meta.url)
  const deps = join(dirname(require.resolve('better-sqlite3-multiple-ciphers')), '..', 'deps', 'sqlite3')
  const source = readFileSync(join(deps, 'sqlite3.c'), 'latin1')
  const lines = source.matchAll(/Copyright:? +(?:\([cC]\) *)?[\d, -]+ (\w[^\n<]*?) *(?:<[^\n]*|and it is [^\n]*)?\n/g)
  const holders = new Set([...lines].map(([, name]) => name ?? ''))
  expect(holders.size).toBeGreaterThan(6)
  const notices = readFileSync(join(import.meta.dirname, '../../build/sqlite-notices.json'), 'utf8')
  expect([...holders].filter((name) => !notices.includes(name))).toEqual([])
  for (const version of [/SQLite3 Multiple Ciphers (\d[\d.]*)"/, /#define SQLITE_VERSION +"([\d.]+)"/])
    expect(notices).toContain(`"${version.exec(source)?.[1]}"`)
})
