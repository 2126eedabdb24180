// Segments through the vendor's SDK: named, changed, taken back, and people put into them.
import { expect, test } from 'vitest'
import { refused } from '../../support/api'
import { api, openForThisFile, sdk } from './opened'
import { body } from './world'

openForThisFile()

let n = 0
const make = (more: object = {}) =>
  sdk.journey.postJourneySegments({ body: { displayName: `Segment ${n++}`, color: '#AA00FF', ...more } })
const person = async (firstName: string) =>
  (await sdk.contacts.postExternalcontactsContacts(body({ firstName }))).id ?? ''
const of = async (contactId: string, includeMerged = false) =>
  ((await sdk.contacts.getExternalcontactsContactJourneySegments(contactId, { includeMerged })).entities ?? []).map(
    ({ segment }) => segment.id,
  )
const assign = (contactId: string, into: string[], outOf: string[] = []) =>
  sdk.contacts.postExternalcontactsContactJourneySegments(contactId, {
    body: {
      assign: { segments: into.map((id) => ({ id })) },
      unassign: { segments: outOf.map((id) => ({ id })) },
    },
  })

test('one is named, read, listed, changed by the version that was read, and taken back', async () => {
  const made = await make({
    displayName: 'Loyal',
    description: 'Come back',
    shouldDisplayToAgent: true,
    assignmentExpirationDays: 7,
    externalSegment: { id: 'loyal-1', name: 'Loyal customers', source: 'Custom' },
  })
  expect(made).toMatchObject({
    displayName: 'Loyal',
    isActive: true,
    version: 1,
    scope: 'Customer',
    color: '#AA00FF',
    assignmentExpirationDays: 7,
    externalSegment: { id: 'loyal-1', source: 'Custom' },
  })
  expect(await sdk.journey.getJourneySegment(made.id)).toEqual(made)
  const changed = await sdk.journey.patchJourneySegment(made.id, {
    body: { displayName: 'Most loyal', isActive: false, version: 1, externalSegment: { name: 'Most loyal' } },
  })
  expect(changed).toMatchObject({
    displayName: 'Most loyal',
    description: 'Come back',
    isActive: false,
    version: 2,
    externalSegment: { id: 'loyal-1', name: 'Most loyal' },
  })
  expect(
    await refused(sdk.journey.patchJourneySegment(made.id, { body: { version: 1, color: '#000000' } })),
  ).toMatchObject({
    status: 409,
    code: 'outdated',
  })
  const listed = await sdk.journey.getJourneySegments({ isActive: false, sortBy: '-displayName' })
  expect(listed).toMatchObject({ total: 1, entities: [changed] })
  expect(await sdk.journey.getJourneySegments({ queryFields: ['displayName'], queryValue: 'MOST' })).toMatchObject({
    total: 1,
  })
  expect(await sdk.journey.getJourneySegments({ segmentIds: [made.id] })).toMatchObject({ entities: [changed] })
  await sdk.journey.deleteJourneySegment(made.id)
  expect(await refused(sdk.journey.getJourneySegment(made.id))).toMatchObject({ status: 404, code: 'not_found' })
})

test.each<[string, object, number]>([
  ['rules that nothing here follows', { journey: { patterns: [{ criteria: [], count: 1 }] } }, 400],
  ['a colour that is none', { color: 'red' }, 422],
  ['a source there is not', { externalSegment: { id: 'x', name: 'x', source: 'Elsewhere' } }, 400],
  ['a scope that is not kept', { scope: 'Session' }, 400],
  ['no name', { displayName: ' ' }, 422],
  ['a member there is not', { colour: '#000000' }, 400],
])('refused: %s', async (_what, more, status) => {
  expect(await refused(make(more))).toMatchObject({ status })
})

test('a person is in it until its days are over, and as long again when put there once more', async () => {
  const { id: week } = await make({ assignmentExpirationDays: 7 })
  const { id: month } = await make()
  const anna = await person('Anna')
  expect(await assign(anna, [week, month])).toMatchObject({ unprocessedItems: { assign: { segments: [] } } })
  const { entities = [] } = await sdk.contacts.getExternalcontactsContactJourneySegments(anna)
  const [first] = entities
  expect(entities).toHaveLength(2)
  expect(first?.externalContact.id).toBe(anna)
  const days = (one: (typeof entities)[number] | undefined) =>
    (Date.parse(one?.dateForUnassignment ?? '') - Date.parse(one?.dateAssigned ?? '')) / 86_400_000
  expect(days(entities.find(({ segment }) => segment.id === week))).toBe(7)
  expect(days(entities.find(({ segment }) => segment.id === month))).toBe(30)
  api.later(4 * 86_400_000)
  await assign(anna, [week])
  api.later(4 * 86_400_000)
  expect((await of(anna)).sort()).toEqual([week, month].sort())
  api.later(4 * 86_400_000)
  expect(await of(anna)).toEqual([month])
  await assign(anna, [], [month])
  expect(await of(anna)).toEqual([])
  // No value that an agent typed: the page of the person has no earlier ones of it.
  const { body: read } = await api.request('GET', `/api/v2/externalcontacts/contacts/${anna}`)
  expect(read.customFields).toBeUndefined()
})

test('it follows merges and their undoing, and asks for nothing then', async () => {
  const [one, two, three] = [(await make()).id, (await make()).id, (await make()).id]
  const [anna, ben] = [await person('Anna'), await person('Ben')]
  await assign(anna, [one])
  await assign(ben, [two])
  const { id: merged = '' } = await sdk.contacts.postExternalcontactsContactsMerge({ contactIds: [anna, ben] })
  expect((await of(merged)).sort()).toEqual([one, two].sort())
  await assign(anna, [three], [two])
  expect((await of(merged, true)).sort()).toEqual([one, three].sort())
  expect(await of(ben)).toEqual([])
  const { body: merges } = await api.request('GET', `/api/v2/local/contacts/${merged}/merges`)
  const { status } = await api.request('POST', `/api/v2/local/merges/${merges.entities[0].id}/undo`, {})
  expect(status).toBe(200)
  expect((await of(anna)).sort()).toEqual([one, three].sort())
  expect(await of(ben)).toEqual([three])
})

test.each<[string, (contactId: string, segment: string) => Promise<unknown>, number]>([
  ['a segment there is not', (id) => assign(id, ['none']), 422],
  ['none at all', (id) => assign(id, []), 400],
  [
    'eleven',
    (id) =>
      assign(
        id,
        Array.from({ length: 11 }, (_, i) => `s${i}`),
      ),
    400,
  ],
  ['one twice', (id, segment) => assign(id, [segment], [segment]), 400],
  ['a person there is not', (_id, segment) => assign('nobody', [segment]), 404],
])('putting somebody in is refused for %s', async (_what, call, status) => {
  const anna = await person('Anna')
  expect(await refused(call(anna, (await make()).id))).toMatchObject({ status })
  expect(await of(anna)).toEqual([])
})

test('one that is not in use takes in no one', async () => {
  const { id } = await make({ isActive: false })
  expect(await refused(assign(await person('Anna'), [id]))).toMatchObject({ status: 422, code: 'invalid_input' })
})
