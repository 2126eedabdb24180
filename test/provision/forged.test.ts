// Forged writes × roles over HTTP: none of them changes what the server has. On the stand-in, and a real CouchDB where
// `COUCHDB_URL` names one.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { identifierId, interactionId } from '../../src-main/engine/documents/ids'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { ROLES } from '../../src-main/engine/roles'
import { databaseFor, provisionOrganisation } from '../../src-main/provision/provision'
import type { IdentifierType } from '../../src-shared/model/identifier'
import { asDeviceId } from '../../src-shared/model/ids'
import { openServer, SERVERS, type TestServer } from '../support/couch'

type Doc = Record<string, unknown> & { _id: string }

const NOW = Date.now()
const at = makeStamp(NOW, 0, asDeviceId('victim0000'))
const later = makeStamp(NOW + 5, 0, asDeviceId('mallory000'))
const FAR = makeStamp(4_000_000_000_000, 0, asDeviceId('mallory000'))
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
  _id: `identifiers:${identifierId({ type: 'Phone', value: '+61491570156' })}`,
  type: 'Phone',
  value: '+61491570156',
  claims: { [uuid]: { victim0000: CLAIM } },
  releases: {},
}
const facts = {
  at,
  by,
  conversationId: 'conversation',
  channel: 'voice',
  direction: 'inbound',
  startedAt: new Date(NOW - 60_000).toISOString(),
  identifiers: [],
}
const INTERACTION: Doc = { _id: `interactions:${interactionId('conversation')}`, facts, link: entry(uuid) }
const MERGE: Doc = { _id: `merges:${randomUUID()}`, inputs: ['a', 'b'], result: 'c', at, by, choices: {} }
const AUDIT: Doc = { _id: `audit:${randomUUID()}`, at, by, action: 'update', contactIds: [uuid] }
const VICTIMS = [CONTACT, ERASED, IDENTIFIER, INTERACTION, MERGE, AUDIT]

const LONG_AGO = makeStamp(1, 0, asDeviceId('mallory000'))
/** A claim of one's own on something new. */
function claimOf(me: string, type: IdentifierType, value: string, more: { since?: string; source?: string } = {}): Doc {
  const { since = later, source } = more
  return {
    _id: `identifiers:${identifierId({ type, value, ...(source === undefined ? {} : { source }) })}`,
    type,
    value,
    ...(source === undefined ? {} : { source }),
    claims: { [uuid]: { mallory000: { since, at: later, by: me, via: 'explicit' } } },
    releases: {},
  }
}
const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))
const own = (me: string): Doc => ({
  ...CONTACT,
  _id: `contacts:${randomUUID()}`,
  created: { at: later, by: me, via: 'person' },
  type: { value: 'Curated', at: later, by: me },
  fields: { firstName: entry('Eve', later, me) },
})

/** Each part is as long as it may be. */
const endless = (me: string): Doc => ({
  ...own(me),
  fields: Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [`customFields/${i}`, entry('x'.repeat(90_000), later, me)]),
  ),
})

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
  ['a claim since the beginning of time', claimOf(me, 'Phone', '+61491570158', { since: LONG_AGO })],
  [
    'a claim since the beginning of time beside another',
    {
      ...IDENTIFIER,
      claims: {
        [uuid]: { victim0000: CLAIM },
        x: { mallory000: { since: LONG_AGO, at: later, by: me, via: 'explicit' } },
      },
    },
  ],
  ['a contact from the beginning of time', { ...own(me), created: { at: LONG_AGO, by: me, via: 'person' } }],
  ['a value from the beginning of time', { ...own(me), fields: { firstName: entry('Eve', LONG_AGO, me) } }],
  [
    'a release of what will be claimed',
    { ...IDENTIFIER, releases: { [uuid]: { victim0000: `${later.slice(0, 13)}victim0000` } } },
  ],
  ['a release of what others will claim', { ...IDENTIFIER, releases: { x: { other00000: later } } }],
  [
    'a recording from before the conversation',
    {
      ...INTERACTION,
      facts: { ...facts, by: me, at: makeStamp(NOW - 2 * 86_400_000, 0, asDeviceId('mallory000')), subject: 'forged' },
    },
  ],
  ['a recording from the beginning of time', { ...INTERACTION, facts: { ...facts, by: me, at: LONG_AGO } }],
  [
    'an identifier under the id of another',
    { ...claimOf(me, 'Phone', '+61491570159'), _id: `identifiers:i-${'a'.repeat(32)}` },
  ],
  [
    'an interaction under the id of another',
    {
      ...INTERACTION,
      _id: `interactions:n-${'a'.repeat(32)}`,
      facts: { ...facts, at: later, by: me },
      link: entry(uuid, later, me),
    },
  ],
  [
    'a decision under the id of another',
    {
      _id: `decisions:d-${'a'.repeat(32)}`,
      kind: 'cannot-link',
      subjects: ['a', 'b'],
      standing: entry(true, later, me),
    },
  ],
  [
    'a part of an import of another id',
    {
      ...AUDIT,
      _id: `audit:00000000-0000-8000-a000-000000000000`,
      action: 'import',
      at: later,
      by: me,
      subjectId: uuid,
      details: { part: 1 },
    },
  ],
  ['a number that is not in E.164', claimOf(me, 'Phone', '0491 570 156')],
  ['a number with a mark in it', claimOf(me, 'Phone', '+61491570156\u200b')],
  ['an account with a plus sign', claimOf(me, 'SocialWhatsapp', '+61491570156')],
  ['an address in capitals', claimOf(me, 'Email', 'Eve@example.com')],
  ['an address with a mark in it', claimOf(me, 'Email', 'e\u200bve@example.com')],
  ['what is no address', claimOf(me, 'Email', 'eve')],
  ['a cookie with a blank behind it', claimOf(me, 'Cookie', 'a-cookie ')],
  ['a cookie without end', claimOf(me, 'Cookie', 'c'.repeat(1025))],
  ['a source where there is none', claimOf(me, 'Cookie', 'a-cookie', { source: 'crm' })],
  ['a custom field without end', { ...own(me), fields: { 'customFields/x': entry('x'.repeat(200_000), later, me) } }],
  ['a custom field without bottom', { ...own(me), fields: { 'customFields/x': entry(deep(80), later, me) } }],
  ['a member of newer versions without end', { ...own(me), more: 'x'.repeat(200_000) }],
  ['a member of newer versions without bottom', { ...own(me), more: deep(80) }],
  [
    'very many members of newer versions',
    { ...own(me), ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`more${i}`, 1])) },
  ],
  ['a last activity before all time', { ...own(me), lastActivity: -9e15 }],
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
        const answer = await send([{ ...doc, ...(rev ? { _rev: rev } : {}) }])
        expect(JSON.stringify(answer.body), `${what}, as an edit`).toMatch(/"(forbidden|unauthorized)"/)
        for (const start of rev ? [1, 2, 99] : [2])
          await send([{ ...doc, _rev: `${start}-${'f'.repeat(32)}` }], { new_edits: false })
      }
      expect(await state(), 'edits and branches').toEqual(before)
      if (user.role === ROLES[0]) {
        await send([endless(user.name)])
        expect(await state(), 'a document without end').toEqual(before)
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
