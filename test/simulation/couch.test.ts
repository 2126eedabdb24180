// The server of the simulation keeps CouchDB's rules. Each was tried on Apache CouchDB 3.5; a simulation against a friendlier
// server would prove little.
import { expect, test } from 'vitest'
import { drawFrom } from '../support/exchange'
import { Couch, SERVER_ADMIN } from './couch'

const open = () => new Couch('server', drawFrom(1), () => 0)
const write = (server: Couch, id: string, n: number, rev?: string, deleted = false) => {
  const [outcome] = server.write([{ id, body: deleted ? {} : { n }, ...(rev ? { rev } : {}), deleted }], SERVER_ADMIN)
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
  const other = open()
  const takeAll = (to: Couch, from: Couch) =>
    from.branchesSince([]).rows.reduce((sum, [id, leaves]) => sum + to.takeBranches(id, leaves), 0)
  expect(takeAll(other, server)).toBe(1)
  const second = write(server, 'notes:a', 2, first)
  write(other, 'notes:a', 3, first)
  expect(takeAll(server, other)).toBe(1)
  expect(takeAll(server, other)).toBe(0) // known by now
  expect(takeAll(other, server)).toBe(1)
  expect(other.read(['notes:a'])).toEqual(server.read(['notes:a']))
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
  server.judge = (next) => (next._id !== 'notes:b' ? { code: 'forbidden', reason: 'not allowed' } : undefined)
  const statuses = server
    .write(
      ['notes:a', 'notes:b', 'notes:c'].map((id) => ({ id, body: {} })),
      SERVER_ADMIN,
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

test('a branch written by name is judged without what it does not follow; one that goes on, with it', () => {
  const server = open()
  const first = write(server, 'notes:a', 1)
  const judged: unknown[] = []
  server.judge = (next, former) => {
    judged.push([next._rev, former?.['n'] ?? null])
    return next['n'] === 9 ? { code: 'forbidden', reason: 'not allowed' } : undefined
  }
  const named = (rev: string, ancestors: string[], n: number) =>
    server.writeNamed({ id: 'notes:a', rev, ancestors, body: { n } }, SERVER_ADMIN)
  expect(named('2-a', [first], 2)).toBeUndefined()
  expect(named('2-a', [first], 2)).toBeUndefined() // known by now
  expect(named('4-b', ['3-x'], 3)).toBeUndefined()
  expect(named('2-c', [], 9)).toEqual({ code: 'forbidden', reason: 'not allowed' })
  expect(judged).toEqual([
    ['2-a', 1],
    ['4-b', null],
    ['2-c', null],
  ])
  expect(server.read(['notes:a']).get('notes:a')).toMatchObject({ rev: '4-b', conflicts: ['2-a'] })
})

test('nodes that lag: reads behind the feed, branches, copies that disagree until the next write; then all is as it was', () => {
  let now = 0
  const server = new Couch('server', drawFrom(3), () => now, 3)
  server.lags = true
  const ids = Array.from({ length: 40 }, (_, n) => `notes:${n.toString(36).padStart(3, '0')}`)
  const firsts = ids.map((id) => write(server, id, 1))
  const found = server.read(ids)
  expect(found.size).toBeGreaterThan(10)
  expect(found.size).toBeLessThan(40) // the feed had them all
  const page = server.changes(undefined, 100)
  expect(page.documents.length + (page.behind?.length ?? 0)).toBe(40)
  expect(server.readAt(page.behind ?? []).size).toBeLessThanOrEqual(page.behind?.length ?? 0)
  for (const [i, id] of ids.entries()) write(server, id, 2, firsts[i])
  const branched = ids.filter((id, i) => /^2-/.test(write(server, id, 3, firsts[i])))
  expect(branched.length).toBeGreaterThan(3)
  now += 60_000
  expect(server.read(ids).size).toBe(40)
  expect(branched.every((id) => server.read([id]).get(id)?.conflicts?.length === 1)).toBe(true)
  const marks = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => `scv-${id}`)
  for (const id of marks) for (const mark of [1, 2]) server.putLocal(id, { mark })
  server.lags = false
  const answers = () => new Set(marks.flatMap((id) => Array.from({ length: 9 }, () => server.getLocal(id)?.['mark'])))
  expect(answers()).toEqual(new Set([1, 2]))
  for (const id of marks) server.putLocal(id, { mark: 3 })
  expect(answers()).toEqual(new Set([3]))
})
