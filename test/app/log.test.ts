// The log tells what happened and where, and nothing of anyone: whatever kind of error it is given, no name, number, address
// or note text that stands anywhere in it is written.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { HttpError } from '../../src-main/api/errors'
import { UsageError } from '../../src-main/gateway/options'
import { openLog } from '../../src-main/log'
import { safeStatement } from '../../src-main/log/redaction'
import { rotatingFile } from '../../src-main/log/rotating-file'
import { createStatements } from '../../src-main/projections/file/statements'
import { ProvisionError } from '../../src-main/provision/couch'
import { RemoteError } from '../../src-main/replication/couch/remote'
import { openSqlite } from '../../src-main/sqlite/database'
import { createThread } from '../../src-main/sqlite/thread'
import { Connection } from '../../src-main/storage/connection'
import { StorageError } from '../../src-main/storage/errors'
import { ScvError } from '../../src-shared/errors'

const NAME = 'Annabel Leeworth'
const NUMBER = '+61421700123'
const MAIL = 'annabel@example.org'
const NOTE = 'Call her after six'
const PLANTED = `${NAME} ${NUMBER} <${MAIL}>: ${NOTE}`

let folder: string
let printed: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scv-log-'))
  printed = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = () => openLog(folder, (line) => printed.push(line))
const written = () => readFileSync(join(folder, 'logs', 'scv.log'), 'utf8')

/** Whatever something throws. */
async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('it threw nothing')
}

const ERRORS: [string, () => Promise<unknown>, object][] = [
  ['a plain one', async () => new Error(PLANTED), { kind: 'Error' }],
  [
    'one with a name of its own',
    async () => Object.assign(new Error('x'), { name: NAME, code: NAME }),
    { kind: 'Error' },
  ],
  [
    'one whose message looks like a place',
    async () => new Error(`x\n    at ${NAME} (${MAIL}.js:1:1)`),
    { kind: 'Error' },
  ],
  [
    'our own',
    async () =>
      new ScvError('identifier_held', PLANTED, {
        field: MAIL,
        details: { holder: { id: NAME, displayName: NAME }, since: NAME },
      }),
    { kind: 'ScvError', code: 'identifier_held' },
  ],
  ['one of HTTP', async () => new HttpError('malformed', PLANTED, MAIL), { kind: 'HttpError' }],
  [
    'one of the storage',
    async () => new StorageError('Io', PLANTED, `/home/${NAME}/data.db`, { cause: new Error(PLANTED) }),
    { kind: 'StorageError', code: 'Io', cause: { kind: 'Error' } },
  ],
  [
    'one of SQLite',
    () =>
      thrownBy(() => {
        const db = openSqlite(':memory:')
        db.exec('CREATE TABLE person (name TEXT UNIQUE)')
        db.exec(`INSERT INTO person VALUES ('${NAME}')`)
        db.exec(`INSERT INTO person VALUES ('${NAME}') -- ${PLANTED}`)
      }),
    { code: 'SQLITE_CONSTRAINT_UNIQUE', errcode: 19 },
  ],
  [
    'one of a statement that cannot be read',
    () => thrownBy(() => openSqlite(':memory:').exec(`SELECT "${PLANTED}" FROM nowhere`)),
    { code: 'SQLITE_ERROR' },
  ],
  [
    'one of a schema',
    () => thrownBy(() => z.object({ [MAIL]: z.enum([NAME]) }).parse({ [MAIL]: PLANTED })),
    { kind: 'ZodError' },
  ],
  ['one of JSON', () => thrownBy(() => JSON.parse(`{"name": ${PLANTED}`)), { kind: 'SyntaxError' }],
  [
    'one of fetch',
    () => thrownBy(() => fetch(`http://127.0.0.1:1/${encodeURIComponent(MAIL)}`)),
    { kind: 'TypeError', cause: expect.anything() },
  ],
  ['one of an address', () => thrownBy(() => new URL(PLANTED)), { kind: 'TypeError', code: 'ERR_INVALID_URL' }],
  ['one of a file', () => thrownBy(() => readFileSync(join(folder, PLANTED))), { code: 'ENOENT' }],
  [
    'one of CouchDB',
    async () => Object.assign(new Error(PLANTED), { status: 403, error: 'forbidden', reason: PLANTED }),
    { code: 'forbidden', status: 403 },
  ],
  [
    'one of replication',
    async () => new RemoteError('signed-out', PLANTED),
    { kind: 'RemoteError', code: 'signed-out' },
  ],
  ['one of provisioning', async () => new ProvisionError(PLANTED), { kind: 'ProvisionError' }],
  ['one of the command line', async () => new UsageError(PLANTED), { kind: expect.stringMatching(/^(Usage)?Error$/) }],
  [
    'one of RxDB',
    async () => Object.assign(new Error(PLANTED), { name: 'RxError', code: 'DB8', parameters: { document: PLANTED } }),
    { kind: 'RxError', code: 'DB8' },
  ],
  [
    'a chain of them',
    async () =>
      new Error(PLANTED, { cause: new ScvError('conflict', PLANTED, { details: { kind: NOTE, ids: [NAME] } }) }),
    { cause: { code: 'conflict' } },
  ],
  ['several at once', async () => new AggregateError([new Error(PLANTED)], PLANTED), { kind: 'AggregateError' }],
  ['a text', async () => PLANTED, { kind: 'thrown string' }],
  ['an object', async () => ({ name: NAME, stack: PLANTED, code: NUMBER }), { kind: 'Error' }],
  ['nothing', async () => undefined, { kind: 'thrown undefined' }],
]

describe('what is written', () => {
  test.each(ERRORS)('of %s', async (_what, make, told) => {
    const log = open()
    log.failure('unexpected', await make(), { id: '01a229d2-720e-7396-9b7b-f562f06a5986', subject: PLANTED })
    log.close()
    const all = written() + printed.join('\n')
    for (const part of [...PLANTED.split(/[\s<>:]+/), 'annabel', 'Leeworth', '421700123'].filter(
      (one) => one.length > 3,
    ))
      expect(all).not.toContain(part)
    expect(JSON.parse(written())).toMatchObject({
      level: 'error',
      event: 'unexpected',
      id: '01a229d2-720e-7396-9b7b-f562f06a5986',
      subject: '…',
      error: told,
    })
  })

  test('of anything that can be thrown, with data anywhere in it', () => {
    const text = fc.constantFrom(NAME, NUMBER, MAIL, NOTE, PLANTED, `${NAME}\n    at ${MAIL}`, 'ELEEWORTH')
    const member = fc.constantFrom('name', 'code', 'kind', 'error', 'errcode', 'status', 'statusCode', 'stack', 'field')
    const { thrown } = fc.letrec<{ thrown: unknown }>((tie) => ({
      thrown: fc.oneof(
        { depthSize: 'small' },
        text,
        fc
          .record({ message: text, members: fc.dictionary(fc.oneof(member, text), text), cause: tie('thrown') })
          .map(({ message, members, cause }) =>
            Object.assign(new Error(message, { cause }), members, { errors: [cause], details: { [message]: cause } }),
          ),
      ),
    }))
    const log = open()
    fc.assert(
      fc.property(thrown, text, (error, fact) => {
        printed.length = 0
        log.failure('unexpected', error, { name: fact, call: fact })
        expect(printed).toHaveLength(1)
        expect(printed[0]).not.toMatch(/annabel|leeworth|421700123|after six/i)
      }),
      { numRuns: 300 },
    )
    log.close()
  })

  test('where it happened: the places in the code, without the folders they lie in', () => {
    const log = open()
    log.failure('call failed', new TypeError(PLANTED), { call: 'people.get' })
    log.close()
    const { error, call } = JSON.parse(written())
    expect(call).toBe('people.get')
    expect(error.at[0]).toMatch(/^log\.test\.ts:\d+:\d+$/)
    expect(JSON.stringify(error)).not.toContain('/')
  })

  test('statements over 40 ms, with their text and without values', () => {
    const log = open()
    const sql = createStatements(openSqlite(':memory:'))
    const slow = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*), '${NAME}' FROM n`
    sql.get(slow, 10)
    expect(printed).toEqual([])
    sql.get(slow, 700_000)
    log.close()
    sql.get(slow, 700_000)
    const [line, ...others] = written().trim().split('\n')
    expect(others).toEqual([])
    const entry = JSON.parse(line ?? '')
    expect(entry).toMatchObject({ event: 'slow statement', statement: expect.stringContaining('WITH RECURSIVE n(i)') })
    expect(entry.ms).toBeGreaterThan(40)
    expect(line).not.toMatch(/Annabel|700000/)
  })

  test('slow statements of the storage too, of a step of a long answer and of what runs on a thread', async () => {
    const log = open()
    const path = join(folder, 'x.db')
    const file = new Connection(path, { readOnly: false, pragmas: {} })
    const count = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*), '${NAME}' FROM n`
    file.get(count, 10)
    expect(printed).toEqual([])
    file.get(count, 700_000)
    for (const _ of file.iterate(`${count} LIMIT 5`, 700_000)) break
    // Stopped early, it holds nothing open.
    file.close()
    const task = `const { parentPort } = require('node:worker_threads')
      parentPort.on('message', ({ id }) => {
        for (const ms of [12, 41]) parentPort.postMessage({ slow: { sql: "SELECT '${NAME}'", ms } })
        parentPort.postMessage({ id })
      })`
    const thread = createThread<number, void>(task, 'a-thread')
    await thread(1)
    thread.end()
    log.close()
    const entries = written()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(entries).toHaveLength(3)
    expect(entries[0].statement).toMatch(/^WITH RECURSIVE n\(i\)/)
    expect(entries[1].statement).toMatch(/LIMIT \?$/)
    expect(entries[2]).toMatchObject({ ms: 41, statement: 'SELECT ?', thread: 'a-thread' })
    expect(written()).not.toMatch(/Annabel|700000/)
  })

  test('a statement keeps its shape', () => {
    expect(safeStatement(`SELECT *\n  FROM t1 WHERE a = 'O''Neil' AND b IN (12, 3.5) AND c = ?`)).toBe(
      'SELECT * FROM t1 WHERE a = ? AND b IN (?, ?) AND c = ?',
    )
  })
})

describe('the file', () => {
  test('goes aside when it is full, the latest first, and no more than are kept', () => {
    const file = rotatingFile(join(folder, 'logs', 'scv.log'), 100, 2)
    for (let n = 0; n < 40; n += 1) file.add(`line ${String(n).padStart(3, '0')} of the log`)
    const logs = join(folder, 'logs')
    expect(readdirSync(logs).sort()).toEqual(['scv.log', 'scv.log.1', 'scv.log.2'])
    for (const name of readdirSync(logs)) expect(statSync(join(logs, name)).size).toBeLessThanOrEqual(100)
    const texts = ['scv.log.2', 'scv.log.1', 'scv.log'].flatMap((name) =>
      readFileSync(join(logs, name), 'utf8').trim().split('\n'),
    )
    expect(texts.at(-1)).toBe('line 039 of the log')
    expect(texts).toEqual([...texts].sort())
  })

  test('is gone on with by the next start, and a folder that cannot be written breaks nothing', () => {
    for (const n of [1, 2]) rotatingFile(join(folder, 'a.log')).add(`start ${n}`)
    expect(readFileSync(join(folder, 'a.log'), 'utf8')).toBe('start 1\nstart 2\n')
    rotatingFile(join(folder, 'a.log', 'scv.log')).add('lost')
  })
})
