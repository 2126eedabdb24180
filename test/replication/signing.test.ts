// Who is signed in, and what becomes of their work: users who go, roles that change, sessions that run out, passwords that
// are wrong, certificates nobody trusts, and versions that are too old.
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect as connectTo } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type BareDevice, openBareDevice } from './support/bare-device'
import { type CuttingProxy, startCuttingProxy } from './support/cutting-proxy'
import { contact, contacts } from './support/documents'
import {
  type Credentials,
  createOrganisation,
  type Organisation,
  type TestServer,
  testServer,
} from './support/organisation'

let server: TestServer
let proxy: CuttingProxy
let organisation: Organisation
let ann: Credentials
let ben: Credentials
let device: BareDevice

beforeAll(async () => {
  server = await testServer()
}, 60_000)
afterAll(() => server?.close())
beforeEach(async () => {
  organisation = await createOrganisation(server, { validation: false })
  ann = await organisation.user('ann', ['admin'])
  ben = await organisation.user('ben', ['admin'])
  proxy = await startCuttingProxy(server.url)
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
const signIn = (credentials: Credentials, leaveUnsent = false) =>
  device.replication.signIn({ ...credentials, insistOnPlain: false, leaveUnsent })
const ids = async () => [...(await organisation.documents()).keys()].sort()
const signIns = () => proxy.requests.get('POST /_session') ?? 0
const isState = (wanted: string) => device.until(({ state }) => state === wanted)

test('a user is removed while away: told, asked once, nothing lost, and sent once there is a user again', async () => {
  await connect()
  await device.replication.pause()
  await device.put('contacts', ...contacts('c', 3, ann.user))
  await organisation.removeUser(ann)
  const before = signIns()
  await device.replication.resume()
  await isState('signed-out')
  for (const again of [1, 2]) {
    device.replication.tryNow()
    await device.put('contacts', contact(`more${again}`, 'More', ann.user))
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  expect(device.status()).toMatchObject({ state: 'signed-out', user: { name: ann.user } })
  expect(signIns() - before).toBe(1)
  await expect.poll(() => device.status().collections[0]?.pendingUp, { timeout: 5000 }).toBe(5)
  ann = await organisation.user('ann', ['admin'])
  await signIn(ann)
  await device.live()
  expect(await ids()).toHaveLength(5)
})

test('somebody without a role here: told, and in again by itself once they have one', async () => {
  await connect()
  await device.replication.pause()
  await organisation.user('ann', ['other'])
  await device.replication.resume()
  await isState('not-allowed')
  await device.put('contacts', contact('c', 'Ada', ann.user))
  await organisation.user('ann', ['agent'])
  await device.live()
  expect(await ids()).toEqual(['contacts:c'])
})

const adminsOnly = () => `if (doc._id === 'contacts:hard' && user.roles.indexOf('${organisation.name}:admin') < 0)
  throw { forbidden: 'Administrators only.' }`

test('roles change while away: what they do not cover is set aside, and tried again by itself when they do', async () => {
  await connect()
  await organisation.refuse(adminsOnly())
  await device.replication.pause()
  await organisation.user('ann', ['agent'])
  await device.put('contacts', contact('hard', 'Hard', ann.user), contact('easy', 'Easy', ann.user))
  await device.replication.resume()
  await device.live()
  expect(device.status().user?.roles).toEqual(['agent'])
  expect(await ids()).toEqual(['contacts:easy'])
  expect(await device.setAside()).toMatchObject([
    { kind: 'refused', documentId: 'hard', reason: 'Administrators only.' },
  ])
  expect(JSON.parse((await device.setAside())[0]?.document ?? '')).toMatchObject({ _id: 'contacts:hard' })
  expect(await device.replication.retry('refused:contacts:hard')).toBe(1)
  await organisation.user('ann', ['admin'])
  await device.replication.pause()
  await device.replication.resume()
  await expect.poll(() => device.setAside(), { timeout: 10_000 }).toEqual([])
  expect(await ids()).toEqual(['contacts:easy', 'contacts:hard'])
})

test('what was refused can be tried again, or given up', async () => {
  await organisation.refuse(`if (doc._id !== 'contacts:fine') throw { forbidden: 'No.' }`)
  await device.put('contacts', contact('fine', 'Fine', ann.user), ...contacts('c', 2, ann.user))
  await connect()
  expect(await device.setAside()).toHaveLength(2)
  await device.replication.drop('refused:contacts:c0')
  expect(await device.get('contacts', 'c0')).toBeUndefined()
  await organisation.refuse(undefined)
  expect(await device.replication.retry()).toBe(0)
  await device.live()
  expect(await ids()).toEqual(['contacts:c1', 'contacts:fine'])
  await expect(device.replication.drop('refused:contacts:c0')).rejects.toMatchObject({ code: 'not_found' })
})

test('another user signs in: a warning about unsent work first, then the work goes in their name or is set aside', async () => {
  await organisation.refuse(adminsOnly())
  ann = await organisation.user('ann', ['agent'])
  await connect()
  await device.put('contacts', contact('hard', 'Hard', ann.user))
  await device.live()
  proxy.block()
  await device.put('contacts', contact('unsent', 'Unsent', ann.user))
  await isState('offline')
  await expect(signIn(ben)).rejects.toMatchObject({ code: 'unsynced_work', details: { count: 2, user: ann.user } })
  await expect(signIn(ben, true)).rejects.toMatchObject({ code: 'server_unreachable' })
  expect(device.status().user?.name).toBe(ann.user)
  proxy.allow()
  await expect(signIn({ ...ben, password: 'wrong' }, true)).rejects.toMatchObject({ code: 'sign_in_refused' })
  await signIn(ben, true)
  await device.live()
  await expect.poll(() => device.setAside(), { timeout: 10_000 }).toEqual([])
  expect(await ids()).toEqual(['contacts:hard', 'contacts:unsent'])
  await signIn(ann) // nothing is unsent any more
})

test('a session that runs out is renewed without anybody noticing', async () => {
  const short = await testServer({ sessionSeconds: 2 })
  const shortProxy = await startCuttingProxy(short.url)
  const there = await createOrganisation(short, { validation: false })
  const user = await there.user('ann', ['admin'])
  await device.connect(there, user, shortProxy.url)
  await device.live()
  const states = new Set<string>()
  const watching = device.replication.status$.subscribe(({ state }) => states.add(state))
  for (let n = 0; n < 2; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2250))
    await device.put('contacts', contact(`c${n}`, 'Ada', user.user))
    await device.live()
  }
  watching.unsubscribe()
  expect((await there.documents()).size).toBe(2)
  expect([...states].filter((state) => state !== 'live' && state !== 'syncing')).toEqual([])
  expect(shortProxy.requests.get('POST /_session')).toBeGreaterThan(1)
  await device.replication.pause()
  await shortProxy.close()
  await short.close()
})

test('a certificate nobody trusts is refused, unless its authority is given', async () => {
  const read = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')
  const { hostname, port } = new URL(server.url)
  const tls = createTlsServer({ key: read('server-key.pem'), cert: read('server-certificate.pem') }, (socket) => {
    const upstream = connectTo(Number(port), hostname)
    socket.pipe(upstream).pipe(socket)
    const end = () => {
      socket.destroy()
      upstream.destroy()
    }
    for (const one of [socket, upstream]) one.on('error', end)
  })
  await new Promise<void>((ready) => tls.listen(0, '127.0.0.1', ready))
  const url = `https://127.0.0.1:${(tls.address() as AddressInfo).port}`
  const credentials = { ...ann, insistOnPlain: false, leaveUnsent: false }
  await expect(device.replication.connect({ url, org: organisation.name }, credentials)).rejects.toMatchObject({
    code: 'server_untrusted',
  })
  const ca = read('server-certificate.pem')
  await device.replication.connect({ url, org: organisation.name, ca }, credentials)
  await device.live()
  // As if the server had got another certificate since: told, and nothing sent.
  device.file.save({ server: { url, org: organisation.name } })
  await device.replication.pause()
  await device.put('contacts', contact('c', 'Ada', ann.user))
  await device.replication.resume()
  await isState('untrusted')
  expect(await ids()).toEqual([])
  await device.replication.pause()
  tls.close()
})

test('an organisation that needs a newer version: told, local work goes on, and it is sent once the version will do', async () => {
  await connect()
  await organisation.setMinimum(99)
  await isState('update-needed')
  await device.put('contacts', contact('c', 'Ada', ann.user))
  expect(await device.get('contacts', 'c')).toBeDefined()
  expect(await ids()).toEqual([])
  await organisation.setMinimum(1)
  device.replication.tryNow()
  await device.live()
  expect(await ids()).toEqual(['contacts:c'])
})
