// Documents in several branches, as concurrent writes through different nodes and replication between servers leave them,
// under the organisation's own validation: devices show the join, every later edit is taken, nothing of a branch is lost.
// Over HTTP against the stand-in, and against CouchDB itself where COUCHDB_URL says so.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { AuditDocument } from '../../src-main/engine/documents/audit'
import type { ContactDocument } from '../../src-main/engine/documents/contact'
import { write } from '../../src-main/engine/documents/register'
import type { RemoteWrite } from '../../src-main/replication/couch/remote'
import { toRemoteBody } from '../../src-main/replication/couch/wire'
import { push } from '../../src-main/replication/exchange/push'
import { type Tending, tendingOf } from '../../src-main/replication/exchange/tending'
import { openSyncFile } from '../../src-main/replication/state/sync-file'
import { asAuditId } from '../../src-shared/model/ids'
import { Couch, SERVER_ADMIN } from '../simulation/couch'
import { type BareDevice, openBareDevice } from './support/bare-device'
import { contact, currentValue, edited, stampNow } from './support/documents'
import {
  type Credentials,
  createOrganisation,
  type Organisation,
  type TestServer,
  testServer,
} from './support/organisation'

let server: TestServer
let organisation: Organisation
let ann: Credentials
let ben: Credentials
let cleo: Credentials
let open: BareDevice | undefined

beforeAll(async () => {
  server = await testServer()
}, 60_000)
afterAll(() => server?.close())
beforeEach(async () => {
  organisation = await createOrganisation(server)
  ann = await organisation.user('ann', ['agent'])
  ben = await organisation.user('ben', ['agent'])
  cleo = await organisation.user('cleo', ['agent'])
}, 60_000)
afterEach(async () => {
  await open?.close()
  open = undefined
  await organisation.remove()
}, 60_000)

/** The next device, of another user; a process holds one at a time. */
async function deviceOf(credentials: Credentials): Promise<BareDevice> {
  await open?.close()
  open = await openBareDevice()
  await open.connect(organisation, credentials)
  await open.live()
  return open
}

/** Leaves a contact of Ann's on the server in branches: what another server made of it. */
async function branched(former: ContactDocument, ...branches: ContactDocument[]): Promise<void> {
  await organisation.write(`contacts:${former.id}`, toRemoteBody(former))
  const { body } = await organisation.ask('GET', `/contacts%3A${former.id}`)
  const docs = branches.map((branch, i) => {
    const digit = 'abcdef'[i] ?? 'f'
    return {
      ...toRemoteBody(branch),
      _id: `contacts:${former.id}`,
      _rev: `2-${digit.repeat(32)}`,
      _revisions: { start: 2, ids: [digit.repeat(32), String(body._rev).slice(2)] },
    }
  })
  // The stand-in drops branches while it validates.
  const { body: design } = await organisation.ask('GET', '/_design/scv')
  const { validate_doc_update: rules, ...rest } = design
  const bare = server.real ? undefined : await organisation.ask('PUT', '/_design/scv', rest)
  const answer = await organisation.ask('POST', '/_bulk_docs', { docs, new_edits: false })
  expect(answer).toMatchObject({ status: 201, body: [] })
  if (bare) {
    const again = { ...rest, _rev: bare.body.rev, validate_doc_update: rules }
    expect(await organisation.ask('PUT', '/_design/scv', again)).toMatchObject({ status: 201 })
  }
}
const onServer = async (id: string) => (await organisation.ask('GET', `/contacts%3A${id}?conflicts=true`)).body
const values = (document: ContactDocument | undefined, ...fields: string[]) =>
  fields.map((field) => currentValue(document, field))

test('branches of several authors: all devices show the join, and every later edit by anybody is taken', async () => {
  const former = contact(randomUUID(), 'Ada', ann.user, 'anndevice0')
  const { id } = former
  const byAnn = edited(former, 'title', 'Dr', ann.user, 'anndevice0')
  const byBen = edited(former, 'lastName', 'Lovelace', ben.user, 'bendevice0')
  await branched(former, byAnn, byBen)
  // Neither who wrote the branches is there yet: a third agent sees both, and works on.
  const third = await deviceOf(cleo)
  expect(values(await third.get('contacts', id), 'title', 'lastName')).toEqual(['Dr', 'Lovelace'])
  const seen = (await third.get('contacts', id)) as ContactDocument
  await third.put('contacts', edited(seen, 'middleName', 'King', cleo.user, 'cleodevice'))
  await third.live()
  expect(await third.setAside()).toEqual([])
  expect((await onServer(id)).fields.middleName).toHaveLength(1)
  for (const author of [ann, ben]) {
    const device = await deviceOf(author)
    const here = (await device.get('contacts', id)) as ContactDocument
    expect(values(here, 'title', 'lastName', 'middleName')).toEqual(['Dr', 'Lovelace', 'King'])
    await device.put('contacts', edited(here, `customFields/${author.user}`, 'Later', author.user))
    await device.live()
    expect(await device.setAside()).toEqual([])
    await expect.poll(async () => Object.keys((await onServer(id)).fields)).toContain(`customFields/${author.user}`)
    // Whose branch it was brings it home.
    const own = author === ann ? 'title' : 'lastName'
    await expect.poll(async () => (await onServer(id)).fields[own], { timeout: 15_000 }).toBeDefined()
  }
  const winner = async () => {
    const { fields } = await onServer(id)
    return ['title', 'lastName', 'middleName'].map((field) => fields[field]?.[0]?.v)
  }
  await expect.poll(winner, { timeout: 15_000 }).toEqual(['Dr', 'Lovelace', 'King'])
})

test('a branch that bears no name, such as later activity, is brought home by whoever comes by', async () => {
  const former = contact(randomUUID(), 'Ada', ann.user, 'anndevice0')
  await branched(former, { ...former, lastActivity: 5 }, { ...former, lastActivity: 9 }, { ...former, lastActivity: 7 })
  const third = await deviceOf(cleo)
  expect((await third.get('contacts', former.id))?.lastActivity).toBe(9)
  await expect.poll(async () => (await onServer(former.id)).lastActivity, { timeout: 15_000 }).toBe(9)
})

test('an administrator’s device removes what is spent', async () => {
  const former = contact(randomUUID(), 'Ada', ann.user, 'anndevice0')
  const byAnn = edited(former, 'title', 'Dr', ann.user, 'anndevice0')
  const byBen = edited(former, 'lastName', 'Lovelace', ben.user, 'bendevice0')
  await branched(former, byAnn, byBen)
  for (const [author, own] of [
    [ann, 'title'],
    [ben, 'lastName'],
  ] as const) {
    await deviceOf(author)
    await expect.poll(async () => (await onServer(former.id)).fields[own], { timeout: 15_000 }).toBeDefined()
  }
  await deviceOf(await organisation.user('boss', ['admin']))
  await expect.poll(async () => (await onServer(former.id))._conflicts, { timeout: 20_000 }).toBeUndefined()
  const { fields } = await onServer(former.id)
  expect([fields.title[0].v, fields.lastName[0].v]).toEqual(['Dr', 'Lovelace'])
})

test('what was erased here of an entry that the server has whole is sent, and no conflict', async () => {
  const couch = new Couch('server', () => 0, Date.now)
  const writer = { name: 'ann', roles: [] }
  const remote = {
    read: async (ids: readonly string[]) => couch.read(ids),
    readRevision: async (of: string, rev: string) => couch.readRevision(of, rev),
    write: async (rows: readonly RemoteWrite[]) => couch.write(rows, writer),
  }
  const [at, later] = [stampNow(), stampNow()]
  const entry: AuditDocument = {
    id: asAuditId(randomUUID()),
    at,
    by: 'ann',
    action: 'erase',
    contactIds: [],
    reason: write<string>(undefined, 'as asked', at, 'ann'),
  }
  const { reason: _, ...rest } = entry
  const erased: AuditDocument = { ...rest, erased: { at: later, by: 'ann' } }
  couch.write([{ id: `audit:${entry.id}`, body: toRemoteBody(entry) }], writer)
  const rows = [{ assumed: { ...entry, _deleted: false }, next: { ...erased, _deleted: false } }]
  expect(await push(remote, 'audit', rows, false, 'ann')).toMatchObject({ conflicts: [], sent: [entry.id] })
})

test('what the server would not have of a branch is tried again with the next connection, of the next process as well', async () => {
  const former = contact(randomUUID(), 'Ada', 'ann', 'anndevice0')
  const id = `contacts:${former.id}`
  const couch = new Couch('server', () => 0, Date.now)
  const body = (one: ContactDocument) => toRemoteBody(one)
  const byAnn = edited(former, 'title', 'Dr', 'ann', 'anndevice0')
  const byBen = edited(former, 'lastName', 'Lovelace', 'ben', 'bendevice0')
  couch.writeNamed({ id, rev: '1-a', ancestors: [], body: body(byAnn) }, SERVER_ADMIN)
  couch.writeNamed({ id, rev: '1-b', ancestors: [], body: body(byBen) }, SERVER_ADMIN)
  const remote = {
    read: async (ids: readonly string[]) => couch.read(ids),
    readRevision: async (of: string, rev: string) => couch.readRevision(of, rev),
    write: async (rows: readonly RemoteWrite[]) => couch.write(rows, { name: 'ann', roles: [] }),
  }
  const folder = mkdtempSync(join(tmpdir(), 'scv-branches-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  /** One connection of one process. */
  async function connection(work: (tending: Tending) => void): Promise<unknown[]> {
    const file = openSyncFile(join(folder, 'sync.sqlite'))
    const tending = tendingOf({
      remote,
      branched: file.branched,
      user: { name: 'ann', roles: ['agent'] },
      signal: new AbortController().signal,
      now: Date.now,
      fail: (error) => expect.fail(String(error)),
    })
    work(tending)
    await tending.done
    const left = file.branched.list(9)
    file.close()
    return left
  }
  vi.spyOn(Math, 'random').mockReturnValue(0)
  couch.judge = () => ({ code: 'forbidden', reason: 'its clock is wrong' })
  const waiting = [{ collection: 'contacts', documentId: former.id }]
  expect(await connection((tending) => tending.add('contacts', former.id))).toEqual(waiting)
  couch.judge = () => undefined
  expect(await connection((tending) => tending.look())).toEqual([])
  const winner = couch.read([id]).get(id)?.body as unknown as ContactDocument | undefined
  expect([winner?.fields['title']?.[0]?.v, winner?.fields['lastName']?.[0]?.v]).toEqual(['Dr', 'Lovelace'])
  // An agent may not remove what is spent: it waits for an administrator, and not here.
  expect(couch.read([id]).get(id)?.conflicts).toEqual(['1-a'])
})
