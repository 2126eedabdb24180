// The table of the sync specification: what RxDB's own CouchDB plugin was measured to do wrong, row by row, with our
// handlers over real HTTP. The other side of each scenario is the server's administrator, or what another device left.
// Against the npm stand-in by default; against CouchDB itself where COUCHDB_URL says so. Rows 1, 8, 12 and 13 prove
// little with the stand-in, which is friendlier there.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ContactDocument } from '../../src-main/engine/documents/contact'
import { couchRemote } from '../../src-main/replication/couch/couch-remote'
import { Feed } from '../../src-main/replication/couch/feed'
import type { RemoteDocument } from '../../src-main/replication/couch/remote'
import { createSession } from '../../src-main/replication/couch/session'
import { remoteId, toRemoteBody } from '../../src-main/replication/couch/wire'
import { push } from '../../src-main/replication/exchange/push'
import { type BareDevice, openBareDevice } from './support/bare-device'
import { type CuttingProxy, startCuttingProxy } from './support/cutting-proxy'
import { contact, contacts, currentValue, edited } from './support/documents'
import {
  type Credentials,
  createOrganisation,
  httpOf,
  type Organisation,
  type TestServer,
  testServer,
} from './support/organisation'

const LONG = process.env['SYNC_LONG'] !== undefined

let server: TestServer
let proxy: CuttingProxy
let organisation: Organisation
let ann: Credentials
let device: BareDevice

beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.close())
beforeEach(async () => {
  organisation = await createOrganisation(server, { validation: false })
  ann = await organisation.user('ann', ['admin'])
  proxy = await startCuttingProxy(server.url)
  device = await openBareDevice()
})
afterEach(async () => {
  await device.close()
  await proxy.close()
  await organisation.remove()
})

const connect = async () => {
  await device.connect(organisation, ann, proxy.url)
  await device.live()
}
/** Away from the server, and back. */
async function apart(work: () => Promise<void>): Promise<void> {
  await device.replication.pause()
  await work()
  await device.replication.resume()
  await device.live()
}
const onServer = async (id: string) => (await organisation.documents()).get(`contacts:${id}`)
const remote = () => couchRemote(createSession(httpOf(server), ann), organisation.path.slice(1))

test('1 · edited here, deleted on the server meanwhile: the join is asked, and the edit lives on both sides', async () => {
  const former = contact('c', 'Ada', ann.user)
  await device.put('contacts', former)
  await connect()
  const next = { ...edited(former, 'lastName', 'Lovelace', ann.user), _deleted: false }
  await apart(async () => {
    await organisation.write('contacts:c', undefined)
    const outcome = await push(remote(), 'contacts', [{ assumed: { ...former, _deleted: false }, next }], false)
    expect(outcome.conflicts).toMatchObject([{ id: 'c', _deleted: true }])
    const { _deleted, ...document } = next
    await device.put('contacts', document)
  })
  expect(await onServer('c')).toMatchObject({ fields: { lastName: [{ v: 'Lovelace' }] } })
  expect(currentValue(await device.get('contacts', 'c'), 'lastName')).toBe('Lovelace')
})

test('2 · both sides delete for good: nothing stands still', async () => {
  await device.put('contacts', ...contacts('c', 3, ann.user))
  await connect()
  await apart(async () => {
    await organisation.write('contacts:c1', undefined)
    await device.database.purge('contacts', ['c1'])
    await device.put('contacts', contact('later', 'Later', ann.user))
  })
  expect([...(await organisation.documents()).keys()].sort()).toEqual(['contacts:c0', 'contacts:c2', 'contacts:later'])
  expect(await device.count('contacts')).toBe(3)
  expect(await device.setAside()).toEqual([])
})

test('3 · a tombstone without any member is taken, and what follows it', async () => {
  await device.put('contacts', ...contacts('c', 2, ann.user))
  await connect()
  await organisation.write('contacts:c0', undefined)
  await organisation.write('contacts:new', toRemoteBody(contact('new', 'New', ann.user)))
  await expect.poll(() => device.get('contacts', 'new'), { timeout: 10_000 }).toBeDefined()
  expect(await device.get('contacts', 'c0')).toBeUndefined()
})

test('4 · one document of a batch is refused: it is set aside with the reason, all else flows both ways', async () => {
  await organisation.refuse(`if (doc._id === 'contacts:c1') throw { forbidden: 'Not this one, ' + user.name }`)
  await device.put('contacts', ...contacts('c', 3, ann.user))
  await connect()
  expect(await device.setAside()).toMatchObject([
    { kind: 'refused', collection: 'contacts', documentId: 'c1', reason: `Not this one, ${ann.user}` },
  ])
  expect(device.status().collections.find(({ kind }) => kind === 'contacts')).toMatchObject({ refused: 1 })
  await device.put('contacts', contact('later', 'Later', ann.user))
  await organisation.write('contacts:theirs', toRemoteBody(contact('theirs', 'Theirs', ann.user)))
  await expect.poll(() => device.get('contacts', 'theirs'), { timeout: 10_000 }).toBeDefined()
  await expect.poll(() => onServer('later'), { timeout: 10_000 }).toBeDefined()
  expect(await onServer('c1')).toBeUndefined()
})

test('5 · 401 at the start and later: told, asked once, and alive again after signing in', async () => {
  const wrong = { ...ann, password: 'wrong' }
  await expect(device.connect(organisation, wrong, proxy.url)).rejects.toMatchObject({ code: 'sign_in_refused' })
  expect(proxy.requests.get('POST /_session')).toBe(1)
  await connect()
  const before = proxy.requests.get('POST /_session') ?? 0
  ann = await organisation.user('ann', ['admin'], 'another-secret')
  await device.put('contacts', contact('c', 'Ada', ann.user))
  await device.until(({ state }) => state === 'signed-out')
  device.replication.tryNow()
  await device.replication.pause()
  await device.replication.resume()
  await device.restart()
  await device.until(({ state }) => state === 'signed-out')
  expect((proxy.requests.get('POST /_session') ?? 0) - before).toBe(1)
  await device.replication.signIn({ ...ann, insistOnPlain: false, leaveUnsent: false })
  await device.live()
  expect(await device.setAside()).toEqual([])
  expect(await onServer('c')).toBeDefined()
  await organisation.write('contacts:theirs', toRemoteBody(contact('theirs', 'Theirs', ann.user)))
  await expect.poll(() => device.get('contacts', 'theirs'), { timeout: 10_000 }).toBeDefined()
})

test('6 · the database is missing and comes later: told, and alive again', async () => {
  await device.put('contacts', contact('c', 'Ada', ann.user))
  await connect()
  await organisation.ask('DELETE', '')
  await device.put('contacts', contact('d', 'Bob', ann.user))
  await device.until(({ state }) => state === 'no-database')
  await organisation.provision()
  device.replication.tryNow()
  await device.live()
  expect([...(await organisation.documents()).keys()].sort()).toEqual(['contacts:c', 'contacts:d'])
  await organisation.write('contacts:theirs', toRemoteBody(contact('theirs', 'Theirs', ann.user)))
  await expect.poll(() => device.get('contacts', 'theirs'), { timeout: 10_000 }).toBeDefined()
})

test('7 · design documents, and documents that are none of ours, stay on the server', async () => {
  await organisation.write('_design/other', { views: {} })
  await organisation.write('somebody-else', { value: 1 })
  await organisation.write('contacts:c', toRemoteBody(contact('c', 'Ada', ann.user)))
  await connect()
  expect(await device.count('contacts')).toBe(1)
  expect(await device.setAside()).toEqual([])
})

test('8 · 300 documents changed on both sides at once are all joined', async () => {
  const both = contacts('c', 300, ann.user)
  await device.put('contacts', ...both)
  await connect()
  await apart(async () => {
    const current = await organisation.documents()
    const theirs = both.map((one) => ({
      ...toRemoteBody(edited(one, 'lastName', 'Theirs', ann.user)),
      _id: remoteId('contacts', one.id),
      _rev: current.get(remoteId('contacts', one.id))?._rev,
    }))
    await organisation.ask('POST', '/_bulk_docs', { docs: theirs })
    await device.put('contacts', ...both.map((one) => edited(one, 'title', 'Ours', ann.user)))
  })
  const joined = [...(await organisation.documents()).values()]
  expect(joined).toHaveLength(300)
  for (const one of joined)
    expect(one).toMatchObject({ fields: { lastName: [{ v: 'Theirs' }], title: [{ v: 'Ours' }] } })
})

const STRANGE = ['a&b', 'a+b', '100%', 'a%2Fb', 'x/y', 'ü ?#', '"quoted"', 'back\\slash']

test('9 · ids with &, + and % in a race', async () => {
  const both = STRANGE.map((id) => contact(id, 'Ada', ann.user))
  await device.put('contacts', ...both)
  await connect()
  await apart(async () => {
    for (const one of both)
      await organisation.write(`contacts:${one.id}`, toRemoteBody(edited(one, 'lastName', 'Theirs', ann.user)))
    await device.put('contacts', ...both.map((one) => edited(one, 'title', 'Ours', ann.user)))
  })
  const joined = await organisation.documents()
  for (const id of STRANGE)
    expect(joined.get(`contacts:${id}`)).toMatchObject({
      fields: { lastName: [{ v: 'Theirs' }], title: [{ v: 'Ours' }] },
    })
})

test('10 · a change between the last page and the long poll is found', async () => {
  const real = remote()
  let waits = 0
  const found: string[] = []
  const ending = new AbortController()
  const feed = new Feed<RemoteDocument>({
    remote: {
      changes: (since, limit) => real.changes(since, limit),
      readAt: (named) => real.readAt(named),
      async awaitChange(since, signal) {
        waits += 1
        if (waits === 1) await organisation.write('contacts:between', toRemoteBody(contact('between', 'Ada', ann.user)))
        return real.awaitChange(since, signal)
      },
    },
    since: undefined,
    lastPage: 0,
    async sort(change) {
      found.push(change.id)
      return undefined
    },
    storedUpTo: () => 0,
    ring: () => undefined,
    onPosition: () => undefined,
    onPage: () => undefined,
    onLost: () => undefined,
    onQuiet: async () => undefined,
  })
  const running = feed.run(ending.signal, Promise.resolve()).catch(() => undefined)
  await expect.poll(() => found, { timeout: 10_000 }).toEqual(['contacts:between'])
  ending.abort()
  await running
})

test(`11 · ${LONG ? '20,000' : '3,000'} documents written while live: connections are bounded, all arrive once`, async () => {
  await connect()
  proxy.connections.most = 0
  const total = LONG ? 20_000 : 3000
  for (let from = 0; from < total; from += 100) await device.put('contacts', ...contacts(`w${from}-`, 100, ann.user))
  await device.live(LONG ? 120_000 : 25_000)
  const sent = [...(await organisation.documents()).values()]
  expect(sent).toHaveLength(total)
  expect(sent.filter(({ _rev }) => !_rev.startsWith('1-'))).toEqual([])
  expect(proxy.connections.most).toBeLessThanOrEqual(8)
})

test('11 · what is sent is not read again, though the feed shows it before the server has answered', async () => {
  proxy.delayAnswersOf('/_bulk_docs', 300)
  await device.put('contacts', ...contacts('c', 1200, ann.user))
  await connect()
  expect((await organisation.documents()).size).toBe(1200)
  expect(proxy.requests.get(`POST ${organisation.path}/_all_docs`)).toBeUndefined()
  // What others write meanwhile comes in all the same.
  proxy.delayAnswersOf('/_bulk_docs', 1500)
  await device.put('contacts', contact('ours', 'Ours', ann.user))
  await expect.poll(() => onServer('ours'), { timeout: 10_000 }).toBeDefined()
  await organisation.write('contacts:theirs', toRemoteBody(contact('theirs', 'Theirs', ann.user)))
  await expect.poll(() => device.get('contacts', 'theirs'), { timeout: 10_000 }).toBeDefined()
  await device.live()
  expect((await onServer('ours'))?._rev).toMatch(/^1-/)
})

test('12 · a document of 9 MB in a batch is set aside alone', async () => {
  const large = edited(contact('large', 'Large', ann.user), 'title', 'x'.repeat(9_000_000), ann.user)
  await device.put('contacts', ...contacts('c', 5, ann.user), large)
  await connect()
  expect([...(await organisation.documents()).keys()]).toHaveLength(5)
  expect(await device.setAside()).toMatchObject([{ kind: 'refused', documentId: 'large' }])
})

test('13 · the database is wiped, or restored from an older backup: what it lost comes back', async () => {
  await device.put('contacts', ...contacts('early', 3, ann.user))
  await connect()
  const backup = await organisation.backup([device.deviceId])
  await device.put('contacts', ...contacts('late', 3, ann.user))
  await device.live()
  await device.replication.pause()
  await organisation.restore(backup)
  expect((await organisation.documents()).size).toBe(3)
  await device.replication.resume()
  await device.live()
  expect((await organisation.documents()).size).toBe(6)
  await device.replication.pause()
  await organisation.wipe()
  await device.replication.resume()
  await device.live()
  expect((await organisation.documents()).size).toBe(6)
})

test('14 · the answer of a successful push is lost: no conflict with oneself', async () => {
  await connect()
  proxy.loseAnswerOf('/_bulk_docs')
  await device.put('contacts', contact('c', 'Ada', ann.user))
  await device.until(({ state }) => state === 'offline')
  device.replication.tryNow()
  await device.live()
  expect((await onServer('c'))?._rev).toMatch(/^1-/)
  expect(await device.setAside()).toEqual([])
})

test('15 · a document that cannot be joined is set aside, and no other waits for it', async () => {
  await organisation.write('contacts:n', toRemoteBody(contact('n', 'Theirs', ann.user)))
  const { type: _, ...broken } = contact('n', 'Ours', ann.user)
  await device.put('contacts', broken as ContactDocument, contact('fine', 'Fine', ann.user))
  await connect()
  expect([...(await organisation.documents()).keys()].sort()).toEqual(['contacts:fine', 'contacts:n'])
  expect(await device.setAside()).toMatchObject([{ kind: 'refused', collection: 'contacts', documentId: 'n' }])
  expect(await onServer('n')).toMatchObject({ fields: { firstName: [{ v: 'Theirs' }] } })
})

test('16 · an attachment that another client added outlives our edits', async () => {
  const former = contact('c', 'Ada', ann.user)
  await device.put('contacts', former)
  await connect()
  const { body } = await organisation.ask('GET', '/contacts:c')
  const data = Buffer.from('hello').toString('base64')
  await organisation.ask('PUT', '/contacts:c', {
    ...body,
    _attachments: { 'card.txt': { content_type: 'text/plain', data } },
  })
  await device.put('contacts', edited(former, 'title', 'Dr', ann.user))
  await device.live()
  const now = await onServer('c')
  expect(now).toMatchObject({ fields: { title: [{ v: 'Dr' }] } })
  expect(now?.['_attachments']).toHaveProperty(['card.txt'])
})

test('17 · what cannot be read is set aside; members of a newer version stay through our edits', async () => {
  const newer = { ...toRemoteBody(contact('newer', 'Ada', ann.user)), mood: { today: 'sunny' } }
  await organisation.write('contacts:newer', newer)
  await organisation.write('contacts:wrong', { ...newer, fields: 'none' })
  await connect()
  expect(await device.setAside()).toMatchObject([{ kind: 'unreadable', collection: 'contacts', documentId: 'wrong' }])
  const here = await device.get('contacts', 'newer')
  if (!here) throw new Error('it did not arrive')
  await device.put('contacts', edited(here, 'title', 'Dr', ann.user))
  await device.live()
  expect(await onServer('newer')).toMatchObject({ mood: { today: 'sunny' }, fields: { title: [{ v: 'Dr' }] } })
  await organisation.write('contacts:wrong', newer)
  await expect.poll(() => device.get('contacts', 'wrong'), { timeout: 10_000 }).toBeDefined()
  expect(await device.setAside()).toEqual([])
})

test.each([1, LONG ? 1500 : 400])('18 · both sides create the same %i documents at once', async (count) => {
  const ours = contacts('c', count, ann.user)
  const theirs = contacts('c', count, ann.user).map((one) => edited(one, 'lastName', 'Theirs', ann.user))
  await organisation.ask('POST', '/_bulk_docs', {
    docs: theirs.map((one) => ({ ...toRemoteBody(one), _id: remoteId('contacts', one.id) })),
  })
  await device.put('contacts', ...ours)
  await connect()
  const joined = [...(await organisation.documents()).values()]
  expect(joined).toHaveLength(count)
  for (const one of joined) expect(one).toMatchObject({ fields: { lastName: [{ v: 'Theirs' }] } })
  const first = joined[0]?.['fields'] as { firstName: unknown[] }
  expect(first.firstName).toHaveLength(2) // both histories
})

test('19 · edited on the server, deleted for good here: the edit lives', async () => {
  const former = contact('c', 'Ada', ann.user)
  await device.put('contacts', former)
  await connect()
  await apart(async () => {
    await organisation.write('contacts:c', toRemoteBody(edited(former, 'title', 'Dr', ann.user)))
    await device.database.purge('contacts', ['c'])
  })
  expect(await onServer('c')).toMatchObject({ fields: { title: [{ v: 'Dr' }] } })
  expect(currentValue(await device.get('contacts', 'c'), 'title')).toBe('Dr')
})

test('20 · small pages over all shards give every document, and end', async () => {
  const all = contacts('c', 250, ann.user)
  await organisation.ask('POST', '/_bulk_docs', {
    docs: all.map((one) => ({ ...toRemoteBody(one), _id: remoteId('contacts', one.id) })),
  })
  const reader = remote()
  const seen = new Set<string>()
  let since: string | undefined
  for (let pages = 1; ; pages += 1) {
    const page = await reader.changes(since, 20)
    for (const { id } of page.documents) seen.add(id)
    since = page.since
    if (page.pending === 0) break
    expect(pages).toBeLessThan(20)
  }
  expect(seen.size).toBe(250)
  await connect()
  expect(await device.count('contacts')).toBe(250)
})

test('21 · special characters in ids, pushed, pulled, edited and pushed again', async () => {
  await device.put('contacts', ...STRANGE.slice(0, 4).map((id) => contact(id, 'Ours', ann.user)))
  for (const id of STRANGE.slice(4))
    await organisation.write(`contacts:${id}`, toRemoteBody(contact(id, 'Theirs', ann.user)))
  await connect()
  expect([...(await organisation.documents()).keys()].sort()).toEqual(STRANGE.map((id) => `contacts:${id}`).sort())
  for (const id of STRANGE) {
    const here = await device.get('contacts', id)
    if (!here) throw new Error(`${id} did not arrive`)
    await device.put('contacts', edited(here, 'title', 'Dr', ann.user))
  }
  await device.live()
  for (const one of (await organisation.documents()).values())
    expect(one).toMatchObject({ fields: { title: [{ v: 'Dr' }] } })
})
