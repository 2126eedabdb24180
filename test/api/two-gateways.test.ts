// Two gateways on one machine, with data of their own and one server: what one creates arrives through the other, and the
// table of the domain specification, section 6, "happened apart", row by row, through HTTP alone.
// Against the stand-in always, and a real CouchDB where `COUCHDB_URL` names one.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { provisionOrganisation } from '../../src-main/provision/provision'
import { openServer, SERVERS, type TestServer } from '../support/couch'
import { eventually, Gateway, newFolder, removeFolders } from './support/gateway'

const BASE = '/api/v2/externalcontacts'
const LOCAL = '/api/v2/local'
afterAll(removeFolders)

describe.each(SERVERS)('two gateways and one %s', (kind) => {
  let server: TestServer
  let here: Gateway
  let there: Gateway

  async function connect(user: string, org: string): Promise<Gateway> {
    const password = `password of ${user}`
    await provisionOrganisation({
      couch: server.url,
      admin: server.admin,
      org,
      user: { name: user, password, role: 'admin' },
    })
    const folder = newFolder()
    const passwordFile = join(folder, 'password')
    writeFileSync(passwordFile, password, { mode: 0o600 })
    const args = [
      '--data-dir',
      join(folder, 'data'),
      '--port',
      '0',
      '--couch',
      server.url,
      '--couch-user',
      user,
      '--region',
      'US',
    ]
    return (await Gateway.start([...args, '--couch-password-file', passwordFile, '--org', org])).ready()
  }

  const both = () => [here, there]
  const stateOf = async (gateway: Gateway) => {
    const { state, collections } = await gateway.ok('GET', `${LOCAL}/sync`)
    const up = collections.reduce((sum: number, one: { pendingUp: number }) => sum + one.pendingUp, 0)
    return { state, up }
  }
  /** Everything was sent, and both have as much of everything as the other. */
  const met = () =>
    eventually('both have everything', async () => {
      const states = await Promise.all(both().map(stateOf))
      if (states.some(({ state, up }) => state !== 'live' || up > 0)) return false
      const [a, b] = await Promise.all(both().map((one) => one.ok('GET', `${LOCAL}/health`)))
      return JSON.stringify(a.counts) === JSON.stringify(b.counts)
    })
  const pause = () => Promise.all(both().map((one) => one.ok('POST', `${LOCAL}/sync/pause`)))
  const resume = () => Promise.all(both().map((one) => one.ok('POST', `${LOCAL}/sync/resume`)))
  /** The same on both, once it is there. */
  const same = async (path: string, expected: object) => {
    for (const gateway of both()) {
      let last: unknown
      try {
        await eventually(path, async () => {
          last = await gateway.request('GET', path)
          return matches(last, expected)
        })
      } catch (error) {
        expect(last, (error as Error).message).toMatchObject(expected)
      }
    }
  }

  beforeAll(async () => {
    server = await openServer(kind)
    const org = server.newOrg()
    here = await connect(`${org}-here`, org)
    there = await connect(`${org}-there`, org)
    await eventually('both are connected', async () =>
      (await Promise.all(both().map(stateOf))).every(({ state }) => state === 'live'),
    )
  }, 120_000)
  afterAll(async () => {
    await Promise.all(both().map((one) => one?.stop()))
    await server?.close()
  }, 60_000)

  const create = async (gateway: Gateway, contact: object): Promise<string> =>
    (await gateway.ok('POST', `${BASE}/contacts`, contact)).id
  const edit = (gateway: Gateway, id: string, field: string, value: string) =>
    gateway.ok('PATCH', `${BASE}/contacts/${id}`, { changes: [{ field: `$.${field}`, action: 'Update', value }] })

  test('what is created through one arrives through the other, under the name of who signed in', async () => {
    const id = await create(here, { firstName: 'Arrives', workEmail: 'arrives@example.org' })
    await same(`${BASE}/contacts/${id}`, { status: 200, body: { firstName: 'Arrives' } })
    const trail = async () => (await there.ok('GET', `${LOCAL}/audit?contactId=${id}`)).entities
    await eventually('the trail arrives', async () => (await trail()).length > 0)
    expect(await trail()).toMatchObject([{ action: 'create', by: expect.stringMatching(/-here$/) }])
  }, 120_000)

  test('the region that one sets for the organisation is how the other reads national numbers; what is stored stays', async () => {
    const mexican = '55 1234 5678'
    const settings = async (gateway: Gateway) => (await gateway.ok('GET', `${LOCAL}/settings`)).defaultRegion
    const { region, from } = await settings(there)
    expect({ region, from }).toEqual({ region: 'US', from: 'device' })
    const before = await create(there, { firstName: 'Before', workPhone: { userInput: mexican } })
    const { workPhone } = await there.ok('GET', `${BASE}/contacts/${before}`)
    expect(await here.ok('PUT', `${LOCAL}/settings`, { defaultRegion: 'mx' })).toMatchObject({
      defaultRegion: { region: 'MX', from: 'organisation', device: 'US' },
    })
    await same(`${LOCAL}/settings`, {
      body: { defaultRegion: { region: 'MX', device: 'US', organisation: { by: expect.stringMatching(/-here$/) } } },
    })
    const after = await create(there, { firstName: 'After', workPhone: { userInput: mexican } })
    expect((await there.ok('GET', `${BASE}/contacts/${after}`)).workPhone.e164).toBe('+525512345678')
    const found = await there.ok('POST', `${BASE}/identifierlookup`, { type: 'Phone', value: '(55) 1234-5678' })
    expect(found.id).toBe(after)
    expect((await there.ok('GET', `${BASE}/contacts/${before}`)).workPhone).toEqual(workPhone)
    expect(await there.request('PUT', `${LOCAL}/settings`, { defaultRegion: 'XX' })).toMatchObject({ status: 422 })
    await there.ok('PUT', `${LOCAL}/settings`, { defaultRegion: null })
    await same(`${LOCAL}/settings`, { body: { defaultRegion: { region: 'US', from: 'device', organisation: null } } })
  }, 120_000)

  test('the table: what happened apart', async () => {
    // Together.
    const [fields, field, x, y, z, ancestor, other, merged, released, erased] = (await Promise.all(
      ['Fields', 'Field', 'X', 'Y', 'Z', 'Ancestor', 'Other', 'Merged', 'Released', 'Erased'].map((firstName) =>
        create(here, { firstName }),
      ),
    )) as [string, string, string, string, string, string, string, string, string, string]
    const cookie = { type: 'Cookie', value: 'released and claimed' }
    await here.ok('PATCH', `${BASE}/contacts/${released}/identifiers`, { operation: 'Claim', identifier: cookie })
    const interaction = {
      conversationId: 'apart',
      mediaType: 'voice',
      direction: 'inbound',
      startedAt: '2026-01-01T00:00:00Z',
    }
    const { contact: auto } = await here.ok('POST', `${LOCAL}/interactions`, {
      ...interaction,
      identifiers: [{ type: 'Phone', value: '+61421900001' }],
    })
    await met()
    await same(`${BASE}/contacts/${auto.id}`, { status: 200 })

    // Apart.
    await pause()
    const phone = { userInput: '+61421900002' }
    const alexis = await create(here, { firstName: 'Alexis', workPhone: phone })
    const david = await create(there, { firstName: 'David', cellPhone: phone })
    await edit(here, fields, 'lastName', 'Here')
    await edit(there, fields, 'title', 'There')
    await edit(here, field, 'title', 'Earlier')
    await edit(there, field, 'title', 'Later')
    const xy = await here.ok('POST', `${BASE}/contacts/merge`, { contactIds: [x, y] })
    const yz = await there.ok('POST', `${BASE}/contacts/merge`, { contactIds: [y, z] })
    const whole = await here.ok('POST', `${BASE}/contacts/merge`, { contactIds: [ancestor, other] })
    await edit(there, ancestor, 'lastName', 'Edited')
    const gone = await create(here, { firstName: 'Gone' })
    await here.ok('POST', `${BASE}/contacts/merge`, { contactIds: [merged, gone] })
    await there.ok('DELETE', `${BASE}/contacts/${merged}`)
    await here.ok('POST', `${BASE}/contacts/${auto.id}/promotion`)
    expect((await there.ok('POST', `${LOCAL}/retention/run`, { asOf: '2030-01-01T00:00:00Z' })).expired).toEqual([
      auto.id,
    ])
    await here.ok('PATCH', `${BASE}/contacts/${released}/identifiers`, { operation: 'Release', identifier: cookie })
    await there.ok('PATCH', `${BASE}/contacts/${released}/identifiers`, { operation: 'Claim', identifier: cookie })
    await here.ok('POST', `${LOCAL}/contacts/${erased}/erase`)
    await edit(there, erased, 'lastName', 'Back')
    await resume()
    await met()

    // Together again: the same through both.
    await same(`${BASE}/reversewhitepageslookup?lookupVal=%2B61421900002`, {
      body: {
        contacts: expect.arrayContaining([
          expect.objectContaining({ id: alexis }),
          expect.objectContaining({ id: david }),
        ]),
      },
    })
    for (const gateway of both())
      expect((await gateway.ok('POST', `${BASE}/identifierlookup`, { type: 'Phone', value: '+61421900002' })).id).toBe(
        alexis,
      )
    await same(`${BASE}/contacts/${fields}`, { body: { lastName: 'Here', title: 'There' } })
    await same(`${BASE}/contacts/${field}`, { body: { title: 'Later' } })
    const set = (await here.ok('GET', `${BASE}/contacts/${x}`)).mergeSet.map((one: { id: string }) => one.id).sort()
    expect(set).toEqual([x, y, z, xy.id, yz.id].sort())
    const { canonicalContact } = await here.ok('GET', `${BASE}/contacts/${z}`)
    for (const member of set) await same(`${BASE}/contacts/${member}`, { body: { id: canonicalContact.id } })
    await same(`${BASE}/contacts/${whole.id}`, { body: { lastName: 'Edited' } })
    await same(`${BASE}/contacts/${merged}`, { status: 200, body: { mergeSet: expect.any(Array) } })
    await same(`${BASE}/contacts/${auto.id}`, { body: { id: auto.id, type: 'Curated' } })
    for (const gateway of both())
      expect((await gateway.ok('POST', `${BASE}/identifierlookup`, cookie)).id).toBe(released)
    await same(`${BASE}/contacts/${erased}`, { status: 404, body: { code: 'erased' } })

    // Listed for a decision, the same through both, and settled through the other one.
    const items = async (gateway: Gateway) =>
      (await gateway.ok('GET', `${LOCAL}/reconcile?pageSize=100`)).items as { id: string; kind: string }[]
    const kinds = (await items(here)).map((one) => one.kind)
    expect(kinds).toEqual(expect.arrayContaining(['dispute', 'joined-merge', 'overwritten-value', 'edited-deleted']))
    const listed = async (gateway: Gateway) => (await items(gateway)).map(({ id }) => id).sort()
    expect(await listed(there)).toEqual(await listed(here))
    const dispute = (await items(there)).find((one) => one.kind === 'dispute') as {
      id: string
      decisions?: { decision: string; target?: string }[]
    }
    const merge = dispute.decisions?.find(({ decision }) => decision === 'merge')
    const decided = {
      decision: 'merge',
      ...(merge?.target === undefined ? {} : { target: merge.target }),
      reason: 'one person',
    }
    await there.ok('POST', `${LOCAL}/reconcile/${encodeURIComponent(dispute.id)}`, decided)
    await met()
    await eventually('settled here as well', async () => !(await listed(here)).includes(dispute.id))
    const one = (await here.ok('GET', `${BASE}/contacts/${alexis}`)).id
    await same(`${BASE}/contacts/${david}`, { body: { id: one } })
  }, 240_000)
})

function matches(actual: unknown, expected: object): boolean {
  try {
    expect(actual).toMatchObject(expected)
    return true
  } catch {
    return false
  }
}
