// What public integrations do with the reference, one test each, through the vendor's SDK: in the order and with the bodies
// that they send.
import platformClient from 'purecloud-platform-client-v2'
import { expect, test } from 'vitest'
import { refused, sdkFor } from '../../support/api'
import { api, openForThisFile, sdk, withEveryPermission } from './opened'
import { body, unique } from './world'

openForThisFile()

const mail = () => `pattern${unique()}@example.org`
const number = () => `+614217${String(10_000 + unique())}`
const create = async (contact: object) => (await sdk.contacts.postExternalcontactsContacts(body(contact))).id ?? ''
const record = (conversationId: string, identifier: object, more: object = {}) =>
  api.request('POST', '/api/v2/local/interactions', {
    conversationId,
    mediaType: 'voice',
    startedAt: '2026-06-01T09:00:00Z',
    identifiers: [identifier],
    ...more,
  })
const phone = (value: string) => ({ type: 'Phone', value })
const email = (value: string) => ({ type: 'Email', value })
const interval = '2026-05-01T00:00:00.000Z/2026-07-01T00:00:00.000Z'
const matching = (dimension: string, ids: readonly string[]) => ({
  type: 'or',
  predicates: ids.map((value) => ({ type: 'dimension', dimension, operator: 'matches', value })),
})
const conversationsOf = async (request: object) => {
  const { conversations = [] } = await sdk.analytics.postAnalyticsConversationsDetailsQuery(
    body({ interval, ...request }),
  )
  return conversations.map(({ conversationId }) => conversationId)
}

test('Terraform: a contact is made with nested blocks, read, changed as a whole, deleted and seen to be gone', async () => {
  const { contacts } = sdk
  const block = (display: string) => ({ display, extension: 7, acceptsSMS: false, e164: display, countryCode: 'AU' })
  const [work, cell] = [number(), number()]
  const wanted = {
    firstName: 'Terra',
    lastName: 'Form',
    workPhone: block(work),
    cellPhone: block(cell),
    workEmail: mail(),
    address: { address1: '1 High St', city: 'Perth', state: 'WA', postalCode: '6000', countryCode: 'AU' },
    twitterId: { id: `t${unique()}`, name: 'terra', screenName: 'terraform', profileUrl: 'https://example.org/terra' },
    lineId: { ids: [{ userId: `l${unique()}` }], displayName: 'Terra' },
    facebookId: { ids: [{ scopedId: `f${unique()}` }], displayName: 'Terra' },
    surveyOptOut: false,
    externalSystemUrl: 'https://example.org/terra',
  }
  const id = await create(wanted)
  const read = await contacts.getExternalcontactsContact(id)
  expect(read).toMatchObject({ firstName: 'Terra', surveyOptOut: false, address: wanted.address })
  expect(read.workPhone).toMatchObject({ e164: work, extension: 7, acceptsSMS: false })
  const moved = number()
  await contacts.putExternalcontactsContact(id, body({ ...wanted, lastName: 'Formed', workPhone: block(moved) }))
  const changed = await contacts.getExternalcontactsContact(id)
  expect(changed).toMatchObject({ lastName: 'Formed', workPhone: { e164: moved }, cellPhone: { e164: cell } })
  await contacts.deleteExternalcontactsContact(id)
  expect(await refused(contacts.getExternalcontactsContact(id))).toMatchObject({ status: 404 })
})

test('A CRM connector enriches by its own id first, and leaves alone what agents filled in', async () => {
  const value = mail()
  const id = await create({ firstName: 'Dyna', workEmail: value, title: 'Dr' })
  const request = {
    action: 'Upsert',
    matchingIdentifiers: [{ type: 'ExternalId', value: 'crm-1', externalSource: { id: 'crm' } }, email(value)],
    contact: {
      title: 'Ms',
      lastName: 'Mics',
      externalIds: [{ externalSource: { id: 'crm' }, value: 'crm-1' }],
    },
    fieldRules: { defaultAction: 'PreferExisting' },
  }
  const first = await sdk.contacts.postExternalcontactsContactsEnrich(body(request))
  expect(first).toMatchObject({ id, title: 'Dr', lastName: 'Mics' })
  const { matchingIdentifiers } = request
  const again = await sdk.contacts.postExternalcontactsContactsEnrich(
    body({ ...request, matchingIdentifiers: matchingIdentifiers.slice(0, 1) }),
  )
  expect(again.id).toBe(id)
})

test('A customer data platform upserts ten at a time, and a second run makes nobody twice', async () => {
  const people = Array.from({ length: 10 }, (_, n) => ({ n, value: mail() }))
  const run = async () => {
    const entities = people.map(({ n, value }) => ({
      id: `row ${n}`,
      action: 'Upsert',
      matchingIdentifiers: [email(value)],
      contact: { firstName: `Row ${n}`, customFields: { segment: 'gold' } },
    }))
    const { results = [], errorCount } = await sdk.contacts.postExternalcontactsBulkContactsEnrich(body({ entities }))
    expect(errorCount).toBe(0)
    return results.map(({ entity }) => entity?.id)
  }
  const first = await run()
  expect(new Set(first).size).toBe(10)
  expect(await run()).toEqual(first)
  expect((await sdk.contacts.postExternalcontactsIdentifierlookup(email(people[3]?.value ?? ''))).id).toBe(first[3])
})

test('A call flow looks the caller up by number, and greets by name', async () => {
  const value = number()
  const id = await create({ firstName: 'Flow', cellPhone: { display: value } })
  const found = await sdk.contacts.postExternalcontactsIdentifierlookupContacts(phone(value))
  expect(found).toMatchObject({ id, firstName: 'Flow' })
  const unknown = sdk.contacts.postExternalcontactsIdentifierlookupContacts(phone(number()))
  expect(await refused(unknown)).toMatchObject({ status: 404 })
})

test('A call flow finds by any field, and puts the contact back with one number changed', async () => {
  const [before, after] = [number(), number()]
  const id = await create({ firstName: 'White', lastName: 'Pages', workPhone: { display: before } })
  const { contacts = [] } = await sdk.contacts.getExternalcontactsReversewhitepageslookup(before)
  const [found] = contacts
  expect(found?.id).toBe(id)
  const put = { ...found, workPhone: { ...found?.workPhone, display: after } }
  const changed = await sdk.contacts.putExternalcontactsContact(id, body(put))
  expect(changed).toMatchObject({ lastName: 'Pages', workPhone: { e164: after } })
})

test('A data action patches one custom field after each call', async () => {
  const id = await create({ firstName: 'Data', customFields: { calls: 1, kept: 'x' } })
  const changes = [{ field: '$.customFields.calls', action: 'Update', value: 2 }]
  const patched = await sdk.contacts.patchExternalcontactsContact(id, body({ changes }))
  expect(patched.customFields).toEqual({ calls: 2, kept: 'x' })
})

test('A nightly job adds, reads, updates and removes in bulk, and goes by the index of what failed', async () => {
  const { contacts } = sdk
  const entities = [{ firstName: 'Bulk 0' }, { workEmail: 'no address' }, { firstName: 'Bulk 2' }]
  const added = await contacts.postExternalcontactsBulkContactsAdd(body({ entities }))
  expect(added).toMatchObject({ errorCount: 1, errorIndexes: [1] })
  const ids = (added.results ?? []).flatMap(({ entity }) => entity?.id ?? []).map((id) => ({ id }))
  const read = await contacts.postExternalcontactsBulkContacts({ entities: ids })
  const changed = (read.results ?? []).map(({ entity }) => ({ ...entity, title: 'Dr' }))
  expect((await contacts.postExternalcontactsBulkContactsUpdate(body({ entities: changed }))).errorCount).toBe(0)
  expect((await contacts.postExternalcontactsBulkContactsRemove({ entities: ids })).errorCount).toBe(0)
  expect(await contacts.postExternalcontactsBulkContacts({ entities: ids })).toMatchObject({ errorCount: 2 })
})

test('A script associates a conversation with the canonical contact, whose history then has it', async () => {
  const contactIds = [await create({ firstName: 'Canon' }), await create({ firstName: 'Canonical' })]
  const canonical = (await sdk.contacts.postExternalcontactsContactsMerge({ contactIds })).id ?? ''
  await record('to associate', { type: 'Cookie', value: `canonical ${unique()}` })
  const association = {
    conversationId: 'to associate',
    communicationId: '',
    externalContactId: canonical,
    mediaType: 'CALL',
  }
  await sdk.contacts.putExternalcontactsConversation('to associate', body(association))
  expect(await conversationsOf({ segmentFilters: [matching('canonicalExternalContactId', contactIds)] })).toEqual([
    'to associate',
  ])
})

test('An agent script reads the conversation, then the contact of its customer with all identifiers', async () => {
  const value = number()
  const id = await create({ firstName: 'Script', cellPhone: { display: value } })
  await record('to pop', phone(value), { queue: 'Sales', agent: 'agent 1' })
  const { participants } = await sdk.conversations.getConversation('to pop')
  const customer = participants.find(({ purpose }) => purpose === 'customer')
  const shown = await sdk.contacts.getExternalcontactsContact(customer?.externalContactId ?? '', {
    expand: ['identifiers'],
  })
  expect(shown).toMatchObject({ id, identifiers: [{ type: 'Phone', value }] })
})

test('A sample app writes, lists page by page, changes and deletes notes', async () => {
  const { contacts } = sdk
  const id = await create({ firstName: 'Noted' })
  for (const noteText of ['one', 'two', 'three'])
    await contacts.postExternalcontactsContactNotes(id, body({ noteText }))
  const page = await contacts.getExternalcontactsContactNotes(id, { pageSize: 2, pageNumber: 2 })
  expect([page.total, page.entities?.map(({ noteText }) => noteText)]).toEqual([3, ['one']])
  const noteId = page.entities?.[0]?.id ?? ''
  await contacts.putExternalcontactsContactNote(id, noteId, body({ ...page.entities?.[0], noteText: 'first' }))
  expect((await contacts.getExternalcontactsContactNote(id, noteId)).noteText).toBe('first')
  await contacts.deleteExternalcontactsContactNote(id, noteId)
  expect((await contacts.getExternalcontactsContactNotes(id)).total).toBe(2)
})

test('A search box sends what is typed, sorted, and pages on', async () => {
  const family = `Searchable${unique()}`
  for (const firstName of ['Cleo', 'Ada', 'Bea']) await create({ firstName, lastName: family })
  const page = (pageNumber: number) =>
    sdk.contacts.getExternalcontactsContacts({ q: family, sortOrder: 'firstName:asc', pageSize: 2, pageNumber })
  const [first, second] = [await page(1), await page(2)]
  const names = [...(first.entities ?? []), ...(second.entities ?? [])].map(({ firstName }) => firstName)
  expect([first.total, names]).toEqual([3, ['Ada', 'Bea', 'Cleo']])
})

test('An exporter scans everyone by cursor, each once', async () => {
  const seen = new Set<string | undefined>()
  let cursor: string | undefined
  let met = 0
  do {
    const page = await sdk.contacts.getExternalcontactsScanContacts({ limit: 10, ...(cursor ? { cursor } : {}) })
    for (const { id } of page.entities ?? []) {
      seen.add(id)
      met += 1
    }
    cursor = page.cursors?.after
  } while (cursor)
  expect(met).toBeGreaterThan(10)
  expect(seen.size).toBe(met)
})

test('A report expands any id to its merge set, and ORs the set for every conversation of the person', async () => {
  const [one, two] = [mail(), mail()]
  const contactIds = [await create({ workEmail: one }), await create({ workEmail: two })]
  await record('before the merge, one', email(one))
  await record('before the merge, two', email(two), { startedAt: '2026-06-02T09:00:00Z' })
  await sdk.contacts.postExternalcontactsContactsMerge({ contactIds })
  const { mergeSet } = await sdk.contacts.getExternalcontactsContact(contactIds[1] ?? '')
  const ids = (mergeSet ?? []).flatMap(({ id }) => id ?? [])
  expect(ids).toEqual(expect.arrayContaining(contactIds))
  const found = await conversationsOf({ segmentFilters: [matching('externalContactId', ids)], order: 'asc' })
  expect(found).toEqual(['before the merge, one', 'before the merge, two'])
})

test('A web chat widget tells of a visitor; the agent reads the sessions and keeps the visitor', async () => {
  const cookie = { type: 'Cookie', value: `visitor ${unique()}` }
  const startedAt = '2026-06-01T08:00:00Z'
  const events = [{ at: startedAt, name: 'page_view' }]
  const { body: told } = await api.request('POST', '/api/v2/local/sessions', {
    startedAt,
    identifiers: [cookie],
    events,
  })
  const { id } = told.contact
  const { entities = [] } = await sdk.contacts.getExternalcontactsContactJourneySessions(id)
  expect(entities).toHaveLength(1)
  expect(await sdk.contacts.postExternalcontactsContactPromotion(id)).toMatchObject({ id, type: 'Curated' })
  const changes = [{ field: '$.firstName', action: 'Update', value: 'Visitor' }]
  expect(await sdk.contacts.patchExternalcontactsContact(id, body({ changes }))).toMatchObject({ firstName: 'Visitor' })
})

test('Telephony says how a call ended, and a report reads it by the conversation’s id', async () => {
  await record('to wrap up', phone(number()), { agent: 'agent 1' })
  const { participants } = await sdk.conversations.getConversation('to wrap up')
  const agent = participants.find(({ purpose }) => purpose === 'agent')
  await sdk.conversations.patchConversationsCallParticipant(
    'to wrap up',
    agent?.id ?? '',
    body({ state: 'disconnected', wrapup: { code: 'Sold', notes: 'Wants a second one' } }),
  )
  const details = await sdk.analytics.getAnalyticsConversationDetails('to wrap up')
  expect(details.conversationEnd).toBeDefined()
  expect(JSON.stringify(details)).toContain('"wrapUpCode":"Sold"')
  expect(await conversationsOf({ segmentFilters: [matching('conversationId', ['to wrap up'])] })).toEqual([
    'to wrap up',
  ])
})

test('A service logs in with client credentials, and asks who it is', async () => {
  const context = { signal: new AbortController().signal }
  const permissions = ['externalContacts:contact:view' as const]
  const made = await api.application.handlers['api.createToken']({ name: 'a service', permissions }, context)
  await sdk.client.loginClientCredentialsGrant(made.id, made.secret)
  expect(await new platformClient.UsersApi().getUsersMe()).toMatchObject({ id: expect.any(String) })
  withEveryPermission()
})

test('A token that lacks a permission is told which one', async () => {
  const { contacts } = sdkFor(api.port, await api.tokenWithout('externalContacts:contact:delete'))
  const id = await create({ firstName: 'Stays' })
  expect(await refused(contacts.deleteExternalcontactsContact(id))).toMatchObject({
    status: 403,
    messageParams: { permissions: 'externalContacts:contact:delete' },
  })
  withEveryPermission()
})
