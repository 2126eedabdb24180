// What arrived and what was decided about it: over restarts, without a word about a person on the disk; and what the system
// is told of it outside the window.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstValueFrom } from 'rxjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { announcementOf } from '../../src-main/application/announcing'
import { callerFor } from '../../src-main/application/caller'
import { createIncomingFeed, type IncomingFeed } from '../../src-main/application/incoming-feed'
import { recordInteraction } from '../../src-main/application/record-interaction'
import { openArrivals } from '../../src-main/device/arrivals-file'
import { owner } from '../../src-main/engine/permissions'
import { asInteractionId } from '../../src-shared/model/ids'
import { type MemoryDevice, openDevice } from '../support/device'

const ada = owner('ada')
let device: MemoryDevice
const folder = mkdtempSync(join(tmpdir(), 'scv-arrivals-'))
const path = join(folder, 'arrivals.json')
beforeAll(async () => {
  device = await openDevice()
})
afterAll(async () => {
  await file.close()
  await device.close()
  rmSync(folder, { recursive: true })
})

const fail = (error: unknown) => {
  throw error
}
const caller = () => callerFor(device.engine, () => ada)
let file = openArrivals(path, fail)
/** As after a start: what was there before has reached the disk. */
async function open() {
  await file.close()
  file = openArrivals(path, fail)
  return createIncomingFeed(device.engine, file, () => device.time.now)
}
const shown = async (feed?: IncomingFeed) => firstValueFrom((feed ?? (await open())).list$(caller()))

async function arrives(feed: IncomingFeed, value: string, conversationId: string) {
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
  const feed = await open()
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

  const again = await open()
  again.decide(caller(), interaction.id, null)
  expect((await shown())[1]?.decided).toBeNull()
})

test('a thousand calls wait for no file, and the latest of them are kept', async () => {
  const feed = await open()
  const { interaction } = await arrives(feed, '+61412345679', 'many')
  const arrival = { created: false, arrivedAt: new Date(device.time.now).toISOString() }
  const reason = (await shown(feed))[0]?.reason
  if (!reason) throw new Error('one has arrived')
  await file.close()
  const before = statSync(path).mtimeMs
  for (let n = 0; n < 1000; n += 1) feed.arrived({ ...arrival, interactionId: asInteractionId(`many${n}`), reason })
  expect(statSync(path).mtimeMs).toBe(before) // nothing was written while they came
  feed.arrived({ ...arrival, interactionId: interaction.id, reason })
  await file.close()
  const { arrivals } = JSON.parse(readFileSync(path, 'utf8'))
  expect(arrivals.map((one: { interactionId: string }) => one.interactionId).slice(0, 2)).toEqual([
    interaction.id,
    'many999',
  ])
})

test('a damaged file begins anew', async () => {
  await file.close()
  writeFileSync(path, '{"version":1,"arrivals":[{}]}')
  expect(await shown()).toEqual([])
})

describe('the system is told', () => {
  test('no more of a person than the settings say, and nothing of one while the window is locked', async () => {
    const feed = await open()
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
