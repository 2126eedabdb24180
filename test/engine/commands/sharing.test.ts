// Creates and interactions that are given at the same time share a commit; to whoever gives them they are commands like
// any other.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { owner } from '../../../src-main/engine/permissions'
import { ScvError } from '../../../src-shared/errors'
import { type MemoryDevice, openDevice } from '../../support/device'
import { ann } from '../../support/engine'

let device: MemoryDevice
const commits: number[] = []
beforeAll(async () => {
  device = await openDevice()
  const { commit } = device.store
  device.store.commit = (changes) => {
    commits.push(changes.length)
    return commit(changes)
  }
})
afterAll(() => device.close())

const holder = () => device.engine.queries.resolution([{ type: 'Phone', value: '+61421000001' }]).contact?.id

test('they share a commit, each under its own name and stamp, the first holding what several want', async () => {
  commits.length = 0
  const workPhone = { userInput: '+61421000001' }
  const ids = await Promise.all(
    ['ann', 'bob', 'cleo'].map((name) => device.engine.contacts.create(owner(name), { firstName: name, workPhone })),
  )
  // Three contacts, and one identifier that all three claim.
  expect(commits).toEqual([4])
  expect(holder()).toBe(ids[0])
  const people = await Promise.all(ids.map((id) => device.engine.queries.person(id)))
  expect(people.map(({ createdBy }) => createdBy)).toEqual(['ann', 'bob', 'cleo'])
  const stamps = ids.map((id) => device.views.contact(id)?.created.at ?? '')
  expect(new Set(stamps).size).toBe(3)
  expect([...stamps].sort()).toEqual(stamps)
})

test('interactions share one unless what they look up is what another may claim', async () => {
  commits.length = 0
  const told = (value: string, conversationId: string) => ({
    conversationId,
    channel: 'voice' as const,
    startedAt: '2026-06-01T09:00:00Z',
    identifiers: [{ type: 'Phone' as const, value }],
  })
  const record = (value: string, conversationId: string) =>
    device.engine.interactions.record(ann, told(value, conversationId))
  const workPhone = { userInput: '+61421000009' }
  const [a, again, b, same, , seen] = await Promise.all([
    record('+61421000007', 'a'),
    record('+61421000007', 'a'), // recorded already, once the first is
    record('+61421000008', 'b'),
    record('+61421000007', 'c'),
    device.engine.contacts.create(ann, { firstName: 'Claims', workPhone }),
    record('+61421000009', 'd'),
  ])
  expect(a.created && b.created).toBe(true)
  expect(again).toMatchObject({ created: false, contactId: a.contactId, interactionId: a.interactionId })
  expect(same).toMatchObject({ created: false, contactId: a.contactId })
  expect(device.engine.queries.resolved(seen.contactId).fields).toMatchObject({ firstName: 'Claims' })
  expect(commits.length).toBeLessThan(5)
})

test('one that is refused takes none of the others with it', async () => {
  const ends = await Promise.allSettled([
    device.engine.contacts.create(ann, { firstName: 'Before' }),
    device.engine.contacts.create(ann, { workEmail: 'no address' }),
    device.engine.contacts.create(ann, {}),
    device.engine.contacts.create(ann, { firstName: 'After' }),
  ])
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
})

test('what is given after another command waits for it, and a lost race is decided again, together', async () => {
  const id = await device.engine.contacts.create(ann, { firstName: 'Old' })
  commits.length = 0
  const order: string[] = []
  const { commit } = device.store
  let races = 1
  device.store.commit = async (changes) => {
    if (races-- > 0) throw new ScvError('conflict', 'Someone else changed this at the same moment.')
    return commit(changes)
  }
  await Promise.all([
    device.engine.contacts.create(ann, { firstName: 'One' }).then(() => order.push('one')),
    device.engine.contacts.update(ann, id, { firstName: 'New' }).then(() => order.push('update')),
    device.engine.contacts.create(ann, { firstName: 'Two' }).then(() => order.push('two')),
    device.engine.contacts.create(ann, { firstName: 'Three' }).then(() => order.push('three')),
  ])
  device.store.commit = commit
  expect(order).toEqual(['one', 'update', 'two', 'three'])
  expect(commits).toHaveLength(3)
})

test('a commit that fails fails every command in it, and the next ones work', async () => {
  const { commit } = device.store
  device.store.commit = async () => {
    throw new Error('the disk is gone')
  }
  const both = [1, 2].map((n) => device.engine.contacts.create(ann, { firstName: `Lost${n}` }))
  for (const end of await Promise.allSettled(both)) expect(end).toMatchObject({ status: 'rejected' })
  device.store.commit = commit
  expect(await device.engine.contacts.create(ann, { firstName: 'Fine' })).toEqual(expect.any(String))
  expect(await device.engine.queries.found('Lost', 10)).toEqual([])
})

test('a command ends once it is on disk: seen before, and refused if the disk will not have it', async () => {
  const { flush } = device.store
  let arrive: () => void = () => undefined
  device.store.flush = () =>
    new Promise((resolve) => {
      arrive = resolve
    })
  let ended = false
  const slow = device.engine.contacts.create(ann, { firstName: 'Patience' }).then((id) => {
    ended = true
    return id
  })
  await expect.poll(async () => (await device.engine.queries.found('Patience', 10)).length).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(ended).toBe(false)
  arrive()
  expect(await slow).toEqual(expect.any(String))

  device.store.flush = async () => {
    throw new ScvError('storage_failed', 'The disk is gone.')
  }
  await expect(device.engine.contacts.create(ann, { firstName: 'Unlucky' })).rejects.toMatchObject({
    code: 'storage_failed',
  })
  device.store.flush = flush
  expect(await device.engine.contacts.create(ann, { firstName: 'Later' })).toEqual(expect.any(String))
})

test('a burst that takes several turns of the event loop shares a commit, too', async () => {
  commits.length = 0
  const ends: Promise<string>[] = []
  for (let n = 0; n < 10; n += 1) {
    ends.push(device.engine.contacts.create(ann, { firstName: `Burst${n}` }))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(ends)
  expect(commits).toEqual([10])
})

test('while the disk takes one commit in, the next are decided; all is on disk before it is said to be', async () => {
  const { flush } = device.store
  const waiting: (() => void)[] = []
  device.store.flush = () => new Promise((resolve) => waiting.push(resolve))
  const ended: string[] = []
  const create = (firstName: string) =>
    device.engine.contacts.create(ann, { firstName }).then(() => void ended.push(firstName))
  const first = create('Earlier')
  await expect.poll(() => waiting.length).toBe(1)
  const second = create('Afterwards')
  await expect.poll(async () => (await device.engine.queries.found('Afterwards', 10)).length).toBe(1)
  const third = device.engine.contacts.create(ann, {}).catch(() => void ended.push('refused'))
  let isIdle = false
  const idle = device.engine.idle().then(() => {
    isIdle = true
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect({ ended, isIdle, waiting: waiting.length }).toEqual({ ended: ['refused'], isIdle: false, waiting: 2 })
  waiting[1]?.()
  await second
  expect({ ended, isIdle }).toEqual({ ended: ['refused', 'Afterwards'], isIdle: false })
  waiting[0]?.()
  await Promise.all([first, third, idle])
  device.store.flush = flush
})

test('what changes nothing waits for the disk, too: it may rest on what is not there yet', async () => {
  const call = {
    ...{ conversationId: 'once', channel: 'voice' as const, startedAt: '2026-06-01T09:00:00Z' },
    identifiers: [{ type: 'Phone' as const, value: '+61421000031' }],
  }
  const { flush } = device.store
  const waiting: (() => void)[] = []
  device.store.flush = () => new Promise((resolve) => waiting.push(resolve))
  const first = device.engine.interactions.record(ann, call)
  await expect.poll(() => waiting.length).toBe(1)
  let told = false
  const again = device.engine.interactions.record(ann, call).then((answer) => {
    told = true
    return answer
  })
  await expect.poll(() => waiting.length).toBe(2)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(told).toBe(false)
  for (const arrive of waiting) arrive()
  expect((await again).interactionId).toBe((await first).interactionId)
  device.store.flush = flush
})
