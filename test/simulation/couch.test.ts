// The server of the simulation keeps CouchDB's rules. Each was tried on Apache CouchDB 3.5; a simulation against a friendlier
// server would prove little.
import { expect, test } from 'vitest'
import { drawFrom } from '../support/exchange'
import { Couch } from './couch'

const open = () => new Couch(drawFrom(1))
const write = (server: Couch, id: string, n: number, rev?: string, deleted = false) => {
  const [outcome] = server.write([{ id, body: deleted ? {} : { n }, ...(rev ? { rev } : {}), deleted }], 'ann')
  return outcome?.status === 'written' ? outcome.rev : (outcome?.status ?? 'nothing')
}

test('a write names the end of a branch, or is a conflict', () => {
  const server = open()
  const first = write(server, 'notes:a', 1)
  expect(first).toMatch(/^1-/)
  expect(write(server, 'notes:a', 2)).toBe('conflict')
  expect(write(server, 'notes:a', 2, '1-0000')).toBe('conflict')
  const second = write(server, 'notes:a', 2, first)
  expect(second).toMatch(/^2-/)
  expect(write(server, 'notes:a', 3, first)).toBe('conflict')
  expect(server.read(['notes:a', 'notes:b'])).toEqual(
    new Map([['notes:a', { id: 'notes:a', rev: second, deleted: false, body: { n: 2 } }]]),
  )
})

test('a tombstone has no body, and may be written over without naming it', () => {
  const server = open()
  const gone = write(server, 'notes:a', 0, write(server, 'notes:a', 1), true)
  expect(server.read(['notes:a']).get('notes:a')).toEqual({
    id: 'notes:a',
    rev: gone,
    deleted: true,
    body: undefined,
  })
  expect(write(server, 'notes:a', 2)).toMatch(/^3-/)
  expect(server.read(['notes:a']).get('notes:a')).toMatchObject({ deleted: false, body: { n: 2 } })
})

test('of branches the living wins, then the longer, then the greater; the others are named until they are removed', () => {
  const server = open()
  const first = write(server, 'notes:a', 1)
  const second = write(server, 'notes:a', 2, first)
  expect(server.graft('notes:a', first, { n: 3 })).toBe(true)
  expect(server.graft('notes:a', first, { n: 3 })).toBe(false) // known by now
  expect(server.graft('notes:a', '1-0000', { n: 4 })).toBe(false) // of a history nobody knows here
  const shown = server.read(['notes:a']).get('notes:a')
  const [loser = ''] = shown?.conflicts ?? []
  expect((shown?.rev ?? '') > loser).toBe(true)
  expect(server.readRevision('notes:a', loser)).toMatchObject({ rev: loser, deleted: false })
  const longer = write(server, 'notes:a', 5, loser)
  expect(server.read(['notes:a']).get('notes:a')).toMatchObject({ rev: longer, conflicts: [shown?.rev] })
  write(server, 'notes:a', 0, longer, true)
  const left = server.read(['notes:a']).get('notes:a')
  expect(left).toMatchObject({ rev: shown?.rev, deleted: false })
  expect(left?.conflicts).toBeUndefined()
  expect(second).toMatch(/^2-/)
})

test('rows are judged one by one, and a conflict comes before a refusal', () => {
  const server = open()
  write(server, 'notes:a', 1)
  server.validator = (id, body) => (body && id !== 'notes:b' ? { code: 'forbidden', reason: 'not allowed' } : undefined)
  const statuses = server
    .write(
      ['notes:a', 'notes:b', 'notes:c'].map((id) => ({ id, body: {} })),
      'ann',
    )
    .map(({ status }) => status)
  expect(statuses).toEqual(['conflict', 'written', 'refused'])
})

test('the feed shows each document once, at its last change, in pages of no particular order', () => {
  const server = open()
  const ids = Array.from({ length: 50 }, (_, n) => `notes:${n.toString(36).padStart(3, '0')}`)
  const revs = ids.map((id) => write(server, id, 1))
  write(server, ids[0] ?? '', 2, revs[0])
  const seen: string[] = []
  let since: string | undefined
  let pages = 0
  for (let pending = 1; pending > 0; pages += 1) {
    const page = server.changes(since, 7)
    seen.push(...page.documents.map(({ id }) => id))
    pending = page.pending
    since = page.since
  }
  expect(pages).toBe(8)
  expect([...seen].sort()).toEqual([...ids].sort())
  expect(seen).not.toEqual([...ids.slice(1), ids[0]]) // shards answer as they like
  expect(server.changedSince(since)).toBe(false)
  write(server, ids[3] ?? '', 3, revs[3])
  expect(server.changedSince(since)).toBe(true)
  expect(server.changes(since, 7).documents.map(({ id }) => id)).toEqual([ids[3]])
})

test('restored from files it answers nothing after a place it has not reached yet; replicated or new it begins again', () => {
  const server = open()
  write(server, 'notes:aaa', 1)
  server.putLocal('scv-ann', { mark: 1 })
  const backup = server.backup()
  for (const id of ['notes:aab', 'notes:aac', 'notes:aad']) write(server, id, 1)
  server.putLocal('scv-ann', { mark: 2 })
  const { since } = server.changes(undefined, 100)
  server.restore(backup, 'files')
  expect(server.getLocal('scv-ann')).toEqual({ mark: 1 })
  expect(server.changes(undefined, 100).documents).toHaveLength(1)
  write(server, 'notes:aae', 1)
  expect(server.changes(since, 100).documents).toHaveLength(0)
  server.restore(backup, 'replicated')
  expect(server.getLocal('scv-ann')).toBeUndefined()
  expect(server.changes(since, 100).documents.map(({ id }) => id)).toEqual(['notes:aaa'])
  server.restore(undefined, 'replicated')
  expect(server.changes(since, 100)).toMatchObject({ documents: [], pending: 0 })
})
