// What rows have to pass before they are sent: stamps that a wrong clock made are corrected first, not refused by the server.

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AnyDocument, Documents } from '../../src-main/engine/documents/kinds'
import { createClock, laterStamp, makeStamp, stampMs } from '../../src-main/engine/documents/stamp'
import type { RemoteDocument, RemoteWrite } from '../../src-main/replication/couch/remote'
import { correctStamps, visitStamps } from '../../src-main/replication/exchange/adoption'
import { createLateRefusals } from '../../src-main/replication/exchange/late-refusals'
import { type Deletable, push } from '../../src-main/replication/exchange/push'
import { createDeparture, sentStamps } from '../../src-main/replication/exchange/sent-stamps'
import { openSyncFile, type SyncFile } from '../../src-main/replication/state/sync-file'
import { asContactId, asDeviceId, NO_STAMP, type Stamp } from '../../src-shared/model/ids'
import { createMemoryStore } from '../support/memory-store'

const NOW = Date.UTC(2026, 5, 1)
const HOUR = 3_600_000
const YEARS = 2.5 * 365 * 24 * HOUR
const stamp = (aheadMs: number, counter = 0) => makeStamp(NOW + aheadMs, counter, asDeviceId('device0001'))
const edit = (at: string): RemoteWrite[] => [
  {
    id: 'contacts:c',
    rev: '1-a',
    body: {
      created: { at: stamp(0), by: 'ann', via: 'person' },
      fields: { title: [{ v: 'x', t: at, b: 'ann' }] },
      lastActivity: 0,
      type: { at: stamp(0), by: 'ann', value: 'Curated' },
    },
  },
]

let file: SyncFile
beforeEach(() => {
  file = openSyncFile(':memory:')
  file.save({ clockOffset: 0 })
})
afterEach(() => file.close())

const departure = (corrected: Stamp, offset: () => number | undefined = () => 0) =>
  createDeparture({
    file,
    deviceId: asDeviceId('device0001'),
    corrected,
    now: () => NOW,
    offset,
    ask: async () => undefined,
  })

test('a clock that was set years ahead and right again while connected: what it stamped is corrected, not sent', async () => {
  await expect(departure(stamp(0))(edit(stamp(YEARS)))).rejects.toThrow('was set')
  await expect(departure(NO_STAMP)(edit(stamp(YEARS)))).rejects.toThrow('was set')
  expect(file.state.sentStamp).toBe('')
})

test('what follows a stamp that had to stay is sent: correcting it again would change nothing', async () => {
  await departure(stamp(YEARS))(edit(stamp(YEARS, 1)))
  expect(file.state.sentStamp).toBe(stamp(YEARS, 1))
})

test('a stamp as far ahead as others may be, which this one follows, is sent', async () => {
  await departure(stamp(0))(edit(stamp(23 * HOUR)))
  expect(file.state.sentStamp).toBe(stamp(23 * HOUR))
})

test('of a server that tells no time nothing is known, and what lies ahead is sent', async () => {
  await departure(stamp(0), () => undefined)(edit(stamp(YEARS)))
  expect(file.state.sentStamp).toBe(stamp(YEARS))
})

test('what was taken in by a clock years ahead is not sent once that was set right: it is looked at anew', async () => {
  const by = (device: string) => makeStamp(NOW + YEARS, 0, asDeviceId(device))
  const poisoned = edit(by('devicex000'))
  await departure(stamp(0))(poisoned)
  file.save({ clockOffset: -YEARS })
  await expect(departure(stamp(0))(poisoned)).rejects.toThrow('was set')
})

test('what was taken out of this device alone is never deleted on a server, whoever is signed in', async () => {
  const body = edit(stamp(0))[0]?.body ?? {}
  const living = { id: 'c', ...body, _deleted: false } as unknown as Deletable<'contacts'>
  const rows = [{ assumed: living, next: { id: 'c', _deleted: true } as Deletable<'contacts'> }]
  const server = (current: Partial<RemoteDocument>) => ({
    read: async () => new Map([['contacts:c', { id: 'contacts:c', rev: '1-a', deleted: false, body, ...current }]]),
    readRevision: async () => undefined,
    write: async () => expect.fail('nothing is written'),
  })
  expect((await push(server({}), 'contacts', rows, false)).conflicts).toEqual([living])
  // What cannot be read went for that reason, and stays away until it is mended.
  for (const current of [{ body: { odd: true } }, { deleted: true, body: undefined }])
    expect((await push(server(current), 'contacts', rows, false)).sent).toEqual(['c'])
})

test('what a part was taken out of, in this device alone, takes nothing from the server: the part comes back', async () => {
  const body = { ...edit(stamp(0))[0]?.body, fields: { title: [{ v: 'x', t: stamp(0), b: 'ann' }] } }
  const whole = { id: 'c', ...body, _deleted: false } as unknown as Deletable<'contacts'>
  const server = {
    read: async () => new Map([['contacts:c', { id: 'contacts:c', rev: '1-a', deleted: false, body }]]),
    readRevision: async () => undefined,
    write: async () => expect.fail('nothing is written'),
  }
  const { conflicts } = await push(server, 'contacts', [{ assumed: whole, next: { ...whole, fields: {} } }], false)
  expect(conflicts).toEqual([whole])
})

test('of several copies one may not have heard of a deletion yet: it is asked again before the document comes back', async () => {
  const body = edit(stamp(0))[0]?.body ?? {}
  const whole = { id: 'c', ...body, _deleted: false } as unknown as Deletable<'contacts'>
  const answers: Partial<RemoteDocument>[] = [{}, {}, { deleted: true, body: undefined }]
  const server = {
    copies: 3,
    pause: async () => undefined,
    read: async () =>
      new Map([['contacts:c', { id: 'contacts:c', rev: '1-a', deleted: false, body, ...answers.shift() }]]),
    readRevision: async () => undefined,
    write: async () => expect.fail('nothing is written'),
  }
  const rows = [{ assumed: whole, next: { id: 'c', _deleted: true } as Deletable<'contacts'> }]
  expect(await push(server, 'contacts', rows, false)).toMatchObject({ conflicts: [], sent: ['c'] })
})

/** A device that holds one contact, made by a clock years ahead. */
async function deviceWith(body: RemoteWrite['body']) {
  const { store } = createMemoryStore()
  const next = { id: 'c', ...body } as unknown as Documents['contacts']
  await store.commit([{ kind: 'contacts', previous: undefined, next }])
  const clock = createClock({ deviceId: asDeviceId('device0001'), now: () => NOW })
  const content = async () =>
    (await store.get('contacts', [asContactId('c')])).get(asContactId('c')) as Documents['contacts']
  const latestIn = (document: Documents['contacts']) => {
    let latest = NO_STAMP
    visitStamps('contacts', document, (one) => {
      latest = laterStamp(latest, one)
    })
    return latest
  }
  let latest: Stamp = latestIn(next)
  const device = {
    store,
    clock,
    exclusively: <T>(task: () => Promise<T>) => task(),
    latestStamp: () => latest,
    setBack: async (to: Stamp) => {
      latest = to
    },
  }
  return { device, latest: async () => latestIn(await content()) }
}

test('a stamp of others that no server takes keeps none of ours in the future', async () => {
  const { device, latest } = await deviceWith(edit(stamp(YEARS))[0]?.body ?? {})
  const poisoned = edit(makeStamp(NOW + 2 * YEARS, 0, asDeviceId('devicex000')))[0]?.body
  const remote = {
    read: async () => new Map([['contacts:c', { id: 'contacts:c', rev: '1-a', deleted: false, body: poisoned }]]),
  }
  expect(await correctStamps(device, sentStamps(file, remote), NOW, YEARS)).toBe(1)
  expect(stampMs(await latest())).toBeLessThanOrEqual(NOW)
})

test('a stamp of our own that a server whose clock leapt took stays, and keeps no later one in the future', async () => {
  const body = edit(stamp(YEARS, 1))[0]?.body ?? {}
  const { device, latest } = await deviceWith({ ...body, type: { at: stamp(YEARS), by: 'ann', value: 'Curated' } })
  file.save({ sentStamp: stamp(YEARS) })
  const remote = { read: async () => new Map() }
  expect(await correctStamps(device, sentStamps(file, remote), NOW, 0)).toBe(1)
  expect(await latest()).toBe(stamp(YEARS))
})

test('what counted as sent and is refused for its stamps leads to one more meeting, which corrects it', async () => {
  const { device, latest } = await deviceWith(edit(stamp(YEARS))[0]?.body ?? {})
  file.save({ sentStamp: stamp(YEARS) }) // it left, and this device did not live to see the answer
  const server = sentStamps(file, { read: async () => new Map() })
  expect(await correctStamps(device, server, NOW, YEARS)).toBe(0)
  let now = NOW
  const refusals = (offset: () => number | undefined = () => 0) =>
    createLateRefusals({ file, deviceId: asDeviceId('device0001'), now: () => now, offset })
  const document = { id: 'c', ...edit(stamp(YEARS))[0]?.body } as unknown as AnyDocument
  const [known, unknown] = [refusals(), refusals(() => undefined)]
  for (const one of [known, unknown]) one.note('contacts', document)
  known.note('contacts', { ...document, id: 'd', fields: {} } as AnyDocument)
  expect(known.isDue).toBe(false)
  now += 3000
  expect([known.isDue, unknown.isDue]).toEqual([true, false])
  file.setAside.put({ kind: 'refused', collection: 'contacts', documentId: 'c', reason: '', at: '', document: '' })
  expect(await correctStamps(device, sentStamps(file, { read: async () => new Map() }), NOW, YEARS)).toBe(1)
  expect(stampMs(await latest())).toBeLessThanOrEqual(NOW)
  // Refused again, it is for another reason.
  const after = refusals()
  after.note('contacts', document)
  now += 3000
  expect(after.isDue).toBe(false)
})
