// Analytics in the reference's words, through the vendor's SDK: whose conversations, by what, and how many.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApi, refused, sdkFor, type TestApi } from '../../support/api'
import { body, type Sdk } from './world'

const interval = '2026-01-01T00:00:00.000Z/2027-01-01T00:00:00.000Z'
let api: TestApi
let sdk: Sdk
/** Two merged people, and one apart. */
const id = { one: '', two: '', canonical: '', apart: '' }
beforeAll(async () => {
  api = await openApi()
  sdk = sdkFor(api.port)
  const create = async (firstName: string) =>
    (await sdk.contacts.postExternalcontactsContacts(body({ firstName, workEmail: `${firstName}@example.org` }))).id ??
    ''
  id.one = await create('one')
  id.two = await create('two')
  id.apart = await create('apart')
  let day = 1
  const tell = (who: string, mediaType: string, more: object = {}) =>
    api.request('POST', '/api/v2/local/interactions', {
      conversationId: `${who} ${mediaType}`,
      mediaType,
      startedAt: `2026-06-0${day++}T09:00:00Z`,
      endedAt: '2026-06-10T09:00:00Z',
      identifiers: [{ type: 'Email', value: `${who}@example.org` }],
      ...more,
    })
  await tell('one', 'voice', { queue: 'q1', agent: 'a1', wrapUp: 'done', subject: 'a bill' })
  await tell('one', 'sms')
  await tell('two', 'whatsapp', { direction: 'outbound' })
  await tell('apart', 'voice')
  const email = { type: 'Email', value: 'one@example.org' }
  await tell('one', 'social', { identifiers: [email, { type: 'SocialFacebook', value: 'fb' }] })
  await api.request('POST', '/api/v2/local/sessions', { startedAt: '2026-06-01T08:00:00Z', identifiers: [email] })
  id.canonical = (await sdk.contacts.postExternalcontactsContactsMerge({ contactIds: [id.one, id.two] })).id ?? ''
})
afterAll(async () => {
  await api.close()
  expect(api.defects).toEqual([])
})

const matches = (dimension: string, value: string) => ({ type: 'dimension', dimension, operator: 'matches', value })
const detailsOf = (request: object) =>
  sdk.analytics.postAnalyticsConversationsDetailsQuery(body({ interval, order: 'asc', ...request }))
const found = async (...predicates: object[]) => {
  const whole = matches('canonicalExternalContactId', id.two)
  const { conversations = [] } = await detailsOf({
    segmentFilters: [{ type: 'and', predicates: [whole, ...predicates] }],
  })
  return conversations.map(({ conversationId }) => conversationId)
}

test('the canonical contact is the whole set, by any of its ids; a contact is itself', async () => {
  const all = ['one voice', 'one sms', 'two whatsapp', 'one social']
  for (const member of [id.one, id.two, id.canonical]) {
    const { conversations } = await detailsOf({
      segmentFilters: [{ type: 'or', predicates: [matches('canonicalExternalContactId', member)] }],
    })
    expect(conversations?.map(({ conversationId }) => conversationId)).toEqual(all)
  }
  const { totalHits } = await detailsOf({
    segmentFilters: [{ type: 'or', predicates: [matches('externalContactId', id.two)] }],
  })
  expect(totalHits).toBe(1)
})

test('media types and kinds of messages are the reference’s; participants are told by purpose', async () => {
  const { conversations = [] } = await detailsOf({
    segmentFilters: [{ type: 'or', predicates: [matches('canonicalExternalContactId', id.one)] }],
  })
  const media = conversations.map(({ participants = [] }) => {
    const { mediaType, messageType } = participants[0]?.sessions?.[0] ?? {}
    return [mediaType, messageType]
  })
  expect(media).toEqual([
    ['voice', undefined],
    ['message', 'sms'],
    ['message', 'whatsapp'],
    ['message', 'facebook'],
  ])
  const segments = [expect.objectContaining({ queueId: 'q1', segmentType: 'interact' })]
  expect(conversations[0]?.participants).toEqual([
    expect.objectContaining({ purpose: 'customer', externalContactId: id.one }),
    expect.objectContaining({ purpose: 'acd', sessions: [expect.objectContaining({ segments })] }),
    expect.objectContaining({ purpose: 'agent', userId: 'a1' }),
  ])
  expect(conversations[0]?.participants?.[0]).not.toHaveProperty('userId')
  expect(conversations[0]?.participants?.[2]?.sessions?.[0]?.segments?.[0]).toMatchObject({ wrapUpCode: 'done' })
})

test.each([
  [matches('mediaType', 'message'), ['one sms', 'two whatsapp', 'one social']],
  [matches('messageType', 'whatsapp'), ['two whatsapp']],
  [matches('direction', 'outbound'), ['two whatsapp']],
  [matches('purpose', 'agent'), ['one voice']],
  [{ dimension: 'queueId', operator: 'exists' }, ['one voice']],
  [{ dimension: 'userId', operator: 'notExists' }, ['one sms', 'two whatsapp', 'one social']],
  [matches('conversationId', 'one sms'), ['one sms']],
])('%j', async (predicate, expected) => {
  expect(await found(predicate)).toEqual(expected)
})

test.each([
  ['a dimension', { predicates: [matches('externalcontact', 'x')] }],
  ['a media type', { predicates: [matches('mediaType', 'sms')] }],
  ['a direction', { predicates: [matches('direction', 'up')] }],
  ['an operator', { predicates: [{ ...matches('queueId', 'x'), operator: 'contains' }] }],
  ['a predicate without a value', { predicates: [{ dimension: 'queueId' }] }],
  ['a range', { predicates: [{ ...matches('queueId', 'x'), range: { gt: 1 } }] }],
  ['a metric', { predicates: [{ type: 'metric', metric: 'tTalk', dimension: 'queueId', value: '1' }] }],
])('%s that is not known is refused', async (_what, filter) => {
  const whole = matches('externalContactId', id.one)
  const call = detailsOf({ segmentFilters: [{ type: 'and', predicates: [whole, ...filter.predicates] }] })
  expect(await refused(call)).toMatchObject({ status: 400, code: 'malformed' })
})

test('nor is any other word: a filter of surveys, a metric, a granularity', async () => {
  const filter = { type: 'and', predicates: [matches('externalContactId', id.one)] }
  expect(await refused(detailsOf({ segmentFilters: [filter], surveyFilters: [] }))).toMatchObject({ status: 400 })
  const aggregate = (more: object) =>
    sdk.analytics.postAnalyticsConversationsAggregatesQuery(
      body({ interval, filter, metrics: ['nConversations'], ...more }),
    )
  expect(await refused(aggregate({ metrics: ['tTalk'] }))).toMatchObject({ status: 400 })
  expect(await refused(aggregate({ granularity: 'PT1H' }))).toMatchObject({ status: 400 })
  expect(await refused(aggregate({ groupBy: ['colour'] }))).toMatchObject({ status: 400 })
})

describe('without a contact', () => {
  const june = '2026-06-01T00:00:00.000Z/2026-06-30T00:00:00.000Z'
  const all = ['one voice', 'one sms', 'two whatsapp', 'apart voice', 'one social']
  const idsOf = (answer: { conversations?: { conversationId?: string }[] }) =>
    (answer.conversations ?? []).map(({ conversationId }) => conversationId)

  test('an interval alone finds all that began in it, page by page, either way round', async () => {
    expect(idsOf(await detailsOf({ interval: june }))).toEqual(all)
    const paging = { pageSize: 2, pageNumber: 2 }
    expect(idsOf(await detailsOf({ interval: june, paging }))).toEqual(['two whatsapp', 'apart voice'])
    const backwards = await detailsOf({ interval: june, paging, order: 'desc' })
    expect(idsOf(backwards)).toEqual(['two whatsapp', 'one sms'])
    expect(backwards.totalHits).toBe(5)
    expect(await detailsOf({ interval: '2026-05-01/2026-06-01' })).toEqual({ totalHits: 0 })
  })

  test('a filter that names none is looked for in all of them', async () => {
    const request = {
      interval: june,
      segmentFilters: [{ type: 'and', predicates: [matches('mediaType', 'voice')] }],
      paging: { pageSize: 1, pageNumber: 2 },
      aggregations: [{ type: 'termFrequency', dimension: 'queueId' }],
    }
    const { totalHits, conversations, aggregations } = await detailsOf(request)
    expect(totalHits).toBe(2)
    expect(idsOf({ conversations: conversations ?? [] })).toEqual(['apart voice'])
    expect(aggregations).toMatchObject([{ count: 2, results: [{ value: 'q1', count: 1 }] }])
    const either = [matches('externalContactId', id.apart), matches('mediaType', 'message')]
    const found = await detailsOf({ interval: june, segmentFilters: [{ type: 'or', predicates: either }] })
    expect(idsOf(found)).toEqual(['one sms', 'two whatsapp', 'apart voice', 'one social'])
  })

  test('a conversation is found by its id, in its interval', async () => {
    const filters = { conversationFilters: [{ type: 'or', predicates: [matches('conversationId', 'apart voice')] }] }
    expect(idsOf(await detailsOf({ interval: june, ...filters }))).toEqual(['apart voice'])
    expect(await detailsOf({ interval: '2026-07-01/2026-08-01', ...filters })).toEqual({ totalHits: 0 })
  })

  test('how many there were', async () => {
    const { results } = await sdk.analytics.postAnalyticsConversationsAggregatesQuery(
      body({ interval: june, groupBy: ['mediaType'], metrics: ['nConversations'] }),
    )
    expect(results?.map((one) => [one.group?.['mediaType'], one.data?.[0]?.metrics?.[0]?.stats?.count])).toEqual([
      ['message', 3],
      ['voice', 2],
    ])
  })

  test('one by its id says whose it is; details by ids leave out what there is not', async () => {
    const { conversations, analytics } = sdk
    const read = await conversations.getConversation('one voice')
    const [startTime, endTime] = ['2026-06-01T09:00:00.000Z', '2026-06-10T09:00:00.000Z']
    expect(read).toMatchObject({ id: 'one voice', startTime, endTime })
    const call = expect.objectContaining({ state: 'disconnected', direction: 'inbound' })
    expect(read.participants).toEqual([
      expect.objectContaining({ purpose: 'customer', externalContactId: id.one, calls: [call] }),
      expect.objectContaining({ purpose: 'acd', queueId: 'q1' }),
      expect.objectContaining({ purpose: 'agent', userId: 'a1', wrapup: { code: 'done' } }),
    ])
    const message = (await conversations.getConversation('two whatsapp')).participants[0]?.messages?.[0]
    expect(message).toMatchObject({ type: 'whatsapp', direction: 'outbound' })
    expect((await analytics.getAnalyticsConversationDetails('one sms')).conversationId).toBe('one sms')
    const several = await analytics.getAnalyticsConversationsDetails({ id: ['one sms', 'none', 'apart voice'] })
    expect(idsOf(several)).toEqual(['one sms', 'apart voice'])
    for (const none of [conversations.getConversation('none'), analytics.getAnalyticsConversationDetails('none')])
      expect(await refused(none)).toMatchObject({ status: 404, code: 'not_found' })
    const blind = sdkFor(api.port, await api.tokenWithout('externalContacts:conversation:viewAll'))
    expect(await refused(blind.conversations.getConversation('one voice'))).toMatchObject({ status: 403 })
    sdk = sdkFor(api.port)
  })
})

describe('how many', () => {
  const every = { type: 'or', predicates: [matches('canonicalExternalContactId', id.one)] }
  const groups = async (...groupBy: string[]) => {
    every.predicates = [id.one, id.apart].map((one) => matches('canonicalExternalContactId', one))
    const { results = [] } = await sdk.analytics.postAnalyticsConversationsAggregatesQuery(
      body({ interval, groupBy, filter: every, metrics: ['nConversations'] }),
    )
    const count = (one: (typeof results)[number]) => one.data?.[0]?.metrics?.[0]?.stats?.count
    return results.map((one) => [Object.values(one.group ?? {}).join(' '), count(one)])
  }

  test('by contact, by person, by what they came by, and altogether', async () => {
    const sorted = (rows: unknown[][]) => rows.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))
    expect(await groups('externalContactId')).toEqual(
      sorted([
        [id.one, 3],
        [id.two, 1],
        [id.apart, 1],
      ]),
    )
    expect(await groups('canonicalExternalContactId')).toEqual(
      sorted([
        [id.canonical, 4],
        [id.apart, 1],
      ]),
    )
    expect(await groups('mediaType', 'direction')).toEqual([
      ['message inbound', 2],
      ['message outbound', 1],
      ['voice inbound', 2],
    ])
    expect(await groups()).toEqual([['', 5]])
  })

  test('beside the details, over all pages', async () => {
    const { aggregations, conversations } = await detailsOf({
      segmentFilters: [{ type: 'or', predicates: [matches('canonicalExternalContactId', id.one)] }],
      aggregations: [{ type: 'termFrequency', dimension: 'mediaType', size: 5 }],
      paging: { pageSize: 1, pageNumber: 2 },
    })
    expect(conversations).toHaveLength(1)
    expect(aggregations).toEqual([
      {
        type: 'termFrequency',
        dimension: 'mediaType',
        count: 4,
        results: [
          { value: 'message', count: 3 },
          { value: 'voice', count: 1 },
        ],
      },
    ])
  })
})

describe('telephony', () => {
  test('says how a conversation ended, and that it did, by any of its participants', async () => {
    const conversationId = 'call 1'
    const told = {
      conversationId,
      communicationId: 'leg 1',
      mediaType: 'voice',
      startedAt: '2026-07-01T09:00:00Z',
      agent: 'a1',
      identifiers: [{ type: 'Email', value: 'apart@example.org' }],
    }
    await api.request('POST', '/api/v2/local/interactions', told)
    const read = async () => {
      const apart = { type: 'or', predicates: [matches('externalContactId', id.apart)] }
      const { conversations = [] } = await detailsOf({ segmentFilters: [apart] })
      return conversations.find((one) => one.conversationId === conversationId)
    }
    const before = await read()
    expect(before?.conversationEnd).toBeUndefined()
    const [customer, agent] = before?.participants ?? []
    const { conversations } = sdk
    const patch = (participantId: string | undefined, request: object) =>
      conversations.patchConversationsCallParticipant(conversationId, participantId ?? '', body(request))
    await patch(agent?.participantId, { wrapup: { code: 'Sold' }, state: 'disconnected' })
    const ended = await read()
    expect(Date.parse(ended?.conversationEnd ?? '')).toBeGreaterThan(Date.parse(told.startedAt))
    expect(ended?.participants?.[1]?.sessions?.[0]?.segments?.[0]?.wrapUpCode).toBe('Sold')
    await conversations.patchConversationParticipant(
      conversationId,
      customer?.participantId ?? '',
      body({ wrapup: { code: 'Called back' }, state: 'disconnected' }),
    )
    const again = await read()
    expect(again?.conversationEnd).toBe(ended?.conversationEnd)
    expect(again?.participants?.[1]?.sessions?.[0]?.segments?.[0]?.wrapUpCode).toBe('Called back')
    expect(await refused(patch('none', { state: 'disconnected' }))).toMatchObject({ status: 404 })
    const other = conversations.patchConversationParticipant('other', customer?.participantId ?? '', {})
    expect(await refused(other)).toMatchObject({ status: 404 })
    expect(await refused(patch(agent?.participantId, { held: true }))).toMatchObject({ status: 400 })
    expect(await refused(patch(agent?.participantId, { wrapup: { code: 'x', colour: 'y' } }))).toMatchObject({
      status: 400,
    })
    await patch(agent?.participantId, { wrapup: { code: 'Sold after all', notes: 'Rang back himself' } })
    const noted = await read()
    expect(noted?.participants?.[1]?.sessions?.[0]?.segments?.[0]?.wrapUpCode).toBe('Sold after all')
  })
})

test('a conversation is told whole and by when it began, whatever of it was asked for; groups add up', async () => {
  const tell = async (
    conversationId: string,
    communicationId: string,
    mail: string,
    startedAt: string,
    more: object = {},
  ) =>
    (
      await api.request('POST', '/api/v2/local/interactions', {
        ...{ conversationId, communicationId, mediaType: 'voice', startedAt },
        identifiers: [{ type: 'Email', value: mail }],
        ...more,
      })
    ).body.contact.id as string
  // One goes over from March into April and from one person to another; one has a queue, one has none.
  const first = await tell('over', 'a', 'whole-a@example.org', '2031-03-31T23:50:00Z', {
    endedAt: '2031-03-31T23:55:00Z',
  })
  const second = await tell('over', 'b', 'whole-b@example.org', '2031-04-01T00:10:00Z')
  await tell('queued', 'a', 'whole-b@example.org', '2031-04-02T10:00:00Z', { queue: 'Sales' })
  await tell('bare', 'a', 'whole-b@example.org', '2031-04-03T10:00:00Z')
  const MARCH = '2031-03-01T00:00:00Z/2031-04-01T00:00:00Z'
  const APRIL = '2031-04-01T00:00:00Z/2031-05-01T00:00:00Z'
  const predicate = (dimension: string, value: string) => ({ dimension, value })
  const found = async (interval: string, ...predicates: object[]) => {
    const segmentFilters = predicates.length > 0 ? [{ type: 'and', predicates }] : []
    return api.request('POST', '/api/v2/analytics/conversations/details/query', { interval, segmentFilters })
  }
  const whole = await found(MARCH, predicate('externalContactId', first))
  expect(whole.body.conversations).toHaveLength(1)
  expect(whole.body.conversations[0]).toMatchObject({
    conversationId: 'over',
    conversationStart: '2031-03-31T23:50:00.000Z',
  })
  // It still runs, with the other person.
  expect(whole.body.conversations[0]).not.toHaveProperty('conversationEnd')
  expect(JSON.stringify(whole.body.conversations[0])).toContain(second)
  const names = ({ body }: Awaited<ReturnType<typeof found>>) =>
    (body.conversations ?? []).map((one: { conversationId: string }) => one.conversationId)
  for (const named of [predicate('externalContactId', second), predicate('canonicalExternalContactId', second)]) {
    expect(names(await found(MARCH, named))).toEqual(['over'])
    expect(names(await found(APRIL, named)).sort()).toEqual(['bare', 'queued'])
  }
  expect(names(await found(APRIL, predicate('conversationId', 'over')))).toEqual([])
  expect(names(await found(APRIL)).sort()).toEqual(['bare', 'queued'])
  const { body: grouped } = await api.request('POST', '/api/v2/analytics/conversations/aggregates/query', {
    interval: APRIL,
    groupBy: ['queueId'],
    metrics: ['nConversations'],
  })
  const counts = grouped.results.map((one: { group: object; data: { metrics: { stats: { count: number } }[] }[] }) => [
    one.group,
    one.data[0]?.metrics[0]?.stats.count,
  ])
  expect(counts).toEqual(
    expect.arrayContaining([
      [{ queueId: 'Sales' }, 1],
      [{}, 1],
    ]),
  )
})
