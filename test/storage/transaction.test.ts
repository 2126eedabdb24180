// Transactions over collections: all or nothing, invisible until the commit, events only after it, nobody left waiting.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createRxDatabase,
  fillWithDefaultSettings,
  type RxCollection,
  type RxDatabase,
  type RxDocumentData,
  type RxJsonSchema,
} from 'rxdb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { getRxStorageSQLite, type RxStorageSQLite, StorageError } from '../../src-main/storage'
import type { RxStorageInstanceSQLite } from '../../src-main/storage/instance'

type Item = { id: string; city: string }
type Collections = { left: RxCollection<Item>; right: RxCollection<Item> }

const schema = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: { id: { type: 'string', maxLength: 40 }, city: { type: 'string', maxLength: 40 } },
  required: ['id', 'city'],
  indexes: ['city'],
} as const

let folder: string
let storage: RxStorageSQLite
let database: RxDatabase<Collections>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storage-tx-'))
  storage = getRxStorageSQLite({ folder, synchronous: 'OFF', transactionIdleTimeout: 300 })
  database = await createRxDatabase<Collections>({ name: 'shop', storage, multiInstance: false })
  await database.addCollections({ left: { schema }, right: { schema } })
})

afterEach(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const documentOf = (id: string, city = 'Bern'): RxDocumentData<Item> => ({
  id,
  city,
  _deleted: false,
  _attachments: {},
  _meta: { lwt: 1 },
  _rev: '',
})

function write(collection: RxCollection<Item>, context: string, ...ids: string[]) {
  return collection.storageInstance.bulkWrite(
    ids.map((id) => ({ document: documentOf(id) })),
    context,
  )
}

const countOf = (collection: RxCollection<Item>) => collection.count().exec()

test('what is read by id is what was committed last, also while a transaction is open', async () => {
  const left = database.left.internalStorageInstance as RxStorageInstanceSQLite<Item>
  const found = async () =>
    (await left.findDocumentsById(['a', 'b', 'none'], false)).map((item) => `${item.id} ${item.city}`)
  expect(await found()).toEqual([])
  await write(database.left, 'alone', 'a')
  expect(await found()).toEqual(['a Bern'])
  const transaction = await storage.beginTransaction('shop')
  await write(database.left, transaction.context, 'b')
  expect(await found()).toEqual(['a Bern'])
  await transaction.commit()
  expect(await found()).toEqual(['a Bern', 'b Bern'])
  const [a] = await left.findDocumentsById(['a'], false)
  if (a) await left.bulkWrite([{ previous: a, document: { ...a, _deleted: true } }], 'alone')
  expect(await found()).toEqual(['b Bern'])
})

test('a commit makes the writes of all collections visible at once, and then emits one bulk for each in order', async () => {
  const bulks: string[] = []
  const listen = (name: 'left' | 'right') =>
    database[name].storageInstance.changeStream().subscribe((bulk) => {
      bulks.push(`${name} ${bulk.events.map((event) => event.documentId).join()}`)
    })
  const subscriptions = [listen('left'), listen('right')]
  const transaction = await storage.beginTransaction('shop')
  await write(database.left, transaction.context, 'a', 'b')
  await write(database.right, transaction.context, 'c')
  await write(database.left, transaction.context, 'd')
  expect([await countOf(database.left), await countOf(database.right)]).toEqual([0, 0])
  expect(bulks).toEqual([])
  await transaction.commit()
  expect([await countOf(database.left), await countOf(database.right)]).toEqual([3, 1])
  expect(bulks).toEqual(['left a,b', 'right c', 'left d'])
  for (const subscription of subscriptions) subscription.unsubscribe()
})

test('a rollback leaves no row and emits nothing', async () => {
  let emitted = 0
  const subscription = database.left.storageInstance.changeStream().subscribe(() => {
    emitted++
  })
  const transaction = await storage.beginTransaction('shop')
  await write(database.left, transaction.context, 'a')
  await transaction.rollback()
  await transaction.rollback()
  expect(await countOf(database.left)).toBe(0)
  expect(emitted).toBe(0)
  subscription.unsubscribe()
})

test('conflicts are judged against the transaction’s own writes', async () => {
  const transaction = await storage.beginTransaction('shop')
  await write(database.left, transaction.context, 'a')
  const again = await write(database.left, transaction.context, 'a')
  expect(again.error.map((error) => [error.status, error.documentId])).toEqual([[409, 'a']])
  await transaction.commit()
  expect(await countOf(database.left)).toBe(1)
})

test('other writes wait for the end, and are not lost', async () => {
  const transaction = await storage.beginTransaction('shop')
  await write(database.left, transaction.context, 'a')
  const order: string[] = []
  const outside = database.left.insert({ id: 'b', city: 'Chur' }).then(() => order.push('outside'))
  const second = storage.beginTransaction('shop')
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(order).toEqual([])
  await transaction.commit().then(() => order.push('commit'))
  await outside
  await (await second).rollback()
  expect(order).toEqual(['commit', 'outside'])
  expect(await countOf(database.left)).toBe(2)
})

test('a write that waited for a transaction comes after it in the order of changes', async () => {
  const transaction = await storage.beginTransaction('shop')
  const outside = database.left.insert({ id: 'early', city: 'Chur' })
  await new Promise((resolve) => setTimeout(resolve, 5))
  await write(database.left, transaction.context, 'late')
  await transaction.commit()
  const instance = database.left.storageInstance
  await outside
  const all = await instance.getChangedDocumentsSince?.(10, undefined)
  expect(all?.documents.map((document) => document.id)).toEqual(['late', 'early'])
  const inserted = await database.left.findOne('early').exec()
  await inserted?.patch({ city: 'Genf' })
  expect((await database.left.findOne('early').exec())?.city).toBe('Genf')
})

test('a forgotten transaction is rolled back, and its context is refused afterwards', async () => {
  const transaction = await storage.beginTransaction('shop')
  await write(database.left, transaction.context, 'a')
  await database.right.insert({ id: 'b', city: 'Bern' })
  expect(await countOf(database.left)).toBe(0)
  await expect(write(database.left, transaction.context, 'c')).rejects.toThrow(/ended|rolled back/)
  await expect(transaction.commit()).rejects.toBeInstanceOf(StorageError)
})

test('a transaction needs an open database', async () => {
  await expect(storage.beginTransaction('nowhere')).rejects.toMatchObject({ kind: 'Closed' })
})

test('closing everything at once ends a forgotten transaction instead of waiting for it', async () => {
  const patient = getRxStorageSQLite({ folder: join(folder, 'patient'), synchronous: 'OFF' })
  const open = (name: string) =>
    patient.createStorageInstance<Item>({
      databaseInstanceToken: name,
      databaseName: 'shop',
      collectionName: name,
      schema: fillWithDefaultSettings(schema as unknown as RxJsonSchema<Item>),
      options: {},
      multiInstance: false,
      devMode: false,
    })
  const instances = await Promise.all([open('one'), open('two'), open('three')])
  const transaction = await patient.beginTransaction('shop')
  const [first] = instances
  const waiting = first?.bulkWrite([{ document: documentOf('a') }], 'outside')
  await Promise.all(instances.map((instance) => instance.close()))
  expect(await waiting).toEqual({ error: [] })
  await expect(transaction.commit()).rejects.toMatchObject({ kind: 'Closed' })
})
