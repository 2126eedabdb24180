// Faults that random sequences found, each as the shortest story that shows it.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { asContactId } from '../../../src-shared/model/ids'
import { type MemoryDevice, openDevice } from '../../support/device'
import { ann, DAY } from '../../support/engine'
import { drawFrom, exchange } from '../../support/exchange'

let device: MemoryDevice
beforeEach(async () => {
  device = await openDevice()
})
afterEach(() => device.close())

const NUMBER = '+61421856397'
const phone = (userInput: string) => ({ userInput })
const wait = (ms: number) => {
  device.time.now += ms
}
const call = (identifiers: { type: 'Phone' | 'Email' | 'Cookie'; value: string }[]) =>
  device.engine.interactions.record(ann, {
    channel: 'voice',
    startedAt: new Date(device.time.now).toISOString(),
    identifiers,
  })
const holderOf = (value: string) =>
  device.engine.queries.resolution([{ type: value.includes('@') ? 'Email' : 'Phone', value }]).contact?.id ?? null

describe('undoing a merge', () => {
  const two = async (a: object, b: object) => [
    await device.engine.contacts.create(ann, { firstName: 'Alexis', ...a }),
    await device.engine.contacts.create(ann, { firstName: 'David', ...b }),
  ]
  const merge = async (ids: readonly (string | undefined)[]) =>
    device.engine.merges.merge(ann, { contactIds: ids.flatMap((id) => id ?? []).map(asContactId) })

  test('claims nothing again that was given up on purpose before', async () => {
    const [alexis = '', david] = await two({ workPhone: phone(NUMBER) }, {})
    await device.engine.identifiers.release(ann, asContactId(alexis), { type: 'Phone', value: NUMBER })
    const { mergeId } = await merge([alexis, david])
    await device.engine.merges.undo(ann, mergeId)
    expect(holderOf(NUMBER)).toBeNull()
  })

  test('an edit handed to a member takes from it the identifier it replaces, and keeps what was typed before', async () => {
    const [alexis = '', david = ''] = await two({ workPhone: phone(NUMBER) }, { workEmail: 'd@example.com' })
    const { contactId, mergeId } = await merge([alexis, david])
    wait(1000)
    await device.engine.contacts.update(ann, contactId, { workEmail: 'between@example.com' })
    await device.engine.contacts.update(ann, contactId, { workEmail: 'last@example.com' })
    await device.engine.merges.undo(ann, mergeId, { workEmail: asContactId(david) })
    expect(holderOf('d@example.com')).toBeNull()
    expect(holderOf('last@example.com')).toBe(david)
    const { fields, lostValues } = await device.engine.queries.person(asContactId(david))
    expect(fields.workEmail).toBe('last@example.com')
    expect(lostValues.map((lost) => lost.value)).toEqual(['between@example.com', 'd@example.com'])
  })

  test('what edits took away comes back', async () => {
    const [alexis = '', david] = await two({ workPhone: phone(NUMBER) }, {})
    const { contactId, mergeId } = await merge([alexis, david])
    wait(1000)
    await device.engine.contacts.update(ann, contactId, { workPhone: null })
    expect(holderOf(NUMBER)).toBeNull()
    await device.engine.merges.undo(ann, mergeId, { workPhone: asContactId(david ?? '') })
    expect(holderOf(NUMBER)).toBe(alexis)
  })

  test('renews and raises whoever the interactions in between go to, through two merges', async () => {
    const { contactId: caller } = await call([{ type: 'Cookie', value: 'c1' }])
    const { contactId: other } = await call([{ type: 'Phone', value: NUMBER }])
    const first = await merge([caller, other])
    const david = await device.engine.contacts.create(ann, { firstName: 'David' })
    const second = await merge([first.contactId, david])
    wait(50 * DAY)
    const { interactionId } = await call([{ type: 'Phone', value: NUMBER }])
    await device.engine.merges.undo(ann, second.mergeId)
    await device.engine.merges.undo(ann, first.mergeId)
    const page = await device.engine.queries.person(other)
    expect(page).toMatchObject({ interactions: 2, lastSeen: new Date(device.time.now).toISOString() })
    expect((await device.engine.queries.interaction(interactionId)).contactId).toBe(second.contactId)
    wait(20 * DAY)
    expect((await device.engine.retention.run(ann)).expired).toEqual([caller])
  })

  test('an edit made apart from it stays visible on those the set came apart into', async () => {
    const elsewhere = await openDevice('deviceelse')
    try {
      const [alexis = '', david = ''] = await two({}, {})
      const { contactId, mergeId } = await merge([alexis, david])
      await exchange([device, elsewhere], drawFrom(1))
      elsewhere.time.now += 1000
      await elsewhere.engine.contacts.update(ann, contactId, { title: 'Chief' })
      await device.engine.merges.undo(ann, mergeId)
      await exchange([device, elsewhere], drawFrom(2))
      for (const { engine } of [device, elsewhere])
        for (const id of [alexis, david])
          expect((await engine.queries.person(asContactId(id))).lostValues).toMatchObject([
            { field: 'title', value: 'Chief', contactId, overwrittenUnseen: true },
          ])
    } finally {
      await elsewhere.close()
    }
  })

  test('erasing the owner of an interaction does not move it to someone else', async () => {
    const [alexis = '', david = ''] = await two({ workPhone: phone(NUMBER) }, { workEmail: 'd@example.com' })
    const { mergeId } = await merge([alexis, david])
    await call([{ type: 'Phone', value: NUMBER }])
    await call([{ type: 'Email', value: 'd@example.com' }])
    await device.engine.merges.undo(ann, mergeId)
    const count = async (id: string) => (await device.engine.queries.person(asContactId(id))).interactions
    expect([await count(alexis), await count(david)]).toEqual([1, 1])
    await device.engine.erasure.erase(ann, asContactId(alexis))
    expect([await count(alexis), await count(david)]).toEqual([1, 1])
    await device.engine.erasure.erase(ann, asContactId(david))
    expect([await count(alexis), await count(david)]).toEqual([1, 1])
  })
})

test('promoting whoever aged out with a new number does not claim the old one again', async () => {
  const { contactId } = await call([{ type: 'Cookie', value: 'c1' }])
  await device.engine.contacts.update(ann, contactId, { workPhone: phone(NUMBER) })
  wait(61 * DAY)
  await device.engine.retention.run(ann)
  const david = await device.engine.contacts.create(ann, { firstName: 'David', workPhone: phone(NUMBER) })
  await device.engine.contacts.promote(ann, contactId, { workPhone: phone('+61430000111') })
  const hits = (await device.engine.queries.lookup(NUMBER, 10)).hits.map((hit) => [hit.id, hit.match])
  expect(hits).toEqual([[david, 'holder']])
})
