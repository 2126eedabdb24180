// What rows have to pass before they are sent: stamps that a wrong clock made are corrected first, not refused by the server.

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { IdentifierDocument } from '../../src-main/engine/documents/identifier'
import { identifierId } from '../../src-main/engine/documents/ids'
import type { AnyDocument, Documents } from '../../src-main/engine/documents/kinds'
import { createClock, laterStamp, makeStamp, stampDevice, stampMs } from '../../src-main/engine/documents/stamp'
import type { RemoteDocument, RemoteWrite } from '../../src-main/replication/couch/remote'
import { correctStamps, visitStamps } from '../../src-main/replication/exchange/adoption'
import { createLateRefusals } from '../../src-main/replication/exchange/late-refusals'
import { type Deletable, push } from '../../src-main/replication/exchange/push'
import { createDeparture, sentStamps, writeWhatMayLeave } from '../../src-main/replication/exchange/sent-stamps'
import { makeFitToSend } from '../../src-main/replication/state/fit-to-send'
import { openSyncFile, type SyncFile } from '../../src-main/replication/state/sync-file'
import { asContactId, asDeviceId, NO_STAMP, type Stamp } from '../../src-shared/model/ids'
import { createMemoryStore } from '../support/memory-store'

const NOW = Date.UTC(2026, 5, 1)
const HOUR = 3_600_000
const YEARS = 2.5 * 365 * 24 * HOUR
const stamp = (aheadMs: number, counter = 0) => makeStamp(NOW + aheadMs, counter, asDeviceId('device0001'))
const isOwn = (one: Stamp) => stampDevice(one) === 'device0001'
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

const nothingThere = { read: async () => new Map<string, RemoteDocument>() }
const departure = (corrected: Stamp, offset: () => number | undefined = () => 0, remote = nothingThere) =>
  createDeparture({
    remote,
    file,
    isOwn,
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

test('what follows a stamp that had to stay waits: no server would take it, and it was not sent', async () => {
  const held = await departure(stamp(YEARS))(edit(stamp(YEARS, 1)))
  expect([...held]).toEqual(['contacts:c'])
  expect(file.state.sentStamp).toBe('')
})

test('what counts as sent and no server would take yet is not sent, the others are', async () => {
  file.save({ sentStamp: stamp(YEARS) }) // its document left while no clock told that it lies ahead, others did not
  const [late] = edit(stamp(YEARS)) as [RemoteWrite]
  const [other] = edit(stamp(1)) as [RemoteWrite]
  const rows = [{ ...late, id: 'contacts:late' }, other]
  const sent: string[] = []
  const write = async (leaving: readonly RemoteWrite[]) => {
    sent.push(...leaving.map(({ id }) => id))
    return leaving.map(({ id }) => ({ id, status: 'written' as const, rev: '2-b' }))
  }
  const outcomes = await writeWhatMayLeave(write, rows, await departure(stamp(0))(rows))
  expect(sent).toEqual(['contacts:c'])
  expect(outcomes.map(({ status }) => status)).toEqual(['refused', 'written'])
  // Of a server that tells no time it is not known what it takes.
  expect(await departure(stamp(0), () => undefined)(rows)).toEqual(new Set())
})

test('what lies ahead and stands on the server already keeps no edit from it', async () => {
  const [late] = edit(stamp(YEARS)) as [RemoteWrite]
  const there = { id: late.id, rev: '1-a', deleted: false, body: late.body }
  file.save({ sentStamp: stamp(YEARS) })
  const remote = { read: async () => new Map<string, RemoteDocument>([[late.id, there]]) }
  const next = { ...late, body: { ...late.body, type: { at: stamp(2), by: 'ann', value: 'Curated' } } }
  expect(await departure(stamp(0), () => 0, remote)([next])).toEqual(new Set())
})

test('an interaction that began later than a server believes waits as well', async () => {
  const [row] = edit(stamp(0)) as [RemoteWrite]
  const later = (ms: number) => departure(stamp(0))([{ ...row, body: { ...row.body, lastActivity: NOW + ms } }])
  expect([...(await later(YEARS))]).toEqual(['contacts:c'])
  expect(await later(47 * HOUR)).toEqual(new Set())
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

test('a claim made anew is not moved before a release that may be on its way: both are, once that was refused', async () => {
  const { store } = createMemoryStore()
  const [id, contactId] = [identifierId({ type: 'Email', value: 'a@example.org' }), asContactId('c')]
  const [released, claimed] = [stamp(YEARS), stamp(YEARS, 1)]
  const claim = { since: claimed, at: claimed, by: 'ann', via: 'field' as const }
  const next: IdentifierDocument = {
    ...{ id, type: 'Email', value: 'a@example.org' },
    claims: { [contactId]: { device0001: claim } },
    releases: { [contactId]: { device0001: released } },
  }
  await store.commit([{ kind: 'identifiers', previous: undefined, next }])
  const clock = createClock({ deviceId: asDeviceId('device0001'), now: () => NOW })
  const device = {
    store,
    clock,
    exclusively: <T>(task: () => Promise<T>) => task(),
    latestStamp: () => claimed,
    setBack: async () => undefined,
  }
  file.save({ sentStamp: released }) // it left with the release, and this device did not live to see the answer
  const correct = () => correctStamps(device, sentStamps(file, { read: async () => new Map() }), NOW, YEARS)
  const stampsNow = async () => {
    const { claims, releases } = (await store.get('identifiers', [id])).get(id) as IdentifierDocument
    return [releases[contactId]?.['device0001'] ?? '', claims[contactId]?.['device0001']?.at ?? ''] as [Stamp, Stamp]
  }
  expect(await correct()).toBe(0)
  expect(await stampsNow()).toEqual([released, claimed])
  file.setAside.put({ kind: 'refused', collection: 'identifiers', documentId: id, reason: '', at: '', document: '' })
  expect(await correct()).toBe(2)
  const [release, anew] = await stampsNow()
  expect(release < anew).toBe(true)
  expect(stampMs(anew)).toBeLessThanOrEqual(NOW)
})

test('what counted as sent and is refused for its stamps leads to one more meeting, which corrects it', async () => {
  const { device, latest } = await deviceWith(edit(stamp(YEARS))[0]?.body ?? {})
  file.save({ sentStamp: stamp(YEARS) }) // it left, and this device did not live to see the answer
  const server = sentStamps(file, { read: async () => new Map() })
  expect(await correctStamps(device, server, NOW, YEARS)).toBe(0)
  let now = NOW
  const refusals = (offset: () => number | undefined = () => 0) =>
    createLateRefusals({ file, isOwn, now: () => now, offset })
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

test('a clock that a server corrects was not set back: stamps are bounded by the right time from then on', async () => {
  const { device } = await deviceWith(edit(stamp(0))[0]?.body ?? {})
  const clock = createClock({
    deviceId: asDeviceId('device0001'),
    now: () => NOW + YEARS + (file.state.clockOffset ?? 0),
    atLeast: () => file.state.notBefore ?? 0,
    onSetBack: (notBefore) => file.save({ notBefore }),
  })
  clock.tick()
  const met = (offset: number | undefined) =>
    makeFitToSend(
      {
        database: { store: device.store, purge: async () => undefined },
        file,
        adopting: { ...device, clock },
        clock: { offset: () => offset },
        now: () => NOW + YEARS,
        readingTime: () => NOW,
      },
      { remote: nothingThere, user: { name: 'ann', roles: [] } },
    )
  file.save({ clockOffset: null, adopted: true })
  await met(undefined)
  expect(file.state.clockOffset).toBeNull() // nothing was heard of the server's clock
  await met(-YEARS)
  clock.tick()
  expect(file.state).toMatchObject({ clockOffset: -YEARS, notBefore: null })
  // Set back by a person, while no server tells the time, it is noted for the next run.
  file.save({ clockOffset: -YEARS - 24 * HOUR })
  clock.tick()
  expect(file.state.notBefore).toBe(NOW)
  await met(-YEARS)
  expect(file.state.notBefore).toBeNull()
})
