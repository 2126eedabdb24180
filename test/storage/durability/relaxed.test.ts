// Writes that need not wait for the disk: still whole, still in order, and told apart from those that do.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RxJsonSchema } from 'rxdb'
import { afterEach, beforeEach, expect, test } from 'vitest'
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

test('nothing can be flushed of a database that is not open', async () => {
  const { storage, instance } = await open([])
  await instance.close()
  await expect(storage.flush('relaxed')).rejects.toMatchObject({ kind: 'Closed' })
})
