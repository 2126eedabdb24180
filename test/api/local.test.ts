// The routes of our own, and the rules of the reference's that one call alone does not show.
import { firstValueFrom } from 'rxjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { owner } from '../../src-main/engine/permissions'
import { openApi, SECRET, type TestApi } from '../support/api'

const BASE = '/api/v2/externalcontacts'
const LOCAL = '/api/v2/local'
const context = { signal: new AbortController().signal }
let api: TestApi
let n = 0
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
const post = (path: string, body?: unknown) => send('POST', path, body)
const get = (path: string) => send('GET', path)
const create = async (contact: object): Promise<string> => (await post(`${BASE}/contacts`, contact)).id
const newMail = () => `l${n++}@example.org`
const told = (identifiers: object[], more: object = {}) => ({
  conversationId: `told ${n++}`,
  mediaType: 'voice',
  direction: 'inbound',
  startedAt: '2026-06-01T09:00:00Z',
  identifiers,
  ...more,
})

describe('interactions', () => {
  test('resolve, create, are recorded once, and pop up in the window', async () => {
    const mail = newMail()
    const holder = await create({ firstName: 'Holder', workEmail: mail })
    const interaction = told([{ type: 'Email', value: mail }], { communicationId: 'c', queue: 'Sales', wrapUp: 'done' })
    const first = await post(`${LOCAL}/interactions`, interaction)
    expect(first).toMatchObject({
      interaction: { contactId: holder, channel: 'voice', queue: 'Sales', wrapUp: 'done' },
      contact: { id: holder },
      created: false,
      reason: { decidedBy: { type: 'Email', value: mail } },
    })
    const again = await post(`${LOCAL}/interactions`, interaction)
    expect(again).toMatchObject({ interaction: { id: first.interaction.id }, created: false, contact: { id: holder } })
    const made = await post(`${LOCAL}/interactions`, told([{ type: 'Cookie', value: `c${n++}` }]))
    expect(made).toMatchObject({ created: true, contact: { type: 'Ephemeral' }, reason: { decidedBy: null } })

    const incoming = await firstValueFrom(api.application.handlers['incoming.list']({}, context))
    expect(incoming).toMatchObject([
      { interaction: { id: made.interaction.id }, contact: { id: made.contact.id }, created: true },
      { interaction: { id: first.interaction.id }, contact: { id: holder, displayName: 'Holder' }, created: false },
    ])
    const interactionId = made.interaction.id
    await api.application.handlers['incoming.link']({ interactionId, contactId: null }, context)
    const after = await firstValueFrom(api.application.handlers['incoming.list']({}, context))
    expect(after[0]).toMatchObject({ interaction: { id: interactionId, contactId: null }, contact: null })
  })

  test.each([
    ['VOICE', [{ type: 'Cookie', value: 'm' }], 'voice'],
    ['message', [{ type: 'Phone', value: '+61421777001' }], 'sms'],
    ['MESSAGE', [{ type: 'SocialWhatsapp', value: '61421777002' }], 'whatsapp'],
    ['message', [{ type: 'SocialTwitter', value: 'tw' }], 'social'],
    ['message', [{ type: 'Cookie', value: 'm' }], 'chat'],
  ])('media type %s by %j is the channel %s', async (mediaType, identifiers, channel) => {
    expect((await post(`${LOCAL}/interactions`, told(identifiers, { mediaType }))).interaction.channel).toBe(channel)
  })

  test.each([
    ['a media type there is not', { mediaType: 'pigeon' }, 400],
    ['a direction there is not', { direction: 'sideways' }, 400],
    ['no moment', { startedAt: 'yesterday' }, 422],
    ['an identifier of a kind there is not', { identifiers: [{ type: 'Fax', value: 'x' }] }, 400],
  ])('%s is refused', async (_what, more, status) => {
    expect(
      (await api.request('POST', `${LOCAL}/interactions`, told([{ type: 'Cookie', value: 'r' }], more))).status,
    ).toBe(status)
  })

  test('sessions are paged by cursor, newest first', async () => {
    const identifiers = [{ type: 'Cookie', value: `s${n++}` }]
    let contactId = ''
    for (let hour = 10; hour < 15; hour += 1) {
      const startedAt = `2026-06-01T${hour}:00:00Z`
      const session = { identifiers, startedAt, events: [{ at: startedAt, name: 'page_view', detail: '/' }] }
      contactId = (await post(`${LOCAL}/sessions`, session)).contact.id
    }
    const seen: string[] = []
    let uri: string | undefined = `${BASE}/contacts/${contactId}/journey/sessions?pageSize=2`
    while (uri) {
      const page: { entities: { createdDate: string }[]; nextUri?: string } = await get(uri)
      expect(page.entities.length).toBeLessThanOrEqual(2)
      seen.push(...page.entities.map(({ createdDate }) => createdDate.slice(11, 13)))
      uri = page.nextUri
    }
    expect(seen).toEqual(['14', '13', '12', '11', '10'])
  })
})

describe('merges', () => {
  test('preview, merge with values of one’s own, and undo, which asks who gets these', async () => {
    const a = await create({ firstName: 'Ada', workPhone: { userInput: '+61421700001' }, title: 'Dr' })
    const b = await create({ firstName: 'Adah', workPhone: { userInput: '+61421700002' } })
    const request = {
      contactIds: [a, b],
      valueOverride: { lastName: 'Given', workPhone: { userInput: '+61421700003' } },
    }
    const preview = await post(`${LOCAL}/contacts/merge/preview`, request)
    expect(preview.result.fields).toMatchObject({ lastName: 'Given', title: 'Dr' })
    const from = Object.fromEntries(
      preview.fields.map((one: { field: string; from: string | null }) => [one.field, one.from]),
    )
    expect(from).toMatchObject({ title: a, firstName: b, lastName: null, workPhone: null })
    const merged = await post(`${BASE}/contacts/merge`, request)
    const numbers = ['workPhone', 'cellPhone', 'homePhone', 'otherPhone'].flatMap((slot) => merged[slot]?.e164 ?? [])
    expect(numbers.sort()).toEqual(['+61421700001', '+61421700002', '+61421700003'])
    expect(merged.workPhone.e164).toBe('+61421700003')
    expect((await post(`${BASE}/identifierlookup`, { type: 'Phone', value: '+61421700003' })).id).toBe(merged.id)

    const [merge] = (await get(`${LOCAL}/contacts/${a}/merges`)).entities
    expect(merge).toMatchObject({ resultId: merged.id, standing: true, by: expect.any(String), at: expect.any(String) })
    const open = await api.request('POST', `${LOCAL}/merges/${merge.id}/undo`)
    expect(open).toMatchObject({
      status: 409,
      body: {
        code: 'undo_needs_assignment',
        messageParams: { fields: expect.stringMatching(/^(lastName, workPhone|workPhone, lastName)$/) },
        details: expect.arrayContaining([
          { errorCode: 'undo_needs_assignment', fieldName: 'assignments.lastName' },
          { errorCode: 'undo_needs_assignment', fieldName: 'assignments.workPhone' },
        ]),
      },
    })
    const would = await post(`${LOCAL}/merges/${merge.id}/undo/preview`, { assignments: { lastName: a } })
    expect(would.edits).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'lastName', value: 'Given', assignedTo: a }),
        expect.objectContaining({ field: 'workPhone', assignedTo: null }),
      ]),
    )
    const again = new Map(would.contacts.map((one: { id: string }) => [one.id, one]))
    expect(again.get(a)).toMatchObject({ firstName: 'Ada', lastName: 'Given', workPhone: { e164: '+61421700001' } })
    expect(again.get(b)).toMatchObject({ firstName: 'Adah', workPhone: { e164: '+61421700002' }, mergedTo: null })
    expect((await get(`${BASE}/contacts/${a}`)).id).toBe(merged.id)
    const undone = await post(`${LOCAL}/merges/${merge.id}/undo`, { assignments: { lastName: a, workPhone: b } })
    expect(undone.contacts.map((one: { id: string }) => one.id).sort()).toEqual([a, b].sort())
    expect((await get(`${BASE}/contacts/${a}`)).lastName).toBe('Given')
    expect((await get(`${BASE}/contacts/${b}`)).workPhone.e164).toBe('+61421700003')
    expect((await api.request('GET', `${BASE}/contacts/${merged.id}`)).status).toBe(404)
  })

  test('more than 52 records are refused and nothing is written', async () => {
    const entities = Array.from({ length: 50 }, (_, i) => ({ firstName: `Many ${i}` }))
    const { results } = await post(`${BASE}/bulk/contacts/add`, { entities })
    const ids = results.map((one: { id: string }) => one.id)
    const half = await post(`${BASE}/contacts/merge`, { contactIds: ids.slice(0, 25) })
    const whole = await post(`${BASE}/contacts/merge`, { contactIds: [half.id, ...ids.slice(25, 49)] })
    const { status, body } = await api.request('POST', `${BASE}/contacts/merge`, { contactIds: [whole.id, ids[49]] })
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'merge_set_too_large' })
    expect((await get(`${BASE}/contacts/${ids[49]}`)).mergeSet).toBeNull()
  })
})

describe('patch', () => {
  test('each action does what it says', async () => {
    const id = await create({
      firstName: 'Pat',
      address: { city: 'Perth', state: 'WA' },
      workPhone: { userInput: '+61421700010' },
      externalIds: [{ externalSource: { id: 'crm' }, value: '1' }],
      customFields: { a: 1, b: 2 },
    })
    const patch = (...changes: object[]) => send('PATCH', `${BASE}/contacts/${id}`, { changes })
    expect(
      await patch(
        { field: '$.firstName', action: 'UpdateIfEmpty', value: 'No' },
        { field: '$.lastName', action: 'UpdateIfEmpty', value: 'Yes' },
      ),
    ).toMatchObject({ firstName: 'Pat', lastName: 'Yes' })
    expect((await patch({ field: '$.title', action: 'UpdateIfExists', value: 'No' })).title).toBeUndefined()
    const moved = await patch(
      { field: '$.address.city', action: 'Update', value: 'Broome' },
      { field: '$.address.postalCode', action: 'Update', value: '6725' },
    )
    expect(moved.address).toEqual({ city: 'Broome', state: 'WA', postalCode: '6725' })
    const second = { externalSource: { id: 'crm' }, value: '2' }
    const appended = await patch({ field: '$.externalIds', action: 'AppendToCollection', value: [second, second] })
    expect(appended.externalIds).toHaveLength(2)
    expect(
      (await post(`${BASE}/identifierlookup`, { type: 'ExternalId', value: '2', externalSource: { id: 'crm' } })).id,
    ).toBe(id)
    const removed = await patch(
      { field: '$.externalIds', action: 'RemoveFromCollection', value: second },
      { field: '$.customFields', action: 'RemoveFromCollection', value: ['a'] },
    )
    expect(removed).toMatchObject({ externalIds: [{ value: '1' }], customFields: { b: 2 } })
    // One notation of a number replaces the others, and the claim follows.
    const renumbered = await patch({ field: '$.workPhone.userInput', action: 'Update', value: '+61421700011' })
    expect(renumbered.workPhone.e164).toBe('+61421700011')
    expect(
      (await api.request('POST', `${BASE}/identifierlookup`, { type: 'Phone', value: '+61421700010' })).status,
    ).toBe(404)
    expect((await patch({ field: '$.address', action: 'Remove' })).address).toBeUndefined()
  })
})

describe('enrich', () => {
  test('insert, update, upsert and merge, with rules; a dry run writes nothing', async () => {
    const [one, two] = [newMail(), newMail()]
    const enrich = (request: object, dry = false) =>
      api.request('POST', `${BASE}/contacts/enrich${dry ? '?dryRun=true' : ''}`, request)
    const by = (...mails: string[]) => mails.map((value) => ({ type: 'Email', value }))
    const contact = { firstName: 'En', workEmail: one }
    const dry = await enrich({ matchingIdentifiers: by(one), action: 'Upsert', contact }, true)
    expect(dry).toMatchObject({ status: 201, body: { firstName: 'En' } })
    expect(dry.body.id).toBeUndefined()
    expect((await api.request('POST', `${BASE}/identifierlookup`, by(one)[0])).status).toBe(404)
    const made = await enrich({ matchingIdentifiers: by(one), action: 'Insert', contact })
    expect(made).toMatchObject({ status: 201, body: { firstName: 'En' } })
    const kept = await enrich({
      matchingIdentifiers: by(one),
      action: 'Update',
      contact: { firstName: 'No', title: 'Dr' },
      fieldRules: { rules: [{ field: '$.firstName', action: 'PreferExisting' }] },
    })
    expect(kept).toMatchObject({ status: 200, body: { id: made.body.id, firstName: 'En', title: 'Dr' } })
    const emptied = await enrich({
      matchingIdentifiers: by(one),
      action: 'Upsert',
      contact: { firstName: 'En', workEmail: one },
      fieldRules: { defaultAction: 'AlwaysUseProvided' },
    })
    expect(emptied.body.title).toBeUndefined()

    const auto = await post(`${LOCAL}/interactions`, told(by(two)))
    const promoted = await enrich(
      { matchingIdentifiers: by(two), action: 'Update', contact: { lastName: 'Pro' }, options: { promote: true } },
      true,
    )
    expect(promoted).toMatchObject({ status: 200, body: { id: auto.contact.id, type: 'Curated' } })
    expect((await get(`${BASE}/contacts/${auto.contact.id}`)).type).toBe('Identified')
    const request = { matchingIdentifiers: by(one, two, one), action: 'Merge', contact: { middleName: 'M' } }
    const would = await enrich(request, true)
    expect(would).toMatchObject({ status: 200, body: { firstName: 'En', middleName: 'M', type: 'Curated' } })
    expect((await get(`${BASE}/contacts/${made.body.id}`)).mergeSet).toBeNull()
    const merged = await enrich(request)
    expect(merged).toMatchObject({ status: 200, body: { firstName: 'En', middleName: 'M' } })
    expect(merged.body.mergeSet.map((ref: { id: string }) => ref.id)).toEqual(
      expect.arrayContaining([made.body.id, auto.contact.id]),
    )
  })
})

describe('lists', () => {
  test('a scan sees each contact once though others are written meanwhile; a cursor is good for 24 hours', async () => {
    const { results } = await post(`${BASE}/bulk/contacts/add`, {
      entities: Array.from({ length: 35 }, (_, i) => ({ firstName: `Scan${i}` })),
    })
    const made: string[] = results.map((one: { id: string }) => one.id)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page: { entities: { id: string }[]; cursors: { after?: string } } = await get(
        `${BASE}/scan/contacts?limit=10${cursor ? `&cursor=${cursor}` : ''}`,
      )
      seen.push(...page.entities.map(({ id }) => id))
      await create({ firstName: `Meanwhile${n++}` })
      await send('PATCH', `${BASE}/contacts/${made[0]}`, {
        changes: [{ field: '$.title', action: 'Update', value: `t${n++}` }],
      })
      cursor = page.cursors.after
      if (cursor && seen.length === 20) api.later(23 * 3_600_000)
    } while (cursor)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(made))
    const { cursors } = await get(`${BASE}/scan/contacts?limit=10`)
    api.later(25 * 3_600_000)
    expect(await api.request('GET', `${BASE}/scan/contacts?cursor=${cursors.after}`)).toMatchObject({
      status: 400,
      body: { code: 'malformed' },
    })
  })

  test('sorting, paging, and nobody who made themselves', async () => {
    await post(`${LOCAL}/interactions`, told([{ type: 'Email', value: newMail() }]))
    const page = await get(`${BASE}/contacts?pageSize=3&pageNumber=2&sortOrder=firstName:desc`)
    expect(page).toMatchObject({
      pageSize: 3,
      pageNumber: 2,
      total: expect.any(Number),
      nextUri: expect.any(String),
      previousUri: expect.any(String),
    })
    const names = (await get(`${BASE}/contacts?pageSize=100&sortOrder=firstName:asc`)).entities
    const keys = names.map(({ firstName = '' }: { firstName?: string }) => firstName.toLowerCase())
    expect(keys).toEqual([...keys].sort())
    expect(names.every(({ type }: { type: string }) => type === 'Curated')).toBe(true)
  })

  test('a reverse lookup finds whoever has the value in a field, not only its holder', async () => {
    const phone = { userInput: '+61 421 700 020' }
    const ids = [
      await create({ firstName: 'First', workPhone: phone }),
      await create({ firstName: 'Second', homePhone: phone }),
    ]
    const lookup = async (value: string) =>
      (await get(`${BASE}/reversewhitepageslookup?lookupVal=${encodeURIComponent(value)}`)).contacts.map(
        ({ id }: { id: string }) => id,
      )
    expect((await lookup('+61421700020')).sort()).toEqual([...ids].sort())
    expect((await lookup('0421 700 020')).sort()).toEqual([...ids].sort())
    expect((await post(`${BASE}/identifierlookup`, { type: 'Phone', value: '+61421700020' })).id).toBe(ids[0])
    // The first gives the identifier up and keeps the number.
    await send('PATCH', `${BASE}/contacts/${ids[0]}/identifiers`, {
      operation: 'Release',
      identifier: { type: 'Phone', value: '+61421700020' },
    })
    expect((await lookup('+61421700020')).sort()).toEqual([...ids].sort())
    expect((await post(`${BASE}/identifierlookup`, { type: 'Phone', value: '+61421700020' })).id).toBe(ids[1])
    expect(await lookup('4217000')).toEqual([])
  })
})

describe('put right', () => {
  test('a note, a person in the bin, and what an interaction says', async () => {
    const mail = newMail()
    const [id, other] = [await create({ firstName: 'Righted', workEmail: mail }), await create({ firstName: 'Other' })]
    const note = await post(`${BASE}/contacts/${id}/notes`, { noteText: 'kept' })
    const notes = async () => (await get(`${BASE}/contacts/${id}/notes`)).total
    await send('DELETE', `${BASE}/contacts/${id}/notes/${note.id}`)
    expect(await notes()).toBe(0)
    await post(`${LOCAL}/notes/${note.id}/restore`)
    expect(await notes()).toBe(1)

    const { interaction } = await post(`${LOCAL}/interactions`, told([{ type: 'Email', value: mail }]))
    const corrections = [{ interactionId: interaction.id, contactId: other, note: 'was Other', wrapUp: 'sold' }]
    expect(await post(`${LOCAL}/interactions/corrections`, { corrections })).toEqual({ corrected: 1 })
    const { participants } = await get(`/api/v2/conversations/${encodeURIComponent(interaction.conversationId)}`)
    expect(participants).toMatchObject([{ externalContactId: other }, { wrapup: { code: 'sold' } }])

    await send('DELETE', `${BASE}/contacts/${id}`)
    expect((await get(`${LOCAL}/bin`)).items[0]).toMatchObject({ id, displayName: 'Righted' })
    expect(await post(`${LOCAL}/contacts/${id}/restore`)).toMatchObject({ id, workEmail: mail })
    const again = await api.request('POST', `${LOCAL}/contacts/${id}/restore`)
    expect(again).toMatchObject({ status: 409, body: { code: 'not_deleted' } })
  })

  test('a person is learnt by what they came by, and unlearnt; people share a number, or are never merged', async () => {
    const value = newMail()
    const [id, other] = [
      await create({ firstName: 'Learnt' }),
      await create({ firstName: 'Sharing', workEmail: value }),
    ]
    const { interaction } = await post(`${LOCAL}/interactions`, told([{ type: 'Cookie', value: `learnt ${n++}` }]))
    const { learnt } = await post(`${LOCAL}/contacts/${id}/learn`, { interactionId: interaction.id })
    expect(learnt).toMatchObject([{ identifier: { type: 'Cookie' }, shared: false }])
    const held = async () => (await get(`${BASE}/contacts/${id}/identifiers`)).entities.length
    expect(await held()).toBe(1)
    await post(`${LOCAL}/contacts/${id}/unlearn`, { learnt })
    expect(await held()).toBe(0)

    const identifier = { type: 'Email', value }
    const alone = await api.request('POST', `${LOCAL}/identifiers/share`, { identifier, shared: true })
    expect(alone).toMatchObject({ status: 409, body: { code: 'identifier_not_held' } })
    await send('PUT', `${BASE}/contacts/${id}`, { firstName: 'Learnt', workEmail: value })
    for (const shared of [true, false]) await post(`${LOCAL}/identifiers/share`, { identifier, shared })

    const pair = { a: id, b: other }
    await post(`${LOCAL}/contacts/never-merge`, { ...pair, standing: true, reason: 'mother and son' })
    const merge = () => api.request('POST', `${BASE}/contacts/merge`, { contactIds: [id, other] })
    expect(await merge()).toMatchObject({ status: 409, body: { code: 'merge_forbidden_pair' } })
    await post(`${LOCAL}/contacts/never-merge`, { ...pair, standing: false })
    expect((await merge()).status).toBe(200)
  })

  test('a person of two is taken apart by what the preview names, and made one again', async () => {
    const [number, mail] = ['+61421700077', newMail()]
    const id = await create({ firstName: 'Helen', cellPhone: { userInput: number } })
    await post(`${LOCAL}/interactions`, {
      ...told([{ type: 'Phone', value: number }]),
      note: 'Helen asks about invoice 10111',
    })
    await send('PUT', `${BASE}/contacts/${id}`, { firstName: 'Tim', workEmail: mail, cellPhone: { userInput: number } })
    const noted = await post(`${BASE}/contacts/${id}/notes`, { noteText: 'Tim wants order 90909' })
    const path = `${LOCAL}/contacts/${id}/split`
    const nothing = await post(`${path}/preview`, {})
    expect(nothing.result).toBeNull()
    const named = nothing.values.find(({ value }: { value: unknown }) => value === 'Tim')
    const placed = [{ id: named.id, side: 'moves' }]
    const preview = await post(`${path}/preview`, { placed })
    expect(preview.result).toMatchObject({ stays: { displayName: 'Helen' }, moves: { displayName: 'Tim' } })
    expect(preview.notes).toMatchObject([{ noteId: noted.id, side: 'moves' }])
    expect(await api.request('POST', path, { placed: [] })).toMatchObject({
      status: 422,
      body: { code: 'invalid_input' },
    })

    const { stays, moves } = await post(path, { placed, follow: true, contact: { lastName: 'Fuller' }, reason: 'two' })
    expect(stays).toMatchObject({ id, firstName: 'Helen' })
    expect(moves).toMatchObject({ firstName: 'Tim', lastName: 'Fuller', workEmail: mail })
    expect((await get(`${BASE}/contacts/${moves.id}/notes`)).entities).toMatchObject([{ id: noted.id }])
    const back = `${LOCAL}/contacts/${moves.id}/split/undo`
    expect((await post(`${back}/preview`, {})).edits).toEqual([])
    const one = await post(back, { reason: 'one after all' })
    expect(one).toMatchObject({ firstName: 'Tim', workEmail: mail })
    for (const each of [id, moves.id]) expect((await get(`${BASE}/contacts/${each}`)).id).toBe(one.id)
  })

  test('undoing a merge asks whose the notes are that were written since', async () => {
    const pair = [await create({ firstName: 'Noted' }), await create({ firstName: 'Other' })]
    const merged = await post(`${BASE}/contacts/merge`, { contactIds: pair })
    const { id } = await post(`${BASE}/contacts/${merged.id}/notes`, { noteText: 'since' })
    const [merge] = (await get(`${LOCAL}/contacts/${merged.id}/merges`)).entities
    const undo = `${LOCAL}/merges/${merge.id}/undo`
    const field = `notes/${id}`
    expect((await post(`${undo}/preview`, {})).edits).toMatchObject([{ field, value: 'since', assignedTo: null }])
    expect(await api.request('POST', undo, {})).toMatchObject({ status: 409, body: { code: 'undo_needs_assignment' } })
    await post(undo, { assignments: { [field]: pair[1] } })
    expect((await get(`${BASE}/contacts/${pair[1]}/notes`)).entities).toMatchObject([{ id }])
    expect((await get(`${BASE}/contacts/${pair[0]}/notes`)).entities).toEqual([])
  })
})

describe('keeping', () => {
  test('what was read can be put back as it is', async () => {
    const id = await create({
      firstName: 'Same',
      workEmail: newMail(),
      workPhone: { userInput: '0421 700 030' },
      whatsAppId: { phoneNumber: { userInput: '+61421700031' } },
      externalOrganization: { name: 'Org' },
    })
    const before = await get(`${BASE}/contacts/${id}?expand=identifiers`)
    const after = await send('PUT', `${BASE}/contacts/${id}`, before)
    expect(after).toEqual({ ...before, identifiers: undefined })
  })

  test('retention as of a moment, dry and for good; erasure; the trail of a contact', async () => {
    const { contact } = await post(`${LOCAL}/interactions`, told([{ type: 'Cookie', value: `old${n++}` }]))
    const asOf = '2027-06-01T00:00:00Z'
    const dry = await post(`${LOCAL}/retention/run`, { asOf, dryRun: true })
    expect(dry).toMatchObject({ dryRun: true, expired: expect.arrayContaining([contact.id]) })
    expect((await get(`${BASE}/contacts/${contact.id}`)).id).toBe(contact.id)
    expect((await post(`${LOCAL}/retention/run`, { asOf })).expired).toContain(contact.id)
    expect(await api.request('GET', `${BASE}/contacts/${contact.id}`)).toMatchObject({
      status: 404,
      body: { code: 'expired' },
    })

    const id = await create({ firstName: 'Erase', lastName: 'Me' })
    const trail = await get(`${LOCAL}/audit?contactId=${id}`)
    expect(trail.entities).toMatchObject([
      { action: 'create', contactIds: [id], by: expect.any(String), device: expect.any(String) },
    ])
    expect((await post(`${LOCAL}/contacts/${id}/erase`)).erased).toEqual([id])
    expect(await api.request('GET', `${BASE}/contacts/${id}`)).toMatchObject({ status: 404, body: { code: 'erased' } })
    const all = await get(`${LOCAL}/audit?from=2020-01-01T00:00:00Z&pageSize=1`)
    expect(all.entities).toMatchObject([{ action: 'erase' }])
  })

  test('the history of a person page by page, of some kinds, and the person as of a moment', async () => {
    const mail = newMail()
    const id = await create({ firstName: 'Helen', workEmail: mail })
    const made = (await get(`${LOCAL}/contacts/${id}/history`)).entities[0]
    const changes = [{ field: '$.firstName', action: 'Update', value: 'Helena' }]
    await send('PATCH', `${BASE}/contacts/${id}`, { changes })
    await post(`${BASE}/contacts/${id}/notes`, { noteText: 'Calls on Mondays' })
    const first = await get(`${LOCAL}/contacts/${id}/history?pageSize=2`)
    expect(first.entities).toMatchObject([
      { action: 'note', changes: [{ key: 'note', before: null, after: 'Calls on Mondays' }] },
      {
        action: 'update',
        by: expect.any(String),
        device: expect.any(String),
        changes: [{ before: 'Helen', after: 'Helena' }],
      },
    ])
    expect((await get(first.nextUri)).entities).toEqual([made])
    expect((await get(`${LOCAL}/contacts/${id}/history?kinds=notes`)).entities).toHaveLength(1)
    const then = await get(`${LOCAL}/contacts/${id}/history?asOf=${made.at}`)
    expect(then).toMatchObject({
      entities: [made],
      asOf: {
        people: [{ id, displayName: 'Helen', notes: [], identifiers: [{ type: 'Email', value: mail }] }],
        today: { displayName: 'Helena', values: { firstName: 'Helena', workEmail: mail } },
      },
    })
    expect((await get(`${LOCAL}/contacts/${id}/history?asOf=2020-02-01T00:00:00Z`)).asOf.people).toEqual([])
    for (const [path, status] of [
      [`${id}/history?kinds=moods`, 400],
      [`${id}/history?asOf=yesterday`, 400],
      [`${id}/history?pageSize=0`, 400],
      ['nobody/history', 404],
    ] as const)
      expect((await api.request('GET', `${LOCAL}/contacts/${path}`)).status, path).toBe(status)
  })

  test('everything about one person under a reference; erased, the certificate that holds nothing of them', async () => {
    const mail = newMail()
    const id = await create({ firstName: 'Zacharias', workEmail: mail })
    await post(`${BASE}/contacts/${id}/notes`, { noteText: 'n'.repeat(3_000) })
    await post(`${LOCAL}/interactions`, told([{ type: 'Email', value: mail }], { subject: 'Invoice' }))
    const file = await post(`${LOCAL}/contacts/${id}/disclose`)
    expect(file).toMatchObject({
      reference: expect.stringMatching(/^D-\d{8}-[0-9a-hj-km-np-tv-z]{8}$/),
      person: { id, displayName: 'Zacharias', fields: { workEmail: mail }, records: [id] },
      identifiers: [{ type: 'Email', value: mail }],
      notes: [{ text: 'n'.repeat(3_000) }],
      interactions: [{ subject: 'Invoice' }],
      history: [
        { action: 'update', details: { change: 'disclose', reference: file.reference } },
        { action: 'note', changes: [{ after: 'n'.repeat(3_000) }] },
        { action: 'create' },
      ],
    })
    expect(file.history).toHaveLength(3)
    const [entry] = (await get(`${LOCAL}/audit?contactId=${id}&pageSize=1`)).entities
    expect(entry).toMatchObject({ by: file.by, at: file.at, details: { reference: file.reference } })
    expect((await api.request('GET', `${LOCAL}/contacts/${id}/erasure`)).status).toBe(404)

    await post(`${LOCAL}/contacts/${id}/erase`)
    const certificate = await get(`${LOCAL}/contacts/${id}/erasure`)
    expect(certificate).toMatchObject({
      reference: expect.stringMatching(/^E-/),
      erased: { records: 1, identifiers: 1, interactions: 1, notes: 1, merges: 0 },
    })
    expect(await get(`${LOCAL}/contacts/${id}/erasure`)).toEqual(certificate)
    expect(JSON.stringify(certificate)).not.toMatch(new RegExp(`Zacharias|${mail}|${id}|Invoice`))
    const [erasure] = (await get(`${LOCAL}/audit?contactId=${id}&pageSize=1`)).entities
    expect(erasure).toMatchObject({
      action: 'erase',
      at: certificate.at,
      details: { reference: certificate.reference },
    })
  })

  test('who was wrongly merged is told nothing of the other, and has a certificate of their own', async () => {
    const [mine, theirs] = [newMail(), newMail()]
    const x = await create({ firstName: 'Xenia', workEmail: mine })
    const y = await create({ firstName: 'Yorick', workEmail: theirs, personalEmail: newMail() })
    await post(`${BASE}/contacts/${y}/notes`, { noteText: 'Only about Yorick' })
    const merged = await post(`${BASE}/contacts/merge`, { contactIds: [x, y] })
    const [merge] = (await get(`${LOCAL}/contacts/${merged.id}/merges`)).entities
    await post(`${LOCAL}/merges/${merge.id}/undo`, { reason: 'Yorick is another' })
    const file = await post(`${LOCAL}/contacts/${x}/disclose`)
    expect(file).toMatchObject({ person: { fields: { workEmail: mine } }, isHistoryWithoutValues: true })
    expect(file.history.map(({ action }: { action: string }) => action)).toEqual([
      'update',
      'undo-merge',
      'merge',
      'create',
    ])
    expect(JSON.stringify(file)).not.toMatch(new RegExp(`Yorick|${theirs}`))

    const certificates = []
    for (const id of [y, x]) {
      await post(`${LOCAL}/contacts/${id}/erase`)
      certificates.push(await get(`${LOCAL}/contacts/${id}/erasure`))
    }
    expect(certificates).toMatchObject([{ erased: { notes: 1 } }, { erased: { notes: 0 } }])
    expect(certificates[0].reference).not.toBe(certificates[1].reference)
    expect(await get(`${LOCAL}/contacts/${y}/erasure`)).toEqual(certificates[0])
  })

  test('who was taken out of a person and erased is not told by that person’s past', async () => {
    const mail = newMail()
    const id = await create({ firstName: 'Paula', workEmail: newMail(), personalEmail: mail })
    const { values } = await post(`${LOCAL}/contacts/${id}/split/preview`, {})
    const placed = [{ id: values.find(({ value }: { value: unknown }) => value === mail).id, side: 'moves' }]
    const { moves } = await post(`${LOCAL}/contacts/${id}/split`, {
      placed,
      contact: { firstName: 'Ziska' },
      reason: 'two',
    })
    const past = async () => {
      const { entities } = await get(`${LOCAL}/contacts/${id}/history`)
      const made = entities.at(-1).at
      const { asOf } = await get(`${LOCAL}/contacts/${id}/history?asOf=${made}`)
      return { told: JSON.stringify([entities, asOf]), actions: entities.map((one: { action: string }) => one.action) }
    }
    expect((await past()).told).toContain(mail)
    expect(JSON.stringify(await post(`${LOCAL}/contacts/${id}/disclose`))).not.toMatch(new RegExp(`${mail}|Ziska`))
    await post(`${LOCAL}/contacts/${moves.id}/erase`)
    const { told, actions } = await past()
    expect(told).not.toMatch(new RegExp(`${mail}|Ziska`))
    expect(actions).toEqual(expect.arrayContaining(['create', 'link']))
    const patch = { changes: [{ field: '$.firstName', action: 'Update', value: 'Paulina' }] }
    await send('PATCH', `${BASE}/contacts/${id}`, patch)
    expect((await past()).told).toContain('Paulina')
  })

  test('health, sync and reconcile answer by the product’s own contract', async () => {
    expect(await get(`${LOCAL}/health`)).toMatchObject({
      ready: true,
      version: '0.0.0-test',
      counts: { curated: expect.any(Number) },
    })
    expect(await get(`${LOCAL}/sync`)).toMatchObject({ state: 'off', collections: expect.any(Array) })
    expect((await api.request('POST', `${LOCAL}/sync/pause`)).body).toMatchObject({
      code: 'not_connected',
      status: 409,
    })
    expect(await get(`${LOCAL}/reconcile`)).toMatchObject({ total: expect.any(Number), items: expect.any(Array) })
    expect((await api.request('POST', `${LOCAL}/reconcile/none`, { decision: 'keep' })).status).toBe(404)
  })
})

describe('import', () => {
  const upload = async (text: string, fields: Record<string, string> = {}, secret = SECRET) => {
    const form = new FormData()
    for (const [key, value] of Object.entries(fields)) form.set(key, value)
    form.set('file', new File([text], 'people.csv'))
    const answer = await fetch(`${api.address}${LOCAL}/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: form,
    })
    return { status: answer.status, body: await answer.json() }
  }
  const ended = async (id: string) => {
    for (;;) {
      const job = await get(`${LOCAL}/import/${id}`)
      if (!['running', 'planning', 'opened'].includes(job.state.phase)) return job
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  test.each([{ dryrun: 'true' }, { bogus: '1' }, { onMatch: 'fill', dry_run: 'true' }])(
    'with a field that is not known imports nothing: %j',
    async (fields) => {
      const mail = newMail()
      const { status } = await upload(`First Name,Email\nNo,${mail}\n`, fields)
      expect(status).toBe(400)
      expect((await api.request('POST', `${BASE}/identifierlookup`, { type: 'Email', value: mail })).status).toBe(404)
    },
  )

  test('a CSV goes in, with a line for each row refused; a dry run writes nothing', async () => {
    const mail = newMail()
    const csv = `First Name,Last Name,E-mail 1 - Value\nImp,Orted,${mail}\n,,nobody@\n`
    const dry = await upload(csv, { dryRun: 'true' })
    expect(dry.status).toBe(202)
    expect((await ended(dry.body.id)).state).toMatchObject({ phase: 'planned', dryRun: true })
    expect((await api.request('POST', `${BASE}/identifierlookup`, { type: 'Email', value: mail })).status).toBe(404)
    const { status, body } = await upload(csv, { onMatch: 'fill', region: 'AU' })
    expect(status).toBe(202)
    const job = await ended(body.id)
    expect(job.state).toMatchObject({ phase: 'done', counts: { rows: 2, creates: 1, rejects: 1 } })
    expect(job.report).toMatchObject({ total: 1, lines: [{ row: 2, kind: 'rejected' }] })
    expect(await post(`${BASE}/identifierlookup`, { type: 'Email', value: mail })).toMatchObject({
      firstName: 'Imp',
      type: 'Curated',
    })
  })

  test('runs with the permissions of the token: who may not see people is not told who holds what', async () => {
    const [mail, id] = [newMail(), newMail()]
    const holder = await post(`${BASE}/contacts`, { firstName: 'Zora', lastName: 'Holder', workEmail: mail })
    const csv = `First Name,Last Name,E-mail 1 - Value,Record Id\nImp,Orted,${mail},${id}\n`
    const told = async (secret: string) => {
      const { body } = await upload(csv, { dryRun: 'true' }, secret)
      await ended(body.id)
      return get(`${LOCAL}/import/${body.id}`)
    }
    const line = { row: 1, kind: 'dispute', code: 'held_by_other', value: mail }
    expect((await told(SECRET)).report.lines).toEqual([
      { ...line, message: expect.stringContaining('Zora Holder'), contactId: holder.id },
    ])
    expect((await told(await api.tokenWith('externalContacts:import:add'))).report.lines).toEqual([
      { ...line, message: expect.stringContaining('another person') },
    ])
  })

  test('a mapping is taken for the columns it names, and told where all of them go', async () => {
    const mail = newMail()
    const csv = `Wer,Wohin,Farbe\nImp Mapped,${mail},blau\n`
    const { body } = await upload(csv, { mapping: JSON.stringify({ wer: 'fullName', Wohin: 'workEmail' }) })
    expect(body.file.columns.map(({ target }: { target: string }) => target)).toEqual(['custom', 'custom', 'custom'])
    await ended(body.id)
    expect(await post(`${BASE}/identifierlookup`, { type: 'Email', value: mail })).toMatchObject({
      firstName: 'Imp',
      lastName: 'Mapped',
      customFields: { Farbe: 'blau' },
    })
    const refused = await upload(csv, { mapping: JSON.stringify({ Wann: 'note' }) })
    expect(refused.status).toBe(422)
    expect((await upload(csv, { mapping: 'Wer=fullName' })).status).toBe(400)
    expect((await upload(csv, { encoding: 'klingon' })).status).toBe(422)
  })

  test('an import is undone by its job, and by its id in the audit trail; cancelling one that has ended does nothing', async () => {
    const mail = newMail()
    const { body } = await upload(`First Name,Email\nUndone,${mail}\n`)
    const { state } = await ended(body.id)
    expect(await post(`${LOCAL}/import/${body.id}/cancel`, {})).toMatchObject({ state: { phase: 'done' } })
    expect(await post(`${LOCAL}/import/${body.id}/undo`, {})).toMatchObject({ done: true, deleted: 1, keptTotal: 0 })
    expect((await api.request('POST', `${BASE}/identifierlookup`, { type: 'Email', value: mail })).status).toBe(404)
    expect(await post(`${LOCAL}/import/${state.undoId}/undo`, {})).toMatchObject({ done: true, deleted: 1 })
    expect((await api.request('GET', `${LOCAL}/import/${body.id}/undo`)).body).toMatchObject({ done: true })
    expect((await api.request('POST', `${LOCAL}/import/none/undo`, {})).status).toBe(404)
  })

  test.each([
    ['no table', '\u0000\u0001\u0002', 422],
    ['nothing', '', 422],
  ])('%s is refused', async (_what, text, expected) => {
    expect((await upload(text)).status).toBe(expected)
  })

  test('an option there is not, a body that is no form, a job there is not', async () => {
    expect((await upload('a,b\n1,2\n', { onMatch: 'paint' })).status).toBe(400)
    expect((await api.request('POST', `${LOCAL}/import`, { a: 1 })).status).toBe(415)
    expect((await api.request('GET', `${LOCAL}/import/none`)).status).toBe(404)
  })
})

describe('a list longer than pages by number reach', () => {
  const page = (uri: string): Promise<{ entities: { id: string; lastName?: string }[]; nextUri?: string }> => get(uri)

  test('goes on by cursor behind the last of them: each once, in order, though one was added meanwhile', async () => {
    const inputs = Array.from({ length: 1_010 }, (_, at) => ({
      input: { lastName: `Long ${String(at).padStart(4, '0')}` },
    }))
    await api.application.engine.contacts.createMany(owner('ann'), inputs)
    for (const direction of ['asc', 'desc']) {
      let uri: string | undefined = `${BASE}/contacts?pageSize=100&pageNumber=9&sortOrder=lastName:${direction}`
      const seen: { id: string; lastName?: string }[] = []
      let pages = 8
      while (uri) {
        const { entities, nextUri, ...more }: Awaited<ReturnType<typeof page>> & { pageNumber?: number } =
          await page(uri)
        pages += 1
        expect(more.pageNumber).toBe(pages)
        seen.push(...entities)
        if (pages === 10) await create({ lastName: direction === 'asc' ? 'Aa' : 'Zz' })
        uri = nextUri
      }
      expect(pages).toBeGreaterThan(10)
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
      const names = seen.map(({ lastName = '' }) => lastName.toLowerCase())
      expect(names).toEqual(direction === 'asc' ? [...names].sort() : [...names].sort().reverse())
      const all = api.application.engine.queries
        .people({ sort: 'lastName', descending: false, offset: 0, limit: 10_000 })
        .items.map(({ id }) => id)
      expect(seen.at(-1)?.id).toBe(all.at(direction === 'asc' ? -1 : 0))
    }
  })

  test('a cursor is refused with what it does not go with', async () => {
    const { nextUri = '' } = await page(`${BASE}/contacts?pageSize=100&pageNumber=10`)
    const cursor = new URL(nextUri, api.address).searchParams.get('cursor') ?? ''
    expect(cursor).not.toBe('')
    for (const more of ['q=long', 'pageNumber=2', 'sortOrder=title:asc', 'sortOrder=lastName:desc'])
      expect(await api.request('GET', `${BASE}/contacts?cursor=${cursor}&${more}`)).toMatchObject({
        status: 400,
        body: { code: 'malformed' },
      })
    expect((await api.request('GET', `${BASE}/contacts?cursor=nonsense`)).status).toBe(400)
    expect((await get(`${BASE}/contacts?cursor=${cursor}&sortOrder=lastName:asc&pageSize=1`)).entities).toHaveLength(1)
  })
})
