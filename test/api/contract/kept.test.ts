// What is said is kept or refused, never swallowed: bodies, patches, enrichments and links as integrations send them, through the
// vendor's SDK.
import { describe, expect, test } from 'vitest'
import { refused } from '../../support/api'
import { api, openForThisFile, sdk, withEveryPermission } from './opened'
import { body, unique } from './world'

openForThisFile()

type Contact = Record<string, unknown> & { id: string }
const create = async (contact: object = { firstName: 'Kay' }) =>
  (await sdk.contacts.postExternalcontactsContacts(body(contact))) as unknown as Contact
const read = async (id: string) => (await sdk.contacts.getExternalcontactsContact(id)) as unknown as Contact
const put = (id: string, contact: object) => sdk.contacts.putExternalcontactsContact(id, body(contact))
const patch = async (id: string, field: string, action: string, value?: unknown) =>
  (await sdk.contacts.patchExternalcontactsContact(id, {
    changes: [body({ field, action, value })],
  })) as unknown as Contact
const mail = () => `kept${unique()}@example.org`
const lookup = (value: string) =>
  sdk.contacts.postExternalcontactsIdentifierlookupContacts(body({ type: 'Email', value }))

describe('a body', () => {
  test.each([{}, { firstName: null }, { workPhone: {}, selfUri: '/y' }])(
    'that says nothing empties nobody: %j',
    async (said) => {
      const made = await create()
      expect(await refused(put(made.id, said))).toMatchObject({ status: 422, code: 'empty_contact' })
      const call = sdk.contacts.postExternalcontactsBulkContactsUpdate(body({ entities: [{ ...said, id: made.id }] }))
      expect((await call).results?.[0]).toMatchObject({ success: false, status: 422 })
      expect(await read(made.id)).toMatchObject({ firstName: 'Kay' })
    },
  )

  test('of a contact that has nothing can be put back as it was read', async () => {
    const { body: recorded } = await api.request('POST', '/api/v2/local/interactions', {
      conversationId: `c${unique()}`,
      mediaType: 'voice',
      startedAt: new Date().toISOString(),
      identifiers: [{ type: 'Cookie', value: `kept${unique()}` }],
    })
    const before = await read(recorded.contact.id)
    expect(await put(before.id, before)).toMatchObject({ id: before.id, type: 'Ephemeral' })
  })

  test.each([
    ['nonsense', { nonsense: 1 }],
    ['fristName', { fristName: 'x' }],
    ['address.street', { address: { street: 'x', city: 'Perth' } }],
    ['workPhone.number', { workPhone: { number: '+61421600001' } }],
    ['lineId.ids.0.id', { lineId: { ids: [{ id: 'x', userId: 'y' }] } }],
    ['externalOrganization.externalIds', { externalOrganization: { name: 'A', externalIds: [{ value: '1' }] } }],
    ['externalOrganization.externalId', { externalOrganization: { externalId: 'x' } }],
    ['schema', { schema: { id: 's', version: 1 } }],
    ['division.id', { division: { id: 'elsewhere' } }],
  ])('with %s, which is not kept here, is refused in every call', async (field, more) => {
    const said = { firstName: 'Kay', ...more }
    const made = await create()
    const value = mail()
    const matchingIdentifiers = [{ type: 'Email', value }]
    const merged = [made.id, (await create()).id]
    const { contacts } = sdk
    for (const call of [
      () => contacts.postExternalcontactsContacts(body(said)),
      () => put(made.id, said),
      () => contacts.postExternalcontactsContactsEnrich(body({ matchingIdentifiers, action: 'Upsert', contact: said })),
      () => contacts.postExternalcontactsContactsMerge({ contactIds: merged, valueOverride: body(said) }),
    ]) {
      const { status, details } = await refused(call())
      expect([400, 422]).toContain(status)
      expect(JSON.stringify(details)).toContain(`${field}"`)
    }
    const bulk = await sdk.contacts.postExternalcontactsBulkContactsAdd(body({ entities: [said] }))
    expect(bulk.errorCount).toBe(1)
    expect(await read(made.id)).toMatchObject({ firstName: 'Kay', canonicalContact: null })
    expect(await refused(lookup(value))).toMatchObject({ status: 404 })
  })

  test('keeps the one division, an organisation by its id, and reads over what only the system sets', async () => {
    const made = await create({ firstName: 'Kay', division: { id: 'home' }, externalOrganization: { id: 'org-1' } })
    expect(made).toMatchObject({ division: { id: 'home', name: 'Home' }, externalOrganization: { id: 'org-1' } })
    const before = await read(made.id)
    await put(made.id, { ...before, externalDataSources: [], identifiers: [], mergeOperation: {}, type: 'Ephemeral' })
    const { modifyDate: _, ...others } = before
    expect(await read(made.id)).toMatchObject(others)
  })

  test('of an enrichment, a merge or a patch with a member there is not is refused', async () => {
    const matchingIdentifiers = [{ type: 'Email', value: mail() }]
    const { contacts } = sdk
    const some = { firstName: 'Kay' }
    const { id } = await create()
    for (const call of [
      () =>
        contacts.postExternalcontactsContactsEnrich(
          body({ matchingIdentifiers, action: 'Upsert', contact: some, x: 1 }),
        ),
      () => contacts.postExternalcontactsContactsMerge(body({ contactIds: ['a', 'b'], override: {} })),
      () => contacts.patchExternalcontactsContact(id, body({ changes: [], more: 1 })),
      () => contacts.postExternalcontactsIdentifierlookup(body({ type: 'Email', value: mail(), kind: 'x' })),
    ])
      expect(await refused(call())).toMatchObject({ status: 400, code: 'malformed' })
  })
})

describe('a patch', () => {
  test.each([
    ['$.appleOpaqueIds', { value: 'apple' }, { value: 'pear' }],
    ['$.externalIds', { externalSource: { id: 'crm' }, value: 'a' }, { externalSource: { id: 'crm' }, value: 'b' }],
    ['$.lineId.ids', { userId: 'a' }, { userId: 'b' }],
    ['$.facebookId.ids', { scopedId: 'a' }, { scopedId: 'b' }],
    ['$.instagramId.ids', { scopedId: 'a' }, { scopedId: 'b' }],
    ['$.tags', 'a', 'b'],
    ['$.customFields.list', [{ a: 1 }], { b: 2 }],
  ])('appends one entry to an empty %s, and to what is there; and removes it', async (field, one, other) => {
    const made = await create()
    const at = (contact: Contact) =>
      field
        .split('.')
        .slice(1)
        .reduce<unknown>((value, part) => (value as Contact | undefined)?.[part], contact)
    const first = [one].flat()
    expect(at(await patch(made.id, field, 'AppendToCollection', one))).toEqual(first)
    expect(at(await patch(made.id, field, 'AppendToCollection', other))).toEqual([...first, other])
    expect(at(await patch(made.id, field, 'RemoveFromCollection', other))).toEqual(first)
    expect(at(await patch(made.id, field, 'RemoveFromCollection', one)) ?? []).toEqual([])
  })

  test.each([
    ['$.customFields.my-field', 'my-field'],
    ['$.customFields.Kunden Nr', 'Kunden Nr'],
    ['$.customFields.größe', 'größe'],
    ["$.customFields['a.b']", 'a.b'],
    ['$.customFields["it\'s [1]"]', "it's [1]"],
    ["$['customFields']['plain']", 'plain'],
  ])('changes a custom field of any name: %s', async (field, name) => {
    const made = await create({ firstName: 'Kay', customFields: { [name]: 'x', other: 1 } })
    expect((await patch(made.id, field, 'Update', 'y'))['customFields']).toEqual({ [name]: 'y', other: 1 })
    expect((await patch(made.id, field, 'Remove'))['customFields']).toEqual({ other: 1 })
  })

  test.each([
    '$',
    '$.',
    'firstName',
    '$.customFields.',
    '$.first-name',
    "$.customFields['x",
    '$.customFields.__proto__',
  ])('of what is no field is refused: %s', async (field) => {
    const made = await create()
    expect(await refused(patch(made.id, field, 'Update', 'x'))).toMatchObject({ status: 422 })
  })
})

describe('enriching', () => {
  const enrich = async (action: string, identifiers: object[], contact: object) =>
    (await sdk.contacts.postExternalcontactsContactsEnrich(
      body({ matchingIdentifiers: identifiers, action, contact }),
    )) as unknown as Contact

  test.each(['Upsert', 'Insert', 'Merge'])(
    '%s claims an identifier that is not in the contact: the next call finds by it',
    async (action) => {
      const identifiers = [
        { type: 'Email', value: mail() },
        { type: 'Cookie', value: `kept${unique()}` },
      ]
      const made = await enrich(action, identifiers, { firstName: 'Una' })
      for (const identifier of identifiers) {
        expect(await enrich('Upsert', [identifier], { lastName: 'Upton' })).toMatchObject({ id: made.id })
        expect(await sdk.contacts.postExternalcontactsIdentifierlookup(body(identifier))).toMatchObject({ id: made.id })
      }
    },
  )

  test('whoever is found by one claims the others that are free; Update only finds', async () => {
    const [held, free, other] = [mail(), mail(), mail()]
    const made = await create({ firstName: 'Una', workEmail: held })
    const by = (...values: string[]) => values.map((value) => ({ type: 'Email', value }))
    await enrich('Update', by(held, other), { title: 'Dr' })
    expect(await refused(lookup(other))).toMatchObject({ status: 404 })
    expect(await enrich('Upsert', by(held, free), {})).toMatchObject({ id: made.id, workEmail: held })
    expect(await lookup(free)).toMatchObject({ id: made.id })
  })

  test('a call that only tries claims nothing, and none without permission to edit', async () => {
    const [held, free] = [mail(), mail()]
    await create({ firstName: 'Una', workEmail: held })
    const matchingIdentifiers = [held, free].map((value) => ({ type: 'Email', value }))
    const request = body<never>({ matchingIdentifiers, action: 'Upsert', contact: {} })
    await sdk.contacts.postExternalcontactsContactsEnrich(request, { dryRun: true })
    sdk.client.setAccessToken(await api.tokenWith('externalContacts:contact:enrich', 'externalContacts:contact:add'))
    const answer = await refused(sdk.contacts.postExternalcontactsContactsEnrich(request))
    withEveryPermission()
    expect(answer).toMatchObject({ status: 403, messageParams: { permissions: 'externalContacts:contact:edit' } })
    expect(await refused(lookup(free))).toMatchObject({ status: 404 })
  })
})

test('writes at one moment answer with what each of them wrote', async () => {
  const { id } = await create()
  const twelve = Array.from({ length: 12 }, (_, i) => i)
  const puts = await Promise.all(twelve.map((i) => put(id, { firstName: `P${i}`, title: `T${i}` })))
  expect(puts.map(({ firstName, title }) => [firstName, title])).toEqual(twelve.map((i) => [`P${i}`, `T${i}`]))
  const patches = await Promise.all(twelve.map((i) => patch(id, '$.lastName', 'Update', `L${i}`)))
  expect(patches.map(({ lastName }) => lastName)).toEqual(twelve.map((i) => `L${i}`))
})

test('a conversation cannot be linked to a contact in the bin', async () => {
  const conversationId = `c${unique()}`
  const identifiers = [{ type: 'Cookie', value: `kept${unique()}` }]
  const told = { conversationId, mediaType: 'voice', startedAt: new Date().toISOString(), identifiers }
  const { body: recorded } = await api.request('POST', '/api/v2/local/interactions', told)
  const { id } = await create()
  await sdk.contacts.deleteExternalcontactsContact(id)
  const association = { conversationId, communicationId: 'x', mediaType: 'VOICE', externalContactId: id }
  expect(await refused(sdk.contacts.putExternalcontactsConversation(conversationId, association))).toMatchObject({
    status: 404,
    code: 'deleted',
  })
  const sessions = await sdk.contacts.getExternalcontactsContactJourneySessions(recorded.contact.id)
  expect(sessions.entities).toHaveLength(1)
})

describe('what a route does not know is refused before anything is done', () => {
  const LOCAL = '/api/v2/local'
  const BASE = '/api/v2/externalcontacts'

  test.each<[string, string, string, object?]>([
    ['a search without its operation', 'POST', `${BASE}/contacts/search`, { simpleSearch: { query: 'Kay' } }],
    ['a misspelt search', 'POST', `${BASE}/contacts/search`, { operation: { simpleSearch: { qurey: 'Kay' } } }],
    ['an unknown operation', 'POST', `${BASE}/contacts/search`, { operation: { bogus: 1 } }],
    ['a division there is not', 'POST', `${BASE}/contacts/search`, { divisionIds: ['elsewhere'] }],
    ['a misspelt contact of a conversation', 'PUT', `${BASE}/conversations/c1`, { contactId: 'x' }],
    ['a medium there is not', 'PUT', `${BASE}/conversations/c1`, { mediaType: 'BOGUS' }],
    ['a misspelt trial of retention', 'POST', `${LOCAL}/retention/run`, { dryrun: true }],
    ['a misspelt setting', 'PUT', `${LOCAL}/settings`, { defaultRegion: 'AU', region: 'DE' }],
    ['a trial of erasing, which there is not', 'POST', `${LOCAL}/contacts/nobody/erase`, { dryRun: true }],
    ['a misspelt trial of enriching', 'POST', `${BASE}/contacts/enrich?dryrun=true`, { matchingIdentifiers: [] }],
    ['a trial of a creation, which there is not', 'POST', `${BASE}/contacts?dryRun=true`, { firstName: 'Kay' }],
    [
      'too many custom fields',
      'POST',
      `${BASE}/contacts`,
      { customFields: Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`f${n}`, 1])) },
    ],
  ])('%s', async (_what, method, path, said) => {
    const before = (await api.request('GET', `${BASE}/contacts`)).body.total
    const answer = await api.request(method, path, said)
    expect([400, 422], JSON.stringify(answer.body)).toContain(answer.status)
    expect((await api.request('GET', `${BASE}/contacts`)).body.total).toBe(before)
  })

  test('a note is of the contact that is named beside it', async () => {
    const [mine, other] = [await create(), await create()]
    const { id } = await sdk.contacts.postExternalcontactsContactNotes(mine.id, body({ noteText: 'secret' }))
    for (const [path, more] of [
      ['', {}],
      ['/update', { noteText: 'changed' }],
      ['/remove', {}],
    ] as const) {
      const answer = await api.request('POST', `${BASE}/bulk/notes${path}`, {
        entities: [{ id, entityId: other.id, ...more }],
      })
      expect(answer.body.results[0]).toMatchObject({ success: false, status: 404 })
    }
    const answer = await api.request('POST', `${BASE}/bulk/notes`, { entities: [{ id, entityId: mine.id }] })
    expect(answer.body.results[0]).toMatchObject({ success: true, entity: { noteText: 'secret' } })
  })
})
