// Writes that need not wait for the disk: still whole, still in order, and told apart from those that do.
import { mkdtempSync, rmSync } from 'node:fs'
import { type FileHandle, open as openFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RxJsonSchema } from 'rxdb'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { getRxStorageSQLite } from '../../../src-main/storage'

interface Doc {
  id: string
  n: number
}
const schema: RxJsonSchema<Doc> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: { id: { type: 'string', maxLength: 20 }, n: { type: 'number' } },
  required: ['id'],
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scv-relaxed-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Any open file: they share their class. */
async function probe(): Promise<FileHandle> {
  const handle = await openFile(join(folder, 'probe'), 'w')
  onTestFinished(() => handle.close())
  return handle
}

async function open(asked: string[]) {
  const storage = getRxStorageSQLite({
    folder,
    relaxed(context) {
      asked.push(context)
      return context.startsWith('replication-')
    },
  })
  const instance = await storage.createStorageInstance<Doc>({
    databaseInstanceToken: 'token',
    databaseName: 'relaxed',
    collectionName: 'docs',
    schema: schema as never,
    options: {},
    multiInstance: false,
    devMode: false,
  })
  const write = (id: string, context: string) =>
    instance.bulkWrite(
      [{ document: { id, n: 1, _deleted: false, _meta: { lwt: Date.now() }, _rev: '1-a', _attachments: {} } }] as never,
      context,
    )
  return { storage, instance, write }
}

test('the context decides, and every write is there after closing', async () => {
  const asked: string[] = []
  const { storage, instance, write } = await open(asked)
  await write('a', 'replication-downstream')
  await write('b', 'by hand')
  await write('c', 'replication-downstream')
  await storage.flush('relaxed')
  expect(asked).toContain('replication-downstream')
  expect(asked).toContain('by hand')
  await instance.close()
  const again = await open([])
  expect((await again.instance.findDocumentsById(['a', 'b', 'c'], false)).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  await again.instance.close()
})

test('a failed relaxed write leaves ordinary ones as careful as before', async () => {
  const { instance, write } = await open([])
  const [first, second] = [await write('a', 'replication-x'), await write('a', 'replication-x')]
  expect(first.error).toHaveLength(0)
  expect(second.error[0]?.status).toBe(409)
  const level = instance.internals.file.write('by hand', ({ writer }) => writer.get('PRAGMA synchronous')?.[0])
  await expect(level).resolves.toBe(2)
  const relaxed = instance.internals.file.write('replication-y', ({ writer }) => writer.get('PRAGMA synchronous')?.[0])
  await expect(relaxed).resolves.toBe(1)
  await instance.close()
})

test('a relaxed transaction does not wait for the disk, the next one does', async () => {
  const { storage, instance } = await open([])
  const level = async (relaxed: boolean) => {
    const transaction = await storage.beginTransaction('relaxed', { relaxed })
    const found = await instance.internals.file.write(transaction.context, ({ writer }) =>
      writer.get('PRAGMA synchronous'),
    )
    await transaction.commit()
    return found?.[0]
  }
  expect([await level(true), await level(true), await level(false), await level(true)]).toEqual([1, 1, 2, 1])
  await instance.close()
})

test('the disk is asked once for all who wait, and not at all when nothing is to be written', async () => {
  const { storage, instance, write } = await open([])
  const syncs: string[] = []
  const watched = vi.spyOn(Object.getPrototypeOf(await probe()), 'datasync').mockImplementation(function (this: {
    sync(): Promise<void>
  }) {
    syncs.push('sync')
    return this.sync()
  })
  onTestFinished(() => watched.mockRestore())
  await storage.flush('relaxed')
  expect(syncs).toHaveLength(0)
  await write('a', 'replication-x')
  await Promise.all(Array.from({ length: 10 }, () => storage.flush('relaxed')))
  expect(syncs.length).toBeLessThanOrEqual(2)
  const before = syncs.length
  expect(before).toBeGreaterThan(0)
  await storage.flush('relaxed')
  expect(syncs).toHaveLength(before)
  const first = storage.flush('relaxed')
  await write('b', 'replication-x') // after the disk was asked: it has to be asked again
  await Promise.all([first, storage.flush('relaxed')])
  expect(syncs).toHaveLength(before + 1)
  await write('c', 'by hand')
  await storage.flush('relaxed')
  expect(syncs).toHaveLength(before + 1) // it waited by itself
  await instance.close()
})

test('nothing can be flushed of a database that is not open', async () => {
  const { storage, instance } = await open([])
  await instance.close()
  await expect(storage.flush('relaxed')).rejects.toMatchObject({ kind: 'Closed' })
})
