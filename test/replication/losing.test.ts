// What loses is never silent: it stays here, listed with both sides, until it is decided.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { JOINS } from '../../src-main/engine/documents/kinds'
import { write } from '../../src-main/engine/documents/register'
import { toRemoteBody } from '../../src-main/replication/couch/wire'
import { type BareDevice, openBareDevice } from './support/bare-device'
import { startClockProxy } from './support/clock-proxy'
import { contact, currentValue, edited, recording, stampNow } from './support/documents'
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
let device: BareDevice

beforeAll(async () => {
  server = await testServer()
}, 60_000)
afterAll(() => server?.close())
beforeEach(async () => {
  organisation = await createOrganisation(server)
  ann = await organisation.user('ann', ['admin'])
  ben = await organisation.user('ben', ['agent'])
  device = await openBareDevice()
}, 60_000)
afterEach(async () => {
  await device.close()
  await organisation.remove()
}, 60_000)

/** Ben edits a contact of somebody's offline, and an administrator deletes it on the server meanwhile. */
async function editWhatIsDeleted(owner: string, order: 'edit first' | 'deletion first'): Promise<string> {
  const id = randomUUID()
  const former = contact(id, 'Ada', owner, device.deviceId)
  await organisation.write(`contacts:${id}`, toRemoteBody(former))
  await device.connect(organisation, ben)
  await device.live()
  await expect.poll(() => device.get('contacts', id)).toBeDefined()
  if (order === 'deletion first') {
    await device.replication.pause()
    await organisation.write(`contacts:${id}`, undefined)
    await device.put('contacts', edited(former, 'title', 'offline', ben.user, device.deviceId))
    await device.replication.resume()
  } else {
    await device.replication.pause()
    await device.put('contacts', edited(former, 'title', 'offline', ben.user, device.deviceId))
    await organisation.write(`contacts:${id}`, undefined)
    await device.restart()
    await device.replication.resume()
  }
  await device.live()
  return id
}

test('text that is no Unicode, from before it was refused, reaches the server as what can be read of it', async () => {
  const [broken, whole] = [randomUUID(), randomUUID()]
  await device.put('contacts', contact(broken, 'A\ud800da', ann.user, device.deviceId))
  await device.put('contacts', contact(whole, 'Bob \\ud800', ann.user, device.deviceId))
  await device.connect(organisation, ann)
  await device.live()
  const onServer = async (id: string) => JSON.stringify((await organisation.ask('GET', `/contacts:${id}`)).body)
  expect(await onServer(broken)).toContain('"A\ufffdda"')
  expect(await onServer(whole)).toContain('Bob \\\\ud800')
  expect(await device.setAside()).toEqual([])
})

test.each(['edit first', 'deletion first'] as const)(
  'an offline edit of another person’s contact, which was deleted meanwhile (%s): kept and listed, and can be given up',
  async (order) => {
    const id = await editWhatIsDeleted(ann.user, order)
    for (let looks = 0; looks < 3; looks += 1) {
      await expect
        .poll(() => device.setAside(), { timeout: 10_000 })
        .toMatchObject([
          { kind: 'refused', documentId: id, reason: expect.stringMatching(/deleted on the server meanwhile/) },
        ])
      const [aside] = await device.setAside()
      expect(aside?.document).toContain('offline')
      expect(currentValue(await device.get('contacts', id), 'title')).toBe('offline')
      // Nor does it go when it is tried again, or when anything else comes.
      await device.replication.retry()
      await organisation.write(`contacts:${randomUUID()}`, toRemoteBody(contact(randomUUID(), 'Other', ann.user)))
      await device.live()
    }
    const [aside] = await device.setAside()
    await device.replication.drop(aside?.id ?? '')
    expect(await device.get('contacts', id)).toBeUndefined()
    expect(await device.setAside()).toEqual([])
  },
)

test('an offline edit of one’s own contact, which was deleted meanwhile, brings it back', async () => {
  const id = await editWhatIsDeleted(ben.user, 'edit first')
  await expect.poll(async () => (await organisation.documents()).has(`contacts:${id}`), { timeout: 10_000 }).toBe(true)
  expect(await device.setAside()).toEqual([])
})

test('a role that goes and comes back while connected is noticed; what was refused meanwhile goes then', async () => {
  await device.close()
  device = await openBareDevice({ lookMs: 500 })
  ben = await organisation.user('ben', ['supervisor'])
  await device.connect(organisation, ben)
  await device.live()
  await organisation.user('ben', ['agent'])
  const id = randomUUID()
  const binned = {
    ...contact(id, 'Ada', ben.user, device.deviceId),
    deleted: write<boolean>(undefined, true, stampNow(device.deviceId), ben.user),
  }
  await device.put('contacts', binned)
  await expect.poll(() => device.setAside(), { timeout: 15_000 }).toMatchObject([{ kind: 'refused', documentId: id }])
  await expect.poll(() => device.status().user?.roles, { timeout: 15_000 }).toEqual(['agent'])
  await organisation.user('ben', ['supervisor'])
  await expect.poll(() => device.status().user?.roles, { timeout: 15_000 }).toEqual(['supervisor'])
  await expect.poll(() => device.setAside(), { timeout: 15_000 }).toEqual([])
  expect((await organisation.documents()).get(`contacts:${id}`)).toMatchObject({ deleted: [{ v: true }] })
})

test('a server whose clock is a year behind for a while: what it refuses is told, and goes by itself once that is over', async () => {
  const year = 365 * 86_400_000
  await device.close()
  device = await openBareDevice({ lookMs: 300 })
  const proxy = await startClockProxy(server.url)
  onTestFinished(() => proxy.close())
  await device.connect(organisation, ben, proxy.url)
  await device.live()
  proxy.clocks(-year)
  const latest = `new Date().getTime() - ${year} + 86400000`
  await organisation.refuse(`var late = JSON.stringify(doc).match(/"0[a-z0-9]{22}"/g) || []
    late.forEach(function (stamp) {
      if (parseInt(stamp.slice(1, 10), 36) > ${latest})
        throw { forbidden: 'An interaction lies in the future: the clock of the device is wrong.' }
    })`)
  const calls = [1, 2, 3, 4, 5, 6, 7].map((n) => recording(`call ${n}`, ben.user, Date.now(), {}, device.deviceId))
  await device.put('interactions', ...calls)
  const isAside = {
    kind: 'refused',
    reason: expect.stringMatching(/lies in the future.*It is tried again by itself\.$/),
  }
  await expect.poll(() => device.setAside(), { timeout: 10_000 }).toMatchObject(calls.map(() => isAside))
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(await device.setAside()).toHaveLength(calls.length)
  proxy.clocks(0)
  await organisation.refuse(undefined)
  await expect.poll(() => device.setAside(), { timeout: 10_000 }).toEqual([])
  const there = await organisation.documents()
  for (const call of calls) expect(there.get(`interactions:${call.id}`)?.['facts']).toEqual(call.facts)
})

test.each(['new', 'refused before'] as const)(
  'a recording by a clock a year behind, of what another recorded meanwhile (%s): the other stands, and what it told is kept',
  async (how) => {
    const year = 365 * 86_400_000
    const theirs = recording('call', ann.user, Date.now(), { queue: 'Sales' })
    const ours = recording('call', ben.user, Date.now() - year, { queue: 'Care', note: 'Rings again' }, device.deviceId)
    const { id } = theirs
    if (how === 'refused before') {
      // As a device of a former version left it: joined with what the server has, and set aside.
      await device.put('interactions', JOINS.interactions(theirs, ours))
      const key = { kind: 'refused', collection: 'interactions', documentId: id } as const
      device.file.setAside.put({ ...key, reason: 'too early', at: new Date().toISOString(), document: '' })
    } else await device.put('interactions', ours)
    await organisation.write(`interactions:${id}`, toRemoteBody(theirs))
    await device.connect(organisation, ben)
    await device.live()
    if (how === 'refused before') await device.replication.retry()
    await expect.poll(() => device.setAside(), { timeout: 10_000 }).toEqual([])
    const wanted = {
      facts: theirs.facts,
      later: { note: [{ v: 'Rings again', b: ben.user }], queue: [{ v: 'Care' }] },
    }
    await expect
      .poll(async () => (await organisation.documents()).get(`interactions:${id}`), { timeout: 10_000 })
      .toMatchObject(wanted)
    await expect.poll(() => device.get('interactions', id)).toMatchObject(wanted)
  },
)
