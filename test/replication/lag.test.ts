// A server of several copies that do not agree for some seconds: what the feed has named is not passed over, nothing is
// written over an older state, and a copy that is behind is not taken for a server that forgot. Over HTTP, with a proxy that
// lets keyed reads be behind; against CouchDB itself where COUCHDB_URL says so.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { toRemoteBody } from '../../src-main/replication/couch/wire'
import { type AlteringProxy, startAlteringProxy } from './support/altering-proxy'
import { type BareDevice, openBareDevice } from './support/bare-device'
import { contact, contacts, currentValue, edited } from './support/documents'
import {
  type Credentials,
  createOrganisation,
  type Organisation,
  type ServerDocument,
  type TestServer,
  testServer,
} from './support/organisation'

/** Shorter than it is measured to last, long enough to be met. */
const LAG_MS = 1500

let server: TestServer
let proxy: AlteringProxy
let organisation: Organisation
let ann: Credentials
let device: BareDevice

beforeAll(async () => {
  server = await testServer()
}, 60_000)
afterAll(() => server?.close())
beforeEach(async () => {
  organisation = await createOrganisation(server, { validation: false })
  ann = await organisation.user('ann', ['admin'])
  proxy = await startAlteringProxy(server.url)
  proxy.copies = 3
  device = await openBareDevice()
}, 60_000)
afterEach(async () => {
  await device.close()
  await proxy.close()
  await organisation.remove()
}, 60_000)

const connect = async () => {
  await device.connect(organisation, ann, proxy.url)
  await device.live()
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const onServer = async (id: string) => (await organisation.documents()).get(`contacts:${id}`)
const conflictsOf = async (id: string) =>
  (await organisation.ask('GET', `/contacts%3A${id}?conflicts=true`)).body._conflicts

/** Own writes are on their way, so that the feed is read without documents, which are then read by key. */
function slowWrites(ms: number): void {
  proxy.instead = async ({ path }) => {
    if (path.endsWith('/_bulk_docs')) await pause(ms)
    return false
  }
}

test.each(['missing', 'older'])(
  'a change that a keyed read finds %s is asked for again, and its position is held',
  async (how) => {
    await organisation.write('contacts:theirs', toRemoteBody(contact('theirs', 'Before', ann.user)))
    await connect()
    await expect.poll(() => device.file.state.since, { timeout: 20_000 }).not.toBeNull()
    const old = (await onServer('theirs')) as ServerDocument
    slowWrites(600)
    await device.put('contacts', contact('ours', 'Ours', ann.user))
    await pause(150)
    proxy.behind = (id) => (id === 'contacts:theirs' ? (how === 'older' ? old : 'missing') : undefined)
    const { _id, _rev, ...body } = old
    await organisation.write('contacts:theirs', { ...body, lastActivity: 7 })
    await organisation.write('contacts:other', toRemoteBody(contact('other', 'Other', ann.user)))
    // The others flow, and the state tells that not everything is here.
    await expect.poll(() => device.get('contacts', 'other'), { timeout: 10_000 }).toBeDefined()
    await pause(LAG_MS)
    expect((await device.get('contacts', 'theirs'))?.lastActivity).toBe(0)
    expect(device.status().state).toBe('syncing')
    const { since } = device.file.state
    // Not even a restart passes it.
    await device.restart()
    await pause(LAG_MS / 2)
    expect(device.file.state.since).toBe(since)
    proxy.behind = undefined
    await expect.poll(async () => (await device.get('contacts', 'theirs'))?.lastActivity, { timeout: 10_000 }).toBe(7)
    await device.live()
    expect(await device.setAside()).toEqual([])
  },
)

test('nothing is written over an older state than the one that was received', async () => {
  const former = contact('c', 'Ada', ann.user)
  await organisation.write('contacts:c', toRemoteBody(former))
  await connect()
  const old = (await onServer('c')) as ServerDocument
  const newer = edited(former, 'lastName', 'Theirs', ann.user)
  await organisation.write('contacts:c', toRemoteBody(newer))
  await expect
    .poll(async () => currentValue(await device.get('contacts', 'c'), 'lastName'), { timeout: 10_000 })
    .toBe('Theirs')
  proxy.behind = () => old
  await device.put('contacts', edited(newer, 'title', 'Dr', ann.user))
  await pause(LAG_MS)
  proxy.behind = () => 'missing'
  await pause(LAG_MS)
  expect(proxy.asked.get('_bulk_docs') ?? 0).toBe(0)
  proxy.behind = undefined
  await device.live()
  expect(await onServer('c')).toMatchObject({ fields: { lastName: [{ v: 'Theirs' }], title: [{ v: 'Dr' }] } })
  expect(await conflictsOf('c')).toBeUndefined()
  expect(await device.setAside()).toEqual([])
})

test('a copy that is behind has not forgotten: nothing is exchanged anew', async () => {
  await organisation.ask('POST', '/_bulk_docs', {
    docs: contacts('c', 30, ann.user).map((one) => ({ ...toRemoteBody(one), _id: `contacts:${one.id}` })),
  })
  await connect()
  const { epoch } = device.file.state
  await device.replication.pause()
  device.file.save({ markedUpTo: {} }) // as after a crash: all of it is to be compared
  proxy.behind = (id) => (/[13579]$/.test(id) ? 'missing' : undefined)
  await device.replication.resume()
  await pause(LAG_MS)
  proxy.behind = undefined
  await device.live()
  expect(device.file.state.epoch).toBe(epoch)
})

test('a refusal by a copy that is behind is not believed at once', async () => {
  await connect()
  let refusals = 2
  proxy.instead = ({ path, body }, response) => {
    if (!path.endsWith('/_bulk_docs') || refusals === 0) return false
    refusals -= 1
    const { docs } = JSON.parse(body) as { docs: { _id: string }[] }
    const refused = docs.map(({ _id }) => ({ id: _id, error: 'forbidden', reason: 'A part of the history is gone.' }))
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(refused))
    return true
  }
  await device.put('contacts', contact('c', 'Ada', ann.user))
  await device.live()
  expect(refusals).toBe(0)
  expect(await device.setAside()).toEqual([])
  expect(await onServer('c')).toBeDefined()
})

test('202, one copy has it: it is sent, and what the feed shows of it is looked at', async () => {
  await connect()
  proxy.alter = ({ path }, status, body) => ({ status: path.endsWith('/_bulk_docs') ? 202 : status, body })
  await device.put('contacts', ...contacts('c', 3, ann.user))
  await device.live()
  expect((await organisation.documents()).size).toBe(3)
  for (const { _rev } of (await organisation.documents()).values()) expect(_rev).toMatch(/^1-/)
})

test('a branch that cannot be read yet is waited for', async () => {
  const former = contact('c', 'Ada', ann.user)
  await organisation.write('contacts:c', toRemoteBody(former))
  await connect()
  const { body } = await organisation.ask('GET', '/contacts:c')
  const branch = (field: string, digit: string) => ({
    ...toRemoteBody(edited(former, field, 'Branched', ann.user)),
    _id: 'contacts:c',
    _rev: `2-${digit.repeat(32)}`,
    _revisions: { start: 2, ids: [digit.repeat(32), String(body._rev).slice(2)] },
  })
  // A branch that the copy asked by key does not have yet.
  proxy.alter = ({ path }, status, said) => ({
    status,
    body: path.endsWith('/_bulk_get') ? JSON.stringify({ results: [] }) : said,
  })
  await organisation.ask('POST', '/_bulk_docs', {
    docs: [branch('title', 'a'), branch('lastName', 'b')],
    new_edits: false,
  })
  await pause(LAG_MS)
  expect(currentValue(await device.get('contacts', 'c'), 'title')).toBeUndefined()
  expect(device.status().state).toBe('syncing')
  proxy.alter = undefined
  await device.live()
  const here = await device.get('contacts', 'c')
  expect([currentValue(here, 'title'), currentValue(here, 'lastName')]).toEqual(['Branched', 'Branched'])
})
