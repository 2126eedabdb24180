// The stand-in answers as CouchDB does in what our clients and our provisioning rely on.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SyncServer, startSyncServer } from '../../src-main/sync-server/server'

const json = { 'content-type': 'application/json' }
const basic = ({ name, password }: { name: string; password: string }) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
})

async function ask(server: SyncServer, method: string, path: string, headers: object = {}, body?: unknown) {
  const answer = await fetch(server.url + path, {
    method,
    headers: { ...json, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> }
}

async function addUser(server: SyncServer, name: string, password: string, roles: string[]) {
  const user = { type: 'user', name, password, roles }
  const { status } = await ask(server, 'PUT', `/_users/org.couchdb.user:${name}`, basic(server.admin), user)
  expect(status).toBe(201)
}

async function signIn(server: SyncServer, name: string, password: string) {
  const { status, headers } = await ask(server, 'POST', '/_session', {}, { name, password })
  return { status, cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' }
}

const VALIDATE = `function (newDoc, oldDoc, userCtx, secObj) {
  if (newDoc.bad) throw { forbidden: 'No ' + userCtx.name + ', ' + secObj.scv.note };
}`

describe('the stand-in', () => {
  let server: SyncServer
  beforeAll(async () => {
    server = await startSyncServer({ sessionSeconds: 2 })
  })
  afterAll(() => server.close())

  test('leaves making, deleting and listing databases to its administrator, and lives on', async () => {
    await addUser(server, 'eve', 'eve-eve', [])
    for (const headers of [{}, basic({ name: 'eve', password: 'eve-eve' })]) {
      expect((await ask(server, 'PUT', '/scv-own', headers)).status).toBe(401)
      expect((await ask(server, 'DELETE', '/_users', headers)).status).toBe(401)
      expect((await ask(server, 'GET', '/_all_dbs', headers)).status).toBe(401)
    }
    expect((await ask(server, 'PUT', '/scv-own', basic(server.admin))).status).toBe(201)
    expect((await ask(server, 'PUT', '/scv-own', basic(server.admin))).status).toBe(412)
    expect((await ask(server, 'GET', '/_all_dbs', basic(server.admin))).body).toContain('scv-own')
    expect((await ask(server, 'GET', '/scv-none', basic(server.admin))).status).toBe(404)
  })

  test('signs in with a cookie, and refuses what the design document refuses, row by row', async () => {
    const admin = basic(server.admin)
    await addUser(server, 'ann', 'ann-ann', ['agent'])
    await ask(server, 'PUT', '/scv-team', admin)
    const security = {
      members: { names: [], roles: ['agent'] },
      admins: { names: [], roles: [] },
      scv: { note: 'sorry' },
    }
    expect((await ask(server, 'PUT', '/scv-team/_security', admin, security)).status).toBe(200)
    expect((await ask(server, 'GET', '/scv-team/_security', admin)).body).toEqual(security)
    await ask(server, 'PUT', '/scv-team/_design/scv', admin, { validate_doc_update: VALIDATE })

    expect((await signIn(server, 'ann', 'wrong')).status).toBe(401)
    const { status, cookie } = await signIn(server, 'ann', 'ann-ann')
    expect(status).toBe(200)
    expect((await ask(server, 'GET', '/_session', { cookie })).body).toMatchObject({
      userCtx: { name: 'ann', roles: ['agent'] },
    })
    const docs = [{ _id: 'a' }, { _id: 'b', bad: true }, { _id: 'c' }]
    const { body } = await ask(server, 'POST', '/scv-team/_bulk_docs', { cookie }, { docs })
    // Not in the order of the rows, as CouchDB has them: clients go by the ids.
    const rows = new Map((body as unknown as { id: string }[]).map((row) => [row.id, row]))
    expect(rows.get('a')).toMatchObject({ ok: true })
    expect(rows.get('b')).toMatchObject({ error: 'forbidden', reason: 'No ann, sorry' })
    expect(rows.get('c')).toMatchObject({ ok: true })
    expect((await ask(server, 'PUT', '/scv-team/_design/own', { cookie }, {})).status).toBe(403)
    expect((await ask(server, 'PUT', '/scv-team/_security', { cookie }, {})).status).toBe(403)
  })

  test('tells nobody (401) from somebody without a role here (403)', async () => {
    await addUser(server, 'guest', 'guest-guest', ['other'])
    const { cookie } = await signIn(server, 'guest', 'guest-guest')
    expect((await ask(server, 'GET', '/scv-team/_changes')).status).toBe(401)
    expect((await ask(server, 'GET', '/scv-team/_changes', { cookie })).status).toBe(403)
    expect((await ask(server, 'GET', '/_users/_all_docs', { cookie })).status).not.toBe(200)
  })

  test('ends a session that is not used', async () => {
    const { cookie } = await signIn(server, 'ann', 'ann-ann')
    await expect
      .poll(() => ask(server, 'GET', '/scv-team', { cookie }).then((answer) => answer.status), { timeout: 100 })
      .toBe(200)
    await new Promise((later) => setTimeout(later, 3100))
    expect((await ask(server, 'GET', '/scv-team', { cookie })).status).toBe(401)
  })

  test('takes no request above the size of a document', async () => {
    const large = { text: 'x'.repeat(8_100_000) }
    expect((await ask(server, 'PUT', '/scv-team/large', basic(server.admin), large)).status).toBe(413)
  })
})

test('two servers in one process know nothing of each other', async () => {
  const [one, other] = [await startSyncServer(), await startSyncServer()]
  await ask(one, 'PUT', '/scv-one', basic(one.admin))
  expect((await ask(one, 'GET', '/_all_dbs', basic(one.admin))).body).toEqual(['_users', 'scv-one'])
  expect((await ask(other, 'GET', '/_all_dbs', basic(other.admin))).body).toEqual(['_users'])
  expect((await ask(other, 'GET', '/_users', basic(one.admin))).status).toBe(401)
  await Promise.all([one.close(), other.close()])
})

test('on disk everything is there again after a restart, and a waiting device does not keep it from ending', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'scv-sync-server-'))
  const admin = { name: 'root', password: 'root-root' }
  try {
    let server = await startSyncServer({ dataDir, admin })
    await ask(server, 'PUT', '/scv-home', basic(admin))
    await addUser(server, 'ann', 'ann-ann', ['agent'])
    await ask(server, 'PUT', '/scv-home/one', basic(admin), { value: 1 })
    const { body } = await ask(server, 'GET', '/scv-home/_changes', basic(admin))
    const waiting = ask(server, 'GET', `/scv-home/_changes?feed=longpoll&since=${body['last_seq']}`, basic(admin))
    const cut = expect(waiting).rejects.toThrow()
    await server.close()
    await cut
    server = await startSyncServer({ dataDir, admin })
    expect((await ask(server, 'GET', '/scv-home/one', basic(admin))).body).toMatchObject({ value: 1 })
    expect((await signIn(server, 'ann', 'ann-ann')).status).toBe(200)
    await server.close()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})
