// The process that is killed: writes without end and says each acknowledged operation's number on a line of its own.
// Usage: writer FOLDER SEED FIRST-OPERATION. It never ends by itself.
import type { BulkWriteRow } from 'rxdb/plugins/core'
import { getRxStorageSQLite } from '../../../src-main/storage/index'
import { takeKey } from './key'
import { type Item, type Items, idOf, item, openItems, operation, type StoredItem } from './model'
import { say } from './say'

const [folder = '', seed = '0', first = '0'] = process.argv.slice(2)
const FIRST = Number(first)
const PIECE = 5 // documents a bulk write of a transaction, so that a kill can fall between two of them

takeKey()
const storage = getRxStorageSQLite({ folder })
const contacts = await openItems(storage, 'contacts')
const claims = await openItems(storage, 'claims')
const noise = await openItems(storage, 'noise')

async function put(items: Items, rows: BulkWriteRow<Item>[], context: string): Promise<void> {
  const { error } = await items.bulkWrite(rows, context)
  if (error.length > 0) throw new Error(`refused: ${error[0]?.status} ${error[0]?.documentId}`)
}
const made = (op: number, size: number, width: number) =>
  Array.from({ length: size }, (_, i) => ({ document: item(op, i, size, width) }))

async function inTransaction(work: (context: string) => Promise<void>, end: 'commit' | 'rollback'): Promise<void> {
  const transaction = await storage.beginTransaction(contacts.databaseName)
  try {
    await work(transaction.context)
  } catch (error) {
    await transaction.rollback()
    throw error
  }
  await transaction[end]()
}

/** The rows that change what an operation made, as far as it is there; alternatives change all of it or nothing. */
async function successors(items: Items, op: number, changes: Partial<StoredItem>): Promise<BulkWriteRow<Item>[]> {
  const ids = Array.from({ length: 200 }, (_, i) => idOf(op, i))
  const previous = await items.findDocumentsById(ids, false)
  return previous.map((one) => ({
    previous: one,
    document: { ...one, ...changes, _rev: `${Number.parseInt(one._rev, 10) + 1}-next` } as StoredItem,
  }))
}

async function perform(number: number): Promise<void> {
  const { kind, size, target, width } = operation(Number(seed), number, FIRST)
  if (kind === 'bulk') await put(contacts, made(number, size, width), 'bulk')
  if (kind === 'change') await put(contacts, await successors(contacts, target, { touched: number }), 'change')
  if (kind === 'transaction' || kind === 'rollback') {
    await inTransaction(
      async (context) => {
        for (let i = 0; i < size; i += PIECE) {
          for (const items of [contacts, claims])
            await put(items, made(number, size, width).slice(i, i + PIECE), context)
        }
      },
      kind === 'rollback' ? 'rollback' : 'commit',
    )
  }
  if (kind === 'remove') {
    const gone = { _deleted: true, touched: number }
    const rows = await Promise.all([contacts, claims].map((items) => successors(items, target, gone)))
    await inTransaction(async (context) => {
      await put(contacts, rows[0] ?? [], context)
      await put(claims, rows[1] ?? [], context)
    }, 'commit')
  }
}

/** Single documents from further streams of writers, so that the queue is never empty. */
async function makeNoise(lane: number): Promise<never> {
  for (let i = FIRST; ; i += 1) {
    const document = item(i, lane, 1)
    await put(noise, [{ document }], 'noise')
    say(`noise ${document.id}`)
  }
}

function fail(error: unknown): void {
  say(`error ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
  process.exit()
}
say('open')
for (const lane of [0, 1]) makeNoise(lane).catch(fail)
try {
  for (let number = FIRST; ; number += 1) {
    await perform(number)
    say(`done ${number}`)
  }
} catch (error) {
  fail(error)
}
