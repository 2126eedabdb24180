// A file of the version before: it opens, keeps every document, and loses the index that the primary key does the work of. One of
// a newer version is refused and left as it is.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillWithDefaultSettings, type RxJsonSchema } from 'rxdb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSqlite, type SqliteDatabase } from '../../src-main/sqlite/database'
import { getRxStorageSQLite } from '../../src-main/storage'

interface Thing {
  id: string
  value: string
}

const schemaWith = (indexes: string[]) =>
  fillWithDefaultSettings<Thing>({
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties: { id: { type: 'string', maxLength: 20 }, value: { type: 'string', maxLength: 20 } },
    required: ['id', 'value'],
    indexes,
  } as RxJsonSchema<Thing>)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'storage-older-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const open = (schema: RxJsonSchema<never>) =>
  getRxStorageSQLite({ folder }).createStorageInstance<Thing>({
    databaseInstanceToken: 'token',
    databaseName: 'home',
    collectionName: 'things',
    schema: schema as never,
    options: {},
    multiInstance: false,
    devMode: false,
  })

/** What the file holds, read and changed by somebody else. */
function withFile<T>(look: (db: SqliteDatabase) => T): T {
  const db = openSqlite(join(folder, 'home.sqlite'))
  try {
    return look(db)
  } finally {
    db.close()
  }
}

const indexes = () =>
  withFile((db) =>
    db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name LIKE 'd%' ORDER BY name")
      .all()
      .map((row) => String(row['name'])),
  )
const version = () => withFile((db) => db.prepare('PRAGMA user_version').get()?.['user_version'])

test.each([
  ['without indexes', []],
  ['with one on a field', ['value']],
])('a collection %s', async (_, own) => {
  const schema = schemaWith(own) as RxJsonSchema<never>
  const first = await open(schema)
  const { error } = await first.bulkWrite(
    Array.from({ length: 50 }, (_, i) => ({
      document: {
        ...{ id: `t${i}`, value: `v${i % 7}`, _deleted: i === 49, _attachments: {}, _meta: { lwt: 1000 + i } },
        _rev: '1-a',
      },
    })) as never,
    'test',
  )
  expect(error).toEqual([])
  await first.close()

  const made = indexes()
  const table = withFile((db) =>
    String(db.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'd%'").get()?.['name']),
  )
  if (own.length === 0)
    withFile((db) => {
      db.exec(`CREATE INDEX ${table}_i1 ON ${table} (deleted, id)`)
      db.exec(`INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('${table}', '${table}_i1', '1000000 1000000 1')`)
    })
  withFile((db) => db.exec('PRAGMA user_version = 1'))

  const again = await open(schema)
  const { documents } = await again.query({
    query: { selector: { _deleted: { $eq: false } }, sort: [{ id: 'asc' }], skip: 0 },
    queryPlan: { index: ['_deleted', 'id'], startKeys: [], endKeys: [], inclusiveStart: true, inclusiveEnd: true },
  } as never)
  const live = Array.from({ length: 49 }, (_, i) => `t${i}`).sort()
  expect(documents.map(({ id }) => id)).toEqual(live)
  await again.close()

  expect(version()).toBe(2)
  expect(indexes()).toEqual(made)
  expect(made.some((name) => name.endsWith('_i1'))).toBe(own.length > 0)
  const stale = withFile((db) =>
    db.prepare('SELECT count(*) AS n FROM sqlite_stat1 WHERE idx NOT IN (SELECT name FROM sqlite_schema)').get(),
  )
  expect(stale).toEqual({ n: 0 })
  await (await open(schema)).remove()
})

test('a file of a newer version is refused by name, and not one byte of it is changed', async () => {
  const schema = schemaWith([]) as RxJsonSchema<never>
  await (await open(schema)).close()
  withFile((db) => db.exec('PRAGMA user_version = 99'))
  const bytes = () => readFileSync(join(folder, 'home.sqlite')).toString('base64')
  const before = bytes()
  await expect(open(schema)).rejects.toMatchObject({ kind: 'Incompatible' })
  expect(bytes()).toBe(before)
})
