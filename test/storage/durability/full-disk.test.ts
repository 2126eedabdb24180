// A full disk is an error of the write that met it, and of nothing else. SQLite's limit on the number of pages stands
// in for the disk where it will do: it raises the very same error, and needs neither root nor a mount.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { getRxStorageSQLite, type RxStorageSQLite, StorageError } from '../../../src-main/storage/index'
import { bundled } from '../../support/bundled'
import { discard, temporaryFolder } from './children'
import { DATABASE, type Items, item, openItems, type StoredItem } from './model'
import { contentOf } from './read'

const PAGES = 150
/** For a process of its own, on a busy machine. */
const PATIENCE = 120_000

let child = ''
beforeAll(async () => {
  child = await bundled('storage-full-disk')
}, PATIENCE)

let folder = ''
let storage: RxStorageSQLite
let contacts: Items
let claims: Items
const limited = () => getRxStorageSQLite({ folder, pragmas: { max_page_count: PAGES } })

beforeEach(async () => {
  folder = temporaryFolder()
  storage = limited()
  contacts = await openItems(storage, 'contacts')
  claims = await openItems(storage, 'claims')
})
afterEach(async () => {
  await contacts.close()
  await claims.close()
  discard(folder)
})

const batch = (op: number, size: number) => Array.from({ length: size }, (_, i) => ({ document: item(op, i, size) }))
async function failure(work: () => Promise<unknown>): Promise<StorageError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof StorageError) return error
    throw error
  }
  throw new Error('the disk was expected to be full')
}
/** Writes batches of 20 until one is refused; says how many went in. */
async function fill(): Promise<number> {
  for (let op = 0; op < 1_000; op += 1) {
    try {
      await contacts.bulkWrite(batch(op, 20), 'fill')
    } catch (error) {
      if (error instanceof StorageError && error.kind === 'Full') return op
      throw error
    }
  }
  throw new Error('never full')
}
const idsOf = async (items: Items) => (await contentOf(items)).filter(({ _deleted }) => !_deleted).map(({ id }) => id)

describe('a full disk', () => {
  test('fails the write that met it, with what to do, and undoes all of it', async () => {
    const seen: string[] = []
    contacts.changeStream().subscribe(({ events }) => seen.push(...events.map(({ documentId }) => documentId)))
    const batches = await fill()
    expect(batches).toBeGreaterThan(3)
    const error = await failure(() => contacts.bulkWrite(batch(9_999, 200), 'too much'))
    expect(error.kind).toBe('Full')
    expect(error.message).toMatch(/free some space/)
    const ids = await idsOf(contacts)
    expect(ids.length).toBe(batches * 20)
    expect(seen.sort()).toEqual(ids.sort()) // no event for what was undone
  })

  test('leaves reads, refusals and other collections at work', async () => {
    await claims.bulkWrite(batch(1, 5), 'before')
    await fill()
    const [first] = batch(0, 20)
    expect((await contacts.findDocumentsById([first?.document.id ?? ''], false)).length).toBe(1)
    expect(
      (await contacts.bulkWrite([{ document: item(0, 0, 20) }], 'conflict')).error.map(({ status }) => status),
    ).toEqual([409])
    expect((await idsOf(claims)).length).toBe(5)
  })

  test('later writes work once there is space again', async () => {
    const batches = await fill()
    // Deleting needs a little room itself: a tombstone is written in place of the document, in small steps.
    const doomed = (await contentOf(contacts)).slice(0, 60)
    for (const previous of doomed) {
      const document = { ...previous, _deleted: true, text: '', _rev: '2-gone' } as StoredItem
      expect((await contacts.bulkWrite([{ previous, document }], 'delete')).error).toEqual([])
    }
    while (!(await contacts.cleanup(0)));
    expect((await contacts.bulkWrite(batch(5_000, 20), 'after')).error).toEqual([])
    expect((await idsOf(contacts)).length).toBe(batches * 20 - 60 + 20)
  })

  test('a transaction that meets it is undone in all its collections, and its commit is refused', async () => {
    await contacts.bulkWrite(batch(1, 5), 'before')
    const transaction = await storage.beginTransaction(contacts.databaseName)
    await claims.bulkWrite(batch(2, 5), transaction.context)
    const error = await failure(async () => {
      for (let op = 10; op < 1_000; op += 1) await contacts.bulkWrite(batch(op, 20), transaction.context)
    })
    expect(error.kind).toBe('Full')
    await expect(transaction.commit()).rejects.toBeInstanceOf(StorageError)
    expect(await idsOf(claims)).toEqual([])
    expect((await idsOf(contacts)).length).toBe(5)
    expect((await contacts.bulkWrite(batch(3, 5), 'after')).error).toEqual([]) // and the next writer gets its turn
  })

  test('what was acknowledged before is there after a restart, and more room makes room', async () => {
    const batches = await fill()
    await contacts.close()
    await claims.close()
    storage = getRxStorageSQLite({ folder })
    contacts = await openItems(storage, 'contacts')
    claims = await openItems(storage, 'claims')
    expect((await idsOf(contacts)).length).toBe(batches * 20)
    expect((await contacts.bulkWrite(batch(8_000, 200), 'room')).error).toEqual([])
  })

  // Every write to this device fails for want of space; only Linux has it.
  test.skipIf(!existsSync('/dev/full'))(
    'no room for the note of a proper close is no failure of the close',
    async () => {
      await contacts.bulkWrite(batch(1, 5), 'before')
      const note = join(folder, `${storage.fileNameOf(DATABASE)}.clean`)
      rmSync(note) // until then it says that the file is in use
      symlinkSync('/dev/full', note)
      await claims.close()
      await contacts.close()
      expect(existsSync(note)).toBe(false)
      contacts = await openItems(storage, 'contacts')
      expect((await idsOf(contacts)).length).toBe(5)
    },
  )

  test('room is kept for the next opening while a folder is closed, and given back before anything is opened', async () => {
    const room = join(folder, 'storage.room')
    expect(existsSync(room)).toBe(false)
    await claims.close()
    await contacts.close()
    expect(statSync(room).size).toBe(1024 * 1024)
    contacts = await openItems(storage, 'contacts')
    expect(existsSync(room)).toBe(false)
  })

  test.skipIf(!existsSync('/dev/full'))(
    'no room for the note of who holds a folder is no reason to refuse it',
    async () => {
      await claims.close()
      await contacts.close()
      symlinkSync('/dev/full', join(folder, 'storage.lock.pid'))
      contacts = await openItems(storage, 'contacts')
      expect((await contacts.bulkWrite(batch(1, 5), 'after')).error).toEqual([])
    },
  )

  // A disk of its own, without any rights but those that a Linux user has over what is theirs alone.
  const ownDisk = (disk: string, ...command: string[]) =>
    spawnSync('unshare', ['-Urm', 'sh', '-c', 'mount -t tmpfs -o size=6m none "$0" && exec "$@"', disk, ...command], {
      encoding: 'utf8',
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    })
  test.skipIf(ownDisk(tmpdir(), 'true').status !== 0)(
    'a folder on a disk that is full to its last byte opens and is read',
    async () => {
      const disk = join(folder, 'disk')
      mkdirSync(disk)
      const { stdout, stderr } = ownDisk(disk, process.execPath, child, disk)
      expect(stderr).toBe('')
      expect(JSON.parse(stdout)).toEqual({ read: 5, kind: 'Full', readsMore: true, refusedAfterwards: 0 })
    },
    PATIENCE,
  )
})
