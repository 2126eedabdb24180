// What an ancestor's id means, endpoint by endpoint: the canonical contact, the ancestor itself, or exactly that id.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openApi, type TestApi } from '../support/api'

const BASE = '/api/v2/externalcontacts'
let api: TestApi
let n = 0
/** X and Y, merged into M; Z stands apart. */
const id = { x: '', y: '', m: '', z: '' }

beforeAll(async () => {
  api = await openApi()
})
afterAll(async () => {
  await api.close()
  expect(api.defects).toEqual([])
})

const post = async (path: string, body?: unknown) => {
  const answer = await api.request('POST', path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}
const get = async (path: string) => (await api.request('GET', path)).body
const create = async (contact: object): Promise<string> => (await post(`${BASE}/contacts`, contact)).id
const call = (identifier: object, conversationId = `conversation ${n++}`) =>
  post('/api/v2/local/interactions', {
    conversationId,
    mediaType: 'voice',
    direction: 'inbound',
    startedAt: new Date().toISOString(),
    identifiers: [identifier],
  })
let mail = ''

beforeEach(async () => {
  mail = `x${n++}@example.org`
  id.x = await create({ firstName: 'Xenia', workEmail: mail })
  id.y = await create({ firstName: 'Yara', title: 'Dr' })
  id.z = await create({ firstName: 'Zoe' })
  await post(`${BASE}/contacts/${id.x}/notes`, { noteText: 'on x' })
  await call({ type: 'Email', value: mail })
  id.m = (await post(`${BASE}/contacts/merge`, { contactIds: [id.x, id.y] })).id
})

const contact = (path = '') => `${BASE}/contacts/${id.x}${path}`

/** Each endpoint of the table with what it answers for the ancestor. */
const CANONICAL: [string, () => Promise<{ status: number; body: { id?: string; [key: string]: unknown } }>][] = [
  ['GET /contacts/{id}', () => api.request('GET', contact())],
  ['PUT /contacts/{id}', () => api.request('PUT', contact(), { firstName: 'Put' })],
  [
    'PATCH /contacts/{id}',
    () => api.request('PATCH', contact(), { changes: [{ field: '$.title', action: 'Update', value: 'Prof' }] }),
  ],
  ['POST /identifierlookup', () => api.request('POST', `${BASE}/identifierlookup`, { type: 'Email', value: mail })],
  [
    'POST /identifierlookup/contacts',
    () => api.request('POST', `${BASE}/identifierlookup/contacts`, { type: 'Email', value: mail }),
  ],
]

test.each(CANONICAL)('%s: canonical, 200', async (_endpoint, send) => {
  const { status, body } = await send()
  expect([status, body.id]).toEqual([200, id.m])
})

test('DELETE /contacts/{id}: the canonical goes to the bin', async () => {
  expect((await api.request('DELETE', contact())).status).toBe(200)
  for (const one of [id.x, id.y, id.m]) expect((await api.request('GET', `${BASE}/contacts/${one}`)).status).toBe(404)
})

test('GET and PATCH /contacts/{id}/identifiers: the set’s', async () => {
  expect((await get(contact('/identifiers'))).entities).toMatchObject([{ type: 'Email', value: mail }])
  const cookie = { type: 'Cookie', value: `c${n++}` }
  expect((await api.request('PATCH', contact('/identifiers'), { operation: 'Claim', identifier: cookie })).status).toBe(
    200,
  )
  expect((await get(`${BASE}/contacts/${id.m}/identifiers`)).entities).toHaveLength(2)
  expect((await post(`${BASE}/identifierlookup`, cookie)).id).toBe(id.m)
  // What an ancestor claimed before is the set's to release.
  const identifier = { type: 'Email', value: mail }
  expect((await api.request('PATCH', contact('/identifiers'), { operation: 'Release', identifier })).status).toBe(200)
  expect((await api.request('POST', `${BASE}/identifierlookup`, identifier)).status).toBe(404)
})

test('POST /contacts/{id}/promotion: of the canonical, which is curated', async () => {
  expect(await api.request('POST', contact('/promotion'))).toMatchObject({
    status: 409,
    body: { code: 'already_curated' },
  })
})

test('POST /contacts/merge and /merge/contacts: an ancestor means its canonical', async () => {
  expect(await api.request('POST', `${BASE}/contacts/merge`, { contactIds: [id.x, id.m] })).toMatchObject({
    status: 409,
    body: { code: 'merge_same_person' },
  })
  const merged = await post(`${BASE}/contacts/merge`, { contactIds: [id.x, id.z] })
  expect(merged.mergedFrom.map((one: { id: string }) => one.id).sort()).toEqual([id.m, id.z].sort())
  expect(merged.mergeSet).toHaveLength(5)
  const { contact: auto } = await call({ type: 'Cookie', value: `auto${n++}` })
  const two = await post(`${BASE}/merge/contacts`, { sourceContactId: auto.id, targetContactId: id.x })
  expect(two.mergedFrom.map((one: { id: string }) => one.id).sort()).toEqual([auto.id, merged.id].sort())
})

test('GET /contacts/{id}/unresolved: itself, with its place in the set', async () => {
  expect(await get(contact('/unresolved'))).toMatchObject({
    id: id.x,
    firstName: 'Xenia',
    canonicalContact: { id: id.m },
    mergedTo: { id: id.m },
    mergedFrom: null,
    mergeSet: [{ id: id.m }, {}, {}],
    mergeOperation: null,
  })
  expect(await get(`${BASE}/contacts/${id.m}/unresolved`)).toMatchObject({
    id: id.m,
    canonicalContact: { id: id.m },
    mergedTo: null,
    mergedFrom: expect.arrayContaining([expect.objectContaining({ id: id.x })]),
  })
})

test('bulk: fetch, update and remove act on the canonical; unresolved on the very record', async () => {
  const entities = [{ id: id.x }]
  expect((await post(`${BASE}/bulk/contacts`, { entities })).results[0]).toMatchObject({
    id: id.x,
    entity: { id: id.m },
  })
  expect((await post(`${BASE}/bulk/contacts/unresolved`, { entities })).results[0]).toMatchObject({
    entity: { id: id.x },
  })
  const update = [{ id: id.x, firstName: 'Bulk' }]
  expect((await post(`${BASE}/bulk/contacts/update`, { entities: update })).results[0]).toMatchObject({
    entity: { id: id.m, firstName: 'Bulk' },
  })
  expect((await post(`${BASE}/bulk/contacts/remove`, { entities })).results[0]).toMatchObject({ success: true })
  expect((await api.request('GET', `${BASE}/contacts/${id.m}`)).status).toBe(404)
})

test('enrich: finds the canonical by what an ancestor holds', async () => {
  const request = {
    matchingIdentifiers: [{ type: 'Email', value: mail }],
    action: 'Update',
    contact: { middleName: 'Q' },
  }
  expect(await post(`${BASE}/contacts/enrich`, request)).toMatchObject({ id: id.m, middleName: 'Q' })
})

test('lists show the canonical alone', async () => {
  const listed = (await get(`${BASE}/contacts?q=Xenia`)).entities.map((one: { id: string }) => one.id)
  expect(listed).toContain(id.m)
  expect(listed).not.toContain(id.x)
  expect((await get(`${BASE}/reversewhitepageslookup?lookupVal=${mail}`)).contacts).toMatchObject([{ id: id.m }])
  expect(
    (await post(`${BASE}/contacts/search`, { operation: { simpleSearch: { ids: [id.x] } } })).entities,
  ).toMatchObject([{ id: id.m }])
})

test('notes stay with the record; mergeset includes the ancestors’', async () => {
  expect((await get(contact('/notes'))).entities).toMatchObject([{ noteText: 'on x', entityId: id.x }])
  expect((await get(`${BASE}/contacts/${id.m}/notes`)).total).toBe(0)
  const all = await get(`${BASE}/contacts/${id.m}/notes?expand=mergeset`)
  expect(all.entities).toMatchObject([{ noteText: 'on x', entityId: id.x }])
  const written = await post(contact('/notes'), { noteText: 'on x again' })
  expect(written.entityId).toBe(id.x)
  expect((await get(contact('/notes'))).total).toBe(2)
  expect((await get(`${BASE}/contacts/${id.m}/notes/${written.id}`)).noteText).toBe('on x again')
})

test('sessions stay; includeMerged covers the set', async () => {
  await call({ type: 'Email', value: mail })
  const sessions = async (one: string, query = '') =>
    (await get(`${BASE}/contacts/${one}/journey/sessions${query}`)).entities.map(
      (s: { externalContact: { id: string } }) => s.externalContact.id,
    )
  expect(await sessions(id.x)).toEqual([id.x])
  expect(await sessions(id.m)).toEqual([id.m])
  expect(await sessions(id.x, '?includeMerged=true')).toEqual([id.m, id.x])
})

test('PUT /conversations/{id}: exactly the id given; none unlinks; the query finds each by its own', async () => {
  const conversationId = `linked${n++}`
  await call({ type: 'Cookie', value: `c${n++}` }, conversationId)
  const link = (externalContactId?: string) =>
    api.request('PUT', `${BASE}/conversations/${conversationId}`, {
      conversationId,
      communicationId: 'any',
      mediaType: 'VOICE',
      ...(externalContactId ? { externalContactId } : {}),
    })
  const found = async (...ids: string[]) => {
    const predicates = ids.map((value) => ({
      type: 'dimension',
      dimension: 'externalContactId',
      operator: 'matches',
      value,
    }))
    const query = {
      interval: '2020-01-01T00:00:00Z/2100-01-01T00:00:00Z',
      segmentFilters: [{ type: 'or', predicates }],
    }
    const { conversations = [] } = await post('/api/v2/analytics/conversations/details/query', query)
    return conversations.filter((one: { conversationId: string }) => one.conversationId === conversationId)
  }
  expect((await link(id.x)).status).toBe(200)
  expect(await found(id.x)).toMatchObject([{ participants: [{ externalContactId: id.x }] }])
  expect(await found(id.m)).toEqual([])
  // A person's whole history: expand one id to its set, then match any member.
  expect(await found(id.m, id.x, id.y)).toHaveLength(1)
  expect((await link()).status).toBe(200)
  expect(await found(id.x)).toEqual([])
})
