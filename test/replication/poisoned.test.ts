// Documents that no honest device wrote, brought in by an administrator or by replication between servers, past validation:
// they are set aside and stop nothing; no clock follows them; and what is mended or gone heals by itself. Against the stand-in,
// and a real CouchDB where `COUCHDB_URL` names one.

import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  isStamp,
  makeStamp,
  SET_ASIDE_AHEAD_MS,
  STAMP_TOLERANCE_MS,
  stampMs,
} from '../../src-main/engine/documents/stamp'
import { couchAt } from '../../src-main/provision/couch'
import { findPoisoned } from '../../src-main/provision/poison'
import { asDeviceId } from '../../src-shared/model/ids'
import { DeviceProcess, untilEqual } from './support/device'
import { type Credentials, createOrganisation, type Organisation, testServer } from './support/organisation'

type Body = Record<string, unknown>

let server: Awaited<ReturnType<typeof testServer>>
let organisation: Organisation
let ann: Credentials
let here: DeviceProcess
let there: DeviceProcess

beforeAll(async () => {
  server = await testServer()
}, 120_000)
afterAll(() => server?.close())
beforeEach(async () => {
  organisation = await createOrganisation(server)
  ann = await organisation.user('ann', ['agent'])
  ;[here, there] = await Promise.all([
    DeviceProcess.start({ keepPassword: true }),
    DeviceProcess.start({ keepPassword: true }),
  ])
}, 120_000)
afterEach(async () => {
  await Promise.all([here.close(), there.close()])
  await organisation.remove()
}, 60_000)

const connect = async (device: DeviceProcess) => {
  const { user, password } = ann
  await device.call('sync.connect', { url: server.url, org: organisation.name, user, password, insistOnPlain: true })
  await device.until(({ state }) => state === 'live')
}
const create = async (device: DeviceProcess, firstName: string): Promise<string> =>
  (await device.call('people.create', { input: { firstName, cellPhone: phone() } })).id
let people = 0
function phone() {
  people += 1
  return { userInput: `+61 491 57${String(people).padStart(4, '0')}` }
}
const aside = async (device: DeviceProcess) =>
  (await device.first('sync.setAside', { offset: 0, limit: 100 })).items.map(({ documentId }) => documentId).sort()
const latestIn = async (device: DeviceProcess): Promise<number> => {
  const stamps = (await device.export()).flatMap((line) => line.match(/(?<=")[a-z0-9]{23}(?=")/g) ?? [])
  return Math.max(...stamps.filter(isStamp).map(stampMs))
}
const poison = () =>
  findPoisoned({ couch: couchAt(server.url, server.admin), database: organisation.path.slice(1), repair: false })

test('a stamp far ahead is set aside wherever it stands; all else goes on, and it heals when it is mended or gone', async () => {
  await connect(here)
  const ada = await create(here, 'Ada')
  await expect
    .poll(async () => [...(await organisation.documents()).keys()], { timeout: 20_000 })
    .toContain(`contacts:${ada}`)
  await untilEqual([here])
  const far = makeStamp(4_000_000_000_000, 36 ** 4 - 1, asDeviceId('mallory000'))
  const documents = await organisation.documents()
  const bodyOf = (prefix: string): [string, Body] => {
    const [id, body] = [...documents].find(([one]) => one.startsWith(prefix)) ?? []
    if (id === undefined) throw new Error(`no ${prefix}`)
    const { _id, _rev, ...rest } = body as unknown as Body
    return [id, rest]
  }
  const [contactId, contact] = bodyOf('contacts:')
  const [claimedId, identifier] = bodyOf('identifiers:')
  const names = contact['fields'] as Record<string, Body[]>
  await organisation.write(contactId, {
    ...contact,
    fields: { ...names, firstName: [{ v: 'Mallory', t: far, b: 'mallory' }, ...(names['firstName'] ?? [])] },
  })
  await organisation.write(claimedId, { ...identifier, later: { since: far } })
  const note = (more: Body) => ({
    contactId: ada,
    created: { at: far, by: 'mallory' },
    text: [{ v: 'x', t: far, b: 'mallory' }],
    ...more,
  })
  const noteId = `notes:${randomUUID()}`
  await organisation.write(noteId, note({}))
  for (const id of ['constructor', '__proto__', 'toString']) await organisation.write(`contacts:${id}`, contact)

  const setAside = [contactId, claimedId, noteId, 'x:constructor', 'x:__proto__', 'x:toString']
    .map((id) => id.slice(id.indexOf(':') + 1))
    .sort()
  await expect.poll(() => aside(here), { timeout: 20_000 }).toEqual(setAside)
  // A device that meets it all at once, and one that was there: both work on, are heard, and keep their clocks.
  await connect(there)
  await expect.poll(() => aside(there), { timeout: 20_000 }).toEqual(setAside)
  const [ben, cleo] = [await create(here, 'Ben'), await create(there, 'Cleo')]
  await expect
    .poll(async () => [...(await organisation.documents()).keys()], { timeout: 20_000 })
    .toEqual(expect.arrayContaining([`contacts:${ben}`, `contacts:${cleo}`]))
  for (const device of [here, there]) {
    expect(await latestIn(device)).toBeLessThan(Date.now() + SET_ASIDE_AHEAD_MS)
    expect(JSON.stringify(await device.export())).not.toContain(far)
  }
  await here.restart('kill')
  await here.until(({ state }) => state === 'live')
  expect(stampMs(makeStamp(await latestIn(here), 0, asDeviceId('mallory000')))).toBeLessThan(
    Date.now() + SET_ASIDE_AHEAD_MS,
  )

  // The administrator's command finds and mends them; one is deleted by hand.
  await organisation.write(noteId, undefined)
  const found = await poison()
  expect(found).toHaveLength(5)
  expect(found.filter((one) => one.includes('cannot be read'))).toHaveLength(3)
  expect(found.join()).not.toContain('Mallory')
  const couch = couchAt(server.url, server.admin)
  const mendedNow = await findPoisoned({ couch, database: organisation.path.slice(1), repair: true })
  expect(mendedNow.filter((one) => one.startsWith('mended'))).toHaveLength(2)
  expect((await poison()).filter((one) => one.includes('future'))).toEqual([])
  await expect.poll(() => aside(here), { timeout: 20_000 }).toEqual(['__proto__', 'constructor', 'toString'])
  await expect.poll(() => aside(there), { timeout: 20_000 }).toEqual(['__proto__', 'constructor', 'toString'])
  for (const id of ['constructor', '__proto__', 'toString']) await organisation.write(`contacts:${id}`, undefined)
  await expect.poll(() => aside(here), { timeout: 20_000 }).toEqual([])
  await expect
    .poll(async () => (await here.export()).join('\n'), { timeout: 20_000 })
    .toBe((await there.export()).join('\n'))
  expect((await there.export()).join()).toContain('Mallory')
  expect(await latestIn(here)).toBeLessThan(Date.now() + 60_000)
  // Tombstones of documents that were never here, the only ones of their kind, leave nothing to send.
  for (const device of [here, there])
    await device.until(({ state, collections }) => state === 'live' && collections.every((one) => one.pendingUp === 0))
}, 180_000)

test('what devices took in, since it lies hardly beyond the bound, is left by the administrator’s command: nothing is refused', async () => {
  await Promise.all([connect(here), connect(there)])
  const ada = await create(here, 'Ada')
  await untilEqual([here, there])
  const near = makeStamp(Date.now() + (STAMP_TOLERANCE_MS + SET_ASIDE_AHEAD_MS) / 2, 0, asDeviceId('mallory000'))
  const { _id, _rev, ...contact } = (await organisation.documents()).get(`contacts:${ada}`) as unknown as Body
  const fields = { ...(contact['fields'] as Body), title: [{ v: 'near', t: near, b: 'mallory' }] }
  await organisation.write(`contacts:${ada}`, { ...contact, fields })
  const titleOn = async (device: DeviceProcess) =>
    (await device.first('people.get', { contactId: ada }))?.fields.title as string | undefined
  for (const device of [here, there]) await expect.poll(() => titleOn(device), { timeout: 20_000 }).toBe('near')
  const couch = couchAt(server.url, server.admin)
  expect(await findPoisoned({ couch, database: organisation.path.slice(1), repair: true })).toEqual([])
  await there.call('people.update', { contactId: ada, changes: { lastName: 'Lovelace' } })
  await untilEqual([here, there])
  for (const device of [here, there]) expect(await aside(device)).toEqual([])
  // Nor what a server whose clock was fast by hours may have handed out: it is named, and comes right by itself.
  const ben = await create(here, 'Ben')
  await untilEqual([here, there])
  const {
    _id: benId,
    _rev: benRev,
    ...another
  } = (await organisation.documents()).get(`contacts:${ben}`) as unknown as Body
  const hours = makeStamp(Date.now() + SET_ASIDE_AHEAD_MS + 5 * 3_600_000, 0, asDeviceId('mallory000'))
  const later = { ...(another['fields'] as Body), title: [{ v: 'later', t: hours, b: 'mallory' }] }
  await organisation.write(`contacts:${ben}`, { ...another, fields: later })
  for (const device of [here, there]) await expect.poll(() => aside(device), { timeout: 20_000 }).toEqual([ben])
  const said = await findPoisoned({ couch, database: organisation.path.slice(1), repair: true })
  expect(said).toEqual([expect.stringMatching(new RegExp(`^contacts:${ben}: .*read it by themselves within hours`))])
  const left = (await organisation.documents()).get(`contacts:${ben}`) as unknown as Body
  expect(left['fields']).toEqual(later)
}, 120_000)
