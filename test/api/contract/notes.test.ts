// Notes in bulk, patched and walked through, and the other calls that samples make first, through the vendor's SDK.
import platformClient from 'purecloud-platform-client-v2'
import { describe, expect, test } from 'vitest'
import { PERMISSIONS } from '../../../src-main/engine/permissions'
import { refused, SECRET } from '../../support/api'
import { api, openForThisFile, sdk, withEveryPermission } from './opened'
import { body, NOBODY, unique } from './world'

openForThisFile()

const create = async (firstName = 'Nora') =>
  (await sdk.contacts.postExternalcontactsContacts(body({ firstName }))).id ?? ''
const add = async (...notes: object[]) => sdk.contacts.postExternalcontactsBulkNotesAdd(body({ entities: notes }))

describe('notes', () => {
  test('in bulk: written, read, changed and taken off, each with an answer of its own', async () => {
    const [one, two] = [await create(), await create()]
    const made = await add(
      { entityId: one, noteText: 'first' },
      { entityId: NOBODY, noteText: 'x' },
      { entityId: two, noteText: 'second' },
    )
    expect(made).toMatchObject({ errorCount: 1, errorIndexes: [1] })
    expect(made.results?.[0]).toMatchObject({
      success: true,
      status: 201,
      entity: { entityId: one, noteText: 'first' },
    })
    expect(made.results?.[1]).toMatchObject({ success: false, status: 404 })
    const [a = '', b = ''] = [made.results?.[0]?.id, made.results?.[2]?.id]
    const ids = { entities: [{ id: a }, { id: b }, { id: NOBODY }] }
    const read = await sdk.contacts.postExternalcontactsBulkNotes(ids)
    expect(read.results?.map(({ status, entity }) => [status, entity?.noteText])).toEqual([
      [200, 'first'],
      [200, 'second'],
      [404, undefined],
    ])
    const note = read.results?.[0]?.entity
    const changed = await sdk.contacts.postExternalcontactsBulkNotesUpdate(
      body({
        entities: [
          { ...note, noteText: 'changed' },
          { id: b, noteText: '' },
          { id: b, text: 'x' },
        ],
      }),
    )
    expect(changed.results?.map(({ status }) => status)).toEqual([200, 422, 400])
    const { noteText, createdBy } = await sdk.contacts.getExternalcontactsContactNote(one, a)
    expect({ noteText, createdBy }).toEqual({ noteText: 'changed', createdBy: note?.createdBy })
    const gone = await sdk.contacts.postExternalcontactsBulkNotesRemove(ids)
    expect(gone.results?.map(({ success }) => success)).toEqual([true, true, false])
    expect((await sdk.contacts.postExternalcontactsBulkNotes(ids)).errorCount).toBe(3)
  })

  test('of people in the bin are neither read nor changed by their ids', async () => {
    const one = await create()
    const id = (await add({ entityId: one, noteText: 'hidden' })).results?.[0]?.id ?? ''
    await sdk.contacts.deleteExternalcontactsContact(one)
    const read = await sdk.contacts.postExternalcontactsBulkNotes({ entities: [{ id }] })
    expect(read.results?.[0]).toMatchObject({ success: false, status: 404, error: { code: 'deleted' } })
    const changed = await sdk.contacts.postExternalcontactsBulkNotesUpdate(body({ entities: [{ id, noteText: 'x' }] }))
    expect(changed.errorCount).toBe(1)
  })

  test('are patched by their text', async () => {
    const one = await create()
    const id = (await add({ entityId: one, noteText: 'first' })).results?.[0]?.id ?? ''
    const patch = (action: string, field = '$.noteText') =>
      sdk.contacts.patchExternalcontactsContactNote(one, id, { changes: [body({ field, action, value: action })] })
    expect(await patch('UpdateIfEmpty')).toMatchObject({ noteText: 'first' })
    expect(await patch('UpdateIfExists')).toMatchObject({ noteText: 'UpdateIfExists' })
    expect(await patch('Update')).toMatchObject({ noteText: 'Update' })
    expect(await refused(patch('Update', '$.entityId'))).toMatchObject({ status: 400 })
    expect(await refused(patch('Remove'))).toMatchObject({ status: 400 })
  })

  test('are each seen once by a scan, whatever pages it takes; those on people who made themselves are not', async () => {
    const people = [await create(), await create(), await create()]
    const texts = people.flatMap((entityId, i) =>
      Array.from({ length: [3, 17, 12][i] ?? 0 }, () => ({ entityId, noteText: `scan ${unique()}` })),
    )
    await add(...texts)
    await sdk.contacts.postExternalcontactsContactsMerge({ contactIds: people.slice(0, 2) })
    const seen: (string | undefined)[] = []
    let cursor: string | undefined
    do {
      const page = await sdk.contacts.getExternalcontactsScanNotes({ limit: 10, ...(cursor ? { cursor } : {}) })
      expect(page.entities?.length).toBeLessThanOrEqual(10)
      seen.push(...(page.entities ?? []).map(({ noteText }) => noteText))
      cursor = page.cursors?.after
    } while (cursor)
    const scanned = seen.filter((text) => text?.startsWith('scan'))
    expect(scanned.sort()).toEqual(texts.map(({ noteText }) => noteText).sort())
    const all = await sdk.contacts.getExternalcontactsScanNotesDivisionviewsAll({ limit: 200 })
    expect(all.entities).toHaveLength(seen.length)
    expect(await refused(sdk.contacts.getExternalcontactsScanNotes({ cursor: 'abc' }))).toMatchObject({ status: 400 })
    const elsewhere = sdk.contacts.getExternalcontactsScanContacts({ divisionId: 'elsewhere' })
    expect(await refused(elsewhere)).toMatchObject({ status: 400 })
  })
})

test('views of all divisions are those of the one there is', async () => {
  const id = await create('Divya')
  const scanned = await sdk.contacts.getExternalcontactsScanContactsDivisionviewsAll({ limit: 200 })
  expect(scanned.entities?.map((one) => one.id)).toContain(id)
  const read = await sdk.contacts.postExternalcontactsBulkContactsDivisionviews({ entities: [{ id }] })
  expect(read.results?.[0]?.entity).toMatchObject({ firstName: 'Divya', division: { id: 'home' } })
  const authorization = new platformClient.AuthorizationApi()
  expect(await authorization.getAuthorizationDivisions()).toMatchObject({ total: 1, entities: [{ id: 'home' }] })
  expect(await authorization.getAuthorizationDivision('home')).toMatchObject({ id: 'home', name: 'Home' })
  expect(await refused(authorization.getAuthorizationDivision('elsewhere'))).toMatchObject({ status: 404 })
})

describe('a session', () => {
  test('is read by its id, with what happened in it, page by page', async () => {
    const events = Array.from({ length: 5 }, (_, i) => ({ at: `2026-06-01T09:00:0${i}Z`, name: `page_view ${i}` }))
    const { body: recorded } = await api.request('POST', '/api/v2/local/sessions', {
      sessionId: 'web-1',
      startedAt: '2026-06-01T09:00:00Z',
      identifiers: [{ type: 'Cookie', value: 'session-1' }],
      events,
    })
    const journey = new platformClient.JourneyApi()
    const listed = await sdk.contacts.getExternalcontactsContactJourneySessions(recorded.contact.id)
    expect(await journey.getJourneySession('web-1')).toEqual(listed.entities?.[0])
    expect(listed.entities?.[0]?.selfUri).toBe('/api/v2/journey/sessions/web-1')
    const first = await journey.getJourneySessionEvents('web-1', { pageSize: '3' })
    const after = new URL(first.nextUri ?? '', api.address).searchParams.get('after') ?? ''
    const rest = await journey.getJourneySessionEvents('web-1', { pageSize: '3', after })
    expect(rest.nextUri).toBeUndefined()
    const all = [...(first.entities ?? []), ...(rest.entities ?? [])]
    expect(all.map(({ webEvent }) => webEvent?.eventName)).toEqual(events.map(({ name }) => name))
    expect(all[0]).toMatchObject({ session: { id: 'web-1', type: 'web' }, customerId: 'session-1' })
    expect(await refused(journey.getJourneySession('none'))).toMatchObject({ status: 404 })
  })

  test('that is a conversation is read with the permission of conversations', async () => {
    const { body: recorded } = await api.request('POST', '/api/v2/local/interactions', {
      conversationId: 'call-1',
      mediaType: 'voice',
      startedAt: '2026-06-01T09:00:00Z',
      identifiers: [{ type: 'Cookie', value: 'session-2' }],
    })
    const journey = new platformClient.JourneyApi()
    const { id } = recorded.interaction
    expect(await journey.getJourneySession(id)).toMatchObject({ id, type: 'conversation' })
    sdk.client.setAccessToken(await api.tokenWith('externalContacts:session:view'))
    const call = refused(journey.getJourneySession(id))
    expect(await call).toMatchObject({ status: 403 })
    withEveryPermission()
  })
})

describe('who calls', () => {
  test('the user a token works for, and what it may do', async () => {
    const me = new platformClient.UsersApi()
    expect(await me.getUsersMe()).toMatchObject({
      id: expect.any(String),
      state: 'active',
      division: { id: 'home' },
      authorization: { permissions: [...PERMISSIONS].sort() },
    })
  })

  test('client credentials are the id and the secret of a token', async () => {
    const { handlers } = api.application
    const permissions = ['externalContacts:contact:view' as const]
    const context = { signal: new AbortController().signal }
    const { id, secret } = await handlers['api.createToken']({ name: 'CRM', permissions }, context)
    sdk.client.setAccessToken('')
    await sdk.client.loginClientCredentialsGrant(id, secret)
    expect((await sdk.contacts.getExternalcontactsContacts()).total).toBeGreaterThan(0)
    expect(await refused(sdk.contacts.postExternalcontactsContacts(body({ firstName: 'x' })))).toMatchObject({
      status: 403,
    })
    withEveryPermission()
    const grant = (form: string, type = 'application/x-www-form-urlencoded') =>
      api.request('POST', '/oauth/token', form, { 'content-type': type, authorization: '' })
    const form = `grant_type=client_credentials&client_id=${id}&client_secret=`
    expect(await grant(form + secret)).toMatchObject({
      status: 200,
      body: { access_token: secret, token_type: 'bearer' },
    })
    expect((await grant(form + SECRET)).status).toBe(401) // another token's
    expect((await grant(`${form}x`)).status).toBe(401)
    expect((await grant('grant_type=password')).status).toBe(400)
    expect((await grant('{}', 'application/json')).status).toBe(415)
    expect((await grant('x'.repeat(5000))).status).toBe(413)
  })
})
