// Provisioning on a server: the stand-in, and a real CouchDB where `COUCHDB_URL` names one. What is refused there is refused
// row by row with the sentence a person reads, whoever writes and however.

import { createHash, randomInt, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adopt } from '../../src-main/engine/documents/authorship'
import { canonicalJson } from '../../src-main/engine/documents/canonical-json'
import { identifierId } from '../../src-main/engine/documents/ids'
import { KINDS } from '../../src-main/engine/documents/kinds'
import { makeStamp, stampMs } from '../../src-main/engine/documents/stamp'
import { provisionCommand } from '../../src-main/provision/command'
import { DESIGN_VERSION, designDocument } from '../../src-main/provision/design'
import { databaseFor, provisionOrganisation } from '../../src-main/provision/provision'
import type { NewUser } from '../../src-main/provision/users'
import { asDeviceId } from '../../src-shared/model/ids'
import { type Answer, openServer, REAL, SERVERS, type TestServer } from '../support/couch'
import { openDevice } from '../support/device'
import type { Bench } from '../support/engine'
import { playEverything } from '../support/scenario'
import { stored } from '../support/validator'

/** Whoever changes what servers are told raises `DESIGN_VERSION` once it is released, and puts the new digest here. */
const DIGESTS: Readonly<Record<number, string>> = {
  1: '6b5a8d26119040b1',
  2: '563e8dbe8b51010d',
  3: '279e198bcc0b54db',
  4: '6bdad5b7f27b480d',
  5: '4af03d89c11c2097',
  6: '82d0fbfdec20a63b',
  7: 'd33d6343438f735b',
}

test('the version of the design document rises with its content', () => {
  const digest = createHash('sha256')
    .update(canonicalJson(designDocument('acme')))
    .digest('hex')
    .slice(0, 16)
  expect(DIGESTS[DESIGN_VERSION]).toBe(digest)
})

const at = (ms = Date.now()) => makeStamp(ms, 0, asDeviceId('devicea000'))
const note = (by: string, more: object = {}) => {
  const stamp = at()
  return {
    _id: `notes:${randomUUID()}`,
    contactId: randomUUID(),
    created: { at: stamp, by },
    text: [{ v: 'called', t: stamp, b: by }],
    ...more,
  }
}

describe.each(SERVERS)('on the %s', (kind) => {
  let server: TestServer
  let org: string
  let database: string
  const cookies = new Map<string, string>()
  const options = () => ({ couch: server.url, admin: server.admin, org })
  const userName = (name: string) => `${name}-${org}`
  const addUser = async (name: string, role: string) => {
    const user = { name: userName(name), password: `${name}-password`, role }
    await provisionOrganisation({ ...options(), user })
    const { status, cookie } = await server.ask('POST', '/_session', { as: undefined, body: user })
    expect(status).toBe(200)
    cookies.set(name, cookie)
  }
  const as = (name: string) => ({ cookie: cookies.get(name) ?? '' })
  const write = async (name: string, docs: object[]): Promise<Map<string, Record<string, unknown>>> => {
    const { body } = await server.ask('POST', `/${database}/_bulk_docs`, { as: as(name), body: { docs } })
    return new Map((body as unknown as { id: string }[]).map((row) => [row.id, row as Record<string, unknown>]))
  }

  beforeAll(async () => {
    server = await openServer(kind)
    org = server.newOrg()
    database = databaseFor(org)
  }, 60_000)
  afterAll(() => server.close())

  test('a dry run says what would be done and writes nothing; then it is done; then there is nothing to do', async () => {
    const planned = await provisionOrganisation({ ...options(), dryRun: true })
    expect(planned).toContain(`make the database ${database}`)
    expect((await server.ask('GET', `/${database}`)).status).toBe(404)
    expect(await provisionOrganisation(options())).toEqual(planned)
    expect(await provisionOrganisation(options())).toEqual([])
    expect(await provisionOrganisation({ ...options(), dryRun: true })).toEqual([])
    expect((await server.ask('GET', '/_replicator')).status).toBe(200)
  })

  test('users get their role and keep others; a user with this password and role is left alone', async () => {
    const user = { name: userName('hal'), password: 'hal-password', role: 'agent' }
    expect(await provisionOrganisation({ ...options(), user })).toEqual([`make the user ${user.name} (${org}:agent)`])
    expect(await provisionOrganisation({ ...options(), user })).toEqual([])
    const path = `/_users/org.couchdb.user:${user.name}`
    const { body } = await server.ask('GET', path)
    await server.ask('PUT', path, { body: { ...body, roles: [`${org}:agent`, 'elsewhere', 'other:agent'] } })
    await provisionOrganisation({ ...options(), user: { ...user, role: 'field', password: 'another-password' } })
    expect((await server.ask('GET', path)).body['roles']).toEqual(['elsewhere', 'other:agent', `${org}:field`])
    expect((await server.ask('POST', '/_session', { as: undefined, body: user })).status).toBe(401)
  })

  test('only people with a role here get in', async () => {
    await addUser('ann', 'agent')
    await addUser('root', 'admin')
    const guest = userName('guest')
    const body = { type: 'user', name: guest, roles: ['elsewhere'], password: 'guest-password' }
    await server.ask('PUT', `/_users/org.couchdb.user:${guest}`, { body })
    const path = `/${database}/_changes`
    expect((await server.ask('GET', path, { as: undefined })).status).toBe(401)
    expect((await server.ask('GET', path, { as: { name: guest, password: 'guest-password' } })).status).toBe(403)
    expect((await server.ask('GET', path, { as: as('ann') })).status).toBe(200)
    const design = await server.ask('GET', `/${database}/_design/scv`, { as: as('ann') })
    expect(design.body).toMatchObject({ schema: { version: 1, minimum: 1 } })
    expect(
      (await server.ask('PUT', `/${database}/_design/scv`, { as: as('root'), body: design.body })).status,
    ).not.toBe(201)
  })

  test('refuses row by row, and counts what it took', async () => {
    const name = userName('ann')
    const [good, foreign, future, malformed] = [
      note(name),
      note('bob'),
      note(name, { created: { at: at(Date.now() + 2 * 86_400_000), by: name } }),
      note(name, { text: 'called' }),
    ]
    const other = { _id: 'invoices:1', total: 1 }
    const rows = await write('ann', [good, foreign, future, malformed, other])
    expect(rows.get(good._id)).toHaveProperty('rev')
    const refusals = [foreign, future, malformed, other].map(({ _id }) => rows.get(_id))
    expect(refusals).toMatchObject([
      { error: 'forbidden', reason: 'A note bears the name of somebody who is not signed in.' },
      { error: 'forbidden', reason: 'A note lies in the future: the clock of the device is wrong.' },
      { error: 'forbidden', reason: '“text”: the history of a value is expected.' },
      { error: 'forbidden', reason: 'This database holds other kinds of documents.' },
    ])
    const { body } = await server.ask('GET', `/${database}/_design/scv/_view/kinds?group=true`, { as: as('ann') })
    expect(body['rows']).toEqual([{ key: 'notes', value: 1 }])
  })

  test('takes all that a device holds, and the same tampered with from nobody', async () => {
    await addUser('sue', 'admin')
    const device = await openDevice()
    try {
      device.time.now = Date.now()
      await playEverything(device as unknown as Bench)
      const author = () => userName('sue')
      const docs: Record<string, unknown>[] = []
      for (const kind of KINDS)
        for await (const page of device.store.scan(kind, 100))
          docs.push(...page.map((one) => stored(kind, adopt(kind, one, { author, stamp: (stamp) => stamp }))))
      const bare = docs.map(({ _rev, ...rest }) => rest)
      const rows = await write('sue', bare)
      expect([...rows.values()].filter((row) => 'error' in row)).toEqual([])
      expect(rows.size).toBeGreaterThan(50)
      const again = bare.map((one) => ({ ...one, _rev: rows.get(String(one['_id']))?.['rev'] }))
      const forged = JSON.parse(JSON.stringify(again).replaceAll(`"${userName('sue')}"`, '"mallory"')) as object[]
      const refused = [...(await write('sue', forged)).values()].filter((row) => row['error'] === 'forbidden')
      expect(refused).toHaveLength(again.filter((one) => JSON.stringify(one).includes(userName('sue'))).length)
      expect(refused.length).toBeGreaterThan(50)
    } finally {
      await device.close()
    }
  })

  test('takes no branches: what is there cannot be gone round', async () => {
    const one = note(userName('ann'))
    expect((await write('ann', [one])).get(one._id)).toHaveProperty('rev')
    const before = (await server.ask('GET', `/${database}/${one._id}`)).body
    for (const name of ['ann', 'root'])
      for (const start of [1, 5])
        for (const id of [one._id, note('x')._id]) {
          const body = {
            new_edits: false,
            docs: [{ ...note(userName(name)), _id: id, _rev: `${start}-${'f'.repeat(32)}` }],
          }
          await server.ask('POST', `/${database}/_bulk_docs`, { as: as(name), body })
          const { status } = await server.ask('GET', `/${database}/${id}`, { as: as(name) })
          expect(status).toBe(id === one._id ? 200 : 404)
        }
    expect((await server.ask('GET', `/${database}/${one._id}?conflicts=true`)).body).toEqual(before)
  })

  test('who may delete for good, does', async () => {
    const one = note(userName('ann'))
    const rev = (await write('ann', [one])).get(one._id)?.['rev']
    const gone = { _id: one._id, _rev: rev, _deleted: true }
    expect((await write('ann', [gone])).get(one._id)).toMatchObject({ error: 'forbidden' })
    expect((await write('root', [gone])).get(one._id)).toHaveProperty('rev')
    // Whatever a device still has of it comes as new, and is judged as new.
    expect((await write('ann', [one])).get(one._id)).toHaveProperty('rev')
  })

  test('after a restore devices may bring back what others wrote, until that is over', async () => {
    const lost = note('bob')
    expect(await provisionOrganisation({ ...options(), recovering: true })).toHaveLength(1)
    expect((await write('ann', [lost])).get(lost._id)).toHaveProperty('rev')
    expect(await provisionOrganisation(options())).toHaveLength(1)
    const another = note('bob')
    expect((await write('ann', [another])).get(another._id)).toMatchObject({ error: 'forbidden' })
  })

  test('a user of the replicator’s role brings what other servers have, in any name; members do not', async () => {
    await addUser('replication', 'replicator')
    const doc = note('someone else')
    const revs = { replication: '1-'.padEnd(34, 'a'), ann: '1-'.padEnd(34, 'b'), root: '1-'.padEnd(34, 'c') }
    for (const [name, _rev] of Object.entries(revs))
      await server.ask('POST', `/${database}/_bulk_docs`, {
        as: as(name),
        body: { docs: [{ ...doc, _rev }], new_edits: false },
      })
    const path = `/${database}/${encodeURIComponent(doc._id)}`
    for (const [name, rev] of Object.entries(revs))
      expect((await server.ask('GET', `${path}?rev=${rev}`)).status, name).toBe(name === 'replication' ? 200 : 404)
  })

  test('an older design document is brought up to date, a newer one is left alone', async () => {
    const path = `/${database}/_design/scv`
    const change = async (more: object): Promise<Answer> => {
      const { body } = await server.ask('GET', path)
      return server.ask('PUT', path, { body: { ...body, ...more } })
    }
    await change({ version: 0, validate_doc_update: 'function () {}' })
    expect(await provisionOrganisation(options())).toEqual([`bring validation from version 0 to ${DESIGN_VERSION}`])
    expect(await provisionOrganisation(options())).toEqual([])
    await change({ version: DESIGN_VERSION + 1 })
    await expect(provisionOrganisation(options())).rejects.toThrow(/newer version of this application/)
    expect((await server.ask('GET', path)).body['version']).toBe(DESIGN_VERSION + 1)
  })

  test('finds what lies in the future or before any device’s time, mends it, and finds nothing then', async () => {
    const name = userName('ann')
    const [far, early, well] = [at(Date.now() + 9 * 86_400_000), at(1), at()]
    const contactId = randomUUID()
    const value = `+614915${randomInt(10_000, 99_999)}`
    const claimed = { _id: `identifiers:${identifierId({ type: 'Phone', value })}`, type: 'Phone', value, releases: {} }
    const claim = { since: early, at: well, by: name, via: 'explicit' }
    const poisoned = [
      note(name, { created: { at: far, by: name } }),
      note(name, { ofNewer: { deep: [{ at: far }] } }),
      { ...claimed, claims: { [contactId]: { devicea000: claim } } },
      note(name, { text: [{ v: 'called', t: well, b: name, p: [early] }] }),
    ]
    const harmless = note(name, { text: [{ v: early, t: well, b: name }] })
    const before = await listed()
    const docs = [...poisoned, harmless]
    await server.ask('POST', `/${database}/_bulk_docs`, { as: server.admin, body: { docs } })
    const found = (await listed()).filter((line) => !before.includes(line))
    expect(found.map((line) => line.slice(0, line.indexOf(': ')))).toEqual(poisoned.map(({ _id }) => _id).sort())
    expect(found.filter((line) => line.includes('future'))).toHaveLength(2)
    expect(found.filter((line) => line.includes('before any device'))).toHaveLength(2)
    expect(found.join()).not.toMatch(new RegExp(`called|${value.slice(1)}|${name}`))
    const mended = await listed('--repair')
    expect(mended.filter((line) => line.startsWith('mended '))).toHaveLength(4)
    expect((await listed()).filter((line) => poisoned.some(({ _id }) => line.startsWith(_id)))).toEqual([])
    const now = (await server.ask('GET', `/${database}/${claimed._id}`, { as: server.admin })).body
    const { claims } = now as { claims: Record<string, Record<string, typeof claim>> }
    const { since, ...rest } = claims[contactId]?.['devicea000'] ?? claim
    // Not the first for ever any more: it counts from now on. Who claimed, how and where stays.
    expect(stampMs(since)).toBeGreaterThanOrEqual(stampMs(well))
    expect({ ...rest, device: since.slice(-10) }).toEqual({ at: well, by: name, via: 'explicit', device: 'devicea000' })
    const kept = await server.ask('GET', `/${database}/${harmless._id}`, { as: server.admin })
    expect(kept.body).toMatchObject(harmless)
  })

  /** What the command says. */
  async function listed(...more: string[]): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), 'scv-provision-'))
    const file = join(folder, 'password')
    writeFileSync(file, server.admin.password)
    const where = ['--couch', server.url, '--admin', server.admin.name, '--admin-password-file', file, '--org', org]
    const { status, lines } = await provisionCommand([...where, '--find-poisoned', ...more])
    rmSync(folder, { recursive: true })
    expect(status).toBe(0)
    return lines
  }

  test('says in one sentence what is wrong', async () => {
    const refusal = (more: object) =>
      provisionOrganisation({ ...options(), ...more }).then(
        () => '',
        (error: Error) => `${error.name}: ${error.message}`,
      )
    const rows: [object, RegExp][] = [
      [{ org: 'Über GmbH' }, /“Über GmbH” cannot be an organisation’s name/],
      [{ org: '' }, /cannot be an organisation’s name/],
      [{ org: '../_users' }, /cannot be an organisation’s name/],
      [{ couch: 'localhost:5984' }, /has to look like http/],
      [{ couch: server.url.replace('//', '//a:b@') }, /without user and password/],
      [{ couch: 'http://127.0.0.1:1' }, /cannot be reached: /],
      [{ admin: { ...server.admin, password: 'wrong' } }, /does not accept the administrator’s name and password/],
      [{ admin: { name: userName('ann'), password: 'ann-password' } }, /no administrator of the server/],
      [{ user: { name: 'x:y', role: 'agent', password: 'long-enough' } }, /without colons/],
      [{ user: { name: 'x', role: 'boss', password: 'long-enough' } }, /“boss” is no role; there are agent, field/],
      [{ user: { name: 'x', role: 'other:agent', password: 'long-enough' } }, /“other:agent” is no role/],
      [{ user: { name: 'x', role: 'agent', password: 'short' } }, /too short/],
    ]
    for (const [more, sentence] of rows) {
      const said = await refusal(more)
      expect(said).toMatch(/^ProvisionError: /)
      expect(said).toMatch(sentence)
      expect(said).not.toContain(server.admin.password)
    }
  })
})

test('a web server that is no CouchDB is told apart', async () => {
  const web = createServer((_request, response) => response.end('<html></html>')).listen(0, '127.0.0.1')
  await new Promise((ready) => web.once('listening', ready))
  const couch = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
  const admin = { name: 'admin', password: 'secret' }
  await expect(provisionOrganisation({ couch, admin, org: 'x' })).rejects.toThrow(/it is no CouchDB/)
  await new Promise((closed) => web.close(closed))
})

test('the command: 2 for a wrong question, 1 for a wrong answer, 0 when it is done', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scv-provision-'))
  const server = await openServer('stand-in')
  try {
    const passwordFile = join(folder, 'password')
    writeFileSync(passwordFile, `${server.admin.password}\n`)
    writeFileSync(join(folder, 'empty'), '\n')
    const admin = ['--admin', server.admin.name, '--org', 'team', '--admin-password-file']
    const user = ['--user', 'ann', '--role', 'agent', '--user-password-file', passwordFile]
    const rows: [string[], number, RegExp][] = [
      [['--org', 'x'], 2, /^usage: npm run provision/],
      [['--orgg', 'x'], 2, /^Unknown option '--orgg'/],
      [
        ['--couch', server.url, ...admin, join(folder, 'none')],
        2,
        /^The file with the administrator’s password cannot be read: /,
      ],
      [
        ['--couch', server.url, ...admin, join(folder, 'empty')],
        2,
        /^The file with the administrator’s password is empty: /,
      ],
      [
        ['--couch', server.url, ...admin, passwordFile, '--user', 'ann'],
        2,
        /^--user, --role and --user-password-file go together/,
      ],
      [['--couch', 'http://127.0.0.1:1', ...admin, passwordFile], 1, /^http:\/\/127\.0\.0\.1:1 cannot be reached: /],
      [['--couch', server.url, ...admin, passwordFile, ...user, '--dry-run'], 0, /would make the database scv-team\n/],
      [['--couch', server.url, ...admin, passwordFile, ...user], 0, /make the user ann \(team:agent\)$/],
      [['--couch', server.url, ...admin, passwordFile, ...user], 0, /^Nothing to do\.$/],
    ]
    for (const [args, status, said] of rows) {
      const result = await provisionCommand(args)
      expect({ args, status: result.status }).toEqual({ args, status })
      expect(result.lines.join('\n')).toMatch(said)
      expect(result.lines.join('\n')).not.toContain(server.admin.password)
    }
  } finally {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

// `COUCHDB_URL_2` names another real CouchDB: the two replicate, by CouchDB's own replicator.
for (const second of REAL && process.env['COUCHDB_URL_2'] ? [process.env['COUCHDB_URL_2']] : [])
  test('two servers replicate both ways without an administrator, and hold the same', async () => {
    const [a, b] = await Promise.all([openServer('CouchDB'), openServer('CouchDB', second)])
    const org = a.newOrg()
    const path = `/${databaseFor(org)}`
    const [ann, bob, replication] = ['ann', 'bob', 'replication'].map((name) => ({
      name: `${name}-${org}`,
      password: 'long-enough',
      role: name === 'replication' ? 'replicator' : 'agent',
    })) as [NewUser, NewUser, NewUser]
    const end = ({ url }: TestServer) => ({
      url: url + path,
      auth: { basic: { username: replication.name, password: replication.password } },
    })
    const exchange = async () => {
      for (const [source, target] of [
        [a, b],
        [b, a],
      ] as const) {
        const asked = { source: end(source), target: end(target) }
        const { status, body } = await a.ask('POST', '/_replicate', { body: asked })
        expect(status, JSON.stringify(body)).toBe(200)
      }
    }
    const rowsOf = async (server: TestServer) => {
      const { body } = await server.ask('GET', `${path}/_all_docs?include_docs=true&conflicts=true`)
      return (body['rows'] as { id: string; doc: { _conflicts?: string[] } }[]).filter(({ id }) => !id.startsWith('_'))
    }
    const edited = (doc: ReturnType<typeof note>, by: string) => ({
      ...doc,
      text: [{ v: by, t: at(Date.now() + 5), b: by }, ...doc.text],
    })
    try {
      for (const [{ url: couch, admin }, user] of [
        [a, ann],
        [b, bob],
      ] as const)
        for (const one of [user, replication]) await provisionOrganisation({ couch, admin, org, user: one })
      const [both, gone] = [note(ann.name), note(ann.name)]
      const there = note(bob.name)
      const revs = new Map<string, unknown>()
      for (const doc of [both, gone]) revs.set(doc._id, (await a.ask('POST', path, { as: ann, body: doc })).body['rev'])
      await b.ask('POST', path, { as: bob, body: there })
      await exchange()
      expect((await rowsOf(b)).map(({ id }) => id).sort()).toEqual([both, gone, there].map(({ _id }) => _id).sort())

      // Apart: one is edited on either side, and one is deleted for good.
      const _rev = revs.get(both._id)
      expect((await a.ask('POST', path, { as: ann, body: { ...edited(both, ann.name), _rev } })).status).toBe(201)
      expect((await b.ask('POST', path, { as: bob, body: { ...edited(both, bob.name), _rev } })).status).toBe(201)
      await a.ask('POST', path, { body: { _id: gone._id, _rev: revs.get(gone._id), _deleted: true } })
      await exchange()
      const rows = await rowsOf(a)
      expect(rows).toHaveLength(2)
      expect(rows.find(({ id }) => id === both._id)?.doc._conflicts).toHaveLength(1)
      expect(await rowsOf(b)).toEqual(rows)
    } finally {
      await b.ask('DELETE', path)
      await Promise.all([a.close(), b.close()])
    }
  }, 60_000)
