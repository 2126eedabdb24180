// The conformance harness: one case is a function from a fresh storage to a plain outcome. It runs on RxDB's memory
// storage and on ours, and both outcomes must be the same; where a case states what it expects, both must also be that,
// so that two storages that are wrong in the same way still fail.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type BulkWriteRow,
  type FilledMangoQuery,
  fillWithDefaultSettings,
  getChangedDocumentsSince,
  getQueryMatcher,
  getSortComparator,
  type MangoQuery,
  normalizeMangoQuery,
  type PreparedQuery,
  prepareQuery,
  type RxDocumentData,
  type RxJsonSchema,
  type RxStorage,
  type RxStorageDefaultCheckpoint,
  type RxStorageInstance,
} from 'rxdb/plugins/core'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { describe, expect, test } from 'vitest'
import { getRxStorageSQLite } from '../../../src-main/storage/index'

/** A document of any shape; every schema of these tests has the primary key `id` unless it says otherwise. */
export interface Doc {
  id: string
  [field: string]: unknown
}
export type Stored = RxDocumentData<Doc>
export type AnyStorage = RxStorage<unknown, Record<string, unknown>>
export type Instance = RxStorageInstance<Doc, unknown, Record<string, unknown>, RxStorageDefaultCheckpoint>
export type Schema = RxJsonSchema<Stored>
export type Properties = Record<string, Record<string, unknown>>

export type SubjectName = 'memory' | 'sqlite'

/** What a case gets: storages over one place that is thrown away afterwards. */
export interface Bench {
  readonly name: SubjectName
  /** The storage over this bench's place; `again` gives another storage object over the same place. */
  readonly storage: AnyStorage
  again(): AnyStorage
  /** A new instance; names default to the same database and collection within one bench. */
  create(schema: Schema, options?: CreateOptions): Promise<Instance>
}
interface CreateOptions {
  readonly database?: string
  readonly collection?: string
  readonly storage?: AnyStorage
  readonly multiInstance?: boolean
  readonly token?: string
}

export interface Case<Outcome = unknown> {
  readonly title: string
  readonly run: (bench: Bench) => Promise<Outcome>
  /** What both storages must answer, where it can be said independently of either. */
  readonly expected?: Outcome
  /** For what the memory storage cannot do (it forgets on close, has no second process): judged by `expected` alone. */
  readonly oursOnly?: true
}

const SUBJECTS: Record<SubjectName, (folder: string) => AnyStorage> = {
  memory: () => getRxStorageMemory() as unknown as AnyStorage,
  sqlite: (folder) => getRxStorageSQLite({ folder }) as unknown as AnyStorage,
}

let counter = 0

/** Runs `work` on a fresh bench of the named storage and cleans up, also when it throws. */
export async function onBench<Outcome>(name: SubjectName, work: (bench: Bench) => Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'storage-conformance-'))
  const storage = SUBJECTS[name](folder)
  counter += 1
  const place = `place${counter}` // the memory storage keeps all of a process together, by database name
  const opened: Instance[] = []
  const bench: Bench = {
    name,
    storage,
    // Memory lives in the storage object; ours lives in the folder, so a second object is the stricter test.
    again: () => (name === 'memory' ? storage : SUBJECTS[name](folder)),
    async create(schema, options = {}) {
      counter += 1
      const instance = (await (options.storage ?? storage).createStorageInstance<Doc>({
        databaseInstanceToken: options.token ?? `token${counter}`,
        databaseName: `${place}-${options.database ?? 'judged'}`,
        collectionName: options.collection ?? 'documents',
        schema,
        options: {},
        multiInstance: options.multiInstance ?? false,
        devMode: true,
      })) as unknown as Instance
      opened.push(instance)
      return instance
    },
  }
  try {
    return await work(bench)
  } finally {
    for (const instance of opened) await instance.close().catch(() => undefined) // a removed instance may refuse
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Registers the cases as tests that compare the memory storage and ours. */
export function conform(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    for (const one of cases) {
      test(one.title, async () => {
        const ours = await onBench('sqlite', one.run)
        if ('expected' in one) expect(ours).toEqual(one.expected)
        else if (one.oursOnly) throw new Error('a case judged on ours alone must say what it expects')
        if (!one.oursOnly) expect(ours).toEqual(await onBench('memory', one.run))
      })
    }
  })
}

/** A schema with `id` (≤ 100 characters) as its primary key and the metadata RxDB adds to every collection. */
export function schemaOf(properties: Properties, indexes: (string | string[])[] = [], extra: object = {}): Schema {
  const indexed = new Set(indexes.flat().filter((field) => !field.includes('.') && field in properties))
  return fillWithDefaultSettings<Doc>({
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties: { id: { type: 'string', maxLength: 100 }, ...properties },
    required: ['id', ...indexed],
    indexes,
    ...extra,
  } as unknown as RxJsonSchema<Doc>) as Schema
}

export const text = { type: 'string', maxLength: 100 }
export const number = { type: 'number', minimum: -1_000_000, maximum: 1_000_000, multipleOf: 0.01 }
export const integer = { type: 'integer', minimum: -1_000_000, maximum: 1_000_000, multipleOf: 1 }
export const boolean = { type: 'boolean' }

/** The schema of the cases that do not look at values: one indexed text. */
export const plain = schemaOf({ value: text }, ['value'])

/** A revision of the given height; the same arguments give the same revision, so that outcomes compare. */
export const rev = (height: number, tail = 'a'): string => `${height}-${tail.repeat(32)}`

/** A document as RxDB hands it to a storage; `fields` may override the metadata. `lwt` is in milliseconds. */
export function doc(id: string, fields: Record<string, unknown> = {}, lwt = 1_000): Stored {
  return { id, _deleted: false, _attachments: {}, _meta: { lwt }, _rev: rev(1), ...fields } as Stored
}

/** The row that replaces `previous` by the next revision with `changes`. */
export function next(
  previous: Stored,
  changes: Record<string, unknown>,
  lwt = previous._meta.lwt + 1,
): BulkWriteRow<Doc> {
  const height = Number.parseInt(previous._rev, 10) + 1
  return { previous, document: { ...previous, _meta: { lwt }, _rev: rev(height), ...changes } as Stored }
}

/** Inserts the documents and fails loudly on a row that was refused. */
export async function insert(instance: Instance, documents: readonly Stored[], context = 'insert'): Promise<void> {
  const { error } = await instance.bulkWrite(
    documents.map((document) => ({ document })),
    context,
  )
  if (error.length > 0) throw new Error(`insert refused: ${error[0]?.status} ${error[0]?.documentId}`)
}

/** Writes rows and says, in order, which were refused and why. */
export async function write(
  instance: Instance,
  rows: BulkWriteRow<Doc>[],
  context = 'write',
): Promise<{ status: number; id: string }[]> {
  const { error } = await instance.bulkWrite(rows, context)
  return error.map(({ status, documentId }) => ({ status, id: documentId }))
}

/** Prepares a query as RxDB does before it reaches a storage. */
function prepare(schema: Schema, query: MangoQuery<Doc>): PreparedQuery<Doc> {
  return prepareQuery<Doc>(schema, normalized(schema, query))
}
export const normalized = (schema: Schema, query: MangoQuery<Doc>): FilledMangoQuery<Doc> =>
  normalizeMangoQuery<Doc>(schema, query)

export async function find(instance: Instance, query: MangoQuery<Doc>): Promise<Stored[]> {
  return (await instance.query(prepare(instance.schema as Schema, query))).documents
}
export const ids = (documents: readonly Stored[]): string[] => documents.map(({ id }) => id)

export async function count(instance: Instance, query: MangoQuery<Doc>): Promise<number> {
  return (await instance.count(prepare(instance.schema as Schema, query))).count
}

/** The answer by RxDB's own matcher and comparator over a plain array: independent of any storage and index. */
export function bruteForce(schema: Schema, documents: readonly Stored[], query: MangoQuery<Doc>): string[] {
  const filled = normalized(schema, query)
  const matches = getQueryMatcher<Doc>(schema, filled)
  const compare = getSortComparator<Doc>(schema, filled)
  const found = documents.filter((document) => matches(document)).sort(compare as (a: Stored, b: Stored) => number)
  return ids(found.slice(filled.skip, filled.limit === undefined ? undefined : filled.skip + filled.limit))
}

/** Every change since the beginning in pages of `limit`; the checkpoints are opaque to the caller. */
export async function page(instance: Instance, limit: number): Promise<Stored[][]> {
  const pages: Stored[][] = []
  let checkpoint: RxStorageDefaultCheckpoint | undefined
  for (;;) {
    const answer: { documents: Stored[]; checkpoint: RxStorageDefaultCheckpoint } = await getChangedDocumentsSince<
      Doc,
      RxStorageDefaultCheckpoint
    >(instance, limit, checkpoint)
    if (answer.documents.length > 0) pages.push(answer.documents)
    if (answer.documents.length < limit) return pages
    checkpoint = answer.checkpoint
  }
}

/** The message of the error that `work` must throw. */
export async function refusal(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
  } catch (error) {
    return error instanceof Error ? `${'code' in error ? `${error.code} ` : ''}${error.message}` : String(error)
  }
  throw new Error('it was expected to be refused')
}
