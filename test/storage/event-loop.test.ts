// Nobody waits for the storage: long calls are cut into slices, many short ones in a row let timers run, and a reader
// sees the last committed state while a long write is under way.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRxDatabase, type RxCollection, type RxDatabase } from 'rxdb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { getRxStorageSQLite } from '../../src-main/storage'

type Item = { id: string; group: number; text: string }

const schema = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 20 },
    group: { type: 'number', minimum: 0, maximum: 1000, multipleOf: 1 },
    text: { type: 'string' },
  },
  required: ['id', 'group', 'text'],
  indexes: ['group'],
} as const

let folder: string
let database: RxDatabase<{ items: RxCollection<Item> }>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storage-loop-'))
  // Slices far shorter than a write takes, so that every call below is cut on any machine.
  const storage = getRxStorageSQLite({ folder, synchronous: 'OFF', sliceTime: 1 })
  database = await createRxDatabase({ name: 'loop', storage, multiInstance: false })
  await database.addCollections({ items: { schema } })
})

afterEach(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const itemsOf = (from: number, count: number): Item[] =>
  Array.from({ length: count }, (_, i) => ({ id: `i${from + i}`, group: i % 10, text: 'x'.repeat(400) }))

/** Counts the turns of the event loop until some work is done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  let running = true
  const count = (): void => {
    turns++
    if (running) setImmediate(count)
  }
  setImmediate(count)
  await work
  running = false
  return turns
}

test('a write of a thousand documents lets the event loop run in between', async () => {
  expect(await turnsDuring(database.items.bulkInsert(itemsOf(0, 1000)))).toBeGreaterThan(5)
  expect(await database.items.count().exec()).toBe(1000)
})

test('so do reads of a thousand, by id and by query', async () => {
  await database.items.bulkInsert(itemsOf(0, 1000))
  const ids = itemsOf(0, 1000).map(({ id }) => id)
  const instance = database.items.storageInstance
  expect(await turnsDuring(instance.findDocumentsById(ids, false))).toBeGreaterThan(1)
  expect(await turnsDuring(database.items.find({ selector: { text: { $regex: 'y' } } }).exec())).toBeGreaterThan(1)
})

test('a long row of short awaited writes lets timers run', async () => {
  let ticks = 0
  const timer = setInterval(() => {
    ticks++
  }, 1)
  for (const item of itemsOf(0, 300)) await database.items.insert(item)
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(3)
})

test('a reader during a long write sees nothing of it, and all of it afterwards', async () => {
  const seen = new Set<number>()
  const writing = database.items.bulkInsert(itemsOf(0, 2000))
  let done = false
  const finished = writing.then(() => {
    done = true
  })
  while (!done) {
    const instance = database.items.storageInstance
    const found = await instance.findDocumentsById(['i0', 'i1999'], false)
    seen.add(found.length)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await finished
  seen.delete(2)
  expect([...seen]).toEqual([0])
  expect(await database.items.count({ selector: { group: 3 } }).exec()).toBe(200)
})

test('writes that come while a long one is under way follow it in order', async () => {
  const order: string[] = []
  const long = database.items.bulkInsert(itemsOf(0, 2000)).then(() => order.push('long'))
  const short = database.items.bulkInsert([{ id: 'short', group: 1, text: '' }]).then(() => order.push('short'))
  const conflict = database.items.bulkInsert(itemsOf(5, 1)).then(({ error }) => order.push(`conflicts ${error.length}`))
  await Promise.all([long, short, conflict])
  expect(order).toEqual(['long', 'short', 'conflicts 1'])
})
