// What the API refuses, and names as the reason: what cannot be kept, what no import or value could follow, and bodies of
// another type. Where a part is refused the rest is carried out only where the answer tells of the part.

import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ScvError } from '../../src-shared/errors'
import { asContactId } from '../../src-shared/model/ids'
import { openApi, SECRET, type TestApi } from '../support/api'

const BASE = '/api/v2/externalcontacts'
const LOCAL = '/api/v2/local'
let api: TestApi
beforeAll(async () => {
  api = await openApi()
})
afterAll(async () => {
  await api.close()
  expect(api.defects).toEqual([])
})

const send = async (method: string, path: string, body?: unknown) => {
  const answer = await api.request(method, path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}
const refusal = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
  const { status, body: answer } = await api.request(method, path, body, headers)
  return { status, code: answer.code, field: answer.details?.[0]?.fieldName, message: answer.message }
}
const create = async (contact: object): Promise<string> => (await send('POST', `${BASE}/contacts`, contact)).id

describe('text that is no Unicode', () => {
  const half = 'a\ud800b'

  test.each<[string, () => Promise<[string, string, unknown, string]>]>([
    ['a field', async () => ['POST', `${BASE}/contacts`, { firstName: half }, 'firstName']],
    [
      'a custom value',
      async () => ['POST', `${BASE}/contacts`, { firstName: 'x', customFields: { a: [half] } }, 'customFields.a.0'],
    ],
    [
      'a custom name',
      async () => [
        'POST',
        `${BASE}/contacts`,
        { firstName: 'x', customFields: { [half]: 1 } },
        'customFields.a\ufffdb',
      ],
    ],
    [
      'a note',
      async () => [
        'POST',
        `${BASE}/contacts/${await create({ firstName: 'x' })}/notes`,
        { noteText: half },
        'noteText',
      ],
    ],
    [
      'an interaction',
      async () => [
        'POST',
        `${LOCAL}/interactions`,
        { conversationId: 'half', mediaType: 'voice', startedAt: '2026-06-01T09:00:00Z', subject: half },
        'subject',
      ],
    ],
  ])('%s is refused', async (_what, make) => {
    const [method, path, body, field] = await make()
    expect(await refusal(method, path, body)).toMatchObject({ status: 422, code: 'invalid_input', field })
  })

  test('an emoji, and a backslash before an escape, are text', async () => {
    const id = await create({ firstName: '😀 \\ud800' })
    expect(await send('GET', `${BASE}/contacts/${id}`)).toMatchObject({ firstName: '😀 \\ud800' })
  })

  test('an interaction is not refused for an identifier', async () => {
    const told = { conversationId: 'half id', mediaType: 'voice', startedAt: '2026-06-01T09:00:00Z' }
    const { interaction } = await send('POST', `${LOCAL}/interactions`, {
      ...told,
      identifiers: [{ type: 'ExternalId', value: half, source: 's' }],
    })
    expect(interaction.identifiers).toMatchObject([{ value: 'a\ufffdb' }])
  })

  test('the engine refuses it at its own door', async () => {
    const { engine } = api.application
    const actor = { id: 'ann', permissions: new Set(['externalContacts:contact:add', 'externalContacts:contact:edit']) }
    const refused = await engine.contacts.create(actor as never, { firstName: half }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ScvError)
    expect(refused).toMatchObject({ code: 'invalid_input', field: 'firstName' })
    const id = asContactId(await create({ firstName: 'x' }))
    const note = await engine.contacts.addNote(actor as never, id, half).catch((error: unknown) => error)
    expect(note).toMatchObject({ code: 'invalid_input' })
  })
})

describe('merging and taking it back', () => {
  test('more than a merge joins are too many', async () => {
    const id = await create({ firstName: 'x' })
    expect(await refusal('POST', `${BASE}/contacts/merge`, { contactIds: Array(26).fill(id) })).toMatchObject({
      status: 422,
      code: 'too_many',
    })
  })

  test('an assignment names a field that was edited since, and one of the contacts', async () => {
    const [a, b] = [await create({ firstName: 'Ann', title: 'A' }), await create({ firstName: 'Ann', title: 'B' })]
    const merged = await send('POST', `${BASE}/contacts/merge`, { contactIds: [a, b] })
    await send('PUT', `${BASE}/contacts/${merged.id}`, { ...merged, title: 'C' })
    const [merge] = (await send('GET', `${LOCAL}/contacts/${merged.id}/merges`)).entities
    for (const way of ['undo', 'undo/preview']) {
      const refused = (assignments: object) => refusal('POST', `${LOCAL}/merges/${merge.id}/${way}`, { assignments })
      expect(await refused({ title: a, bogus: a })).toMatchObject({ status: 422, field: 'assignments.bogus' })
      expect(await refused({ title: merged.id })).toMatchObject({ status: 422, field: 'assignments.title' })
    }
    await send('POST', `${LOCAL}/merges/${merge.id}/undo`, { assignments: { title: a } })
    expect(await send('GET', `${BASE}/contacts/${a}`)).toMatchObject({ title: 'C' })
  })
})

test('a person is put into the segments that there are, and the answer tells of the others', async () => {
  const id = await create({ firstName: 'x' })
  const segment = await send('POST', '/api/v2/journey/segments', { displayName: 'Regulars' })
  const path = `${BASE}/contacts/${id}/journey/segments`
  const answer = await send('POST', path, { assign: { segments: [{ id: segment.id }, { id: 'none' }] } })
  expect(answer.unprocessedItems).toMatchObject({ count: 1, assign: { segments: [{ id: 'none' }] } })
  expect((await send('GET', path)).entities).toHaveLength(1)
  expect(await refusal('POST', path, { assign: { segments: [{ id: 'none' }] } })).toMatchObject({ status: 422 })
})

describe('schemas', () => {
  const property = (type: string, more: object) => ({ allOf: [{ $ref: `#/definitions/${type}` }], title: 'F', ...more })
  const schema = (name: string, type: string, more: object) => ({
    name,
    jsonSchema: { properties: { f: property(type, more) } },
  })

  test.each([
    ['tag', { minItems: 50 }],
    ['tag', { items: { minLength: 5, maxLength: 2 } }],
    ['text', { minLength: 500 }],
    ['text', { minLength: 5, maxLength: 3 }],
    ['integer', { minimum: 0.2, maximum: 0.8 }],
    ['url', { maxLength: 7 }],
  ])('one of type %s that nothing can fulfil (%o) is refused', async (type, more) => {
    expect(await refusal('POST', `${BASE}/contacts/schemas`, schema('Never', type, more))).toMatchObject({
      status: 422,
    })
  })

  test('lengths count characters', async () => {
    const { id, version } = await send('POST', `${BASE}/contacts/schemas`, schema('Signs', 'text', { maxLength: 3 }))
    const withField = (f: string) => ({ firstName: 'x', schema: { id, version }, customFields: { f } })
    expect(await create(withField('😀😀😀'))).toBeTypeOf('string')
    expect(await refusal('POST', `${BASE}/contacts`, withField('😀😀😀😀'))).toMatchObject({ status: 422 })
  })
})

describe('settings for CSV files', () => {
  const settle = (...targets: string[]) => ({
    mappings: targets.map((targetField, i) => ({ sourceField: `column ${i}`, targetField })),
  })
  test.each([
    ['$.bogus'],
    ['$.type'],
    ['$.__proto__'],
    ["$.customFields['']"],
    ['$.workPhone', '$.workPhone.display'],
    ['$.customFields.size', "$.customFields['size']"],
  ])('%s %s: no import could follow them', async (...targets) => {
    const refused = await refusal('POST', `${BASE}/import/csv/settings`, settle(...targets.filter(Boolean)))
    expect(refused).toMatchObject({ status: 422, field: expect.stringContaining('mappings.') })
  })

  test('tags take as many columns as there are', async () => {
    await send('POST', `${BASE}/import/csv/settings`, settle('$.firstName', '$.tags', '$.tags'))
  })
})

test('a note is put back where it was read, and nowhere else', async () => {
  const [here, there] = [await create({ firstName: 'Here' }), await create({ firstName: 'There' })]
  const path = `${BASE}/contacts/${here}/notes`
  const note = await send('POST', path, { noteText: 'one', entityId: here })
  expect(await refusal('POST', path, { noteText: 'two', entityId: there })).toMatchObject({
    status: 400,
    field: 'entityId',
  })
  const put = (more: object) => refusal('PUT', `${path}/${note.id}`, { ...note, ...more, noteText: 'three' })
  expect(await put({ entityId: there })).toMatchObject({ status: 400, field: 'entityId' })
  expect(await put({ id: 'other' })).toMatchObject({ status: 400, field: 'id' })
  expect(await send('PUT', `${path}/${note.id}`, { ...note, noteText: 'four' })).toMatchObject({ noteText: 'four' })
})

test('a refusal names the field as the body does', async () => {
  const id = await create({ firstName: 'Named' })
  const blank = await refusal('POST', `${BASE}/contacts/${id}/notes`, { noteText: ' \n' })
  expect(blank).toMatchObject({ status: 422, field: 'noteText' })
  const conversation = `${BASE}/conversations/untold-94`
  expect(await refusal('PUT', conversation, { externalContactId: id })).toMatchObject({ field: 'conversationId' })
  const call = { conversationId: 'told-94', mediaType: 'voice', startedAt: '2026-06-01T09:00:00Z', identifiers: [] }
  await send('POST', `${LOCAL}/interactions`, call)
  expect(await refusal('PUT', `${BASE}/conversations/told-94`, { externalContactId: 'x' })).toMatchObject({
    status: 404,
    field: 'externalContactId',
  })
})

test('a body of another type is told which type the route takes', async () => {
  expect(await refusal('POST', '/oauth/token', { grant_type: 'client_credentials' })).toMatchObject({
    status: 415,
    message: expect.stringContaining('application/x-www-form-urlencoded'),
  })
  expect(await refusal('POST', `${LOCAL}/import`, {})).toMatchObject({
    status: 415,
    message: expect.stringContaining('multipart/form-data'),
  })
})

const crm = { id: 'crm' }
test.each([
  ['ExternalId', 'EXT-77', 'ext-77'],
  ['ExternalId', 'ext-78', 'EXT-78'],
  ['ExternalId', 'Ext-79x', 'eXT-79X'],
  ['ExternalId', 'Kd-ÜBER-80', 'kd-über-80'],
  ['ExternalId', '0421777081', '0421777081'],
  ['ExternalId', 'Ann.82@Example.org', 'ann.82@example.ORG'],
  ['SocialTwitter', 'AnnTweets83', 'anntweets83'],
  ['AppleOpaqueId', 'Urn:Mbid:84', 'urn:mbid:84'],
])('%s %s is found as %s, whether a field has it or not', async (type, value, typed) => {
  const identifier = { type, value, ...(type === 'ExternalId' ? { externalSource: crm } : {}) }
  const held = await create({ firstName: 'Held', lastName: 'Only' })
  const asked = encodeURIComponent(typed)
  const whose = async () => {
    const listed = await send('GET', `${BASE}/contacts?q=${asked}`)
    const searched = await send('POST', `${BASE}/contacts/search`, { operation: { simpleSearch: { query: typed } } })
    const { contacts } = await send('GET', `${BASE}/reversewhitepageslookup?lookupVal=${asked}`)
    return [listed.entities, searched.entities, contacts].map((found) => found.map((one: { id: string }) => one.id))
  }
  await send('PATCH', `${BASE}/contacts/${held}/identifiers`, { operation: 'Claim', identifier })
  expect(await whose()).toEqual([[held], [held], [held]])
  await send('PATCH', `${BASE}/contacts/${held}/identifiers`, { operation: 'Release', identifier })
  expect(await whose()).toEqual([[], [], []])
  const fields = {
    ExternalId: { externalIds: [{ value, externalSource: crm }] },
    SocialTwitter: { twitterId: { id: value, screenName: value } },
    AppleOpaqueId: { appleOpaqueIds: [{ value }] },
  }[type]
  const inField = await create({ firstName: 'In', lastName: 'Field', ...fields })
  expect(await whose()).toEqual([[inField], [inField], [inField]])
})

test('two record ids that differ in case are two: the one that was typed comes first, and is the one looked up', async () => {
  const people = await Promise.all(['Two-91', 'TWO-91'].map((firstName) => create({ firstName })))
  for (const [i, value] of ['Two-91', 'TWO-91'].entries())
    await send('PATCH', `${BASE}/contacts/${people[i]}/identifiers`, {
      operation: 'Claim',
      identifier: { type: 'ExternalId', value, externalSource: crm },
    })
  for (const [i, value] of ['Two-91', 'TWO-91'].entries()) {
    const found = await send('GET', `${BASE}/contacts?q=${value}`)
    expect(found.entities.map((one: { id: string }) => one.id)).toEqual(i === 0 ? people : [...people].reverse())
    const identifier = { type: 'ExternalId', value, externalSource: crm }
    expect(await send('POST', `${BASE}/identifierlookup`, identifier)).toMatchObject({ id: people[i] })
  }
})

test('a cookie is opaque: in another case it is another', async () => {
  const id = await create({ firstName: 'Cookie', lastName: 'Holder' })
  const identifier = { type: 'Cookie', value: 'aBc-92' }
  await send('PATCH', `${BASE}/contacts/${id}/identifiers`, { operation: 'Claim', identifier })
  const found = async (q: string) => (await send('GET', `${BASE}/contacts?q=${q}`)).entities.length
  expect([await found('aBc-92'), await found('abc-92')]).toEqual([1, 0])
})

test('a conversation that no person has goes with the person whose address it came by', async () => {
  const id = await create({ firstName: 'Al', workEmail: 'al93@example.org' })
  const conversationId = 'untied-93'
  const identifiers = [{ type: 'Email', value: 'al93@example.org' }]
  const call = {
    conversationId,
    mediaType: 'email',
    direction: 'inbound',
    startedAt: '2026-06-01T09:00:00Z',
    identifiers,
  }
  await send('POST', `${LOCAL}/interactions`, call)
  await send('PUT', `${BASE}/conversations/${conversationId}`, {})
  expect(JSON.stringify(await send('GET', `/api/v2/conversations/${conversationId}`))).toContain('al93')
  await send('POST', `${LOCAL}/contacts/${id}/erase`)
  expect((await api.request('GET', `/api/v2/conversations/${conversationId}`)).status).toBe(404)
})

test('what came before bytes that are no request is answered before these are refused', async () => {
  const body = JSON.stringify({ firstName: 'Pipelined' })
  const head = `POST ${BASE}/contacts HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\nAuthorization: Bearer ${SECRET}\r\n`
  const valid = `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const answers = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(api.port, '127.0.0.1', () => socket.write(`${valid}${valid}no request at all\r\n\r\n`))
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
  expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '200', '400'])
})
