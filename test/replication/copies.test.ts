// Two installations with one copied data folder: each goes on under a name of its own, from where it is.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { homeOf, isElsewhere } from '../../src-main/device/home'
import { openSqlite } from '../../src-main/sqlite/database'
import { type ClockProxy, startClockProxy } from './support/clock-proxy'
import { DeviceProcess, untilEqual } from './support/device'
import { createOrganisation, type Organisation, type TestServer, testServer } from './support/organisation'

let server: TestServer
let organisation: Organisation
let proxy: ClockProxy

beforeAll(async () => {
  server = await testServer()
  organisation = await createOrganisation(server)
  proxy = await startClockProxy(server.url)
}, 60_000)
afterAll(async () => {
  await proxy?.close()
  await organisation?.remove()
  await server?.close()
}, 60_000)

const generationOf = (folder: string): number => {
  const db = openSqlite(join(folder, 'sync.sqlite'), { readOnly: true })
  const { value } = db.prepare('SELECT value FROM state').get() as { value: string }
  db.close()
  return JSON.parse(value).epoch
}
const nameOf = async (device: DeviceProcess) => (await device.first('app.info', {})).deviceId

test.each(['beside its original', 'with its whole disk'])(
  'a folder copied %s: two devices, equal, and nothing exchanged anew',
  { timeout: 180_000 },
  async (how) => {
    const credentials = await organisation.user('ann', ['admin'])
    const folder = mkdtempSync(join(tmpdir(), 'scv-original-'))
    const copied = mkdtempSync(join(tmpdir(), 'scv-copied-'))
    const original = await DeviceProcess.start({ dataDir: folder, keepPassword: true })
    let copy: DeviceProcess | undefined
    try {
      await original.call('sync.connect', {
        url: proxy.url,
        org: organisation.name,
        insistOnPlain: true,
        ...credentials,
      })
      for (let n = 0; n < 5; n += 1) await original.call('people.create', { input: { firstName: `Ada ${n}` } })
      await untilEqual([original])
      const name = await nameOf(original)
      await original.call('sync.pause', {})
      await original.setClock(30 * 3_600_000) // no server takes that, and no other device may have made it
      await original.call('people.create', { input: { firstName: 'Unsent' } })
      await original.stop()
      cpSync(folder, copied, { recursive: true })
      if (how === 'with its whole disk') {
        // What a copied disk shows of itself is what the original's did.
        const path = join(copied, 'device.json')
        writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), home: homeOf(copied) }))
      }
      const generation = generationOf(folder)
      await original.restart()
      copy = await DeviceProcess.start({ dataDir: copied, keepPassword: true })
      if (how === 'beside its original') expect(await nameOf(copy)).not.toBe(name)
      const both = [original, copy]
      for (const one of both) await one.call('sync.resume', {})
      for (let round = 0; round < 3; round += 1) {
        for (const one of both) await one.call('people.create', { input: { firstName: `Bob ${round}` } })
        await untilEqual(both)
      }
      expect(await nameOf(copy)).not.toBe(await nameOf(original))
      for (const one of [folder, copied]) expect(generationOf(one)).toBe(generation)
      for (const one of both) expect((await one.first('sync.setAside', { offset: 0, limit: 9 })).items).toEqual([])
      const unsent = [...(await organisation.documents()).values()].filter((one) =>
        JSON.stringify(one).includes('Unsent'),
      )
      expect(unsent.map(({ _id }) => _id.replace(/:.*/, ''))).toContain('contacts')
      const everything = [...proxy.answers].filter(([line]) => line.endsWith('/_changes'))
      expect(everything.length).toBeGreaterThan(0)
    } finally {
      await original.close()
      await copy?.close()
    }
  },
)

test('a folder that was moved, or put back from a backup, is the same device', () => {
  const home = { path: '/data/scv', inode: '7', machine: 'm' }
  expect(isElsewhere(home, home)).toBe(false)
  expect(isElsewhere(home, { ...home, path: '/elsewhere' })).toBe(false)
  expect(isElsewhere(home, { ...home, inode: '8' })).toBe(false)
  expect(isElsewhere(home, { ...home, machine: 'renamed' })).toBe(false)
  expect(isElsewhere(home, { path: '/copy', inode: '8', machine: 'm' })).toBe(true)
  expect(isElsewhere(home, { ...home, inode: '8', machine: 'other' })).toBe(true)
})
