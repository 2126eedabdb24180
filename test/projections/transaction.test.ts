// The transaction of the views: whatever makes a commit fail, and whoever asked for it, it is told that rows are gone.

import { expect, test } from 'vitest'
import { shareReading } from '../../src-main/projections/file/shared-reading'
import { createTransaction } from '../../src-main/projections/file/transaction'
import { openSqlite } from '../../src-main/sqlite/database'

function openBroken() {
  const db = openSqlite(':memory:')
  db.exec('PRAGMA foreign_keys = ON; CREATE TABLE person (id INTEGER PRIMARY KEY)')
  // A reference that is checked when the transaction ends, so that its commit fails.
  db.exec('CREATE TABLE note (person INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED)')
  const told: string[] = []
  let last: (() => void) | undefined
  const transaction = createTransaction(db, {
    reading: shareReading(db, (error) => expect.unreachable(String(error))),
    longMs: 8,
    beforeCommit: () => last?.(),
    onCommitted: (awaited) => told.push(awaited ? 'awaited' : 'committed'),
    onLost: () => told.push('lost'),
    onError: () => told.push('error'),
  })
  const note = (person: number) => transaction.write(1, () => db.exec(`INSERT INTO note VALUES (${person})`))
  const notes = () => db.prepare('SELECT count(*) AS n FROM note').get()?.['n']
  const before = (work: (() => void) | undefined) => {
    last = work
  }
  return { db, told, transaction, note, notes, before }
}

test('a commit that fails where it was asked for: rolled back, told once, and the next one works', () => {
  const { db, told, transaction, note, notes } = openBroken()
  note(1)
  expect(notes()).toBe(1)
  expect(() => transaction.commit()).toThrow(/FOREIGN KEY/)
  expect({ told, open: transaction.isOpen, notes: notes() }).toEqual({ told: ['lost'], open: false, notes: 0 })
  db.exec('INSERT INTO person VALUES (1)')
  note(1)
  transaction.commit()
  expect({ told, notes: notes() }).toEqual({ told: ['lost', 'committed'], notes: 1 })
})

test('a commit that fails by itself is told as well', async () => {
  const { told, transaction, note } = openBroken()
  note(1)
  await expect.poll(() => told).toEqual(['lost', 'error'])
  expect(transaction.isOpen).toBe(false)
})

test('a write that fails takes with it what was not committed', () => {
  const { told, transaction, note, notes } = openBroken()
  note(1)
  expect(() =>
    transaction.write(1, () => {
      throw new Error('it cannot be taken')
    }),
  ).toThrow('it cannot be taken')
  expect({ told, notes: notes() }).toEqual({ told: ['lost'], notes: 0 })
})

test('what waits for the end of the transaction is written in it, or all of it is gone', () => {
  const { db, told, transaction, note, notes, before } = openBroken()
  db.exec('INSERT INTO person VALUES (1)')
  note(1)
  before(() => db.exec('INSERT INTO note VALUES (1)'))
  transaction.commit()
  expect({ told, notes: notes() }).toEqual({ told: ['committed'], notes: 2 })
  note(1)
  before(() => {
    throw new Error('the disk is full')
  })
  expect(() => transaction.commit()).toThrow('the disk is full')
  expect({ told, open: transaction.isOpen, notes: notes() }).toEqual({
    told: ['committed', 'lost'],
    open: false,
    notes: 2,
  })
})
