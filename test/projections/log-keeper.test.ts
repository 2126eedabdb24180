// The log of the views: short after every burst of writing, and nothing at work after the views are closed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepLog } from '../../src-main/projections/file/log-keeper'
import { openSqlite, type SqliteDatabase } from '../../src-main/sqlite/database'
import { waitingInLog } from '../../src-main/storage'

let folder: string
let path: string
let db: SqliteDatabase
const errors: unknown[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scv-log-'))
  path = join(folder, 'views.sqlite')
  db = openSqlite(path)
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (v TEXT)')
})
afterEach(() => {
  if (db.isOpen) db.close()
  rmSync(folder, { recursive: true })
  expect(errors).toEqual([])
})

const write = (bytes: number) => db.prepare('INSERT INTO t VALUES (?)').run('v'.repeat(bytes))

test('a log that has grown is moved while writing goes on', async () => {
  const log = keepLog(db, path, (error) => errors.push(error))
  write(5_000_000)
  await log.makeRoom()
  await log.settle()
  expect(waitingInLog(path)).toBe(0)
})

test('a short one is moved when writing has come to rest', async () => {
  const log = keepLog(db, path, (error) => errors.push(error))
  await log.makeRoom()
  write(100)
  expect(waitingInLog(path)).toBeGreaterThan(0)
  await expect.poll(() => waitingInLog(path), { timeout: 5000 }).toBe(0)
  await log.settle()
})

test('none is moved after the end', async () => {
  const log = keepLog(db, path, (error) => errors.push(error))
  await log.makeRoom()
  write(100)
  await log.settle()
  const waiting = waitingInLog(path)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(waitingInLog(path)).toBe(waiting)
})
