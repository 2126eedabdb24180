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
const signedIn = new Map<DeviceProcess, Credentials>()

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
  signedIn.set(started, credentials)
  await started.call('sync.connect', { url: proxy.url, org: organisation.name, ...credentials })
  return started
}

/** Ann's and Ben's, at once. */
async function twoDevices(): Promise<void> {
  const users = await Promise.all(['ann', 'ben'].map(user))
  await Promise.all(users.map((credentials) => device(credentials)))
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

/** Clocks are looked at when a device meets the server, if not before. */
const meetAnew = () =>
  Promise.all(
    devices.map(async (one) => {
      await one.call('sync.pause', {})
      await one.call('sync.resume', {})
    }),
  )

describe('the server’s clock', () => {
  test.each([
    ['is three minutes fast, put right, and leaps two days ahead for a moment', [3 * MINUTE, 0, 2 * DAY, 0]],
    ['is five minutes slow, put right, and goes back by a year for a moment', [-5 * MINUTE, 0, -365 * DAY, 0]],
  ] as const)(
    '%s: what was sent stays as it is, and nothing is refused',
    {
      timeout: 2 * WAIT_MS,
    },
    async (_name, steps) => {
      proxy.clocks(steps[0])
      await twoDevices()
      let before = new Set<string>()
      for (const [n, step] of steps.entries()) {
        proxy.clocks(step)
        if (n > 0) await meetAnew()
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
    await twoDevices()
    let before = new Set<string>()
    for (let round = 0; round < 2; round += 1) {
      await work(`round ${round}`)
      await untilEqual(devices)
      await Promise.all(
        devices.map((one) => one.restart().then(() => one.call('sync.signIn', signedIn.get(one) as Credentials))),
      )
      await untilEqual(devices)
      const now = await sentStamps()
      expect([...before].filter((stamp) => !now.has(stamp))).toEqual([])
      before = now
    }
    await expectNothingAside()
  })

  test('is told as nothing or nonsense: everything is exchanged, at the devices’ own time', {
    timeout: 2 * WAIT_MS,
  }, async () => {
    const [epoch, far] = [0, Date.UTC(2059, 0)].map((ms) => new Date(ms).toUTCString())
    const dates = { absent: undefined, 'no date': 'yesterday', 'in 1970': epoch, 'in 2059': far }
    for (const [name, date] of Object.entries(dates)) {
      proxy.clocks(date)
      if (devices.length === 0) await twoDevices()
      else await meetAnew()
      await work(name)
      await untilEqual(devices)
    }
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
  await meetAnew()
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
