// Clocks of servers and devices that step, leap and differ: nothing that was sent is ever rewritten. The worst that comes of
// a wrong clock is that an edit bears an odd time.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ClockProxy, startClockProxy } from './support/clock-proxy'
import { DeviceProcess, untilEqual } from './support/device'
import {
  type Credentials,
  createOrganisation,
  type Organisation,
  type TestServer,
  testServer,
} from './support/organisation'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WAIT_MS = 120_000

let server: TestServer
let proxy: ClockProxy
let organisation: Organisation
let devices: DeviceProcess[]

beforeAll(async () => {
  server = await testServer()
}, 60_000)
afterAll(() => server?.close())
beforeEach(async () => {
  organisation = await createOrganisation(server)
  proxy = await startClockProxy(server.url)
  devices = []
}, 60_000)
afterEach(async () => {
  await Promise.all(devices.map((device) => device.close()))
  await proxy.close()
  await organisation.remove()
}, 60_000)

async function device(credentials: Credentials, aheadMs = 0): Promise<DeviceProcess> {
  const started = await DeviceProcess.start({ aheadMs })
  devices.push(started)
  await started.call('sync.connect', { url: proxy.url, org: organisation.name, ...credentials })
  return started
}

const user = (name: string) => organisation.user(name, ['admin'])
const create = async (on: DeviceProcess, firstName: string): Promise<string> =>
  (await on.call('people.create', { input: { firstName } })).id
const retitle = (on: DeviceProcess, contactId: string, title: string) =>
  on.call('people.update', { contactId, changes: { title } })
const titleOf = async (on: DeviceProcess, contactId: string): Promise<string | undefined> =>
  (await on.first('people.get', { contactId }))?.fields.title as string | undefined

/** Every stamp on the server, by document and place: what was sent. */
async function sentStamps(): Promise<Set<string>> {
  const text = [...(await organisation.documents())].map(([id, document]) => [id, JSON.stringify(document)] as const)
  return new Set(
    text.flatMap(([id, one]) => [...one.matchAll(/"(0[a-z0-9]{22})"/g)].map(([, stamp]) => `${id} ${stamp}`)),
  )
}

async function expectNothingAside(): Promise<void> {
  for (const one of devices) expect((await one.first('sync.setAside', { offset: 0, limit: 9 })).items).toEqual([])
}

/** Both devices work, each on its own and on what the other made. */
async function work(round: string): Promise<void> {
  for (const [n, one] of devices.entries()) {
    const id = await create(one, `${round} ${n}`)
    await retitle(one, id, `title ${round}`)
  }
}

describe('the server’s clock', () => {
  test.each([
    ['is three minutes fast, and put right', [3 * MINUTE, 0]],
    ['is five minutes slow, and put right', [-5 * MINUTE, 0]],
    ['leaps two days ahead for a moment', [0, 2 * DAY, 0]],
    ['goes back by a year', [0, -365 * DAY, 0]],
  ] as const)(
    '%s: what was sent stays as it is, and nothing is refused',
    { timeout: WAIT_MS },
    async (_name, steps) => {
      proxy.clocks(steps[0])
      await device(await user('ann'))
      await device(await user('ben'))
      let before = new Set<string>()
      for (const [n, step] of steps.entries()) {
        proxy.clocks(step)
        // Clocks are looked at when a device meets the server, if not before.
        for (const one of devices) {
          await one.call('sync.pause', {})
          await one.call('sync.resume', {})
        }
        await untilEqual(devices)
        await work(`round ${n}`)
        await untilEqual(devices)
        const now = await sentStamps()
        expect([...before].filter((stamp) => !now.has(stamp))).toEqual([])
        before = now
      }
      await expectNothingAside()
    },
  )

  test('differs from node to node behind a balancer: nothing that was sent changes', { timeout: WAIT_MS }, async () => {
    proxy.clocks(0, 0, -5 * MINUTE)
    await device(await user('ann'))
    await device(await user('ben'))
    let before = new Set<string>()
    for (let round = 0; round < 2; round += 1) {
      await work(`round ${round}`)
      await untilEqual(devices)
      for (const one of devices)
        await one.restart('close').then(() => one.call('sync.signIn', one === devices[0] ? ann() : ben()))
      await untilEqual(devices)
      const now = await sentStamps()
      expect([...before].filter((stamp) => !now.has(stamp))).toEqual([])
      before = now
    }
    await expectNothingAside()
  })

  const ann = () => ({ user: `${organisation.name}-ann`, password: 'ann-secret' })
  const ben = () => ({ user: `${organisation.name}-ben`, password: 'ben-secret' })

  test.each([
    ['absent', undefined],
    ['no date', 'yesterday'],
    ['in 1970', new Date(0).toUTCString()],
    ['in 2059', new Date(Date.UTC(2059, 0)).toUTCString()],
  ])('is told as %s: everything is exchanged, at the devices’ own time', { timeout: WAIT_MS }, async (_name, date) => {
    proxy.clocks(date)
    await device(await user('ann'))
    await device(await user('ben'))
    await work('round')
    await untilEqual(devices)
    await expectNothingAside()
    for (const stamp of await sentStamps()) {
      const ms = Number.parseInt((stamp.split(' ')[1] ?? '').slice(0, 9), 36)
      expect(Math.abs(ms - Date.now())).toBeLessThan(10 * MINUTE)
    }
  })
})

test('a new device that meets a server of a hundred days ago: told, what it cannot date waits, and comes once the clock is right', {
  timeout: 2 * WAIT_MS,
}, async () => {
  proxy.clocks(0)
  const first = await device(await user('ann'))
  await work('before')
  await untilEqual(devices)
  proxy.clocks(-100 * DAY)
  const fresh = await device(await user('ben'))
  await expect
    .poll(async () => (await fresh.first('sync.setAside', { offset: 0, limit: 9 })).total, { timeout: 30_000 })
    .toBeGreaterThan(0)
  const { items } = await fresh.first('sync.setAside', { offset: 0, limit: 9 })
  for (const one of items) expect(one).toMatchObject({ kind: 'unreadable', reason: expect.stringMatching(/future/) })
  await fresh.until(({ clockOffset }) => clockOffset !== null && clockOffset < -99 * DAY)
  await create(fresh, 'Made meanwhile')
  proxy.clocks(0)
  for (const one of devices) {
    await one.call('sync.pause', {})
    await one.call('sync.resume', {})
  }
  await create(first, 'Made since')
  await untilEqual(devices)
  await expectNothingAside()
})

test('an edit over a value whose stamp lies ahead stands, at the cost of no reconnection', {
  timeout: WAIT_MS,
}, async () => {
  const ann = await user('ann')
  const [one, other] = [await device(ann), await device(await user('ben'))]
  const contactId = await create(one, 'Ada')
  await untilEqual(devices)
  // A client whose clock is 23 hours ahead, which the server lets through.
  const { _id, _rev, ...body } = (await organisation.documents()).get(`contacts:${contactId}`) as never as {
    _id: string
    _rev: string
    fields: object
  }
  const ahead = `${(Date.now() + 23 * HOUR).toString(36).padStart(9, '0')}0000aheaddev01`.slice(0, 23)
  await organisation.write(`contacts:${contactId}`, {
    ...body,
    fields: { ...body.fields, title: [{ v: 'ahead', t: ahead, b: ann.user }] },
  })
  await expect.poll(() => titleOf(other, contactId), { timeout: 20_000 }).toBe('ahead')
  await untilEqual(devices)
  const signIns = () => proxy.answers.get('POST /_session') ?? 0
  const before = signIns()
  for (let n = 0; n < 5; n += 1) {
    await retitle(other, contactId, `mine ${n}`)
    await untilEqual(devices)
    expect(await titleOf(other, contactId)).toBe(`mine ${n}`)
    expect(await titleOf(one, contactId)).toBe(`mine ${n}`)
  }
  expect(signIns()).toBe(before)
  await expectNothingAside()
})
