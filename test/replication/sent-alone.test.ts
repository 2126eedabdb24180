// What one copy of the server alone was known to have (202) is looked for some time later: where that copy was lost for good,
// it is sent again, also by a process that began since. And what lay too far ahead to be read is looked at as it comes near.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FAR_AHEAD } from '../../src-main/engine/documents/validate'
import type { Remote, RemoteDocument, RemoteWrite } from '../../src-main/replication/couch/remote'
import { toRemoteBody } from '../../src-main/replication/couch/wire'
import { guardedRemote } from '../../src-main/replication/exchange/guarded-remote'
import { createRetrying } from '../../src-main/replication/exchange/retrying'
import { tendingOf } from '../../src-main/replication/exchange/tending'
import { openSyncFile, type SyncFile } from '../../src-main/replication/state/sync-file'
import { createMemoryStore } from '../support/memory-store'
import { contact } from './support/documents'

const ADA = contact('ada', 'Ada', 'ann')
const ID = `contacts:${ADA.id}`
const HALF_A_MINUTE = 30_000

let file: SyncFile
let now: number
let there: Map<string, RemoteDocument>
let written: string[]
beforeEach(() => {
  file = openSyncFile(':memory:')
  now = 1_000_000
  there = new Map()
  written = []
})
afterEach(() => file.close())

const remote: Pick<Remote, 'read' | 'readRevision' | 'write'> = {
  read: async (ids) => new Map([...there].filter(([id]) => ids.includes(id))),
  readRevision: async () => undefined,
  write: async (rows: readonly RemoteWrite[]) => {
    written.push(...rows.map(({ id }) => id))
    return rows.map(({ id }) => ({ id, status: 'written' as const, rev: '1-a' }))
  },
}

async function retrying() {
  const { store } = createMemoryStore()
  await store.commit([{ kind: 'contacts', previous: undefined, next: ADA }])
  const user = { name: 'ann', roles: ['agent'] }
  const fail = (error: unknown) => expect.fail(String(error))
  const one = createRetrying({ remote, store, file, user, rules: '', now: () => now, fail, onDefect: fail })
  one.look()
  await one.done
  return async (passedMs: number) => {
    now += passedMs
    one.look()
    await one.done
  }
}

test('a write that one copy alone took is noted before it counts as done', async () => {
  const noted: string[] = []
  const guarded = guardedRemote({
    remote: {
      ...remote,
      write: async (rows: readonly RemoteWrite[]) =>
        rows.map(({ id }, i) => ({ id, status: 'written', rev: '1-a', ...(i === 0 ? { alone: true } : {}) })),
    } as unknown as Remote,
    store: { flush: async () => undefined },
    depart: async () => new Set(),
    onAlone: (id) => noted.push(id),
    mark: async () => void noted.push('the mark'),
  })
  await guarded.write([
    { id: ID, body: {} },
    { id: 'contacts:other', body: {} },
  ])
  expect(noted).toEqual([ID, 'the mark'])
})

test('lost with that copy, it is sent again, and not before the others had time to get it', async () => {
  const pass = await retrying()
  file.sentAlone.put('contacts', ADA.id)
  await pass(HALF_A_MINUTE)
  expect(written).toEqual([]) // it was noted a moment ago, perhaps
  await pass(HALF_A_MINUTE)
  expect(written).toEqual([ID])
  expect(file.sentAlone.list(9)).toEqual([])
  await pass(2 * HALF_A_MINUTE)
  expect(written).toEqual([ID])
})

test('what the server has is not sent again; what was noted before this process began is looked for', async () => {
  file.sentAlone.put('contacts', ADA.id)
  there.set(ID, { id: ID, rev: '1-a', deleted: false, body: toRemoteBody(ADA) })
  const pass = await retrying()
  await pass(HALF_A_MINUTE)
  expect(written).toEqual([])
  expect(file.sentAlone.list(9)).toEqual([])
})

test('what lay too far ahead to be read is looked at again each hour, also while a connection lasts', async () => {
  const pass = await retrying()
  file.setAside.put({
    kind: 'unreadable',
    collection: 'contacts',
    documentId: ADA.id,
    reason: FAR_AHEAD,
    at: '',
    document: '',
  })
  there.set(ID, { id: ID, rev: '1-a', deleted: false, body: toRemoteBody(ADA) })
  await pass(59 * 60_000)
  expect(file.setAside.has('unreadable', 'contacts', ADA.id)).toBe(true)
  await pass(60_000)
  expect(file.setAside.has('unreadable', 'contacts', ADA.id)).toBe(false)
})

test('what was not sent since the server’s document lay too far ahead to be read is tried again by itself', async () => {
  const reason = `The server has this document in a form that cannot be read (${FAR_AHEAD})`
  file.save({ triedAs: JSON.stringify(['ann', ['agent'], '']) }) // nothing else is a reason to try
  file.setAside.put({ kind: 'refused', collection: 'contacts', documentId: ADA.id, reason, at: '', document: '' })
  there.set(ID, { id: ID, rev: '1-a', deleted: false, body: toRemoteBody(ADA) })
  await retrying()
  expect(file.setAside.has('refused', 'contacts', ADA.id)).toBe(false)
})

test('branches that a copy which is behind does not show are looked at once more', async () => {
  const current = { id: ID, rev: '1-a', deleted: false, body: toRemoteBody(ADA) }
  const branch = { id: ID, rev: '1-b', deleted: false, body: toRemoteBody({ ...ADA, lastActivity: 7 }) }
  const answers = [current, { ...current, conflicts: ['1-b'] }]
  const tended: RemoteWrite[] = []
  const lagging = {
    copies: 3,
    read: async () => new Map([[ID, answers.shift() ?? current]]),
    readRevision: async () => branch,
    write: async (rows: readonly RemoteWrite[]) => {
      tended.push(...rows)
      return rows.map(({ id }) => ({ id, status: 'written' as const, rev: '2-a' }))
    },
  }
  const fail = (error: unknown) => expect.fail(String(error))
  const pace = { waitMs: 1, spreadMs: 1, behindMs: 20 }
  const { signal } = new AbortController()
  const user = { name: 'ann', roles: ['agent'] }
  const options = { remote: lagging, branched: file.branched, user, signal, now: Date.now, fail, pace }
  const tending = tendingOf(options)
  tending.add('contacts', ADA.id)
  await expect.poll(() => file.branched.list(9)).toEqual([])
  expect(tended).toMatchObject([{ id: ID, rev: '1-a', body: { lastActivity: 7 } }])
})
