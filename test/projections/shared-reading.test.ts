// What is read in a turn of the event loop shares a transaction, which is in nobody's way.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { shareReading } from '../../src-main/projections/file/shared-reading'
import { createTransaction } from '../../src-main/projections/file/transaction'
import { openSqlite, type SqliteDatabase } from '../../src-main/sqlite/database'

const folder = mkdtempSync(join(tmpdir(), 'scv-reading-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
let path: string
let db: SqliteDatabase
let reading: ReturnType<typeof shareReading>
beforeEach(() => {
  path = join(folder, `${files++}.sqlite`)
  db = openSqlite(path)
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE person (id INTEGER PRIMARY KEY)')
  reading = shareReading(db, (error) => expect.unreachable(String(error)))
  return () => {
    if (db.isOpen) db.close()
  }
})

const people = () => {
  reading.begin()
  return db.prepare('SELECT count(*) AS n FROM person').get()?.['n']
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('it begins once a turn, and is over with the turn', async () => {
  expect(people()).toBe(0)
  expect(db.isTransaction).toBe(true)
  const other = openSqlite(path)
  other.exec('INSERT INTO person VALUES (1)')
  expect(people()).toBe(0) // one state for all of the turn
  await turn()
  expect(db.isTransaction).toBe(false)
  expect(people()).toBe(1)
  await turn()
  expect(other.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()).toMatchObject({ busy: 0 })
  other.close()
})

test('who writes in the same turn ends it, and what is written is read at once', async () => {
  const transaction = createTransaction(db, {
    ...{ reading, longMs: 8, beforeCommit: () => undefined, onCommitted: () => undefined, onLost: () => undefined },
    onError: (error) => expect.unreachable(String(error)),
  })
  expect(people()).toBe(0)
  transaction.write(1, () => db.exec('INSERT INTO person VALUES (1)'))
  const now = () => db.prepare('SELECT count(*) AS n FROM person').get()?.['n']
  expect(now()).toBe(1)
  await turn()
  expect(db.isTransaction).toBe(true) // the end of the turn ended the reading, and not the writing
  transaction.commit()
  expect(people()).toBe(1)
  transaction.commit() // nothing to commit; but nothing is left open either
  expect(db.isTransaction).toBe(false)
})

test('an error that ended it already is no second one', async () => {
  reading.begin()
  db.exec('ROLLBACK')
  await turn()
  expect(people()).toBe(0)
})

test('nor is a database that was closed in the same turn', async () => {
  people()
  db.close()
  await turn() // an error here would be nobody's, and fail the run
  expect(db.isOpen).toBe(false)
})
