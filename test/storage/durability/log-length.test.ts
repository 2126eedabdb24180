// How much of a log waits to be moved into its file: what decides when the views' log is moved, whatever its own length.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSqlite } from '../../../src-main/sqlite/database'
import { checkpointOnThread, waitingInLog } from '../../../src-main/storage'

test('what waits in a log grows with commits, is nothing once moved, and begins anew in the same file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scv-log-'))
  const path = join(folder, 'views.sqlite')
  expect(waitingInLog(path)).toBe(0)
  const db = openSqlite(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA page_size = 4096; CREATE TABLE t (v TEXT)')
  const write = () => db.prepare('INSERT INTO t VALUES (?)').run('v'.repeat(100_000))
  write()
  const once = waitingInLog(path)
  const logLength = () => statSync(`${path}-wal`).size
  expect(once).toBe(logLength())
  write()
  expect(waitingInLog(path)).toBe(logLength())
  const longest = logLength()
  await checkpointOnThread(path)
  expect(waitingInLog(path)).toBe(0)
  expect(logLength()).toBe(longest)
  write()
  expect(waitingInLog(path)).toBeGreaterThan(0)
  expect(waitingInLog(path)).toBeLessThanOrEqual(once)
  expect(logLength()).toBe(longest)
  db.close()
  rmSync(folder, { recursive: true })
})
