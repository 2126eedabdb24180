// What arrived and what was decided about it: over restarts, without a word about a person on the disk; and what the system
// is told of it outside the window.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstValueFrom } from 'rxjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { announcementOf } from '../../src-main/application/announcing'
import { callerFor } from '../../src-main/application/caller'
import { createIncomingFeed } from '../../src-main/application/incoming-feed'
import { recordInteraction } from '../../src-main/application/record-interaction'
import { openArrivals } from '../../src-main/device/arrivals-file'
import { owner } from '../../src-main/engine/permissions'
import { type MemoryDevice, openDevice } from '../support/device'

const ada = owner('ada')
let device: MemoryDevice
const folder = mkdtempSync(join(tmpdir(), 'scv-arrivals-'))
const path = join(folder, 'arrivals.json')
beforeAll(async () => {
  device = await openDevice()
})
afterAll(async () => {
  await device.close()
  rmSync(folder, { recursive: true })
})

const fail = (error: unknown) => {
  throw error
}
const caller = () => callerFor(device.engine, () => ada)
const open = () => createIncomingFeed(device.engine, openArrivals(path), () => device.time.now, fail)
const shown = (feed = open()) => firstValueFrom(feed.list$(caller()))

async function arrives(feed: ReturnType<typeof open>, value: string, conversationId: string) {
  const told = {
    conversationId,
    channel: 'voice' as const,
    direction: 'inbound' as const,
    startedAt: new Date(device.time.now).toISOString(),
    identifiers: [{ type: 'Phone' as const, value }],
  }
  const recorded = await recordInteraction(device.engine, caller(), told, device.time.now)
  feed.arrived({
    interactionId: recorded.interaction.id,
    created: recorded.created,
    reason: recorded.resolution,
    arrivedAt: told.startedAt,
  })
  return recorded
}

test('what arrived and who decided what about it are there after a restart, and no person is named in the file', async () => {
  const id = await device.engine.contacts.create(ada, {
    firstName: 'Confidentia',
    cellPhone: { userInput: '+61412345678' },
  })
  const feed = open()
  const counts: number[] = []
  feed.open$.subscribe((count) => counts.push(count))
  const { interaction } = await arrives(feed, '+61412345678', 'one')
  await arrives(feed, '+61412345679', 'two')
  feed.decide(caller(), interaction.id, 'right')
  expect(counts).toEqual([0, 1, 2, 1])
  const before = await shown(feed)
  const after = await shown()
  expect(after.map(({ decided }) => decided)).toEqual([
    null,
    { how: 'right', by: 'ada', at: new Date(device.time.now).toISOString() },
  ])
  expect(after[1]).toEqual(before[1])
  expect(after[1]).toMatchObject({ contact: { id }, reason: { decidedBy: { value: '+61412345678' } } })
  expect(readFileSync(path, 'utf8')).not.toMatch(/Confidentia|61412345/)

  open().decide(caller(), interaction.id, null)
  expect((await shown())[1]?.decided).toBeNull()
})

test('a damaged file begins anew', async () => {
  writeFileSync(path, '{"version":1,"arrivals":[{}]}')
  expect(await shown()).toEqual([])
})

describe('the system is told', () => {
  test('no more of a person than the settings say, and nothing of one while the window is locked', async () => {
    const feed = open()
    await arrives(feed, '+61412345678', 'three')
    await arrives(feed, '+61412345680', 'four')
    const [unknown, known] = await shown(feed)
    if (!unknown || !known) throw new Error('two have arrived')
    const title = 'A call has arrived'
    expect(announcementOf(known, 'nothing', false)).toBeUndefined()
    expect(announcementOf(known, 'channel', false)).toEqual({ title, body: 'Open the window to see who it is.' })
    expect(announcementOf(known, 'person', false)).toEqual({ title, body: 'Confidentia' })
    expect(announcementOf(unknown, 'person', false)).toEqual({ title, body: '+61 412 345 680' })
    expect(announcementOf(known, 'person', true)).toEqual({ title, body: 'Open the window to see who it is.' })
    const shared = { ...known, candidates: [1, 2] as never }
    expect(announcementOf(shared, 'person', false)?.body).toBe('One of 2 people who share +61 412 345 678')
  })
})
