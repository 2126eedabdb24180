// Whole devices and a server in trouble: killed, cut off at random bytes, wiped, restored; devices killed in the middle.
// Each ends with equal devices, nothing lost and nothing twice. SYNC_LONG makes the crowds larger.
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type CuttingProxy, startCuttingProxy } from './support/cutting-proxy'
import { DeviceProcess, untilEqual } from './support/device'
import { type KillableServer, killableServer } from './support/killable-server'
import { type Credentials, createOrganisation, type Organisation } from './support/organisation'

const LONG = process.env['SYNC_LONG'] !== undefined
const MANY = LONG ? 3000 : 100
const PATIENCE = LONG ? 300_000 : 60_000

let server: KillableServer
let proxy: CuttingProxy
let organisation: Organisation
let ann: Credentials
let ben: Credentials
let here: DeviceProcess
let there: DeviceProcess

beforeAll(async () => {
  server = await killableServer()
}, 120_000)
afterAll(() => server?.close())
beforeEach(async () => {
  organisation = await createOrganisation(server)
  ann = await organisation.user('ann', ['admin'])
  ben = await organisation.user('ben', ['admin'])
  proxy = await startCuttingProxy(server.url)
  ;[here, there] = await Promise.all([
    DeviceProcess.start({ keepPassword: true }),
    DeviceProcess.start({ keepPassword: true }),
  ])
}, 120_000)
afterEach(async () => {
  await Promise.all([here.close(), there.close()])
  await proxy.close()
  await organisation.remove()
}, 60_000)

const connect = (device: DeviceProcess, { user, password }: Credentials) =>
  device.call('sync.connect', { url: proxy.url, org: organisation.name, user, password, insistOnPlain: true })

/** People, a file's worth at once. */
async function createMany(device: DeviceProcess, prefix: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += 25)
    await Promise.all(
      Array.from({ length: Math.min(25, count - from) }, (_, n) =>
        device.call('people.create', { input: { firstName: prefix, lastName: `No ${from + n}` } }),
      ),
    )
}
const live = (device: DeviceProcess) => device.until(({ state }) => state === 'live', PATIENCE)
/** Whether the server has, of each kind, what the devices have. */
async function expectAllOnServer(lines: readonly string[]): Promise<void> {
  const ids = lines.map((line) => {
    const { kind, id } = JSON.parse(line) as { kind: string; id: string }
    return `${kind}:${id}`
  })
  expect([...(await organisation.documents()).keys()].sort()).toEqual(ids.sort())
}
async function expectNothingAside(...devices: DeviceProcess[]): Promise<void> {
  for (const device of devices)
    expect(await device.first('sync.setAside', { offset: 0, limit: 5 })).toEqual({ total: 0, items: [] })
}
/** Does not wait for the next attempt. @returns ends it */
function hurry(...devices: DeviceProcess[]): () => void {
  const timer = setInterval(() => {
    for (const device of devices) device.call('sync.tryNow', {}).catch(() => undefined)
  }, 300)
  return () => clearInterval(timer)
}
const contactsOnServer = async () =>
  [...(await organisation.documents()).keys()].filter((id) => id.startsWith('contacts:'))
const contactsIn = (lines: readonly string[]) => lines.filter((line) => line.includes('"kind":"contacts"')).length

test('the server is killed while they push and pull', { timeout: 3 * PATIENCE }, async () => {
  await createMany(here, 'Here', MANY)
  await createMany(there, 'There', MANY)
  await Promise.all([connect(here, ann), connect(there, ben)])
  for (let crashes = 0; crashes < 3; crashes += 1) {
    await here.until(({ collections }) => collections.some(({ sent }) => sent > 0), PATIENCE)
    await server.crash()
    await Promise.all([here.call('sync.tryNow', {}), there.call('sync.tryNow', {})])
  }
  const all = await untilEqual([here, there], PATIENCE)
  expect(contactsIn(all)).toBe(2 * MANY)
  await expectAllOnServer(all)
  await expectNothingAside(here, there)
})

test('the network is cut at random bytes of requests and answers', { timeout: 3 * PATIENCE }, async () => {
  await Promise.all([connect(here, ann), connect(there, ben)])
  const { seed } = fc.readConfigureGlobal()
  const [lengths = []] = fc.sample(
    fc.array(fc.integer({ min: 0, max: 120_000 }), { minLength: 200, maxLength: 200 }),
    seed === undefined ? 1 : { numRuns: 1, seed },
  )
  let draw = 0
  const next = () => lengths[draw++ % lengths.length]
  proxy.cutAfter(next, 'answer')
  proxy.block()
  proxy.allow()
  const turning = setInterval(() => proxy.cutAfter(next, draw % 2 === 0 ? 'answer' : 'request'), 150)
  const rest = hurry(here, there)
  await Promise.all([createMany(here, 'Here', MANY / 2), createMany(there, 'There', MANY / 2)])
  await new Promise((resolve) => setTimeout(resolve, LONG ? 30_000 : 2000))
  clearInterval(turning)
  proxy.cutAfter(undefined)
  rest()
  await Promise.all([here.call('sync.tryNow', {}), there.call('sync.tryNow', {})])
  const all = await untilEqual([here, there], PATIENCE)
  expect(contactsIn(all)).toBe(2 * (MANY / 2))
  await expectAllOnServer(all)
  await expectNothingAside(here, there)
})

test('restored from an older backup, then wiped: all comes back, also what only the other had seen', {
  timeout: 3 * PATIENCE,
}, async () => {
  await Promise.all([connect(here, ann), connect(there, ben)])
  await createMany(here, 'Early', 10)
  await untilEqual([here, there])
  const devices = await Promise.all([here, there].map(async (one) => (await one.first('app.info', {})).deviceId))
  const backup = await organisation.backup(devices)
  await createMany(here, 'Late', 10)
  await untilEqual([here, there])
  // The one who wrote them is away; only the other can bring them back, and may, while the organisation is recovered.
  await here.call('sync.pause', {})
  await there.call('sync.pause', {})
  await organisation.restore(backup)
  await organisation.provision(true)
  expect((await organisation.documents()).size).toBeLessThan(40)
  await there.call('sync.resume', {})
  await live(there)
  expect(await contactsOnServer()).toHaveLength(20)
  await organisation.wipe()
  await organisation.provision(true)
  await here.call('sync.resume', {})
  for (const device of [here, there]) await device.call('sync.tryNow', {})
  await expectAllOnServer(await untilEqual([here, there], PATIENCE))
  await expectNothingAside(here, there)
})

test('restored to what it had before a device that was killed then heard more of it: that device brings it back', {
  timeout: 3 * PATIENCE,
}, async () => {
  await Promise.all([connect(here, ann), connect(there, ben)])
  await untilEqual([here, there])
  await there.restart() // from its second connection on a device remembers seldom how far it is
  await createMany(here, 'Early', 10)
  await untilEqual([here, there])
  const { deviceId } = await there.first('app.info', {})
  const mark = async () => (await organisation.ask('GET', `/_local/scv-${deviceId}`)).body.mark
  const before = await mark()
  const backup = await organisation.backup([deviceId])
  await createMany(here, 'Late', 10)
  await untilEqual([here, there])
  await Promise.all([here.call('sync.pause', {}), there.kill()])
  expect(await mark()).toBe(before) // or this would not be the case it is about
  await organisation.restore(backup)
  await organisation.provision(true)
  expect(await contactsOnServer()).toHaveLength(10)
  await there.restart('kill')
  await live(there)
  expect(await contactsOnServer()).toHaveLength(20)
})

test('two devices edit one contact at once, again and again', { timeout: 3 * PATIENCE }, async () => {
  await Promise.all([connect(here, ann), connect(there, ben)])
  const { id: contactId } = await here.call('people.create', { input: { firstName: 'Storm' } })
  await untilEqual([here, there])
  const times = LONG ? 300 : 40
  await Promise.all(
    [here, there].map(async (device, side) => {
      for (let n = 0; n < times; n += 1)
        await device.call('people.update', { contactId, changes: { title: `${side}-${n}` } })
    }),
  )
  const all = await untilEqual([here, there], PATIENCE)
  const contact = all.find((line) => line.includes(contactId) && line.includes('"kind":"contacts"')) ?? ''
  const titles = (JSON.parse(contact) as { fields: { title: { v: string }[] } }).fields.title.map(({ v }) => v)
  expect(new Set(titles).size).toBe(2 * times)
  expect(titles).toHaveLength(2 * times)
  await expectNothingAside(here, there)
})

test('a first exchange is paused, killed and resumed: it goes on where it was, with a total that is true', {
  timeout: 3 * PATIENCE,
}, async () => {
  await createMany(here, 'Many', Math.max(MANY, 300))
  await connect(here, ann)
  await live(here)
  const documents = (await organisation.documents()).size
  // Slow enough to be met in the middle: each connection ends after a while. Answers are packed: a fifth of what they say.
  proxy.cutAfter(() => 30_000, 'answer')
  const rest = hurry(there)
  await connect(there, ben)
  const progress: { done: number; total: number }[] = []
  let ended = false
  const watching = (async () => {
    while (!ended) {
      const { firstSync } = await there.status().catch(() => ({ firstSync: null })) // it may just have been killed
      if (firstSync) progress.push(firstSync)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  await there.until(({ firstSync }) => (firstSync?.done ?? 0) > 0, PATIENCE)
  await there.call('sync.pause', {})
  const paused = (await there.status()).firstSync?.done ?? 0
  await there.restart('kill')
  expect((await there.status()).state).toBe('paused')
  expect((await there.status()).firstSync?.done).toBeGreaterThanOrEqual(paused)
  await there.call('sync.resume', {})
  await there.until(({ state, firstSync }) => state === 'live' || (firstSync?.done ?? 0) > paused, PATIENCE)
  await there.restart('kill')
  proxy.cutAfter(undefined)
  expect(await untilEqual([here, there], PATIENCE)).toHaveLength(documents)
  ended = true
  await watching
  rest()
  expect(progress.map(({ done }) => done)).toEqual(progress.map(({ done }) => done).sort((a, b) => a - b))
  for (const { done, total } of progress) {
    expect(done).toBeLessThanOrEqual(total)
    expect(total).toBeGreaterThanOrEqual(documents)
    expect(total).toBeLessThan(documents + 20)
  }
})

test('a device is killed in the middle of sending', { timeout: 3 * PATIENCE }, async () => {
  await createMany(here, 'Many', MANY)
  proxy.cutAfter(() => 30_000, 'request')
  const rest = hurry(here)
  await connect(here, ann)
  await here.until(({ collections }) => collections.some(({ sent }) => sent > 0), PATIENCE)
  await here.restart('kill')
  await here.until(({ state }) => state !== 'off', PATIENCE)
  await here.restart('kill')
  proxy.cutAfter(undefined)
  rest()
  await connect(there, ben)
  const all = await untilEqual([here, there], PATIENCE)
  expect(contactsIn(all)).toBe(MANY)
  await expectAllOnServer(all)
  for (const { _rev } of (await organisation.documents()).values()) expect(_rev).toMatch(/^1-/)
})
