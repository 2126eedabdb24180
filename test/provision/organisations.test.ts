// Several organisations on one server, and databases that versions before set up, whose roles named no organisation: on the
// stand-in, and a real CouchDB where `COUCHDB_URL` names one.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { rolesIn } from '../../src-main/engine/roles'
import { DESIGN_VERSION } from '../../src-main/provision/design'
import { databaseFor, provisionOrganisation } from '../../src-main/provision/provision'
import { asDeviceId } from '../../src-shared/model/ids'
import { openServer, SERVERS, type TestServer } from '../support/couch'

const PLAIN = ['agent', 'field', 'supervisor', 'admin', 'integration']

test('of a user’s roles those in one organisation count there', () => {
  const roles = ['acme:agent', 'acme:boss', 'beta:admin', 'admin', 'acme:admin:x', 'acmeagent', 'elsewhere']
  expect(rolesIn('acme', roles)).toEqual(['agent'])
  expect(rolesIn('beta', roles)).toEqual(['admin'])
  expect(rolesIn('acm', roles)).toEqual([])
  expect(rolesIn(undefined, roles)).toEqual(['admin'])
  expect(rolesIn('acme', ['_admin'])).toEqual(['_admin'])
})

describe.each(SERVERS)('on the %s', (kind) => {
  let server: TestServer
  let suffix = ''
  beforeAll(async () => {
    server = await openServer(kind)
  })
  afterAll(() => server.close())
  beforeEach(() => {
    suffix = randomUUID().slice(0, 8)
  })

  const options = (org: string) => ({ couch: server.url, admin: server.admin, org })
  const login = (name: string) => ({ name: `${name}-${suffix}`, password: `${name}-password` })
  const join = (org: string, name: string, role: string) =>
    provisionOrganisation({ ...options(org), user: { ...login(name), role } })
  const rolesOf = async (name: string) =>
    (await server.ask('GET', `/_users/org.couchdb.user:${login(name).name}`)).body['roles']

  const note = (name: string) => {
    const at = makeStamp(Date.now(), 0, asDeviceId('devicea000'))
    const by = login(name).name
    const text = [{ v: 'called', t: at, b: by }]
    return { _id: `notes:${randomUUID()}`, contactId: randomUUID(), created: { at, by }, text }
  }
  /** The statuses of reading the feed, all documents and one document, of a search, and of two ways to write. */
  async function access(org: string, name: string): Promise<number[]> {
    const path = `/${databaseFor(org)}`
    const as = login(name)
    const one = note(name)
    const asked: [string, string, object?][] = [
      ['GET', `${path}/_changes`],
      ['GET', `${path}/_all_docs?include_docs=true`],
      ['GET', `${path}/_design/scv`],
      ['POST', `${path}/_bulk_get`, { docs: [{ id: '_design/scv' }] }],
      ['PUT', `${path}/${one._id}`, one],
      ['POST', `${path}/_bulk_docs`, { docs: [note(name)] }],
    ]
    const statuses: number[] = []
    for (const [method, rest, body] of asked)
      statuses.push((await server.ask(method, rest, { as, ...(body ? { body } : {}) })).status)
    return statuses
  }
  const IN = [200, 200, 200, 200, 201, 201]
  const OUT = [403, 403, 403, 403, 403, 403]

  /** A database and users as version 3 left them. */
  async function ofVersionBefore(users: Readonly<Record<string, string>>): Promise<string> {
    const org = server.newOrg()
    const path = `/${databaseFor(org)}`
    await server.ask('PUT', path)
    await server.ask('PUT', `${path}/_security`, {
      body: {
        admins: { names: [], roles: ['_admin'] },
        members: { names: [], roles: PLAIN },
        scv: { recovering: false },
      },
    })
    await server.ask('PUT', `${path}/_design/scv`, {
      body: { version: 3, schema: { version: 1, minimum: 1 }, language: 'javascript' },
    })
    for (const [name, role] of Object.entries(users)) {
      const { name: user, password } = login(name)
      const body = { type: 'user', name: user, roles: ['elsewhere', role], password }
      await server.ask('PUT', `/_users/org.couchdb.user:${user}`, { body })
    }
    return org
  }

  test('whoever belongs to one neither reads nor writes the other, whatever they may do in theirs', async () => {
    const [acme, beta] = [server.newOrg(), server.newOrg()]
    for (const role of PLAIN) await join(acme, role, role)
    await join(beta, 'eve', 'admin')
    for (const role of PLAIN) {
      expect(await access(acme, role)).toEqual(IN)
      expect(await access(beta, role)).toEqual(OUT)
    }
    expect(await access(beta, 'eve')).toEqual(IN)
    expect(await access(acme, 'eve')).toEqual(OUT)
    // In both, with another role in each.
    await join(beta, 'agent', 'admin')
    expect(await rolesOf('agent')).toEqual([`${acme}:agent`, `${beta}:admin`])
    expect(await access(beta, 'agent')).toEqual(IN)
    const deleted = async (org: string) => {
      const one = note('agent')
      const path = `/${databaseFor(org)}/${one._id}`
      const { body } = await server.ask('PUT', path, { as: login('agent'), body: one })
      return (await server.ask('DELETE', `${path}?rev=${String(body['rev'])}`, { as: login('agent') })).status
    }
    expect([await deleted(acme), await deleted(beta)]).toEqual([403, 200])
    // A role without an organisation's name is one nowhere.
    const body = { type: 'user', ...login('old'), roles: ['admin'] }
    await server.ask('PUT', `/_users/org.couchdb.user:${login('old').name}`, { body })
    expect(await access(acme, 'old')).toEqual(OUT)
  })

  test('a database of a version before is brought over with its users, step by step, and none is shut out', async () => {
    const org = await ofVersionBefore({ ann: 'agent', root: 'admin' })
    const other = await ofVersionBefore({})
    await expect(provisionOrganisation(options(org))).rejects.toThrow(/which users belong to .* --adopt-users/)
    const names = ['ann', 'root'].map((name) => login(name).name)
    const planned = await provisionOrganisation({ ...options(org), adoptUsers: names, dryRun: true })
    expect(planned).toHaveLength(4)
    expect(await rolesOf('ann')).toEqual(['elsewhere', 'agent'])
    // It ended half-way: one user has the role already.
    const path = `/_users/org.couchdb.user:${login('ann').name}`
    const { body } = await server.ask('GET', path)
    await server.ask('PUT', path, { body: { ...body, roles: ['elsewhere', 'agent', `${org}:agent`] } })
    expect(await access(org, 'ann')).toEqual(IN)
    const done = await provisionOrganisation({ ...options(org), adoptUsers: names })
    expect(done).toEqual([
      `give the user ${login('root').name} the role ${org}:admin`,
      `bring validation from version 3 to ${DESIGN_VERSION}`,
      expect.stringContaining(`let in the roles ${org}:agent`),
    ])
    expect(await provisionOrganisation(options(org))).toEqual([])
    // Devices of the version before go by the plain role, the server by the other.
    expect(await rolesOf('ann')).toEqual(['elsewhere', 'agent', `${org}:agent`])
    expect(await access(org, 'ann')).toEqual(IN)
    await join(org, 'ann', 'field')
    expect(await rolesOf('ann')).toEqual(['elsewhere', 'field', `${org}:field`])
    expect(await access(other, 'ann')).not.toEqual(OUT) // it is as open as it was until it is brought over as well
    await provisionOrganisation({ ...options(other), adoptUsers: [] })
    expect(await access(other, 'ann')).toEqual(OUT)
    await provisionOrganisation({ ...options(org), dropPlainRoles: true })
    expect(await rolesOf('ann')).toEqual(['elsewhere', `${org}:field`])
    expect(await access(org, 'ann')).toEqual(IN)
    expect(await provisionOrganisation({ ...options(org), dropPlainRoles: true })).toEqual([])
  })
})

test('where it is the only database of a version before, all its users come over', async () => {
  const server = await openServer('stand-in')
  try {
    const path = `/${databaseFor('team')}`
    await server.ask('PUT', path)
    await server.ask('PUT', `${path}/_security`, { body: { members: { names: [], roles: PLAIN } } })
    for (let i = 0; i < 450; i += 1) {
      const body = { type: 'user', name: `user${i}`, roles: [i % 2 ? 'agent' : 'elsewhere'], password: 'long-enough' }
      await server.ask('PUT', `/_users/org.couchdb.user:user${i}`, { body })
    }
    const done = await provisionOrganisation({ couch: server.url, admin: server.admin, org: 'team' })
    expect(done.filter((one) => one.startsWith('give the user'))).toHaveLength(225)
  } finally {
    await server.close()
  }
}, 60_000)
