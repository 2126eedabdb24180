// What a device remembers of a server, and that it ends when told to: marks and epochs, what is left behind, branches,
// clocks, counts without a connection, and closing in whatever state.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeStamp, stampAfter, stampMs } from '../../src-main/engine/documents/stamp'
import { toRemoteBody } from '../../src-main/replication/couch/wire'
import { inThePast } from '../../src-main/replication/exchange/adoption'
import { isKnownServer, remembers } from '../../src-main/replication/state/replica-marker'
import { openSyncFile } from '../../src-main/replication/state/sync-file'
import { asDeviceId, asStamp, NO_STAMP } from '../../src-shared/model/ids'
import { type BareDevice, openBareDevice } from './support/bare-device'
import { type CuttingProxy, startCuttingProxy } from './support/cutting-proxy'
import { DeviceProcess, untilEqual } from './support/device'
import { contact, contacts, currentValue, edited } from './support/documents'
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

beforeAll(async () => {
  server = await testServer()
}, 60_000)
afterAll(() => server?.close())
beforeEach(async () => {
  organisation = await createOrganisation(server, { validation: false })
  ann = await organisation.user('ann', ['admin'])
  proxy = await startCuttingProxy(server.url)
}, 60_000)
afterEach(async () => {
  await proxy.close()
  await organisation.remove()
}, 60_000)

describe('a device', () => {
  let device: BareDevice
  beforeEach(async () => {
    device = await openBareDevice()
  })
  afterEach(() => device.close())
  const connect = async () => {
    await device.connect(organisation, ann, proxy.url)
    await device.live()
  }

  test('joins branches that replication between servers left, and removes the losers', async () => {
    const former = contact('c', 'Ada', ann.user)
    await device.put('contacts', former)
    await connect()
    const { body } = await organisation.ask('GET', '/contacts:c')
    const branch = (field: string, digit: string) => ({
      ...toRemoteBody(edited(former, field, 'Branched', ann.user)),
      _id: 'contacts:c',
      _rev: `2-${digit.repeat(32)}`,
      _revisions: { start: 2, ids: [digit.repeat(32), String(body._rev).slice(2)] },
    })
    const docs = [branch('title', 'a'), branch('lastName', 'b')]
    await organisation.ask('POST', '/_bulk_docs', { docs, new_edits: false })
    await expect
      .poll(async () => currentValue(await device.get('contacts', 'c'), 'title'), { timeout: 10_000 })
      .toBe('Branched')
    expect(currentValue(await device.get('contacts', 'c'), 'lastName')).toBe('Branched')
    const conflicts = async () => (await organisation.ask('GET', '/contacts%3Ac?conflicts=true')).body
    await expect.poll(async () => (await conflicts())._conflicts, { timeout: 10_000 }).toBeUndefined()
    expect(await conflicts()).toMatchObject({
      fields: { title: [{ v: 'Branched' }], lastName: [{ v: 'Branched' }], firstName: [{ v: 'Ada' }] },
    })
  })

  test('leaves no bookkeeping of a former epoch behind, nor anything of what was set aside', async () => {
    const secret = 'Melpomene'
    await organisation.write('contacts:odd', {
      ...toRemoteBody(contact('odd', secret, ann.user)),
      fields: 'none',
      was: secret,
    })
    await connect()
    expect(await device.setAside()).toMatchObject([{ documentId: 'odd' }])
    const { epoch } = device.file.state
    await organisation.write('contacts:odd', toRemoteBody(contact('odd', 'Fine', ann.user)))
    await expect.poll(() => device.setAside(), { timeout: 10_000 }).toEqual([])
    device.file.save({})
    const filesWith = (text: string) =>
      readdirSync(device.folder).filter(
        (name) => name.startsWith('sync.sqlite') && readFileSync(join(device.folder, name)).includes(text),
      )
    expect(filesWith(secret)).toEqual([])
    await device.replication.pause()
    await organisation.wipe()
    await device.restart()
    await device.replication.resume()
    await device.live()
    expect(device.file.state).toMatchObject({ epoch: epoch + 1, formerEpochs: [] })
    const meta = (await device.collectionNames()).filter((name) => name.startsWith('rx-replication-meta'))
    expect(meta).toHaveLength(7) // one of each kind, of this epoch alone
  })

  test('counts what is unsent without a connection, also after a crash', async () => {
    await device.put('contacts', ...contacts('c', 50, ann.user))
    await connect()
    await organisation.write('contacts:theirs', toRemoteBody(contact('theirs', 'Theirs', ann.user)))
    await expect.poll(() => device.get('contacts', 'theirs'), { timeout: 10_000 }).toBeDefined()
    await new Promise((resolve) => setTimeout(resolve, 2500)) // positions are kept every two seconds
    proxy.block()
    await device.put('contacts', ...contacts('new', 3, ann.user))
    await device.restart()
    await device.until(({ state }) => state === 'offline')
    expect(device.status().collections[0]).toMatchObject({ pendingUp: 3, pendingDown: null })
    expect(device.status().nextAttempt).not.toBeNull()
    proxy.allow()
    device.replication.tryNow()
    await device.live()
    expect((await organisation.documents()).size).toBe(54)
  })

  test('has ended its first exchange for good, however late the server says that it remembers the mark', async () => {
    await organisation.write('contacts:theirs', toRemoteBody(contact('theirs', 'Theirs', ann.user)))
    proxy.delayAnswersOf('/_local/', 800)
    await connect()
    expect(device.file.state).toMatchObject({ since: null, firstSync: null, firstSyncDone: true }) // not marked yet
    await expect.poll(() => device.file.state.since, { timeout: 10_000 }).not.toBeNull()
    expect(device.file.state).toMatchObject({ markPending: false, firstSync: null })
  })

  test('notices behind an open connection that the database was replaced', async () => {
    await device.put('contacts', ...contacts('c', 3, ann.user))
    await connect()
    const backup = await organisation.backup()
    backup.documents = backup.documents.filter(({ _id }) => _id !== 'contacts:c1')
    await organisation.restore(backup)
    await device.put('contacts', contact('later', 'Later', ann.user))
    await expect.poll(async () => (await organisation.documents()).size, { timeout: 15_000 }).toBe(4)
  })

  /** A server that takes connections, and says nothing. */
  async function silent(): Promise<{ url: string; close(): Promise<void> }> {
    const sockets = new Set<Socket>()
    const mute = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
    })
    await new Promise<void>((ready) => mute.listen(0, '127.0.0.1', ready))
    return {
      url: `http://127.0.0.1:${(mute.address() as AddressInfo).port}`,
      async close() {
        for (const socket of sockets) socket.destroy()
        await new Promise((done) => mute.close(done))
      },
    }
  }

  const WITHIN_MS = 2000
  test.each(['live', 'offline', 'signed-out', 'connecting', 'syncing', 'trying credentials'])(
    'closes at once while it is %s',
    async (state) => {
      const mute = await silent()
      if (state === 'syncing') await device.put('contacts', ...contacts('c', 2000, ann.user))
      if (state === 'trying credentials') {
        const trying = device.connect(organisation, ann, mute.url)
        trying.catch(() => undefined)
      } else {
        await device.connect(organisation, ann, proxy.url)
        if (state !== 'syncing') await device.live()
        if (state === 'offline') proxy.block()
        if (state === 'signed-out') {
          await device.replication.signOut()
          await device.until((status) => status.state === 'signed-out')
        }
        if (state === 'connecting') {
          device.file.save({ server: { url: mute.url, org: organisation.name } })
          await device.replication.pause()
          await device.replication.resume()
        }
        await device.until((status) => status.state === state)
      }
      const begun = performance.now()
      await device.replication.close()
      expect(performance.now() - begun).toBeLessThan(WITHIN_MS)
      await mute.close()
      expect(device.defects).toEqual([])
    },
  )

  test('is paused and resumed many times in a row, and loses nothing', async () => {
    await connect()
    for (let n = 0; n < 30; n += 1) {
      await device.put('contacts', contact(`c${n}`, `${n}`, ann.user))
      void device.replication.pause()
      void device.replication.resume()
      device.replication.tryNow()
      if (n % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 40))
    }
    await device.live()
    expect((await organisation.documents()).size).toBe(30)
    expect(device.defects).toEqual([])
  })
})

describe('clocks', () => {
  test('a device a year ahead that was never connected joins: its stamps and names are corrected', {
    timeout: 120_000,
  }, async () => {
    const org = await createOrganisation(server)
    const [ben, cleo] = [await org.user('ben', ['admin']), await org.user('cleo', ['admin'])]
    const YEAR = 365 * 86_400_000
    const HOURS = 2 * 3_600_000
    const [ahead, behind] = await Promise.all([
      DeviceProcess.start({ aheadMs: YEAR }),
      DeviceProcess.start({ aheadMs: -HOURS }),
    ])
    try {
      await ahead.call('app.saveSettings', { userName: 'somebody else' })
      const { id: contactId } = await ahead.call('people.create', { input: { firstName: 'Ada', title: 'first' } })
      await ahead.call('people.update', { contactId, changes: { title: 'second' } })
      await ahead.call('people.addNote', { contactId, text: 'a note' })
      const join = (device: DeviceProcess, { user, password }: Credentials) =>
        device.call('sync.connect', { url: proxy.url, org: org.name, user, password })
      await join(ahead, ben)
      await join(behind, cleo)
      await untilEqual([ahead, behind])
      expect((await ahead.status()).clockOffset).toBeLessThan(-YEAR + 60_000)
      // The later edit wins by the true time, though the one clock is a year ahead and the other two hours behind.
      await behind.call('people.update', { contactId, changes: { title: 'third' } })
      await untilEqual([ahead, behind])
      await ahead.call('people.update', { contactId, changes: { lastName: 'Lovelace' } })
      const lines = await untilEqual([ahead, behind])
      expect(await ahead.first('people.get', { contactId })).toMatchObject({
        fields: { title: 'third', lastName: 'Lovelace' },
        createdBy: ben.user,
      })
      expect(lines.filter((line) => line.includes('somebody else'))).toEqual([])
      const latest = new Date(Date.now() + 3_600_000).getTime().toString(36).padStart(9, '0')
      const stamps = [...lines.join('\n').matchAll(/"(0[a-z0-9]{22})"/g)].map(([, stamp]) => stamp ?? '')
      expect(stamps.length).toBeGreaterThan(5)
      expect(stamps.filter((stamp) => stamp.slice(0, 9) > latest)).toEqual([])
      for (const device of [ahead, behind])
        expect((await device.first('sync.setAside', { offset: 0, limit: 9 })).items).toEqual([])
    } finally {
      await Promise.all([ahead.close(), behind.close()])
      await org.remove()
    }
  })
  test('a clock that is set hours ahead while connected: what it stamped is corrected before it is sent', {
    timeout: 120_000,
  }, async () => {
    const org = await createOrganisation(server)
    const { user, password } = await org.user('ben', ['admin'])
    const device = await DeviceProcess.start()
    try {
      await device.call('sync.connect', { url: proxy.url, org: org.name, user, password })
      await device.until(({ state }) => state === 'live')
      await device.setClock(3 * 3_600_000)
      await device.call('people.create', { input: { firstName: 'Ada' } })
      await expect.poll(async () => (await org.documents()).size, { timeout: 30_000 }).toBe(1)
      const sent = JSON.stringify([...(await org.documents()).values()])
      const stamps = [...sent.matchAll(/"(0[a-z0-9]{22})"/g)].map(([, stamp]) => stampMs(asStamp(stamp ?? '')))
      expect(stamps.length).toBeGreaterThan(1)
      expect(Math.max(...stamps)).toBeLessThan(Date.now() + 60_000)
      expect((await device.first('sync.setAside', { offset: 0, limit: 9 })).items).toEqual([])
    } finally {
      await device.close()
      await org.remove()
    }
  })
})

describe('stamps taken back', () => {
  const HOUR = 3_600_000
  const NOW = Date.parse('2026-11-01T12:00:00Z')
  const own = (ms: number, counter = 0) => makeStamp(NOW + ms, counter, asDeviceId('device0001'))

  test('keep their order, as much earlier as the clock was wrong, and none after now', () => {
    const late = [own(2 * HOUR), own(2 * HOUR, 1), own(3 * HOUR), own(9 * HOUR)]
    const moved = inThePast(new Map(late.map((stamp) => [stamp, NO_STAMP])), NOW, 4 * HOUR, NO_STAMP)
    expect(late.map((stamp) => moved.get(stamp))).toEqual([own(-2 * HOUR), own(-2 * HOUR, 1), own(-HOUR), own(0)])
  })

  test('stay later than what they were written over, which was late once and is not any more', () => {
    // Deleted and sent with a clock two hours ahead, restored with the same clock: by now only the latter lies ahead.
    const deletion = own(0)
    const restored = own(1.5 * HOUR)
    const later = own(1.5 * HOUR, 1)
    const moved = inThePast(
      new Map([
        [restored, deletion],
        [later, NO_STAMP],
      ]),
      NOW,
      2 * HOUR,
      NO_STAMP,
    )
    expect([moved.get(restored), moved.get(later)]).toEqual([own(0, 1), own(0, 2)])
  })

  test('a stamp after the last of its millisecond is in the next', () => {
    expect(stampAfter(own(0, 36 ** 4 - 1), asDeviceId('device0002'))).toBe(
      makeStamp(NOW + 1, 0, asDeviceId('device0002')),
    )
  })
})

describe('marks', () => {
  const ours = { epoch: 1, mark: 7, markPending: false }
  test('a server that remembers the mark is known, one that does not is not', () => {
    expect(remembers(ours, { epoch: 1, mark: 7 })).toBe(true)
    expect(remembers(ours, { epoch: 1, mark: 6 })).toBe(false)
    expect(remembers(ours, undefined)).toBe(false)
    expect(remembers({ ...ours, mark: 0 }, undefined)).toBe(true)
  })
  test('after a crash between the two sides either may be there', () => {
    const between = { ...ours, markPending: true }
    expect(remembers(between, { epoch: 1, mark: 7 })).toBe(true)
    expect(remembers(between, { epoch: 1, mark: 6 })).toBe(true)
    expect(remembers(between, { epoch: 1, mark: 5 })).toBe(false)
    expect(remembers({ ...between, mark: 1 }, undefined)).toBe(true)
  })
  test('the file keeps a mark under way over a crash', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scv-marks-'))
    const open = () => openSyncFile(join(folder, 'sync.sqlite'))
    const file = open()
    file.save({ mark: 3, markPending: true })
    file.close()
    const again = open()
    expect(await isKnownServer({ getLocal: async () => ({ epoch: 1, mark: 2 }) }, again, asDeviceId('device'))).toBe(
      true,
    )
    expect(await isKnownServer({ getLocal: async () => ({ epoch: 1, mark: 1 }) }, again, asDeviceId('device'))).toBe(
      false,
    )
    again.close()
    rmSync(folder, { recursive: true })
  })
})
