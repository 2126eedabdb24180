// What two devices did apart, and what both show after they met over HTTP: the table of the domain specification,
// section 6, row by row, through the contract's handlers.
import type { PersonView } from '@shared/model/views'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DeviceProcess, untilEqual } from './support/device'
import { createOrganisation, type Organisation, type TestServer, testServer } from './support/organisation'

let server: TestServer
let organisation: Organisation
let here: DeviceProcess
let there: DeviceProcess
let names: { here: string; there: string }

beforeAll(async () => {
  server = await testServer()
  organisation = await createOrganisation(server)
  const ann = await organisation.user('ann', ['admin'])
  const ben = await organisation.user('ben', ['admin'])
  names = { here: ann.user, there: ben.user }
  ;[here, there] = await Promise.all([DeviceProcess.start(), DeviceProcess.start()])
  await here.call('sync.connect', { url: server.url, org: organisation.name, ...ann })
  await there.call('sync.connect', { url: server.url, org: organisation.name, ...ben })
  await untilEqual([here, there])
}, 120_000)
afterAll(async () => {
  await Promise.all([here?.close(), there?.close()])
  await organisation?.remove()
  await server?.close()
})

/** Lets both work without the server, then meet. */
async function apart(work: () => Promise<unknown>): Promise<void> {
  await Promise.all([here.call('sync.pause', {}), there.call('sync.pause', {})])
  await work()
  await Promise.all([here.call('sync.resume', {}), there.call('sync.resume', {})])
  await untilEqual([here, there])
  for (const device of [here, there])
    expect((await device.first('sync.setAside', { offset: 0, limit: 10 })).items).toEqual([])
}
const person = (device: DeviceProcess, contactId: string): Promise<PersonView> =>
  device.first('people.get', { contactId })
/** A person as both devices show it: the same. */
async function both(contactId: string): Promise<PersonView> {
  const [a, b] = await Promise.all([person(here, contactId), person(there, contactId)])
  expect(a).toEqual(b)
  return a
}
/** Somebody both know. */
async function known(input: Record<string, unknown>): Promise<string> {
  const { id } = await here.call('people.create', { input })
  await untilEqual([here, there])
  return id
}

test('two devices create contacts with one phone number: both live, the earlier claim holds, the other contends', async () => {
  const number = { userInput: '+61421000001' }
  let first = ''
  let second = ''
  await apart(async () => {
    first = (await here.call('people.create', { input: { firstName: 'Alexis', cellPhone: number } })).id
    second = (await there.call('people.create', { input: { firstName: 'David', cellPhone: number } })).id
  })
  expect((await both(first)).identifiers).toMatchObject([{ held: true, contenders: [{ id: second }] }])
  expect((await both(second)).identifiers).toMatchObject([{ held: false, holder: { id: first } }])
  for (const device of [here, there])
    expect((await device.first('people.lookup', { text: '+61421000001', limit: 10 })).hits[0]).toMatchObject({
      id: first,
      match: 'holder',
    })
})

test('two devices edit different fields: both edits stand', async () => {
  const contactId = await known({ firstName: 'Grace' })
  await apart(async () => {
    await here.call('people.update', { contactId, changes: { lastName: 'Hopper' } })
    await there.call('people.update', { contactId, changes: { title: 'Rear Admiral' } })
  })
  expect((await both(contactId)).fields).toMatchObject({ lastName: 'Hopper', title: 'Rear Admiral' })
})

test('two devices edit one field: the later stands, the other is kept and listed', async () => {
  const contactId = await known({ firstName: 'Ada', title: 'Miss' })
  await apart(async () => {
    await here.call('people.update', { contactId, changes: { title: 'Lady' } })
    await there.call('people.update', { contactId, changes: { title: 'Countess' } })
  })
  const { fields, fieldInfo, lostValues } = await both(contactId)
  expect(fields.title).toBe('Countess')
  expect(fieldInfo['title']).toMatchObject({ by: names.there })
  expect(lostValues.find(({ value }) => value === 'Lady')).toMatchObject({ by: names.here, overwrittenUnseen: true })
})

test('X and Y merged here, Y and Z there: one set of all, one canonical, undoing either works', async () => {
  const [x, y, z] = [
    await known({ firstName: 'Xa' }),
    await known({ firstName: 'Yo' }),
    await known({ firstName: 'Zoe' }),
  ]
  let one = { contactId: '', mergeId: '' }
  let other = { contactId: '', mergeId: '' }
  await apart(async () => {
    one = await here.call('merges.merge', { contactIds: [x, y], choices: {} })
    other = await there.call('merges.merge', { contactIds: [y, z], choices: {} })
  })
  const whole = await both(x)
  expect([...(whole.mergeSet ?? [])].sort()).toEqual([x, y, z, one.contactId, other.contactId].sort())
  expect((await both(z)).id).toBe(whole.id)
  expect(whole.merges.filter(({ standing }) => standing)).toHaveLength(2)
  await there.call('merges.undo', { mergeId: one.mergeId, assignments: {} })
  await untilEqual([here, there])
  expect((await both(x)).mergeSet).toBeNull()
  expect([...((await both(y)).mergeSet ?? [])].sort()).toEqual([y, z, other.contactId].sort())
})

test('merged here, an ancestor edited there: the edit shows on the canonical', async () => {
  const [a, b] = [await known({ firstName: 'Ira' }), await known({ firstName: 'Ira', lastName: 'Old' })]
  let merged = ''
  await apart(async () => {
    merged = (await here.call('merges.merge', { contactIds: [a, b], choices: {} })).contactId
    await there.call('people.update', { contactId: b, changes: { lastName: 'New', title: 'Dr' } })
  })
  expect(await both(merged)).toMatchObject({ id: merged, fields: { lastName: 'New', title: 'Dr' } })
})

test('merged here, deleted there: the set lives, the deletion is listed', async () => {
  const [a, b] = [await known({ firstName: 'Max' }), await known({ firstName: 'Maxi' })]
  let merged = ''
  await apart(async () => {
    merged = (await here.call('merges.merge', { contactIds: [a, b], choices: {} })).contactId
    await there.call('people.delete', { contactId: b, reason: 'left us' })
  })
  expect(await both(b)).toMatchObject({ id: merged, status: 'active' })
  for (const device of [here, there])
    expect((await device.first('audit.trail', { contactId: merged, limit: 20 })).entries).toContainEqual(
      expect.objectContaining({ action: 'delete', by: names.there, reason: 'left us' }),
    )
})

test('promoted here, aged out there: promoted', async () => {
  const startedAt = new Date(Date.now() - 90 * 86_400_000).toISOString()
  const { contact } = await here.call('interactions.record', {
    channel: 'email',
    direction: 'inbound',
    startedAt,
    identifiers: [{ type: 'Email', value: 'long.ago@example.com' }],
  })
  await untilEqual([here, there])
  await apart(async () => {
    await here.call('people.promote', { contactId: contact.id })
    expect(await there.call('retention.expire', {})).toMatchObject({ people: 1 })
  })
  expect(await both(contact.id)).toMatchObject({ type: 'Curated', status: 'active' })
})

test('released here, claimed there: the claim holds', async () => {
  const identifier = { type: 'Cookie' as const, value: 'a-cookie' }
  const [a, b] = [await known({ firstName: 'Rea' }), await known({ firstName: 'Cla' })]
  await here.call('people.claim', { contactId: a, identifier })
  await untilEqual([here, there])
  await apart(async () => {
    await here.call('people.release', { contactId: a, identifier })
    await there.call('people.claim', { contactId: a, identifier })
  })
  expect((await both(a)).identifiers).toMatchObject([{ type: 'Cookie', held: true }])
  expect((await both(b)).identifiers).toEqual([])
})

test('erased here, edited there: erased, on both and on the server', async () => {
  const contactId = await known({ firstName: 'Vera', workEmail: 'vera.secret@example.com' })
  await apart(async () => {
    await here.call('people.erase', { contactId })
    await there.call('people.update', { contactId, changes: { title: 'Secretive' } })
    await there.call('people.addNote', { contactId, text: 'a secretive note' })
  })
  // Whoever wrote on the erased finishes the erasure; then nothing is left anywhere.
  const left = async () => {
    const texts = [await here.export(), await there.export(), [...(await organisation.documents()).values()]]
    return texts.map((one) => JSON.stringify(one)).filter((text) => /secretive|vera/i.test(text)).length
  }
  await expect.poll(left, { timeout: 20_000, interval: 500 }).toBe(0)
  await untilEqual([here, there])
})
