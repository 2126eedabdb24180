// What telephony really tells through the local API: nothing of it is lost, nobody else's person gets it, and the teller hears
// what was not taken as told. Where a case was told of in a public tracker of another product, that stands beside it. Values are invented.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asContactId } from '../../src-shared/model/ids'
import { openApi, type TestApi } from '../support/api'

const BASE = '/api/v2/externalcontacts'
const LOCAL = '/api/v2/local'
let api: TestApi
let n = 0
beforeAll(async () => {
  api = await openApi()
  await api.application.handlers['app.saveSettings']({ defaultRegion: 'US' }, { signal: new AbortController().signal })
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
const create = async (contact: object): Promise<string> => (await send('POST', `${BASE}/contacts`, contact)).id
const told = (identifiers: object[], more: object = {}) => ({
  conversationId: `told ${n++}`,
  mediaType: 'voice',
  startedAt: '2026-06-01T09:00:00Z',
  identifiers,
  ...more,
})
const tell = (interaction: object) => send('POST', `${LOCAL}/interactions`, interaction)
const newNumber = () => `+1415555${String(2600 + n++)}`

describe('what cannot be read as an identifier is kept as sent, and told', () => {
  test.each([
    ['a withheld number', { type: 'Phone', value: 'anonymous' }],
    ['nothing at all', { type: 'Phone', value: '' }],
    ['no value', { type: 'Phone', value: null }],
    ['an extension', { type: 'Phone', value: '1234' }],
    ['a short code', { type: 'Phone', value: '22222' }],
    ['a sender name', { type: 'Phone', value: 'AMAZON' }],
    ['a SIP name', { type: 'Phone', value: 'sip:alice@example.com' }],
    ['a withheld SIP name', { type: 'Phone', value: '"Anonymous" <sip:anonymous@anonymous.invalid>' }],
    ['ANONYMOUS on a keypad', { type: 'Phone', value: '+266696687' }],
    ['a hidden account', { type: 'SocialWhatsapp', value: '123456789012345@lid' }],
    ['no address', { type: 'Email', value: 'undisclosed-recipients:;' }],
    ['alphagov/notifications-api #1423: a message of a name', { type: 'Phone', value: 'EXAMPLEBANK' }],
    ['somleng/somleng #1820: a caller by a name for none', { type: 'Phone', value: 'Anonymous' }],
    ['SimpleMobileTools/Simple-Dialer #442: a hidden number', { type: 'Phone', value: '-1' }],
    ['KB1RD/matrix-pstn-bridge #3: what a carrier passes on', { type: 'Phone', value: '+86282452253' }],
    ['FreePBX/issue-tracker #587: a phone of the house', { type: 'Phone', value: '12345' }],
    ['benkuly/matrix-sms-bridge #7: a sender of letters and digits', { type: 'Phone', value: 'MyBank24' }],
  ])('%s', async (_what, identifier) => {
    const answer = await tell(told([identifier]))
    expect(answer).toMatchObject({
      created: true,
      contact: { type: 'Ephemeral' },
      interaction: { identifiers: [], unread: [{ type: identifier.type, value: identifier.value ?? '' }] },
      warnings: [{ code: 'unread_identifier', field: 'identifiers.0.value' }],
    })
    const { interaction } = answer
    const page = await api.application.handlers['people.journey'](
      { contactId: interaction.contactId, filter: {}, offset: 0, limit: 5 },
      { signal: new AbortController().signal },
    )
    expect(page).toBeDefined()
  })

  test('the readable ones resolve', async () => {
    const mail = `t${n++}@example.com`
    const id = await create({ firstName: 'Zed', workEmail: mail })
    const answer = await tell(
      told([
        { type: 'Phone', value: 'unknown' },
        { type: 'Email', value: `Zed Doe <${mail.toUpperCase()}>` },
      ]),
    )
    expect(answer).toMatchObject({
      created: false,
      contact: { id },
      interaction: { identifiers: [{ type: 'Email', value: mail }], unread: [{ type: 'Phone', value: 'unknown' }] },
      warnings: [{ field: 'identifiers.0.value' }],
    })
  })

  test.each([
    ['Phone', (e164: string) => `tel:${e164};ext=5`],
    ['Phone', (e164: string) => `"Jane" <sip:${e164}@192.0.2.1;user=phone>`],
    ['Phone', (e164: string) => e164.slice(1)],
    ['Phone', (e164: string) => `${e164.slice(1)}@s.whatsapp.net`],
    ['Phone', (e164: string) => `\u202a${e164}\u202c`],
  ])('%s in another notation is the same', async (type, notation) => {
    const number = newNumber()
    const id = await create({ firstName: 'Jane', cellPhone: { display: number } })
    expect(await tell(told([{ type, value: notation(number) }]))).toMatchObject({ contact: { id }, warnings: [] })
    const digits = { type, value: Number(number.slice(1)) }
    expect(await tell(told([digits]))).toMatchObject({ contact: { id }, warnings: [] })
    expect((await send('POST', `${BASE}/identifierlookup`, { type, value: notation(number) })).id).toBe(id)
  })

  test('an account that is no possible number is found again by its digits', async () => {
    const first = await tell(told([{ type: 'SocialWhatsapp', value: '5215512345678' }], { mediaType: 'message' }))
    expect(first).toMatchObject({
      created: true,
      contact: { type: 'Identified' },
      interaction: { channel: 'whatsapp' },
    })
    const again = await tell(told([{ type: 'SocialWhatsapp', value: '5215512345678@s.whatsapp.net' }]))
    expect(again.contact.id).toBe(first.contact.id)
  })
})

describe('two spellings of one subscriber', () => {
  test.each([
    ['+5511961230001', '+551161230001'],
    ['+551161230002', '+5511961230002'],
    ['+525512340001', '+5215512340001'],
    ['+5491123450001', '+541123450001'],
    ['+5521964181003', '+552164181003'], // fazer-ai/chatwoot #319
  ])('who has %s is found by %s, and keeps the number as typed', async (mine, other) => {
    const id = await create({ firstName: 'Two', cellPhone: { display: mine } })
    expect((await send('POST', `${BASE}/identifierlookup`, { type: 'Phone', value: other })).id).toBe(id)
    expect(await tell(told([{ type: 'Phone', value: other }]))).toMatchObject({ created: false, contact: { id } })
    const contact = await send('GET', `${BASE}/contacts/${id}?expand=identifiers`)
    expect(contact).toMatchObject({ cellPhone: { userInput: mine, e164: mine } })
  })

  test('a domain in ASCII and in its own letters', async () => {
    const id = await create({ firstName: 'Idn', workEmail: 'info@münchen.example' })
    const body = { type: 'Email', value: 'info@xn--mnchen-3ya.example' }
    expect((await send('POST', `${BASE}/identifierlookup`, body)).id).toBe(id)
  })
})

describe('told of again', () => {
  test('what was not known is added, what is known stays, and the answer says both', async () => {
    const number = newNumber()
    const ring = told([{ type: 'Phone', value: number }], { queue: 'Sales' })
    const first = await tell(ring)
    expect(first.added).toEqual([])
    const hangUp = { ...ring, endedAt: '2026-06-01T09:05:00Z', wrapUp: 'solved', agent: 'ann', subject: 'Invoice' }
    const second = await tell(hangUp)
    expect(second).toMatchObject({
      created: false,
      interaction: {
        id: first.interaction.id,
        endedAt: '2026-06-01T09:05:00.000Z',
        wrapUp: 'solved',
        agent: 'ann',
        queue: 'Sales',
        subject: 'Invoice',
      },
      added: ['endedAt', 'agent', 'subject', 'wrapUp'],
      warnings: [],
    })
    const third = await tell({ ...hangUp, agent: 'bob', wrapUp: 'open' })
    expect(third).toMatchObject({
      added: [],
      interaction: { agent: 'ann', wrapUp: 'solved' },
      warnings: [
        { code: 'known_otherwise', field: 'agent' },
        { code: 'known_otherwise', field: 'wrapUp' },
      ],
    })
    expect((await tell(hangUp)).warnings).toEqual([])
    // Everything that reads interactions shows it: here, by agent and queue.
    const page = await api.application.engine.queries.journey(first.contact.id, { agent: 'ann', queue: 'Sales' }, 0, 5)
    expect(page.items).toMatchObject([{ id: first.interaction.id, endedAt: '2026-06-01T09:05:00.000Z' }])
  })
})

describe('a session that is told again as it goes on', () => {
  const at = (time: string, name: string) => ({ at: `2026-06-01T${time}Z`, name })
  const web = (sessionId: string, events: object[]) => ({
    sessionId,
    startedAt: '2026-06-01T10:00:00Z',
    identifiers: [{ type: 'Cookie', value: `going-on-${sessionId}` }],
    events,
  })
  const tellSession = (session: object) => send('POST', `${LOCAL}/sessions`, session)
  const names = async (sessionId: string) =>
    (await send('GET', `/api/v2/journey/sessions/${sessionId}/events`)).entities.map(
      (one: { webEvent: { eventName: string } }) => one.webEvent.eventName,
    )

  test('steps that were not known are added, each once, and stand in the order in which they happened', async () => {
    await tellSession(web('steps', [at('10:01:00', 'page_view')]))
    const second = await tellSession(web('steps', [at('10:01:00', 'page_view'), at('10:00:30', 'click')]))
    expect(second).toMatchObject({ created: false, added: ['events'], warnings: [] })
    expect((await tellSession(web('steps', [at('10:02:00.500', 'buy')]))).added).toEqual(['events'])
    const fourth = await tellSession(web('steps', [at('10:01:00.000', 'page_view'), at('10:02:00.5', 'buy')]))
    expect(fourth).toMatchObject({ added: [], warnings: [] })
    expect(await names('steps')).toEqual(['click', 'page_view', 'buy'])
    const session = await send('GET', '/api/v2/journey/sessions/steps')
    expect(session).toMatchObject({ eventCount: 3, pageviewCount: 1, lastEvent: { eventName: 'buy' } })
  })

  test('the last event is the latest, in whatever order they come', async () => {
    await tellSession(web('order', [at('10:01:00', 'page_view'), at('10:00:30', 'click')]))
    const session = await send('GET', '/api/v2/journey/sessions/order')
    expect(session.lastEvent).toMatchObject({ eventName: 'page_view', createdDate: '2026-06-01T10:01:00Z' })
  })

  test('steps that the session has no room for are told, and none of them is added', async () => {
    const many = Array.from({ length: 999 }, (_, i) =>
      at(`11:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`, 'step'),
    )
    await tellSession(web('full', many))
    const refused = await tellSession(web('full', [at('12:00:00', 'one'), at('12:00:01', 'two')]))
    expect(refused).toMatchObject({ added: [], warnings: [{ code: 'known_otherwise', field: 'events' }] })
    expect((await tellSession(web('full', [at('12:00:00', 'one')]))).added).toEqual(['events'])
    expect(await send('GET', '/api/v2/journey/sessions/full')).toMatchObject({ eventCount: 1000 })
  })
})

describe('told of again, with what it came by', () => {
  const phone = (value: string) => ({ type: 'Phone', value })
  const lookUp = (value: string, type = 'Phone') => api.request('POST', `${BASE}/identifierlookup`, { type, value })

  test.each([
    ['a withheld number', [phone('anonymous')]],
    ['nothing', []],
  ])('first by %s: it goes to the holder', async (_what, identifiers) => {
    const number = newNumber()
    const id = await create({ firstName: 'Holder', cellPhone: { display: number } })
    const ring = told(identifiers)
    const first = await tell(ring)
    expect(first.contact).toMatchObject({ type: 'Ephemeral' })
    const second = await tell({ ...ring, identifiers: [phone(number)] })
    expect(second).toMatchObject({ contact: { id }, added: ['identifiers'], warnings: [], reason: { claimed: [] } })
    expect(await tell({ ...ring, identifiers: [phone(number)] })).toMatchObject({ contact: { id }, warnings: [] })
    const page = await api.application.engine.queries.journey(asContactId(id), {}, 0, 5)
    expect(page.items.map((one) => one.id)).toEqual([first.interaction.id])
  })

  test('gone to the holder, what it came by besides is theirs, too', async () => {
    const [number, mail] = [newNumber(), `t${n++}@example.com`]
    const id = await create({ firstName: 'Holder', cellPhone: { display: number } })
    const ring = told([phone('anonymous')])
    await tell(ring)
    await tell({ ...ring, identifiers: [phone(number)] })
    const third = await tell({ ...ring, identifiers: [phone(number), { type: 'Email', value: mail }] })
    expect(third).toMatchObject({ contact: { id }, added: ['identifiers'], warnings: [] })
    expect((await lookUp(mail, 'Email')).body.id).toBe(id)
  })

  test('tellings of one conversation at once end where they would one after the other', async () => {
    for (let round = 0; round < 5; round += 1) {
      const number = newNumber()
      const id = await create({ firstName: 'Holder', cellPhone: { display: number } })
      const ring = told([phone('anonymous')])
      const answers = await Promise.all([tell(ring), tell({ ...ring, identifiers: [phone(number)] })])
      const last = await tell({ ...ring, identifiers: [phone(number)] })
      expect(last.contact.id).toBe(id)
      for (const answer of answers)
        expect(answer.warnings.filter((one: { code: string }) => one.code === 'known_otherwise')).toEqual([])
    }
  })

  test('beside what is another’s, nothing is learnt', async () => {
    const [mine, theirs, mail] = [newNumber(), newNumber(), `t${n++}@example.com`]
    await create({ firstName: 'Other', cellPhone: { display: theirs } })
    const ring = told([phone(mine)])
    await tell(ring)
    const second = await tell({ ...ring, identifiers: [phone(theirs), { type: 'Email', value: mail }] })
    expect(second).toMatchObject({ added: [], reason: { claimed: [] }, warnings: [{ field: 'identifiers' }] })
    expect((await lookUp(mail, 'Email')).status).toBe(404)
  })

  test('a person whom an agent has named keeps it', async () => {
    const number = newNumber()
    await create({ firstName: 'Holder', cellPhone: { display: number } })
    const ring = told([phone('anonymous')])
    const { contact } = await tell(ring)
    await send('PUT', `${BASE}/contacts/${contact.id}`, { firstName: 'Frau', lastName: 'Schulz' })
    const second = await tell({ ...ring, identifiers: [phone(number), phone('withheld')] })
    expect(second).toMatchObject({ contact: { id: contact.id }, added: [] })
    expect(second.warnings).toMatchObject([
      { code: 'unread_identifier', message: expect.stringContaining('not kept') },
      { code: 'known_otherwise', field: 'identifiers' },
    ])
  })

  test('what no contact holds becomes its contact’s, and the answer says so truly', async () => {
    const ring = told([phone('anonymous')])
    const first = await tell(ring)
    const number = newNumber()
    const second = await tell({ ...ring, identifiers: [phone(number)] })
    expect(second).toMatchObject({
      contact: { id: first.contact.id, type: 'Identified' },
      added: ['identifiers'],
      reason: { claimed: [{ value: number }] },
    })
    expect((await lookUp(number)).body.id).toBe(first.contact.id)
    const mail = `t${n++}@example.com`
    const third = await tell({ ...ring, identifiers: [phone(number), { type: 'Email', value: mail }] })
    expect(third).toMatchObject({ added: ['identifiers'], reason: { claimed: [{ value: mail }] }, warnings: [] })
    expect((await lookUp(mail, 'Email')).body.id).toBe(first.contact.id)
    const fourth = await tell({ ...ring, identifiers: [phone(number), { type: 'Email', value: mail }] })
    expect(fourth).toMatchObject({ added: [], reason: { claimed: [] }, warnings: [] })
  })

  test('what another contact holds stays theirs, and so does what a person has decided', async () => {
    const [mine, theirs, free] = [newNumber(), newNumber(), newNumber()]
    const other = await create({ firstName: 'Other', cellPhone: { display: theirs } })
    const ring = told([phone(mine)])
    const first = await tell(ring)
    const second = await tell({ ...ring, identifiers: [phone(mine), phone(theirs)] })
    expect(second).toMatchObject({
      contact: { id: first.contact.id },
      added: [],
      reason: { claimed: [] },
      warnings: [{ code: 'known_otherwise', field: 'identifiers' }],
    })
    expect((await lookUp(theirs)).body.id).toBe(other)
    await api.application.handlers['interactions.correct'](
      { corrections: [{ interactionId: first.interaction.id, contactId: null }] },
      { signal: new AbortController().signal },
    )
    const third = await tell({ ...ring, identifiers: [phone(mine), phone(free)] })
    expect(third).toMatchObject({ added: [], reason: { claimed: [] }, warnings: [{ field: 'identifiers' }] })
    expect((await lookUp(free)).status).toBe(404)
  })
})

describe('words and moments as systems write them', () => {
  test.each([
    [{ mediaType: 'WEBMESSAGING' }, { channel: 'sms' }],
    [{ mediaType: 'open' }, { channel: 'sms' }],
    [{ mediaType: 'Phone' }, { channel: 'voice' }],
    [{ direction: 'OUT' }, { direction: 'outbound' }],
    [{ mediaType: 'e-mail', communicationId: '' }, { channel: 'email' }],
    [{ endedAt: '', subject: '', agent: null }, { channel: 'voice' }],
  ])('%o', async (more, expected) => {
    const { interaction, warnings } = await tell(told([{ type: 'Phone', value: newNumber() }], more))
    expect(interaction).toMatchObject(expected)
    expect(interaction).not.toHaveProperty('endedAt')
    expect(warnings).toEqual([])
  })

  test('no identifiers at all', async () => {
    expect(await tell({ ...told([]), identifiers: null })).toMatchObject({
      created: true,
      contact: { type: 'Ephemeral' },
    })
  })

  test('what is said beside is not kept, and told', async () => {
    const answer = await tell(told([{ type: 'Phone', value: newNumber() }], { ani: '+1', __typo: 1 }))
    expect(answer.warnings).toMatchObject([
      { code: 'unknown_member', field: 'ani' },
      { code: 'unknown_member', field: '__typo' },
    ])
  })

  test('an end before the beginning loses no interaction', async () => {
    const ring = told([{ type: 'Phone', value: newNumber() }], { endedAt: '2026-06-01T08:59:58Z' })
    const { interaction, warnings } = await tell(ring)
    expect(interaction).not.toHaveProperty('endedAt')
    expect(warnings).toMatchObject([{ code: 'ended_before_start', field: 'endedAt' }])
    expect((await tell({ ...ring, endedAt: '2026-06-01T09:03:00Z' })).added).toEqual(['endedAt'])
  })
})

describe('time', () => {
  test('interactions of one moment keep the order they were recorded in, both ways and over pages', async () => {
    const identifiers = [{ type: 'Email', value: `t${n++}@example.com` }]
    const ids: string[] = []
    let contactId = ''
    for (let i = 0; i < 6; i += 1) {
      const { interaction, contact } = await tell(told(identifiers, { mediaType: 'chat' }))
      ids.push(interaction.id)
      contactId = contact.id
    }
    const journey = await api.application.engine.queries.journey(asContactId(contactId), {}, 0, 10)
    expect(journey.items.map(({ id }) => id)).toEqual([...ids].reverse())
    const seen: string[] = []
    let uri: string | undefined = `${BASE}/contacts/${contactId}/journey/sessions?pageSize=2`
    while (uri) {
      const page: { entities: { id: string }[]; nextUri?: string } = await send('GET', uri)
      seen.push(...page.entities.map(({ id }) => id))
      uri = page.nextUri
    }
    expect(seen).toEqual([...ids].reverse())
  })

  test('a date in the future is taken and told, and keeps nobody longer than now', async () => {
    const answer = await tell(told([{ type: 'Cookie', value: `c${n++}` }], { startedAt: '2099-01-01T00:00:00Z' }))
    expect(answer).toMatchObject({
      interaction: { startedAt: '2099-01-01T00:00:00.000Z' },
      warnings: [{ code: 'future_moment', field: 'startedAt' }],
    })
    const asOf = new Date(Date.now() + 61 * 86_400_000).toISOString()
    const run = await send('POST', `${LOCAL}/retention/run`, { asOf, dryRun: true })
    expect(JSON.stringify(run)).toContain(answer.contact.id)
  })
})
