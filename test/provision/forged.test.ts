// Forged writes × roles over HTTP: none of them changes what the server has. On the stand-in, and a real CouchDB where
// `COUCHDB_URL` names one.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { ROLES } from '../../src-main/engine/roles'
import { databaseFor, provisionOrganisation } from '../../src-main/provision/provision'
import { openServer, SERVERS, type TestServer } from '../support/couch'

type Doc = Record<string, unknown> & { _id: string }

const NOW = Date.now()
const at = makeStamp(NOW, 0, 'victim0000')
const later = makeStamp(NOW + 5, 0, 'mallory000')
const FAR = makeStamp(4_000_000_000_000, 0, 'mallory000')
const by = 'ann'
const entry = (v: unknown, t = at, b = by) => [{ v, t, b }]
const uuid = randomUUID()

const CONTACT: Doc = {
  _id: `contacts:${uuid}`,
  created: { at, by, via: 'person' },
  type: { value: 'Curated', at, by },
  fields: { firstName: entry('Ada') },
  lastActivity: 0,
}
const ERASED: Doc = { ...CONTACT, _id: `contacts:${randomUUID()}`, fields: {}, erased: { at, by } }
const CLAIM = { since: at, at, by, via: 'explicit' }
const IDENTIFIER: Doc = {
  _id: `identifiers:i-${'a'.repeat(32)}`,
  type: 'Phone',
  value: '+61491570156',
  claims: { [uuid]: { victim0000: CLAIM } },
  releases: {},
}
const MERGE: Doc = { _id: `merges:${randomUUID()}`, inputs: ['a', 'b'], result: 'c', at, by, choices: {} }
const AUDIT: Doc = { _id: `audit:${randomUUID()}`, at, by, action: 'update', contactIds: [uuid] }
const VICTIMS = [CONTACT, ERASED, IDENTIFIER, MERGE, AUDIT]

/** What a writer of this name tries: over a document that is there, or as a new one. */
const forgeries = (me: string): [string, Doc, ...Doc[]][] => [
  ['a value in another’s name', { ...CONTACT, fields: { firstName: [...entry('Eve', later), ...entry('Ada')] } }],
  ['a history cut short', { ...CONTACT, fields: { firstName: entry('Eve', later, me) } }],
  ['another maker', { ...CONTACT, created: { at, by: me, via: 'person' } }],
  ['a far stamp', { ...CONTACT, fields: { firstName: [...entry('Eve', FAR, me), ...entry('Ada')] } }],
  ['a far stamp in a member of newer versions', { ...CONTACT, later: { since: FAR } }],
  ['a last activity without end', { ...CONTACT, lastActivity: 9e15 }],
  ['data over an erased contact', { ...ERASED, fields: { firstName: entry('Eve', later, me) } }],
  ['an erasure taken back', { ...CONTACT, _id: ERASED._id }],
  ['a merge of others', { ...MERGE, inputs: ['a', 'x'] }],
  ['an entry of the audit trail', { ...AUDIT, action: 'note', by: me }],
  ['another device’s claim', { ...IDENTIFIER, claims: { [uuid]: { victim0000: { ...CLAIM, since: later, by: me } } } }],
  ['a claim gone', { ...IDENTIFIER, claims: {}, value: '' }],
  ['another value', { ...IDENTIFIER, value: '+61491570157' }],
  [
    'a claim with a far since',
    {
      ...IDENTIFIER,
      claims: { [uuid]: { victim0000: CLAIM }, x: { mallory000: { since: FAR, at: later, by: me, via: 'explicit' } } },
    },
  ],
  ['an id that no device makes', { ...CONTACT, _id: 'contacts:constructor' }],
  ['another kind', { _id: 'invoices:1' }],
  ['a document of another', { ...CONTACT, _id: `contacts:${randomUUID()}` }],
  ['a design document', { _id: '_design/mine', validate_doc_update: 'function () {}' }],
]

describe.each(SERVERS)('on the %s', (kind) => {
  let server: TestServer
  let path: string
  const revs = new Map<string, string>()
  const users = ROLES.map((role) => ({ name: `forger-${role}-${uuid.slice(0, 8)}`, password: 'long-enough', role }))
  const state = async () => (await server.ask('GET', `${path}/_all_docs?include_docs=true&conflicts=true`)).body['rows']

  beforeAll(async () => {
    server = await openServer(kind)
    const org = server.newOrg()
    path = `/${databaseFor(org)}`
    for (const user of users) await provisionOrganisation({ couch: server.url, admin: server.admin, org, user })
    const { body } = await server.ask('POST', `${path}/_bulk_docs`, { body: { docs: VICTIMS } })
    for (const { id, rev } of body as unknown as { id: string; rev: string }[]) revs.set(id, rev)
    expect([...revs.values()].every((rev) => typeof rev === 'string')).toBe(true)
  }, 60_000)
  afterAll(() => server.close())

  test.each(users)(
    'nothing gets in as $role: edits, branches, tombstones',
    async (user) => {
      const as = { name: user.name, password: user.password }
      const before = await state()
      const send = (docs: object[], more = {}) =>
        server.ask('POST', `${path}/_bulk_docs`, { as, body: { docs, ...more } })
      for (const [what, doc] of forgeries(user.name)) {
        const rev = revs.get(doc._id)
        await send([{ ...doc, ...(rev ? { _rev: rev } : {}) }])
        expect(await state(), `${what}, as an edit`).toEqual(before)
        for (const start of [1, 2, 99])
          await send([{ ...doc, _rev: `${start}-${'f'.repeat(32)}` }], { new_edits: false })
        expect(await state(), `${what}, as a branch`).toEqual(before)
      }
      if (user.role === 'admin') return // who may delete for good, does
      for (const { _id } of VICTIMS) {
        await send([{ _id, _rev: revs.get(_id), _deleted: true }])
        await send([{ _id, _rev: `9-${'f'.repeat(32)}`, _deleted: true }], { new_edits: false })
      }
      expect(await state(), 'tombstones').toEqual(before)
    },
    60_000,
  )
})
