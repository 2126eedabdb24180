// Nodes of one server that disagree on who is signed in: nobody has to sign in again for that.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type BareDevice, openBareDevice } from './support/bare-device'
import { contact } from './support/documents'
import { type OddNodes, startOddNodes } from './support/odd-nodes'
import {
  type Credentials,
  createOrganisation,
  type Organisation,
  type TestServer,
  testServer,
} from './support/organisation'

let server: TestServer
let nodes: OddNodes
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
  nodes = await startOddNodes(server.url)
  device = await openBareDevice()
}, 60_000)
afterEach(async () => {
  await device.close()
  await nodes.close()
  await organisation.remove()
}, 60_000)

test('a node with another cookie secret: everything is exchanged, and no user is signed out', {
  timeout: 60_000,
}, async () => {
  await device.connect(organisation, ann, nodes.url)
  await device.live()
  const states = new Set<string>()
  const watching = device.replication.status$.subscribe(({ state }) => states.add(state))
  nodes.odd = 'other secret'
  for (let n = 0; n < 4; n += 1) {
    await device.put('contacts', contact(`c${n}`, 'Ada', ann.user))
    await device.live()
  }
  await device.replication.pause()
  await device.put('contacts', contact('last', 'Ada', ann.user))
  await device.replication.resume()
  await device.live()
  watching.unsubscribe()
  expect((await organisation.documents()).size).toBe(5)
  expect([...states]).not.toContain('signed-out')
  expect(device.defects).toEqual([])
})

test('a node that knows no users yet: told, and in again by itself', { timeout: 90_000 }, async () => {
  await device.connect(organisation, ann, nodes.url)
  await device.live()
  nodes.odd = 'no users'
  const begun = nodes.requests.get('POST /_session') ?? 0
  for (let n = 0; n < 6; n += 1) await device.put('contacts', contact(`c${n}`, 'Ada', ann.user))
  await new Promise((resolve) => setTimeout(resolve, 4000))
  nodes.odd = 'none'
  await device.live(60_000)
  expect((await organisation.documents()).size).toBe(6)
  expect((nodes.requests.get('POST /_session') ?? 0) - begun).toBeLessThan(12)
})

test('a password that was refused is kept, seldom tried, and serves again once its user is there again', async () => {
  await device.connect(organisation, ann, nodes.url)
  await device.live()
  await device.replication.pause()
  await organisation.removeUser(ann)
  await device.replication.resume()
  const { nextAttempt, message } = await device.until(({ state }) => state === 'signed-out')
  expect(message).toBeDefined()
  expect(Date.parse(nextAttempt ?? '') - Date.now()).toBeGreaterThan(5000)
  await device.put('contacts', contact('c', 'Ada', ann.user))
  await organisation.user('ann', ['admin'])
  await device.live(30_000)
  expect((await organisation.documents()).size).toBe(1)
}, 60_000)
