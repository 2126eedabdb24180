// What the writer process writes, as a function of a seed and a number, so that the process that judges can say what
// must be in the files without being told: the only thing that crosses the pipe is which operations were acknowledged.
import {
  fillWithDefaultSettings,
  type RxDocumentData,
  type RxJsonSchema,
  type RxStorageInstance,
} from 'rxdb/plugins/core'
import type { RxStorageSQLite } from '../../../src-main/storage/index'

export const DATABASE = 'durable'
export const COLLECTIONS = ['contacts', 'claims', 'noise'] as const
export type CollectionName = (typeof COLLECTIONS)[number]

/** One document: which operation made it, how many that operation made, and which one changed it last. */
export interface Item {
  id: string
  op: number
  of: number
  touched: number
  text: string
}
export type StoredItem = RxDocumentData<Item>
export type Items = RxStorageInstance<Item, unknown, unknown>

const schema = fillWithDefaultSettings<Item>({
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 50 },
    op: { type: 'integer', minimum: 0, maximum: 10_000_000, multipleOf: 1 },
    of: { type: 'integer' },
    touched: { type: 'integer', minimum: -1, maximum: 10_000_000, multipleOf: 1 },
    text: { type: 'string' },
  },
  required: ['id', 'op', 'of', 'touched', 'text'],
  indexes: ['op', ['touched', 'op']],
})

/** Opens a collection of the database under test. */
export async function openItems(storage: RxStorageSQLite, collection: CollectionName): Promise<Items> {
  return (await storage.createStorageInstance<Item>({
    databaseInstanceToken: 'durability',
    databaseName: DATABASE,
    collectionName: collection,
    schema: schema as RxJsonSchema<RxDocumentData<Item>>,
    options: {},
    multiInstance: false,
    devMode: false,
  })) as unknown as Items
}

/** A small repeatable generator (mulberry32): numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * - `bulk`: one bulk write of new documents
 * - `transaction`: new documents in two collections, in several bulk writes, committed
 * - `rollback`: the same, rolled back: none of it may ever be seen
 * - `change`: one bulk write that changes all documents of an earlier operation
 * - `remove`: one transaction that deletes all documents of an earlier operation
 */
type Kind = 'bulk' | 'transaction' | 'rollback' | 'change' | 'remove'
export interface Operation {
  readonly number: number
  readonly kind: Kind
  /** How many documents a collection gets. */
  readonly size: number
  /** The earlier operation that `change` and `remove` are about. */
  readonly target: number
  /** Characters of text in each document. */
  readonly width: number
}

const KINDS: readonly Kind[] = [
  'bulk',
  'bulk',
  'transaction',
  'transaction',
  'transaction',
  'rollback',
  'change',
  'change',
  'remove',
]

/**
 * Operation `number` of a writer that began with operation `first`. Every other writer is a heavy one: it makes large
 * documents first and keeps changing them, so that its log grows fast and is moved into the file again and again.
 */
export function operation(seed: number, number: number, first: number): Operation {
  const next = random(seed * 7_919 + number)
  const isHeavy = seed % 2 === 0
  const drawn = KINDS[Math.trunc(next() * KINDS.length)] ?? 'bulk'
  const size = next() < 0.1 ? 200 : 1 + Math.trunc(next() * 12)
  const target = first + Math.trunc(next() * (number - first))
  if (number === first)
    return { number, kind: 'transaction', size: isHeavy ? 200 : size, target, width: isHeavy ? 8_000 : 400 }
  if (isHeavy && drawn === 'change' && next() < 0.8) return { number, kind: 'change', size, target: first, width: 400 }
  const kind = isHeavy && drawn === 'remove' && target === first ? 'bulk' : drawn
  return { number, kind, size, target, width: 400 }
}

export const idOf = (op: number, i: number): string => `${String(op).padStart(7, '0')}-${i}`

/** A new document of an operation; by default about 600 bytes, like a contact. */
export function item(op: number, i: number, of: number, width = 400): StoredItem {
  return {
    id: idOf(op, i),
    op,
    of,
    touched: -1,
    text: `${op} ${i} `.padEnd(width, '.'),
    _deleted: false,
    _attachments: {},
    _meta: { lwt: 1_000_000 + op },
    _rev: '1-first',
  }
}
